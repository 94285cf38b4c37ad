/// The arguments of `basic.consume`.
package struct ConsumeRequest: Hashable, Sendable {
  /// The queue.
  package var queue: String
  /// The consumer's tag; empty asks the broker for one.
  package var consumerTag: String
  /// Do not deliver what this connection publishes (ignored by RabbitMQ).
  package var noLocal: Bool
  /// Count every delivery as acknowledged when it is sent.
  package var noAck: Bool
  /// Be the only consumer.
  package var exclusive: Bool
  /// Send no answer.
  package var noWait: Bool
  /// Optional arguments such as `x-priority`.
  package var arguments: FieldTable

  /// A request.
  package init(
    queue: String, consumerTag: String, noLocal: Bool = false, noAck: Bool = false,
    exclusive: Bool = false, noWait: Bool = false, arguments: FieldTable = [:]
  ) {
    self.queue = queue
    self.consumerTag = consumerTag
    self.noLocal = noLocal
    self.noAck = noAck
    self.exclusive = exclusive
    self.noWait = noWait
    self.arguments = arguments
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.short(0)
    try writer.shortString(queue)
    try writer.shortString(consumerTag)
    writer.octet(UInt8(bits: noLocal, noAck, exclusive, noWait))
    try writer.table(arguments)
  }

  init(from reader: inout WireReader) throws(WireError) {
    _ = try reader.short()
    queue = try reader.shortString()
    consumerTag = try reader.shortString()
    let bits = try reader.octet()
    noLocal = bits.bit(0)
    noAck = bits.bit(1)
    exclusive = bits.bit(2)
    noWait = bits.bit(3)
    arguments = try reader.table()
  }
}

/// The arguments of `basic.deliver`.
package struct DeliverArguments: Hashable, Sendable {
  /// The consumer.
  package var consumerTag: String
  /// The number of the delivery on its channel, from 1.
  package var deliveryTag: UInt64
  /// Whether the broker says that it may have delivered the message before.
  package var redelivered: Bool
  /// The exchange the message was published to.
  package var exchange: String
  /// The key it was published with.
  package var routingKey: String

  /// Arguments.
  package init(
    consumerTag: String, deliveryTag: UInt64, redelivered: Bool, exchange: String,
    routingKey: String
  ) {
    self.consumerTag = consumerTag
    self.deliveryTag = deliveryTag
    self.redelivered = redelivered
    self.exchange = exchange
    self.routingKey = routingKey
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    try writer.shortString(consumerTag)
    writer.longLong(deliveryTag)
    writer.octet(UInt8(bits: redelivered))
    try writer.shortString(exchange)
    try writer.shortString(routingKey)
  }

  init(from reader: inout WireReader) throws(WireError) {
    consumerTag = try reader.shortString()
    deliveryTag = try reader.longLong()
    redelivered = try reader.octet().bit(0)
    exchange = try reader.shortString()
    routingKey = try reader.shortString()
  }
}

/// The arguments of `basic.get-ok`.
package struct GetOkArguments: Hashable, Sendable {
  /// The number of the delivery on its channel, from 1.
  package var deliveryTag: UInt64
  /// Whether the broker says that it may have delivered the message before.
  package var redelivered: Bool
  /// The exchange the message was published to.
  package var exchange: String
  /// The key it was published with.
  package var routingKey: String
  /// The ready messages that stay in the queue.
  package var messageCount: UInt32

  /// Arguments.
  package init(
    deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String,
    messageCount: UInt32
  ) {
    self.deliveryTag = deliveryTag
    self.redelivered = redelivered
    self.exchange = exchange
    self.routingKey = routingKey
    self.messageCount = messageCount
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.longLong(deliveryTag)
    writer.octet(UInt8(bits: redelivered))
    try writer.shortString(exchange)
    try writer.shortString(routingKey)
    writer.long(messageCount)
  }

  init(from reader: inout WireReader) throws(WireError) {
    deliveryTag = try reader.longLong()
    redelivered = try reader.octet().bit(0)
    exchange = try reader.shortString()
    routingKey = try reader.shortString()
    messageCount = try reader.long()
  }
}

/// The arguments of `basic.return`: a message that nobody could take.
package struct ReturnArguments: Hashable, Sendable {
  /// 312 (no route) or 313 (no consumers).
  package var replyCode: UInt16
  /// The broker's words.
  package var replyText: String
  /// The exchange the message was published to.
  package var exchange: String
  /// The key it was published with.
  package var routingKey: String

  /// Arguments.
  package init(
    replyCode: UInt16 = ReplyCode.noRoute, replyText: String = "NO_ROUTE", exchange: String,
    routingKey: String
  ) {
    self.replyCode = replyCode
    self.replyText = replyText
    self.exchange = exchange
    self.routingKey = routingKey
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.short(replyCode)
    try writer.shortString(replyText)
    try writer.shortString(exchange)
    try writer.shortString(routingKey)
  }

  init(from reader: inout WireReader) throws(WireError) {
    replyCode = try reader.short()
    replyText = try reader.shortString()
    exchange = try reader.shortString()
    routingKey = try reader.shortString()
  }
}
