/// How an operation ended, by the phase of the protocol that it had reached.
public enum Outcome: Hashable, Sendable {
  /// The broker answered that it happened.
  case ok(Answer)
  /// It certainly did not happen.
  case fail(Failure)
  /// It may have happened, may still happen, or may never.
  case info(Doubt)
}

/// A positive answer of the broker.
public enum Answer: Hashable, Sendable {
  /// A publish was confirmed.
  case confirmed
  /// A get brought a message.
  case message(Receipt)
  /// A get found the queue empty.
  case empty
  /// Any other operation was accepted.
  case accepted
}

/// Why an operation certainly did not happen.
public enum Failure: UInt8, Hashable, Sendable, CaseIterable {
  /// Nothing of it was written to the connection.
  case notWritten = 0
  /// The broker returned the message as unroutable.
  case returned = 1
}

/// Why nobody can tell whether an operation happened.
public enum Doubt: Hashable, Sendable {
  /// No answer came before the operation's deadline.
  case timeout
  /// The connection was lost.
  case connectionLost
  /// The broker closed the channel, with this AMQP reply code.
  case channelClosed(code: UInt16)
  /// The broker refused the message with a negative confirm; it may have kept it all the same.
  case nacked
  /// The run ended first.
  case runEnded
}

/// One message as a consumer received it: by get or by push.
public struct Receipt: Hashable, Sendable {
  /// The session that received it and to which the delivery tag belongs.
  public var session: SessionID
  /// The channel's delivery tag, from 1.
  public var tag: UInt64
  /// The message, `foreign` if the body was not one of this run's.
  public var message: MessageID
  /// Whether the broker flagged it as redelivered.
  public var redelivered: Bool

  /// A received message.
  public init(session: SessionID, tag: UInt64, message: MessageID, redelivered: Bool) {
    self.session = session
    self.tag = tag
    self.message = message
    self.redelivered = redelivered
  }
}
