package import Environment
package import Operations

/// How available one side of a queue was: all its publishers, or those of one node.
package struct AvailabilitySummary: Hashable, Sendable {
  /// How long one fault that restores something took to bring the side back.
  package struct Recovery: Hashable, Sendable {
    /// The fault.
    package var fault: FaultID
    /// What it restores.
    package var restoration: Restoration
    /// When it began.
    package var began: Instant
    /// From then to the first success of an operation invoked after it; nil if there was none.
    package var after: Duration?
    /// Whether any operation was offered after it.
    package var wasOffered: Bool

    /// A recovery.
    package init(
      fault: FaultID, restoration: Restoration, began: Instant, after: Duration?, wasOffered: Bool
    ) {
      self.fault = fault
      self.restoration = restoration
      self.began = began
      self.after = after
      self.wasOffered = wasOffered
    }
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

  /// A summary.
  package init(
    queue: QueueID, node: NodeID?, offered: Int, succeeded: Int, longestFrom: Instant?,
    longest: Duration?, recoveries: [Recovery]
  ) {
    self.queue = queue
    self.node = node
    self.offered = offered
    self.succeeded = succeeded
    self.longestFrom = longestFrom
    self.longest = longest
    self.recoveries = recoveries
  }

  /// The summary as measures: `longest-unavailability`, `recovery-heal-1`, each with the node if it
  /// is about one.
  package var measures: [Measure] {
    [
      Measure(
        node.map { .node(.longestUnavailability, $0) } ?? .whole(.longestUnavailability),
        queue: queue, longest.map { .duration($0) } ?? .absent("no publish was offered"))
    ]
      + recoveries.map { recovery in
        Measure(
          .recovery(recovery.restoration, recovery.fault, node: node), queue: queue,
          recovery.value)
      }
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
