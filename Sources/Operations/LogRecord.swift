/// What a `.logged` event says of a node's log; it travels in the event's `detail`.
public enum LogRecord: Hashable, Sendable {
  /// The log of the node was read; recorded once a node at the end of a run.
  case read
  /// A line matches a pattern with this name, which holds no `: `.
  case matched(pattern: String, line: String)

  private static let separator = ": "

  /// The record that a detail stands for; one without a line names a pattern alone.
  public init(detail: String) {
    if detail == BrokerEvent.logRead {
      self = .read
    } else if let range = detail.firstRange(of: Self.separator) {
      self = .matched(
        pattern: String(detail[..<range.lowerBound]), line: String(detail[range.upperBound...]))
    } else {
      self = .matched(pattern: detail, line: "")
    }
  }

  /// `BrokerEvent.logRead`, or `pattern: line`.
  public var detail: String {
    switch self {
    case .read: BrokerEvent.logRead
    case .matched(let pattern, let line): pattern + Self.separator + line
    }
  }
}
