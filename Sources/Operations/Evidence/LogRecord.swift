/// What a `.logged` event says of a node's log.
public enum LogRecord: Hashable, Sendable {
  /// The log of the node was read; recorded once a node at the end of a run.
  case read
  /// A line matches a pattern of trouble.
  case matched(LogLine)
}

/// A line of a node's log that matches a pattern of trouble.
public struct LogLine: Hashable, Sendable {
  /// The name of the pattern, in kebab case.
  public var pattern: String
  /// The line, or its beginning.
  public var line: String
  /// When the node wrote it by its own clock, in nanoseconds since 1970 (UTC); nil if it does not
  /// say so.
  public var unixNanoseconds: Int64?

  /// A line of a log.
  public init(pattern: String, line: String, unixNanoseconds: Int64? = nil) {
    self.pattern = pattern
    self.line = line
    self.unixNanoseconds = unixNanoseconds
  }
}

extension LogRecord: CustomStringConvertible {
  /// For people: `read`, or `pattern: line`.
  public var description: String {
    switch self {
    case .read: "read"
    case .matched(let found): found.line.isEmpty ? found.pattern : "\(found.pattern): \(found.line)"
    }
  }
}
