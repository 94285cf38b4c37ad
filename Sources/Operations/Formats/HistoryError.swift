/// Why a history cannot be read or written.
package enum HistoryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes are not a history at all; `found` shows how they start.
  case foreign(found: String)
  /// It is a history of another version of the format.
  case version(Int)
  /// It ends before its header was written: nothing was recorded.
  case noHeader
  /// A block, or the file between blocks, is damaged; `offset` is in bytes from the file's start.
  case damaged(block: Int, offset: Int, problem: String)
  /// A line of a JSONL history is wrong; lines count from 1.
  case line(Int, problem: String)
  /// The header of a history is longer than the format allows.
  case headerTooLarge(bytes: Int)
  /// The bytes could not be fetched.
  case unreadable(String)

  /// The error for people.
  package var description: String {
    switch self {
    case .foreign(let found):
      "not a history: it starts with \(found), neither like history.stoat nor like JSONL or EDN"
        + " (--checker general reads logs of other things)"
    case .version(let version):
      "a history of format version \(version); this program reads versions "
        + "\(HistoryFormat.oldestVersion) to \(HistoryFormat.version)"
    case .noHeader:
      "it ends before the first block is whole: nothing was recorded"
    case .damaged(let block, let offset, let problem):
      "block \(block) is damaged at byte \(offset): \(problem)"
    case .line(let line, let problem):
      "line \(line): \(problem)"
    case .headerTooLarge(let bytes):
      "the header takes \(bytes) bytes, more than \(HistoryFormat.maximumPayloadBytes); "
        + "use fewer queues or clients, or shorter names"
    case .unreadable(let reason):
      reason
    }
  }
}

/// How the reading of a history ended.
package struct HistoryEnding: Hashable, Sendable, CustomStringConvertible {
  /// Whether the recording was ended in order; otherwise events may be missing at the end.
  package var isComplete: Bool
  /// The number of the last whole block (for JSONL, of the last line).
  package var lastWholeBlock: Int
  /// How many events were read.
  package var events: Int
  /// What was wrong behind the last whole block; nil in a complete history.
  package var problem: String?

  /// An ending.
  package init(isComplete: Bool, lastWholeBlock: Int, events: Int, problem: String? = nil) {
    self.isComplete = isComplete
    self.lastWholeBlock = lastWholeBlock
    self.events = events
    self.problem = problem
  }

  /// The ending in words.
  package var description: String {
    if isComplete { return "\(events) events, the whole recording" }
    let reason = problem.map { ": \($0)" } ?? ""
    return "\(events) events can be read, up to block or line \(lastWholeBlock)\(reason)"
  }
}
