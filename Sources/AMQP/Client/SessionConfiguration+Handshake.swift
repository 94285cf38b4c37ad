internal import Environment

extension SessionConfiguration {
  /// What the client would like before it hears the broker.
  package var wishes: ConnectionLimits {
    ConnectionLimits(
      channelMax: 2047,
      frameMax: UInt32(clamping: max(frameMax, Frame.minimumSize)),
      heartbeat: heartbeatSeconds)
  }

  private var heartbeatSeconds: UInt16 {
    guard heartbeat > .zero else { return 0 }
    let (whole, rest) = heartbeat.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return UInt16(clamping: rest > 0 ? whole + 1 : whole)
  }

  /// The lower of both sides' limits, where zero means none; heartbeats only if we want them.
  func agree(to proposal: ConnectionLimits) throws(WireError) -> ConnectionLimits {
    let wishes = self.wishes
    let frameMax =
      proposal.frameMax == 0 ? wishes.frameMax : min(wishes.frameMax, proposal.frameMax)
    guard frameMax >= Frame.minimumSize else {
      throw .negotiationFailed(
        "the broker proposes frames of \(frameMax) bytes; at least \(Frame.minimumSize) are needed")
    }
    let channelMax =
      proposal.channelMax == 0 ? wishes.channelMax : min(wishes.channelMax, proposal.channelMax)
    let heartbeat =
      proposal.heartbeat == 0 ? wishes.heartbeat : min(wishes.heartbeat, proposal.heartbeat)
    return ConnectionLimits(channelMax: channelMax, frameMax: frameMax, heartbeat: heartbeat)
  }

  /// Logs in with SASL PLAIN (RFC 4616) and tells what this client understands.
  func answer(to greeting: ServerGreeting) throws(WireError) -> ClientGreeting {
    guard greeting.versionMajor == 0, greeting.versionMinor == 9 else {
      throw .negotiationFailed(
        "the broker starts AMQP \(greeting.versionMajor)-\(greeting.versionMinor), not 0-9")
    }
    let mechanisms = (greeting.mechanisms.text ?? "").split(separator: " ")
    guard mechanisms.contains("PLAIN") else {
      throw .negotiationFailed("the broker offers \(mechanisms.joined(separator: ", ")), not PLAIN")
    }
    let response = [0] + Array(user.utf8) + [0] + Array(password.utf8)
    return ClientGreeting(
      clientProperties: clientProperties, mechanism: "PLAIN", response: LongString(bytes: response))
  }

  private var clientProperties: FieldTable {
    [
      "product": "Stoat",
      "platform": "Swift",
      "capabilities": .table([
        "consumer_cancel_notify": true,
        "publisher_confirms": true,
        "basic.nack": true,
        "connection.blocked": true,
        "authentication_failure_close": true,
      ]),
      "connection_name": .longString(LongString(connectionName)),
    ]
  }
}
