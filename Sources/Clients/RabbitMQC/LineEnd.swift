import AMQP
import CRabbitMQ
import Glibc

/// Ends the work on a connection.
struct LineEnd: Error {
  var reason: LossReason

  init(_ reason: LossReason) {
    self.reason = reason
  }

  /// The end that a status of the library stands for.
  init(status: Int32) {
    let words = String(cString: amqp_error_string2(status))
    switch status {
    case AMQP_STATUS_HEARTBEAT_TIMEOUT.rawValue: self.init(.heartbeatMissed)
    case AMQP_STATUS_BAD_AMQP_DATA.rawValue, AMQP_STATUS_UNKNOWN_CLASS.rawValue,
      AMQP_STATUS_UNKNOWN_METHOD.rawValue, AMQP_STATUS_WRONG_METHOD.rawValue,
      AMQP_STATUS_UNEXPECTED_STATE.rawValue:
      self.init(.protocolViolation(.unexpectedFrame(words)))
    case AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION.rawValue,
      AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD.rawValue, AMQP_STATUS_UNSUPPORTED.rawValue:
      self.init(.protocolViolation(.negotiationFailed(words)))
    default: self.init(.transportClosed(words))
    }
  }

  /// The end that a failed login stands for.
  init(login reply: amqp_rpc_reply_t) {
    if reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION,
      reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD, let decoded = reply.reply.decoded
    {
      let close = decoded.load(as: amqp_connection_close_t.self)
      self.init(.connectionClosedByBroker(CloseNotice(close)))
    } else if reply.library_error == AMQP_STATUS_TIMEOUT.rawValue {
      self.init(.handshakeTimeout)
    } else {
      self.init(status: reply.library_error)
    }
  }

  /// The failure of a system call on the way to a connection.
  init(connecting code: Int32) {
    self.init(.connectFailed(String(cString: strerror(code))))
  }
}

extension CloseNotice {
  init(_ close: amqp_connection_close_t) {
    self.init(
      replyCode: close.reply_code, replyText: String(close.reply_text), classID: close.class_id,
      methodID: close.method_id)
  }

  init(_ close: amqp_channel_close_t) {
    self.init(
      replyCode: close.reply_code, replyText: String(close.reply_text), classID: close.class_id,
      methodID: close.method_id)
  }
}
