import AMQP
import Environment
import Testing

/// Cuts the connection at every byte of both streams and at every step of the shell, and holds
/// the outcomes against what the broker really did: `failed` only if it certainly did not do it,
/// `ok` only if it did, and every token ends exactly once.
@Suite struct CutPointTests {
  private let body: [UInt8] = Array("the message".utf8)

  /// A command under test: what it needs, and how the truth is read.
  struct Scenario {
    var operation: (DeliveryReference) -> ChannelOperation
    var effect: ModelBroker.Effect
    var okIsAnEffect = true
    var queues: [String: [[UInt8]]] = ["q": []]
    var confirming = ModelBroker.Confirming.each
    /// Fetch a message first, for the command to refer to.
    var fetchesFirst = false
    /// What a walk has to meet.
    var expected: Set<Verdict> = [
      .positive, .failed, .indefinite(happened: true), .indefinite(happened: false),
    ]
  }

  private enum Token {
    static let early: UInt64 = 1
    static let declare: UInt64 = 2
    static let fetch: UInt64 = 3
    static let tested: UInt64 = 4
    static let stale: UInt64 = 5
  }

  @Test(arguments: ModelBroker.Confirming.allCases)
  func publish(confirming: ModelBroker.Confirming) throws {
    var scenario = Scenario(
      operation: { [body] _ in .publish(Publication(routingKey: "q", body: body)) },
      effect: .published(body))
    scenario.confirming = confirming
    if confirming == .never || confirming == .nackButKeep {
      scenario.expected.remove(.positive)
    }
    try checkAllCuts(scenario)
  }

  @Test func publishInSeveralBodyFrames() throws {
    let body = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
    try checkAllCuts(
      Scenario(
        operation: { _ in .publish(Publication(routingKey: "q", body: body)) },
        effect: .published(body)))
  }

  @Test func unroutablePublish() throws {
    try checkAllCuts(
      Scenario(
        operation: { [body] _ in .publish(Publication(routingKey: "nowhere", body: body)) },
        effect: .published(body), expected: [.failed, .indefinite(happened: false)]))
  }

  @Test(arguments: [true, false]) func get(noAck: Bool) throws {
    try checkAllCuts(
      Scenario(
        operation: { _ in .get(queue: "q", noAck: noAck) }, effect: .fetched(body),
        queues: ["q": [body]]))
  }

  @Test func getFromAnEmptyQueue() throws {
    try checkAllCuts(
      Scenario(
        operation: { _ in .get(queue: "q", noAck: true) }, effect: .fetched(body),
        okIsAnEffect: false,
        expected: [.positive, .failed, .indefinite(happened: false)]))
  }

  @Test func ack() throws {
    try checkAllCuts(
      Scenario(
        operation: { .ack($0, multiple: false) }, effect: .acknowledged(body),
        queues: ["q": [body]], fetchesFirst: true, expected: [.positive, .failed]))
  }

  @Test func consume() throws {
    try checkAllCuts(
      Scenario(
        operation: { _ in .consume(ConsumeRequest(queue: "q", consumerTag: "c")) },
        effect: .consuming("c"), queues: ["q": [body]]))
  }

  private func checkAllCuts(_ scenario: Scenario) throws {
    var seen: Set<Verdict> = []
    let whole = try play(scenario, cut: .never, &seen)
    #expect(whole.connections == 1)
    #expect(whole.sent > 300 && whole.received > 100)
    for count in 0...whole.sent { try play(scenario, cut: .outgoing(count), &seen) }
    for count in 0...whole.received { try play(scenario, cut: .incoming(count), &seen) }
    for step in 0...whole.steps { try play(scenario, cut: .step(step), &seen) }
    try play(scenario, cut: .never, trickles: true, &seen)
    // The walk means something only if it met all kinds of ends.
    #expect(seen.isSuperset(of: scenario.expected), "\(seen)")
  }

  /// An outcome together with the truth.
  enum Verdict: Hashable {
    case positive
    case failed
    case indefinite(happened: Bool)
  }

