/// How a command ended; every submitted command ends exactly once.
package enum CommandOutcome: Hashable, Sendable {
  /// The broker answered positively.
  case ok(CommandAnswer)
  /// It was handed to the transport, and the protocol has no answer for it: acknowledgements,
  /// and publishes on a session without confirms.
  case sent
  /// It certainly did not happen.
  case failed(CommandFailure)
  /// It may or may not have happened, now or later.
  case indefinite(IndefiniteReason)
}

/// What the broker answered.
package enum CommandAnswer: Hashable, Sendable {
  /// The publish was confirmed.
  case confirmed
  /// The get found a message.
  indirect case message(FetchedMessage)
  /// The get found the queue empty.
  case empty
  /// The queue exists, with so many ready messages and consumers.
  case declared(queue: String, messageCount: UInt32, consumerCount: UInt32)
  /// The queue is gone (or never was), with so many messages.
  case deleted(messageCount: UInt32)
  /// So many messages were dropped.
  case purged(messageCount: UInt32)
  /// The consumer runs.
  case consuming(consumerTag: String)
  /// The consumer has ended.
  case cancelled(consumerTag: String)
  /// Done, with nothing to tell: binding, exchange and qos commands.
  case done
}

/// Why a command certainly did not happen.
package enum CommandFailure: Hashable, Sendable {
  /// No byte of it was handed to the transport.
  case notWritten(RefusalReason)
  /// The broker returned the message as unroutable and then confirmed it.
  case returned(replyCode: UInt16, replyText: String)
}

/// Why a command was never written.
package enum RefusalReason: Hashable, Sendable {
  /// The session was not open.
  case notOpen
  /// The connection or channel was lost while the command waited for its turn.
  case lost(LossReason)
  /// Its deadline passed while it waited for its turn.
  case timeout
  /// Too many commands wait already.
  case queueFull
  /// The delivery belongs to an earlier incarnation.
  case staleIncarnation
  /// The consumer tag is in use, or there are too many consumers.
  case consumerTagInUse
  /// It cannot be expressed on the wire.
  case unencodable(WireError)
}

/// Why nobody knows whether a command happened.
package enum IndefiniteReason: Hashable, Sendable {
  /// The broker refused to confirm; it may have kept the message on some replica all the same.
  case nacked
  /// No answer within the deadline.
  case timeout
  /// The message may have been returned: an identical one was in flight.
  case ambiguousReturn
  /// The channel or connection was lost after writing.
  case lost(LossReason)

  /// The broker's code and words if it closed the channel or connection, such as 404.
  package var notice: CloseNotice? {
    if case .lost(let reason) = self { return reason.notice }
    return nil
  }
}

/// A message that a get brought.
package struct FetchedMessage: Hashable, Sendable {
  /// The delivery, for acknowledging it.
  package var reference: DeliveryReference
  /// Tag, flag, exchange, key and the messages that stay.
  package var arguments: GetOkArguments
  /// The properties.
  package var properties: BasicProperties
  /// The body.
  package var body: [UInt8]

  /// A message.
  package init(
    reference: DeliveryReference, arguments: GetOkArguments, properties: BasicProperties,
    body: [UInt8]
  ) {
    self.reference = reference
    self.arguments = arguments
    self.properties = properties
    self.body = body
  }
}
