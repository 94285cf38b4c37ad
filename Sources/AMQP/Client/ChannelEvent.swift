/// What a session tells its owner.
package enum ChannelEvent: Hashable, Sendable {
  /// Channel and connection are ready; commands are taken from now on. Incarnations count from 1.
  case opened(incarnation: UInt32)
  /// An opened incarnation ended; the outcomes of the commands that were left follow at once.
  case lost(incarnation: UInt32, reason: LossReason)
  /// An attempt to open failed; the session pauses and tries again.
  case attemptFailed(reason: LossReason)
  /// The command's bytes are handed to the shell in this very batch of actions.
  ///
  /// `publishTag` is the number under which confirms speak of a publish, nil for other commands
  /// and for sessions without confirms.
  case written(token: UInt64, publishTag: UInt64?)
  /// The command ended.
  case completed(token: UInt64, outcome: CommandOutcome)
  /// A consumer received a message.
  indirect case delivered(ChannelDelivery)
  /// The broker ended a consumer on its own.
  case consumerCancelled(incarnation: UInt32, consumerTag: String)
  /// The broker stalls publishers.
  case blocked(reason: String)
  /// The broker no longer stalls publishers.
  case unblocked
  /// Something for the checker of the confirm protocol; outcomes are told by `completed`.
  case answer(incarnation: UInt32, ProtocolAnswer)
  /// The session has ended for good.
  case stopped
}

/// The broker's words about publishes, as they came.
package enum ProtocolAnswer: Hashable, Sendable {
  /// `basic.ack` or `basic.nack`, also for tags that are unknown, expired or answered before.
  case confirm(publishTag: UInt64, multiple: Bool, nacked: Bool)
  /// `basic.return`.
  case returned(ReturnedMessage)
}

/// A message that the broker gave back because no queue took it.
package struct ReturnedMessage: Hashable, Sendable {
  /// The token of the publish that it belongs to; nil unless that is certain, and then the body is
  /// the one that was published.
  package var token: UInt64?
  /// The lowest publish tag that was still unanswered when it came; the next tag to be used, if
  /// none was.
  package var lowestUnanswered: UInt64
  /// The broker's reason, such as 312.
  package var replyCode: UInt16
  /// The body.
  package var body: [UInt8]

  /// A message that came back.
  package init(token: UInt64?, lowestUnanswered: UInt64, replyCode: UInt16, body: [UInt8]) {
    self.token = token
    self.lowestUnanswered = lowestUnanswered
    self.replyCode = replyCode
    self.body = body
  }
}

/// A message that a consumer received.
package struct ChannelDelivery: Hashable, Sendable {
  /// The incarnation that received it.
  package var incarnation: UInt32
  /// Consumer, tag, flag, exchange and key.
  package var arguments: DeliverArguments
  /// The properties.
  package var properties: BasicProperties
  /// The body.
  package var body: [UInt8]

  /// A delivery.
  package init(
    incarnation: UInt32, arguments: DeliverArguments, properties: BasicProperties, body: [UInt8]
  ) {
    self.incarnation = incarnation
    self.arguments = arguments
    self.properties = properties
    self.body = body
  }

  /// What an acknowledgement has to name.
  package var reference: DeliveryReference {
    DeliveryReference(incarnation: incarnation, deliveryTag: arguments.deliveryTag)
  }
}
