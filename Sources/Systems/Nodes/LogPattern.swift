package import Operations

/// Something in a broker's log that people should know about.
package struct LogPattern: Hashable, Sendable {
  /// In kebab case.
  package let name: String
  /// What a line has to contain.
  package let text: String

  /// A pattern.
  package init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  /// The lines of a log that match one of some patterns, at most `limit` of each name and with at
  /// most so many characters, in their order; `time` says when a line was written, in nanoseconds
  /// since 1970 (UTC).
  package static func matches(
    of patterns: [LogPattern], in bytes: [UInt8], limit: Int, characters: Int,
    time: (Substring) -> Int64?
  ) -> [LogLine] {
    let wanted = patterns.map { (name: $0.name, text: Array($0.text.utf8)) }
    var found: [LogLine] = []
    let ends = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    for line in bytes.split(whereSeparator: { $0 == ends[0] || $0 == ends[1] }) {
      guard let pattern = wanted.first(where: { does(line, contain: $0.text) }),
        found.count(where: { $0.pattern == pattern.name }) < limit
      else { continue }
      let text = String(decoding: line, as: UTF8.self)
      found.append(
        LogLine(
          pattern: pattern.name, line: String(text.prefix(characters)),
          unixNanoseconds: time(text[...])))
    }
    return found
  }

  /// Logs are long and mostly uninteresting: bytes are compared, only hits become text.
  private static func does(_ line: ArraySlice<UInt8>, contain text: [UInt8]) -> Bool {
    guard let first = text.first, line.count >= text.count else { return text.isEmpty }
    return line.withUnsafeBufferPointer { line in
      for start in 0...(line.count - text.count) where line[start] == first {
        if text.indices.allSatisfy({ line[start + $0] == text[$0] }) { return true }
      }
      return false
    }
  }
}
