import Operations

/// Something in a log of RabbitMQ that people should know about.
struct LogPattern: Hashable, Sendable {
  /// In kebab case.
  let name: String
  /// What a line has to contain.
  let text: String

  private init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  /// What RabbitMQ logs when something is wrong with it.
  static let all = [
    LogPattern("inconsistent-database", "inconsistent_database"),
    LogPattern("crash-report", "CRASH REPORT"),
    LogPattern("crash-report", "crasher:"),
    LogPattern("global-hang", "Global hang workaround"),
    LogPattern("partition", "Partial partition detected"),
  ]

  /// The lines of a log that match a pattern, at most `limit` of each and with at most so many
  /// characters, in their order.
  static func matches(in text: String, limit: Int, characters: Int) -> [LogLine] {
    var found: [LogLine] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let pattern = all.first(where: { line.contains($0.text) }),
        found.count(where: { $0.pattern == pattern.name }) < limit
      else { continue }
      found.append(
        LogLine(
          pattern: pattern.name, line: String(line.prefix(characters)),
          unixNanoseconds: RabbitMQLogTime.unixNanoseconds(of: line)))
    }
    return found
  }
}
