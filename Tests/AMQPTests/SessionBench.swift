import AMQP
import Environment

/// A session that is driven with the broker's bytes directly.
struct SessionBench {
  var session: SessionMachine
  var now = Instant.zero
  private(set) var actions: [SessionAction] = []

  init(_ configuration: SessionConfiguration = SessionConfiguration()) {
    session = SessionMachine(configuration)
  }

  /// A session that is open in its first incarnation; its actions are forgotten.
  static func opened(
    _ configuration: SessionConfiguration = SessionConfiguration(), heartbeat: UInt16 = 10
  ) throws -> SessionBench {
    var bench = SessionBench(configuration)
    bench.feed(.start)
    try bench.open(heartbeat: heartbeat)
    _ = bench.take()
    return bench
  }

  mutating func feed(_ input: SessionInput) {
    actions += session.receive(input, at: now)
  }

  /// Speaks the broker's part from `connected` to the open channel.
  mutating func open(heartbeat: UInt16 = 10) throws {
    feed(.connected)
    try hear0(Script.greeting, Script.tune(heartbeat: heartbeat), .connection(.openOk))
    try openChannel()
  }

  mutating func openChannel() throws {
    try hear(.channel(.openOk))
    if session.configuration.confirms { try hear(.confirm(.selectOk)) }
  }

  mutating func hear(_ methods: Method...) throws {
    for method in methods { feed(.bytes(try Script.bytes(method))) }
  }

  mutating func hear0(_ methods: Method...) throws {
    for method in methods { feed(.bytes(try Script.bytes(method, channel: 0))) }
  }

  mutating func submit(_ token: UInt64, _ operation: ChannelOperation) {
    feed(.submit(ChannelCommand(token: token, operation)))
  }

  mutating func take() -> [SessionAction] {
    defer { actions = [] }
    return actions
  }

  /// The events since the last `take`.
  var events: [ChannelEvent] {
    actions.compactMap {
      if case .event(let event) = $0 { return event }
      return nil
    }
  }

  /// The methods written since the last `take`, without the protocol header.
  func methods() throws -> [Method] {
    var methods: [Method] = []
    for case .write(let bytes) in actions where bytes != ProtocolHeader.bytes {
      for case .method(_, let method) in try Script.frames(bytes) { methods.append(method) }
    }
    return methods
  }
}
