/// Why a connection or a channel is no longer usable.
package enum LossReason: Hashable, Sendable {
  /// The transport could not be established; the shell's words.
  case connectFailed(String)
  /// The transport was not established in time.
  case connectTimeout
  /// The broker did not finish the handshake, or the opening of the channel, in time.
  case handshakeTimeout
  /// The transport ended under us; the shell's words.
  case transportClosed(String)
  /// Nothing came in for two heartbeat intervals.
  case heartbeatMissed
  /// The broker closed the connection.
  case connectionClosedByBroker(CloseNotice)
  /// The broker closed the channel; the connection lives on.
  case channelClosedByBroker(CloseNotice)
  /// The broker broke the protocol.
  case protocolViolation(WireError)
  /// A synchronous command was not answered in time, so that the channel is out of step.
  case commandTimeout
  /// This side closed in an orderly manner.
  case stopped

  /// The broker's code and words, if it gave any.
  package var notice: CloseNotice? {
    switch self {
    case .connectionClosedByBroker(let notice), .channelClosedByBroker(let notice): notice
    default: nil
    }
  }
}

extension LossReason: CustomStringConvertible {
  /// One sentence for people.
  package var description: String {
    switch self {
    case .connectFailed(let why): "could not connect: \(why)"
    case .connectTimeout: "the connection was not established in time"
    case .handshakeTimeout: "the broker did not finish the AMQP handshake in time"
    case .transportClosed(let why): "the connection ended: \(why)"
    case .heartbeatMissed: "the broker sent nothing for two heartbeat intervals"
    case .connectionClosedByBroker(let notice): "the broker closed the connection: \(notice)"
    case .channelClosedByBroker(let notice): "the broker closed the channel: \(notice)"
    case .protocolViolation(let error): "the broker broke the protocol: \(error)"
    case .commandTimeout: "a command was not answered in time"
    case .stopped: "closed by this side"
    }
  }
}
