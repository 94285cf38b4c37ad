package import Harness
package import Operations

extension Guarantee {
  /// Whether a queue can promise it: only one that has a queue for its dead letters can promise
  /// anything about them.
  package func applies(to queue: QueueDescription) -> Bool {
    self != .deadLetters || queue.deadLetters != nil
  }
}
