/// How much a history says that another program has recorded.
///
/// It goes with every copy of the history: it is what the header calls the system.
package struct ImportedKnowledge: Hashable, Sendable {
  /// Whether receipts say if they were flagged as redelivered.
  package var knowsFlags: Bool
  /// Whether operations have times.
  package var knowsTimes: Bool

  /// Some knowledge.
  package init(knowsFlags: Bool, knowsTimes: Bool) {
    self.knowsFlags = knowsFlags
    self.knowsTimes = knowsTimes
  }

  /// The knowledge of a history with this header; nil for a history of Stoat's own.
  package init?(_ header: HistoryHeader) {
    let words = header.system.split(separator: " ", omittingEmptySubsequences: false)
    guard words.first == Self.name[...] else { return nil }
    knowsFlags = !words.contains(Self.flags[...])
    knowsTimes = !words.contains(Self.times[...])
  }

  /// What the header calls the system, in its first word.
  package static let name = "jepsen"
  private static let flags = "no-redelivered-flags"
  private static let times = "no-times"

  /// What the header calls the system: `jepsen`, and what is missing.
  package var system: String {
    ([Self.name] + (knowsFlags ? [] : [Self.flags]) + (knowsTimes ? [] : [Self.times]))
      .joined(separator: " ")
  }
}
