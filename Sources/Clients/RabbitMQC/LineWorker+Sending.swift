import AMQP
import CRabbitMQ

extension LineWorker {
  /// Sends one method; ends the connection if that fails, since nobody knows how much left.
  mutating func send(
    _ method: LineMethod, over connection: amqp_connection_state_t
  ) throws(LineEnd) {
    let status = transmit(method, over: connection)
    guard status < 0 else { return }
    // The broker may have said why before it went away.
    try receive(from: connection)
    throw LineEnd(status: status)
  }

  private func transmit(_ method: LineMethod, over connection: amqp_connection_state_t) -> Int32 {
    switch method {
    case .openChannel:
      var open = amqp_channel_open_t()
      return transmit(AMQP_CHANNEL_OPEN_METHOD, &open, over: connection)
    case .selectConfirms:
      var select = amqp_confirm_select_t()
      return transmit(AMQP_CONFIRM_SELECT_METHOD, &select, over: connection)
    case .publish(let queue, let body):
      return publish(body, to: queue, over: connection)
    case .get(let queue):
      return queue.withAMQPBytes { queue in
        var get = amqp_basic_get_t(ticket: 0, queue: queue, no_ack: 0)
        return transmit(AMQP_BASIC_GET_METHOD, &get, over: connection)
      }
    case .limitPrefetch(let count):
      var qos = amqp_basic_qos_t(prefetch_size: 0, prefetch_count: count, global: 0)
      return transmit(AMQP_BASIC_QOS_METHOD, &qos, over: connection)
    case .consume(let queue): return consume(queue, over: connection)
    case .declare(let declaration): return declare(declaration, over: connection)
    case .ack(let tag, let multiple):
      return amqp_basic_ack(connection, Self.channel, tag, multiple ? 1 : 0)
    case .nack(let tag, let multiple, let requeue):
      return amqp_basic_nack(connection, Self.channel, tag, multiple ? 1 : 0, requeue ? 1 : 0)
    case .reject(let tag): return amqp_basic_reject(connection, Self.channel, tag, 1)
    case .acceptClose:
      var accept = amqp_channel_close_ok_t()
      return transmit(AMQP_CHANNEL_CLOSE_OK_METHOD, &accept, over: connection)
    case .acceptFlow(let active):
      var accept = amqp_channel_flow_ok_t(active: active ? 1 : 0)
      return transmit(AMQP_CHANNEL_FLOW_OK_METHOD, &accept, over: connection)
    case .acceptCancel(let tag):
      return tag.withAMQPBytes { tag in
        var accept = amqp_basic_cancel_ok_t(consumer_tag: tag)
        return transmit(AMQP_BASIC_CANCEL_OK_METHOD, &accept, over: connection)
      }
    }
  }

  private func transmit(
    _ id: amqp_method_number_t, _ arguments: UnsafeMutableRawPointer,
    over connection: amqp_connection_state_t
  ) -> Int32 {
    amqp_send_method(connection, Self.channel, id, arguments)
  }

  private func publish(
    _ body: [UInt8], to queue: String, over connection: amqp_connection_state_t
  ) -> Int32 {
    queue.withAMQPBytes { queue in
      body.withAMQPBytes { body in
        withUnsafePointer(to: persistent) { properties in
          amqp_basic_publish(
            connection, Self.channel, amqp_bytes_t(), queue, 1, 0, properties, body)
        }
      }
    }
  }

  private func consume(_ queue: String, over connection: amqp_connection_state_t) -> Int32 {
    queue.withAMQPBytes { queue in
      RabbitMQMachine.consumerTag.withAMQPBytes { tag in
        var consume = amqp_basic_consume_t()
        consume.queue = queue
        consume.consumer_tag = tag
        return transmit(AMQP_BASIC_CONSUME_METHOD, &consume, over: connection)
      }
    }
  }

  private func declare(
    _ declaration: QueueDeclaration, over connection: amqp_connection_state_t
  ) -> Int32 {
    let arguments = TableStorage(declaration.arguments)
    return declaration.queue.withAMQPBytes { queue in
      var declare = amqp_queue_declare_t()
      declare.queue = queue
      declare.passive = declaration.passive ? 1 : 0
      declare.durable = declaration.durable ? 1 : 0
      declare.exclusive = declaration.exclusive ? 1 : 0
      declare.auto_delete = declaration.autoDelete ? 1 : 0
      declare.arguments = arguments.table
      return transmit(AMQP_QUEUE_DECLARE_METHOD, &declare, over: connection)
    }
  }
}
