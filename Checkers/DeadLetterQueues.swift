package import Harness
package import Operations

extension HistoryHeader {
  /// Whether another queue sends its dead letters to this one.
  package func receivesDeadLetters(_ queue: QueueID) -> Bool {
    queues.contains { $0.deadLetters == queue && $0.id != queue }
  }
}

extension Guarantee {
  /// Whether a queue can promise it: only one that has a queue for its dead letters can promise
  /// anything about them.
  package func applies(to queue: QueueDescription) -> Bool {
    self != .deadLetters || queue.deadLetters != nil
  }
}
