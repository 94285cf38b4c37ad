import AMQP
import Environment
import Testing

/// A channel that is driven with the broker's methods directly.
struct ChannelBench {
  var channel: ChannelMachine
  var now = Instant.zero
  private(set) var frames: [Frame] = []
  private(set) var actions: [ChannelAction] = []

  /// An open channel unless `open` is false.
  init(_ configuration: SessionConfiguration = SessionConfiguration(), open: Bool = true) throws {
    channel = ChannelMachine(
      number: 1, incarnation: 7, frameMax: 4096, configuration: configuration)
    guard open else { return }
    try feed(.open)
    try hear(.channel(.openOk))
    if configuration.confirms { try hear(.confirm(.selectOk)) }
    if configuration.prefetch > 0 { try hear(.basic(.qosOk)) }
    _ = take()
  }

  mutating func feed(_ input: ChannelInput) throws {
    var output = ChannelOutput()
    channel.receive(input, at: now, into: &output)
    frames += try Script.frames(output.writer.take())
    actions += output.actions
  }

  mutating func hear(_ methods: Method...) throws {
    for method in methods { try feed(.frame(.method(channel: 1, method))) }
  }

  mutating func hear(
    _ method: BasicMethod, properties: BasicProperties = BasicProperties(), body: [UInt8]
  ) throws {
    for frame in try Script.frames(Script.content(method, properties: properties, body: body)) {
      try feed(.frame(frame))
    }
  }

  mutating func submit(_ token: UInt64, _ operation: ChannelOperation) throws {
    try feed(.submit(ChannelCommand(token: token, operation)))
  }

  mutating func publish(_ tokens: ClosedRange<UInt64>, mandatory: Bool = false) throws {
    for token in tokens {
      let body = [UInt8(truncatingIfNeeded: token)]
      try submit(
        token, .publish(Publication(routingKey: "q", mandatory: mandatory, body: body)))
    }
  }

  /// The methods written and the actions since the last call.
  mutating func take() -> (methods: [Method], actions: [ChannelAction]) {
    defer {
      frames = []
      actions = []
    }
    let methods = frames.compactMap { frame -> Method? in
      if case .method(_, let method) = frame { return method }
      return nil
    }
    return (methods, actions)
  }

  /// Token and outcome of everything that completed since the last `take`.
  var completed: [Completed] {
    actions.compactMap {
      if case .event(.completed(let token, let outcome)) = $0 {
        return Completed(token: token, outcome: outcome)
      }
      return nil
    }
  }

  struct Completed: Equatable {
    var token: UInt64
    var outcome: CommandOutcome
  }

  func outcome(of token: UInt64) -> CommandOutcome? {
    completed.first { $0.token == token }?.outcome
  }
}
