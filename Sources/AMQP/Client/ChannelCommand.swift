/// One command for a session, under a token that its owner chooses.
package struct ChannelCommand: Hashable, Sendable {
  /// Comes back in every event about the command; unique among the commands in flight.
  package var token: UInt64
  /// What to do.
  package var operation: ChannelOperation

  /// A command.
  package init(token: UInt64, _ operation: ChannelOperation) {
    self.token = token
    self.operation = operation
  }
}

/// What a session can do for its owner.
package enum ChannelOperation: Hashable, Sendable {
  /// Publishes one message.
  indirect case publish(Publication)
  /// Fetches one message.
  case get(queue: String, noAck: Bool)
  /// Starts a consumer; its tag must not be in use on the session.
  case consume(ConsumeRequest)
  /// Ends a consumer.
  case cancel(consumerTag: String)
  /// Acknowledges a delivery, or with `multiple` everything up to it.
  case ack(DeliveryReference, multiple: Bool)
  /// Refuses a delivery, or with `multiple` everything up to it.
  case nack(DeliveryReference, multiple: Bool, requeue: Bool)
  /// Refuses one delivery.
  case reject(DeliveryReference, requeue: Bool)
  /// Declares a queue, or with `passive` asks for its counts.
  case declare(QueueDeclaration)
  /// Deletes a queue.
  case delete(queue: String, ifUnused: Bool = false, ifEmpty: Bool = false)
  /// Drops the ready messages of a queue.
  case purge(queue: String)
  /// Binds a queue to an exchange.
  case bind(QueueBinding)
  /// Undoes a binding.
  case unbind(QueueBinding)
  /// Declares an exchange.
  case declareExchange(ExchangeDeclaration)
  /// Deletes an exchange.
  case deleteExchange(exchange: String, ifUnused: Bool = false)
  /// Sets the prefetch count.
  case qos(prefetchCount: UInt16, global: Bool = false)
}

/// A message to publish.
package struct Publication: Hashable, Sendable {
  /// The exchange; empty for the default exchange, which routes by queue name.
  package var exchange: String
  /// The routing key.
  package var routingKey: String
  /// Whether the broker is to return the message if no queue takes it.
  ///
  /// Returns carry no tag. A session ties one to its publish by exchange, key, message id and
  /// body; so mandatory messages of one session must differ in message id or body.
  package var mandatory: Bool
  /// The properties; `BasicProperties.persistent` for a persistent message.
  package var properties: BasicProperties
  /// The body.
  package var body: [UInt8]

  /// A message.
  package init(
    exchange: String = "", routingKey: String, mandatory: Bool = true,
    properties: BasicProperties = .persistent, body: [UInt8]
  ) {
    self.exchange = exchange
    self.routingKey = routingKey
    self.mandatory = mandatory
    self.properties = properties
    self.body = body
  }
}

/// A delivery tag together with the only channel on which it means anything.
package struct DeliveryReference: Hashable, Sendable {
  /// The incarnation of the session that received the delivery.
  package var incarnation: UInt32
  /// The number of the delivery in that incarnation, from 1.
  package var deliveryTag: UInt64

  /// A reference.
  package init(incarnation: UInt32, deliveryTag: UInt64) {
    self.incarnation = incarnation
    self.deliveryTag = deliveryTag
  }
}
