package import Environment
package import Harness
package import Operations

/// How available one side of a queue was: all its publishers, or those of one node.
package struct AvailabilitySummary: Hashable, Sendable {
  /// How long one fault that restores something took to bring the side back.
  package struct Recovery: Hashable, Sendable {
    /// The fault.
    package var fault: FaultID
    /// Its name.
    package var name: String
    /// When it began.
    package var began: Instant
    /// From then to the first success of an operation invoked after it; nil if there was none.
    package var after: Duration?
    /// Whether any operation was offered after it.
    package var wasOffered: Bool
  }

  /// The queue.
  package var queue: QueueID
  /// The node of the publishers; nil for all of them.
  package var node: NodeID?
  /// Publishes invoked in the load phase.
  package var offered: Int
  /// Those of them that were confirmed within the load phase.
  package var succeeded: Int
  /// When the longest span without a success began; nil if nothing was offered.
  package var longestFrom: Instant?
  /// How long it was; nil if nothing was offered.
  package var longest: Duration?
  /// By fault that restores something, in the order of the history.
  package var recoveries: [Recovery]

  /// The summary as named measures: `longest-unavailability`, `recovery-heal-1`, each followed by
  /// the node if it is about one.
  package var measures: [Measure] {
    let suffix = node.map { "-\($0)" } ?? ""
    var measures = [
      Measure(
        "longest-unavailability\(suffix)", queue: queue,
        longest.map { .duration($0) } ?? .absent("no publish was offered"))
    ]
    for recovery in recoveries {
      measures.append(
        Measure(
          "recovery-\(recovery.name)-\(recovery.fault)\(suffix)", queue: queue, recovery.value))
    }
    return measures
  }
}

extension AvailabilitySummary.Recovery {
  fileprivate var value: MeasureValue {
    if let after { return .duration(after) }
    return .absent(
      wasOffered
        ? "no publish that was invoked after it was confirmed" : "no publish was offered after it")
  }
}
