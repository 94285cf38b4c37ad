package import AMQP
package import Harness
package import Operations

extension SessionOutcome {
  /// The outcome of a command in terms of the harness; `body` recognises a fetched message.
  package init(_ outcome: CommandOutcome, body: MessageBody) {
    switch outcome {
    case .ok(.confirmed): self = .confirmed
    case .ok(.empty): self = .empty
    case .ok(.message(let fetched)):
      self = .message(
        incarnation: fetched.reference.incarnation,
        SessionReceipt(
          tag: fetched.reference.deliveryTag, message: body.decode(fetched.body),
          redelivered: fetched.arguments.redelivered))
    case .ok, .sent: self = .accepted
    case .failed(.notWritten): self = .failed(.notWritten)
    case .failed(.returned): self = .failed(.returned)
    case .indefinite(let reason): self = .indefinite(Doubt(reason), reason.words)
    }
  }
}

extension Doubt {
  /// The doubt that a reason leaves.
  package init(_ reason: IndefiniteReason) {
    switch reason {
    case .nacked: self = .nacked
    case .timeout, .lost(.commandTimeout): self = .timeout
    case .ambiguousReturn: self = .nacked
    case .lost(.channelClosedByBroker(let notice)): self = .channelClosed(code: notice.replyCode)
    case .lost(.stopped): self = .runEnded
    case .lost: self = .connectionLost
    }
  }
}

extension IndefiniteReason {
  fileprivate var words: String {
    switch self {
    case .nacked: "the broker refused it with a negative confirm"
    case .timeout: "no answer came in time"
    case .ambiguousReturn: "an identical message was returned"
    case .lost(let reason): reason.description
    }
  }
}
