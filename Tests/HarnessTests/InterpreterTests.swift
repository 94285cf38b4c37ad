import Environment
import Operations
import Testing

@testable import Harness

@Suite struct InterpreterTests {
  private static let queue = QueueDescription(id: QueueID(0), name: "q", kind: .plain)

  private static func message(_ number: UInt32) -> MessageID {
    MessageID(client: ClientID(0), sequence: number)
  }

  /// One publisher (client 0, window of 2) and one consumer (client 1, hold of 5 ms).
  private struct Bench {
    var interpreter = Interpreter(
      clients: [
        ClientPlan(
          Samples.client(0, .publisher),
          .publish(Windowed(Publishes(seed: 1, client: 0, bytes: 24...24), limit: 2))),
        ClientPlan(
          Samples.client(1, .consumer),
          .consume(Consumption(prefetch: 1, hold: .milliseconds(5)))),
      ], queues: [InterpreterTests.queue])
    var commands: [(ClientID, SessionCommand)] = []
    var events: [Event] = []

    mutating func receive(_ input: Interpreter.Input, at milliseconds: Int64 = 0) {
      var actions: [Interpreter.Action] = []
      interpreter.receive(
        input, at: Instant(nanoseconds: milliseconds * 1_000_000), into: &actions)
      for action in actions {
        switch action {
        case .record(let event): events.append(event.event)
        case .submit(let client, let command): commands.append((client, command))
        }
      }
    }

    mutating func session(_ client: UInt32, _ event: SessionEvent, at milliseconds: Int64 = 0) {
      receive(.session(ClientID(client), event), at: milliseconds)
    }

    mutating func open() {
      session(0, .opened(incarnation: 1))
      session(1, .opened(incarnation: 1))
      receive(.phase(.load))
    }
  }

  @Test func nothingIsInvokedBeforeTheLoadPhase() {
    var bench = Bench()
    bench.session(0, .opened(incarnation: 1))
    #expect(bench.commands.isEmpty)
    #expect(!bench.interpreter.allSessionsOpen)
    bench.session(1, .opened(incarnation: 1))
    #expect(bench.interpreter.allSessionsOpen)
  }

  @Test func aPublisherFillsItsWindowAndGoesOnAfterAnAnswer() {
    var bench = Bench()
    bench.open()
    let publishes = bench.commands.filter { $0.0 == ClientID(0) }.map(\.1)
    #expect(
      publishes == [
        .publish(OperationID(0), queue: "q", message: Self.message(0), bytes: 24),
        .publish(OperationID(1), queue: "q", message: Self.message(1), bytes: 24),
      ])
    bench.session(0, .completed(OperationID(0), .confirmed), at: 1)
    #expect(bench.events.contains(.completed(OperationID(0), .ok(.confirmed))))
    #expect(bench.commands.count == 4)  // two publishes, one consume, one more publish
    #expect(bench.interpreter.progress.queues[0].confirmed == 1)
  }

  @Test func aDeliveryIsHeldThenAcknowledged() {
    var bench = Bench()
    bench.open()
    let receipt = SessionReceipt(
      tag: 1, message: MessageID(client: ClientID(0), sequence: 0), redelivered: false)
    bench.session(1, .delivered(incarnation: 1, receipt), at: 10)
    let before = bench.commands.count
    bench.receive(.tick, at: 14)
    #expect(bench.commands.count == before)
    bench.receive(.tick, at: 15)
    #expect(
      bench.commands.last?.1 == .settle(incarnation: 1, tag: 1, multiple: false, kind: .ack))
  }

  @Test func aLostSessionsDeliveriesAreNeverSettled() {
    var bench = Bench()
    bench.open()
    let receipt = SessionReceipt(tag: 1, message: .foreign, redelivered: false)
    bench.session(1, .delivered(incarnation: 1, receipt), at: 10)
    bench.session(1, .lost(incarnation: 1, reason: "cut"), at: 11)
    bench.session(1, .opened(incarnation: 2), at: 12)
    bench.receive(.tick, at: 100)
    #expect(!bench.commands.contains { if case .settle = $0.1 { true } else { false } })
    #expect(bench.events.contains(.sessionLost(SessionID(1), reason: "cut")))
    #expect(
      bench.events.contains(
        .sessionOpened(
          SessionOpening(session: SessionID(2), client: ClientID(1), node: NodeID(1)))))
  }

  @Test(arguments: [
    SessionEvent.completed(OperationID(2), .indefinite(.channelClosed(code: 404), "down")),
    .consumerCancelled(incarnation: 1),
  ]) func aRefusedOrCancelledConsumerIsAskedForAgain(event: SessionEvent) {
    var bench = Bench()
    bench.open()
    let consumes = { (bench: Bench) in
      bench.commands.count { if case .consume = $0.1 { true } else { false } }
    }
    #expect(consumes(bench) == 1)
    bench.session(1, event, at: 20)
    bench.receive(.tick, at: 519)
    #expect(consumes(bench) == 1)
    bench.receive(.tick, at: 520)
    #expect(consumes(bench) == 2)
  }

  @Test func publishersStopWithTheLoadAndTheDrainDoesNotWait() {
    var bench = Bench()
    bench.open()
    let receipt = SessionReceipt(tag: 1, message: .foreign, redelivered: false)
    bench.session(1, .delivered(incarnation: 1, receipt), at: 1)
    bench.receive(.phase(.recovery), at: 2)
    let publishes = bench.interpreter.progress.queues[0].invoked
    bench.session(0, .completed(OperationID(0), .indefinite(.timeout, "")), at: 3)
    #expect(bench.interpreter.progress.queues[0].invoked == publishes)
    #expect(bench.interpreter.unansweredPublishes == 1)
    bench.receive(.phase(.drain), at: 3)
    #expect(
      bench.commands.last?.1 == .settle(incarnation: 1, tag: 1, multiple: false, kind: .ack))
  }

  @Test func theNextWakeIsTheEarliestThingToDo() {
    var bench = Bench()
    bench.open()
    let receipt = SessionReceipt(tag: 1, message: .foreign, redelivered: false)
    bench.session(1, .delivered(incarnation: 1, receipt), at: 10)
    #expect(bench.interpreter.nextWake == Instant(nanoseconds: 15_000_000))
  }
}
