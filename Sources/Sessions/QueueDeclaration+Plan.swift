package import AMQP
import Environment
package import Harness
import Operations

extension QueueDeclaration {
  /// The declaration of a durable queue of a plan, whose dead letters go to the named queue.
  package init(_ queue: QueuePlan, deadLetters: String?) {
    var arguments: FieldTable = [:]
    if queue.options.messageTTL > .zero {
      arguments["x-message-ttl"] = .int64(queue.options.messageTTL.nanoseconds / 1_000_000)
    }
    if queue.options.expiry > .zero {
      arguments["x-expires"] = .int64(queue.options.expiry.nanoseconds / 1_000_000)
    }
    if let deadLetters {
      arguments["x-dead-letter-exchange"] = ""
      arguments["x-dead-letter-routing-key"] = .longString(LongString(deadLetters))
    }
    if queue.options.singleActiveConsumer { arguments["x-single-active-consumer"] = true }
    if queue.kind == .quorum, queue.options.deadLettersSurely {
      arguments["x-dead-letter-strategy"] = "at-least-once"
      arguments["x-overflow"] = "reject-publish"
    }
    if queue.kind == .quorum {
      arguments["x-queue-type"] = "quorum"
      if queue.groupSize > 0 {
        arguments["x-quorum-initial-group-size"] = .int32(Int32(queue.groupSize))
      }
    }
    self.init(queue: queue.name, durable: true, arguments: arguments)
  }
}
