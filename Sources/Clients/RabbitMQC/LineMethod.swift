import AMQP

/// A method for the broker, on the session's only channel.
enum LineMethod: Hashable, Sendable {
  case openChannel
  case selectConfirms
  /// Through the default exchange, persistent and mandatory.
  case publish(queue: String, body: [UInt8])
  /// With manual acknowledgement.
  case get(queue: String)
  case limitPrefetch(UInt16)
  /// With manual acknowledgement.
  case consume(queue: String)
  case declare(QueueDeclaration)
  case ack(tag: UInt64, multiple: Bool)
  case nack(tag: UInt64, multiple: Bool, requeue: Bool)
  case reject(tag: UInt64)
  /// The answer to a channel.close of the broker.
  case acceptClose
  /// The answer to a channel.flow of the broker.
  case acceptFlow(active: Bool)
  /// The answer to a basic.cancel of the broker.
  case acceptCancel(consumerTag: String)
}

/// What a line tells its session.
enum LineReport: Hashable, Sendable {
  /// Connected and logged in; the channel is not open yet.
  case connected
  /// A method of the session's channel.
  case received(LineAnswer)
  /// The broker broke the protocol in a way that leaves the stream of frames intact; the session
  /// has to close.
  case violation(WireError)
  /// The connection is gone. Nothing follows.
  case ended(LossReason)
}

/// What the broker says on the session's channel; contents are whole.
enum LineAnswer: Hashable, Sendable {
  case channelOpened
  case confirmsSelected
  case prefetchLimited
  case consuming
  case declared
  case empty
  case message(LineMessage)
  case delivery(LineMessage)
  case returned(ReturnArguments, body: [UInt8])
  case confirm(tag: UInt64, multiple: Bool, nacked: Bool)
  case cancelled(consumerTag: String, isAnswered: Bool)
  case flow(active: Bool)
  case channelClosed(CloseNotice)
}

/// A message that was got or pushed.
struct LineMessage: Hashable, Sendable {
  var tag: UInt64
  var redelivered: Bool
  var body: [UInt8]
}
