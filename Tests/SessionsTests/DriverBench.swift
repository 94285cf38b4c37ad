import AMQP
import Environment
import Harness
import Operations
import Sessions

/// A driver whose shell and broker are the test.
struct DriverBench {
  static let body = MessageBody(nonce: 7)

  var driver: SessionDriver
  var now = Instant.zero
  /// Everything that the driver wanted since the last `take`.
  private(set) var actions: [SessionDriver.Action] = []

  init(adjust: (inout SessionConfiguration) -> Void = { _ in }) {
    var configuration = SessionConfiguration()
    adjust(&configuration)
    driver = SessionDriver(SessionSettings(configuration: configuration, body: Self.body))
  }

  /// A session that is open in its first incarnation; its actions are forgotten.
  static func opened(adjust: (inout SessionConfiguration) -> Void = { _ in }) throws -> DriverBench
  {
    var bench = DriverBench(adjust: adjust)
    bench.feed(.start)
    try bench.open()
    _ = bench.take()
    return bench
  }

  static func message(_ sequence: UInt32) -> MessageID {
    MessageID(client: ClientID(3), sequence: sequence)
  }

  static func publish(_ operation: UInt32, to queue: String = "q") -> SessionCommand {
    .publish(OperationID(operation), queue: queue, message: message(operation), bytes: 40)
  }

  mutating func feed(_ input: SessionDriver.Input) {
    actions += driver.receive(input, at: now)
  }

  /// Speaks the broker's part from `connected` to the open channel.
  mutating func open() throws {
    feed(.connected)
    let greeting = ServerGreeting(serverProperties: ["product": "RabbitMQ"])
    try hear(.connection(.start(greeting)), channel: 0)
    try hear(.connection(.tune(ConnectionLimits(heartbeat: 10))), channel: 0)
    try hear(.connection(.openOk), channel: 0)
    try hear(.channel(.openOk))
    try hear(.confirm(.selectOk))
  }

  mutating func hear(_ method: Method, channel: UInt16 = 1) throws {
    var writer = WireWriter()
    try writer.method(method, channel: channel, frameMax: 131_072)
    feed(.bytes(writer.take()))
  }

  mutating func hear(_ method: BasicMethod, body: [UInt8]) throws {
    var writer = WireWriter()
    try writer.content(
      .basic(method), properties: .persistent, body: body, channel: 1, frameMax: 4096)
    feed(.bytes(writer.take()))
  }

  mutating func take() -> [SessionDriver.Action] {
    defer { actions = [] }
    return actions
  }

  /// The events since the last `take`.
  var events: [SessionEvent] {
    actions.compactMap {
      if case .event(let event) = $0 { return event }
      return nil
    }
  }

  /// The methods written since the last `take`, without the protocol header.
  func methods() throws -> [Method] {
    var methods: [Method] = []
    for case .write(let bytes) in actions where bytes != ProtocolHeader.bytes {
      var decoder = FrameDecoder(frameMax: 131_072)
      decoder.append(bytes)
      while let frame = try decoder.next() {
        if case .method(_, let method) = frame { methods.append(method) }
      }
    }
    return methods
  }
}
