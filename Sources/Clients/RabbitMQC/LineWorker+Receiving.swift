import AMQP
import CRabbitMQ
import Glibc

extension LineWorker {
  /// Takes the frames that are there, without waiting for more, and lets the library do what its
  /// heartbeats want.
  mutating func receive(from connection: amqp_connection_state_t) throws(LineEnd) {
    var now = timeval()
    for _ in 0..<Self.framesPerTurn {
      var frame = amqp_frame_t()
      let status = amqp_simple_wait_frame_noblock(connection, &frame, &now)
      if status == AMQP_STATUS_TIMEOUT.rawValue { return }
      guard status == AMQP_STATUS_OK.rawValue else { throw LineEnd(status: status) }
      try take(frame, from: connection)
      // Everything of the frame was copied; without this the library keeps it for ever.
      amqp_maybe_release_buffers_on_channel(connection, frame.channel)
    }
  }

  private mutating func take(
    _ frame: amqp_frame_t, from connection: amqp_connection_state_t
  ) throws(LineEnd) {
    do throws(WireError) {
      switch (Int32(frame.frame_type), frame.channel) {
      case (AMQP_FRAME_HEARTBEAT, 0): break
      case (AMQP_FRAME_METHOD, 0): try takeConnection(frame.payload.method, from: connection)
      case (AMQP_FRAME_METHOD, Self.channel):
        guard collector.isIdle else { throw .unexpectedFrame("a method inside a content") }
        try takeChannel(frame.payload.method)
      case (AMQP_FRAME_HEADER, Self.channel):
        report(try collector.header(bodySize: frame.payload.properties.body_size))
      case (AMQP_FRAME_BODY, Self.channel):
        report(try collector.body([UInt8](frame.payload.body_fragment)))
      default: throw .unexpectedFrame("type \(frame.frame_type) on channel \(frame.channel)")
      }
    } catch {
      if !isViolated { reports.append(.violation(error)) }
      isViolated = true
    }
    if let brokersEnd { throw LineEnd(.connectionClosedByBroker(brokersEnd)) }
  }

  private mutating func report(_ answer: LineAnswer?) {
    if let answer, !isViolated { reports.append(.received(answer)) }
  }

  private mutating func takeConnection(
    _ method: amqp_method_t, from connection: amqp_connection_state_t
  ) throws(WireError) {
    switch method.id {
    case AMQP_CONNECTION_CLOSE_METHOD:
      brokersEnd = CloseNotice(try method.arguments(amqp_connection_close_t.self))
      var accept = amqp_connection_close_ok_t()
      amqp_send_method(connection, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &accept)
    case AMQP_CONNECTION_BLOCKED_METHOD, AMQP_CONNECTION_UNBLOCKED_METHOD: break
    default: throw .unexpectedMethod(method.name)
    }
  }

  private mutating func takeChannel(_ method: amqp_method_t) throws(WireError) {
    switch method.id {
    case AMQP_BASIC_ACK_METHOD:
      let ack = try method.arguments(amqp_basic_ack_t.self)
      report(.confirm(tag: ack.delivery_tag, multiple: ack.multiple != 0, nacked: false))
    case AMQP_BASIC_NACK_METHOD:
      let nack = try method.arguments(amqp_basic_nack_t.self)
      report(.confirm(tag: nack.delivery_tag, multiple: nack.multiple != 0, nacked: true))
    case AMQP_BASIC_DELIVER_METHOD:
      let deliver = try method.arguments(amqp_basic_deliver_t.self)
      collector.begin(.delivery(tag: deliver.delivery_tag, redelivered: deliver.redelivered != 0))
    case AMQP_BASIC_GET_OK_METHOD:
      let message = try method.arguments(amqp_basic_get_ok_t.self)
      collector.begin(.message(tag: message.delivery_tag, redelivered: message.redelivered != 0))
    case AMQP_BASIC_RETURN_METHOD:
      collector.begin(.returned(ReturnArguments(try method.arguments(amqp_basic_return_t.self))))
    case AMQP_BASIC_GET_EMPTY_METHOD: report(.empty)
    default: try takeRare(method)
    }
  }

  private mutating func takeRare(_ method: amqp_method_t) throws(WireError) {
    switch method.id {
    case AMQP_CHANNEL_OPEN_OK_METHOD: report(.channelOpened)
    case AMQP_CONFIRM_SELECT_OK_METHOD: report(.confirmsSelected)
    case AMQP_BASIC_QOS_OK_METHOD: report(.prefetchLimited)
    case AMQP_BASIC_CONSUME_OK_METHOD: report(.consuming)
    case AMQP_QUEUE_DECLARE_OK_METHOD: report(.declared)
    case AMQP_CHANNEL_CLOSE_METHOD:
      report(.channelClosed(CloseNotice(try method.arguments(amqp_channel_close_t.self))))
    case AMQP_CHANNEL_FLOW_METHOD:
      report(.flow(active: try method.arguments(amqp_channel_flow_t.self).active != 0))
    case AMQP_BASIC_CANCEL_METHOD:
      let cancel = try method.arguments(amqp_basic_cancel_t.self)
      report(
        .cancelled(
          consumerTag: String(cancel.consumer_tag), isAnswered: cancel.nowait == 0))
    default: throw .unexpectedMethod(method.name)
    }
  }
}

extension amqp_method_t {
  /// The decoded arguments; the pointers in them end with the frame.
  fileprivate func arguments<Arguments>(_ type: Arguments.Type) throws(WireError) -> Arguments {
    guard let decoded else { throw .truncated }
    return decoded.load(as: type)
  }

  fileprivate var name: String {
    amqp_method_name(id).map { String(cString: $0) } ?? "\(id >> 16).\(id & 0xFFFF)"
  }
}

extension ReturnArguments {
  fileprivate init(_ arguments: amqp_basic_return_t) {
    self.init(
      replyCode: arguments.reply_code, replyText: String(arguments.reply_text),
      exchange: String(arguments.exchange), routingKey: String(arguments.routing_key))
  }
}
