package import Operations

/// One client's connection to a broker: commands go in, events come out, nothing waits.
///
/// A session reconnects by itself until it is stopped. Each time its channel opens it enters a new
/// incarnation, counted from 1. All calls and events happen on one event loop.
package protocol BrokerSession: AnyObject {
  /// Begins to connect.
  func start()
  /// Hands over a command; its end arrives as an event, exactly once for each operation.
  func submit(_ command: SessionCommand)
  /// Closes the connection in order, within the session's own deadline.
  func stop()
}

/// What a client asks of its session.
package enum SessionCommand: Hashable, Sendable {
  /// Publish to a queue through the default exchange: mandatory, persistent, confirmed.
  case publish(OperationID, queue: String, message: MessageID, bytes: Int)
  /// Get one message with manual acknowledgement.
  case get(OperationID, queue: String)
  /// Start a consumer with manual acknowledgement.
  case consume(OperationID, queue: String, prefetch: Int)
  /// Answer a delivery of this incarnation; dropped if the incarnation is gone.
  case settle(incarnation: UInt32, tag: UInt64, multiple: Bool, kind: SettlementKind)
  /// Declare a durable queue of this kind, whose dead letters go to the named queue.
  case declare(OperationID, queue: QueuePlan, deadLetters: String?)
  /// Drop the connection without a word, as a client that dies does; the session then reconnects.
  case drop
}

/// What a session reports.
package enum SessionEvent: Hashable, Sendable {
  /// A channel is open and confirms are on.
  case opened(incarnation: UInt32)
  /// The channel or its connection is gone; its deliveries can no longer be settled.
  case lost(incarnation: UInt32, reason: String)
  /// An attempt to open failed; the session will try again.
  case attemptFailed(reason: String)
  /// An operation's first byte was handed to the connection; publishes carry their sequence number.
  case written(OperationID, incarnation: UInt32, sequence: UInt64)
  /// An operation ended.
  case completed(OperationID, SessionOutcome)
  /// A message was pushed.
  case delivered(incarnation: UInt32, SessionReceipt)
  /// A settlement was handed to the connection.
  case settled(incarnation: UInt32, tag: UInt64, multiple: Bool, kind: SettlementKind)
  /// The broker answered publishes.
  case answered(incarnation: UInt32, sequence: UInt64, multiple: Bool, positive: Bool)
  /// The broker returned a message as unroutable.
  case returned(incarnation: UInt32, MessageID)
  /// The broker cancelled the consumer.
  case consumerCancelled(incarnation: UInt32)
}

/// How an operation ended, in terms of the session.
package enum SessionOutcome: Hashable, Sendable {
  /// A publish was confirmed.
  case confirmed
  /// A get brought a message.
  case message(incarnation: UInt32, SessionReceipt)
  /// A get found nothing.
  case empty
  /// The broker said yes.
  case accepted
  /// It certainly did not happen.
  case failed(Failure)
  /// Nobody can tell; the text is for people.
  case indefinite(Doubt, String)
}

/// A received message in terms of the session.
package struct SessionReceipt: Hashable, Sendable {
  /// The channel's delivery tag.
  package var tag: UInt64
  /// The message, `foreign` if its body is not of this run.
  package var message: MessageID
  /// The broker's flag.
  package var redelivered: Bool

  /// A received message.
  package init(tag: UInt64, message: MessageID, redelivered: Bool) {
    self.tag = tag
    self.message = message
    self.redelivered = redelivered
  }
}
