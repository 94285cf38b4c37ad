import Environment
import Operations
import Testing

@testable import Harness

/// Consumers that get, give back and drop; publishers whose clock runs ahead.
@Suite struct ConsumerTests {
  private struct Bench {
    var interpreter: Interpreter
    var commands: [SessionCommand] = []
    var events: [Event] = []

    init(_ behaviour: ClientBehaviour, role: ClientRole = .consumer) {
      interpreter = Interpreter(
        clients: [ClientPlan(Samples.client(0, role), behaviour)],
        queues: [QueueDescription(id: QueueID(0), name: "q", kind: .plain)])
      receive(.session(ClientID(0), .opened(incarnation: 1)))
      receive(.phase(.load))
    }

    mutating func receive(_ input: Interpreter.Input, at milliseconds: Int64 = 0) {
      var actions: [Interpreter.Action] = []
      interpreter.receive(
        input, at: Instant(nanoseconds: milliseconds * 1_000_000), into: &actions)
      for action in actions {
        switch action {
        case .record(let event): events.append(event.event)
        case .submit(_, let command): commands.append(command)
        }
      }
    }

    mutating func session(_ event: SessionEvent, at milliseconds: Int64) {
      receive(.session(ClientID(0), event), at: milliseconds)
    }
  }

  private static func receipt(_ tag: UInt64) -> SessionReceipt {
    SessionReceipt(
      tag: tag, message: MessageID(client: ClientID(9), sequence: UInt32(tag)), redelivered: false)
  }

  private func settle(_ tag: UInt64, _ kind: SettlementKind) -> SessionCommand {
    .settle(incarnation: 1, tag: tag, multiple: false, kind: kind)
  }

  @Test func aGetterTakesOneMessageAtATime() {
    var bench = Bench(
      .consume(Consumption(supply: .get(pause: .milliseconds(50)), hold: .milliseconds(5))))
    #expect(bench.commands == [.get(OperationID(0), queue: "q")])
    bench.session(
      .completed(OperationID(0), .message(incarnation: 1, Self.receipt(1))), at: 10)
    bench.receive(.tick, at: 14)
    #expect(bench.commands.count == 1)
    bench.receive(.tick, at: 15)
    #expect(
      bench.commands.dropFirst() == [settle(1, .ack), .get(OperationID(1), queue: "q")])
    bench.session(.completed(OperationID(1), .empty), at: 20)
    bench.receive(.tick, at: 69)
    #expect(bench.commands.count == 3)
    bench.receive(.tick, at: 70)
    #expect(bench.commands.last == .get(OperationID(2), queue: "q"))
  }

  @Test func aFailedGetIsTriedAgainLater() {
    var bench = Bench(
      .consume(Consumption(supply: .get(pause: .milliseconds(50)), hold: .zero)))
    bench.session(
      .completed(OperationID(0), .indefinite(.channelClosed(code: 541), "down")), at: 10)
    bench.receive(.tick, at: 509)
    #expect(bench.commands.count == 1)
    bench.receive(.tick, at: 510)
    #expect(bench.commands.last == .get(OperationID(1), queue: "q"))
  }

  @Test func theConsumeSaysItsPrefetchInTheHistory() {
    let bench = Bench(.consume(Consumption(prefetch: 7, hold: .zero)))
    #expect(bench.commands == [.consume(OperationID(0), queue: "q", prefetch: 7)])
    #expect(
      bench.events.contains(
        .invoked(
          Invocation(
            operation: OperationID(0), client: ClientID(0), queue: QueueID(0),
            action: .consume(prefetch: 7)))))
  }

  @Test func deliveriesAreGivenBackAsDrawnAndAckedInTheDrain() {
    var bench = Bench(
      .consume(
        Consumption(
          supply: .push(prefetch: 9), hold: .milliseconds(1),
          answers: AnswerMix(seed: 1, requeued: 500, rejected: 500))))
    for tag in 1...20 as ClosedRange<UInt64> {
      bench.session(.delivered(incarnation: 1, Self.receipt(tag)), at: 10)
    }
    bench.receive(.tick, at: 11)
    let answers = bench.commands.dropFirst()
    #expect(answers.count == 20)
    #expect(answers.contains(settle(1, .requeue)) || answers.contains(settle(1, .reject)))
    #expect(!answers.contains { if case .settle(_, _, _, .ack) = $0 { true } else { false } })
    bench.session(.delivered(incarnation: 1, Self.receipt(21)), at: 12)
    bench.receive(.phase(.drain), at: 12)
    #expect(bench.commands.last == settle(21, .ack))
  }

  @Test func aDropForgetsWhatIsHeld() {
    var bench = Bench(
      .consume(
        Consumption(
          supply: .push(prefetch: 9), hold: .milliseconds(1), answers: AnswerMix(dropped: 1_000))))
    for tag in 1...3 as ClosedRange<UInt64> {
      bench.session(.delivered(incarnation: 1, Self.receipt(tag)), at: 10)
    }
    bench.receive(.tick, at: 11)
    #expect(bench.commands.dropFirst() == [.drop])
    bench.session(.lost(incarnation: 1, reason: "the client dropped it"), at: 11)
    bench.session(.opened(incarnation: 2), at: 20)
    bench.receive(.tick, at: 600)
    #expect(
      bench.commands.count { if case .consume = $0 { true } else { false } } == 2)
  }

  @Test func aPublishThatComesLateSaysByHowMuch() {
    let publishes = Publishes(seed: 1, client: 0, bytes: 24...24)
    var bench = Bench(
      .publish(Paced(publishes, interval: .milliseconds(10), seed: 1, client: 0)), role: .publisher)
    bench.receive(.tick, at: 1_000)
    let late = bench.events.compactMap { event -> Duration? in
      if case .invoked(let invocation) = event { invocation.late } else { nil }
    }
    // The whole second's publishes come at once, the first of them nearly a second late.
    #expect((95...101).contains(late.count))
    #expect(late.first.map { $0 > .milliseconds(985) } == true)
    #expect(late == late.sorted(by: >))
  }

  @Test func aLimitedGeneratorEnds() {
    var bench = Bench(
      .publish(Limited(Publishes(seed: 1, client: 0, bytes: 24...24), count: 2)), role: .publisher)
    bench.receive(.tick, at: 10)
    #expect(bench.commands.count == 2)
  }
}