  @discardableResult private func play(
    _ scenario: Scenario, cut: CutBench.Cut, trickles: Bool = false, _ seen: inout Set<Verdict>
  ) throws -> CutBench {
    var configuration = SessionConfiguration()
    configuration.heartbeat = .zero
    configuration.prefetch = 10
    var broker = ModelBroker(queues: scenario.queues)
    broker.confirming = scenario.confirming
    var bench = CutBench(configuration, broker: broker, cut: cut)
    bench.trickles = trickles
    let early = ChannelOperation.publish(Publication(routingKey: "q", body: [0]))
    try bench.feed(.submit(ChannelCommand(token: Token.early, early)))
    try bench.feed(.start)
    #expect(bench.outcomes(of: Token.early) == [.failed(.notWritten(.notOpen))])
    var reference = DeliveryReference(incarnation: 1, deliveryTag: 1)
    try bench.run { $0.session.isOpen }
    try submit(&bench, Token.declare, .declare(QueueDeclaration(queue: "q", durable: true)))
    if scenario.fetchesFirst {
      try submit(&bench, Token.fetch, .get(queue: "q", noAck: false))
      if case .ok(.message(let message))? = bench.outcomes(of: Token.fetch).first {
        reference = message.reference
      }
    }
    try submit(&bench, Token.tested, scenario.operation(reference))
    try bench.run { $0.session.isOpen }
    if bench.hasLostTheFirst {
      let old = DeliveryReference(incarnation: 1, deliveryTag: 1)
      try submit(&bench, Token.stale, .ack(old, multiple: false))
      #expect(bench.outcomes(of: Token.stale) == [.failed(.notWritten(.staleIncarnation))])
    }
    try bench.feed(.stop)
    seen.insert(try judge(bench, scenario, cut))
    return bench
  }

  /// Submits and waits for the outcome.
  private func submit(
    _ bench: inout CutBench, _ token: UInt64, _ operation: ChannelOperation
  ) throws {
    try bench.feed(.submit(ChannelCommand(token: token, operation)))
    try bench.run { !$0.outcomes(of: token).isEmpty }
  }

  private func judge(
    _ bench: CutBench, _ scenario: Scenario, _ cut: CutBench.Cut
  ) throws -> Verdict {
    let place = Comment("\(cut)")
    #expect(bench.broker.violations.isEmpty, place)
    #expect(bench.events.last == .stopped, place)
    #expect(bench.outcomes(of: Token.declare).count == 1, place)
    #expect(!bench.broker.effects.contains(.published([0])), place)
    // A delivery tag of an earlier incarnation is never sent.
    for case .unknownTag in bench.broker.effects { Issue.record("stale tag sent at \(cut)") }
    let happened = bench.broker.effects.contains(scenario.effect)
    let outcomes = bench.outcomes(of: Token.tested)
    #expect(outcomes.count == 1, place)
    let outcome = try #require(outcomes.first)
    if cut == .never { judgeUncut(outcome, scenario) }
    #expect(!happened || bench.wasWritten(Token.tested), place)
    switch outcome {
    case .ok:
      #expect(happened || !scenario.okIsAnEffect, place)
      return .positive
    case .failed(let failure):
      #expect(!happened, place)
      if case .notWritten = failure { #expect(!bench.wasWritten(Token.tested), place) }
      return .failed
    case .sent:
      #expect(bench.wasWritten(Token.tested), place)
      return .positive
    case .indefinite:
      #expect(bench.wasWritten(Token.tested), place)
      return .indefinite(happened: happened)
    }
  }

  /// Without a cut the outcome is known exactly.
  private func judgeUncut(_ outcome: CommandOutcome, _ scenario: Scenario) {
    switch (scenario.effect, scenario.confirming) {
    case (.acknowledged, _): #expect(outcome == .sent)
    case (.published, .nackButKeep): #expect(outcome == .indefinite(.nacked))
    case (.published, .never): #expect(outcome == .indefinite(.timeout))
    default: break
    }
  }
}
