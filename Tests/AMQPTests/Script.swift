import AMQP
import Environment

/// Bytes and instants for tests that speak the broker's part themselves.
enum Script {
  static func bytes(_ methods: Method..., channel: UInt16 = 1) throws -> [UInt8] {
    var writer = WireWriter()
    for method in methods { try writer.method(method, channel: channel, frameMax: 131_072) }
    return writer.take()
  }

  static func content(
    _ method: BasicMethod, properties: BasicProperties = BasicProperties(), body: [UInt8]
  ) throws -> [UInt8] {
    var writer = WireWriter()
    try writer.content(
      .basic(method), properties: properties, body: body, channel: 1, frameMax: 4096)
    return writer.take()
  }

  static func frames(_ bytes: [UInt8]) throws -> [Frame] {
    var decoder = FrameDecoder(frameMax: 131_072)
    decoder.append(bytes)
    var frames: [Frame] = []
    while let frame = try decoder.next() { frames.append(frame) }
    return frames
  }

  static let greeting = Method.connection(
    .start(ServerGreeting(serverProperties: ["product": "RabbitMQ"])))

  static func tune(heartbeat: UInt16) -> Method {
    .connection(.tune(ConnectionLimits(heartbeat: heartbeat)))
  }

  static func second(_ seconds: Int64) -> Instant { .zero + .seconds(seconds) }

  static func millisecond(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }

  static let heartbeat: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0xCE]
}

extension ConnectionMachine {
  /// A connection whose handshake is done, at instant zero.
  static func opened(
    _ configuration: SessionConfiguration = SessionConfiguration(), heartbeat: UInt16 = 10
  ) throws -> ConnectionMachine {
    var machine = ConnectionMachine(configuration)
    _ = machine.receive(.connected, at: .zero)
    let handshake = try Script.bytes(
      Script.greeting, Script.tune(heartbeat: heartbeat), .connection(.openOk), channel: 0)
    _ = machine.receive(.bytes(handshake), at: .zero)
    return machine
  }
}
