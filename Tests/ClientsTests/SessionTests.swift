import Clients
import Harness
import Operations
import Testing

/// What every client has to do with a real broker.
@Suite(SharedBroker()) struct SessionTests {
  private func open(_ kind: ClientKind) async throws -> LiveSession {
    let session = try await LiveSession.start(
      kind, SharedBroker.endpoint, credentials: SharedBroker.credentials)
    try await session.waitUntilOpen()
    return session
  }

  @Test(arguments: ClientKind.allCases)
  func aPublishIsWrittenAnsweredAndConfirmed(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let queue = QueuePlan.test()
    try await session.declare(queue)
    let before = session.events.count
    let outcome = try await session.perform {
      .publish($0, queue: queue.name, message: .test(0), bytes: 1_000)
    }
    #expect(outcome == .confirmed)
    let operation = OperationID(1)
    #expect(
      Array(session.events.dropFirst(before)) == [
        .written(operation, incarnation: 1, sequence: 1),
        .answered(incarnation: 1, sequence: 1, multiple: false, positive: true),
        .completed(operation, .confirmed),
      ])
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func anUnroutablePublishIsReturned(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let outcome = try await session.perform {
      .publish($0, queue: "no-such-queue", message: .test(4), bytes: 100)
    }
    #expect(outcome == .failed(.returned))
    #expect(session.events.contains(.returned(incarnation: 1, .test(4))))
    // The channel goes on.
    let queue = QueuePlan.test()
    try await session.declare(queue)
    try await session.publish(5..<6, to: queue.name)
    #expect(session.events.losses == [])
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func getsBringMessagesAndTheirFlags(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let queue = QueuePlan.test()
    try await session.declare(queue)
    #expect(try await session.get(queue.name) == nil)
    try await session.publish(0..<2, to: queue.name)
    let first = try await session.get(queue.name)
    #expect(first == SessionReceipt(tag: 1, message: .test(0), redelivered: false))
    let second = try await session.get(queue.name)
    #expect(second == SessionReceipt(tag: 2, message: .test(1), redelivered: false))
    #expect(try await session.get(queue.name) == nil)
    try await session.submit([
      .settle(incarnation: 1, tag: 1, multiple: false, kind: .requeue),
      .settle(incarnation: 1, tag: 2, multiple: false, kind: .ack),
    ])
    let again = try await session.get(queue.name)
    #expect(again == SessionReceipt(tag: 3, message: .test(0), redelivered: true))
    try await session.submit([.settle(incarnation: 1, tag: 3, multiple: true, kind: .ack)])
    #expect(try await session.get(queue.name) == nil)
    #expect(
      session.events.filter { if case .settled = $0 { true } else { false } } == [
        .settled(incarnation: 1, tag: 1, multiple: false, kind: .requeue),
        .settled(incarnation: 1, tag: 2, multiple: false, kind: .ack),
        .settled(incarnation: 1, tag: 3, multiple: true, kind: .ack),
      ])
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func severalGetsAreAnsweredInOrder(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let queue = QueuePlan.test()
    try await session.declare(queue)
    try await session.publish(0..<20, to: queue.name)
    let gets = (0..<30).map { _ in session.operation() }
    try await session.submit(gets.map { .get($0, queue: queue.name) })
    try await session.wait("all gets") { $0.completions.count == 51 }
    let ends = session.events.completions.suffix(30)
    #expect(ends.map(\.operation) == gets)
    for (index, end) in ends.enumerated() {
      let receipt = SessionReceipt(
        tag: UInt64(index + 1), message: .test(UInt32(index)), redelivered: false)
      #expect(end.outcome == (index < 20 ? .message(incarnation: 1, receipt) : .empty))
    }
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func aConsumerHoldsAsManyMessagesAsItsPrefetchAllows(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let queue = QueuePlan.test()
    try await session.declare(queue)
    try await session.publish(0..<5, to: queue.name)
    let outcome = try await session.perform { .consume($0, queue: queue.name, prefetch: 2) }
    #expect(outcome == .accepted)
    try await session.wait("two deliveries") { $0.deliveries.count >= 2 }
    // The answer to this comes behind all deliveries that the broker may have sent before it.
    try await session.declare(queue)
    #expect(
      session.events.deliveries == [
        SessionReceipt(tag: 1, message: .test(0), redelivered: false),
        SessionReceipt(tag: 2, message: .test(1), redelivered: false),
      ])
    try await session.submit([.settle(incarnation: 1, tag: 2, multiple: true, kind: .ack)])
    try await session.wait("four deliveries") { $0.deliveries.count == 4 }
    try await session.submit([.settle(incarnation: 1, tag: 3, multiple: false, kind: .ack)])
    try await session.wait("five deliveries") { $0.deliveries.count == 5 }
    #expect(session.events.deliveries.map(\.message) == (0..<5).map { .test($0) })
    #expect(session.events.deliveries.allSatisfy { !$0.redelivered })
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases, [SettlementKind.requeue, .reject])
  func whatIsGivenBackComesAgainWithTheFlag(
    _ kind: ClientKind, settlement: SettlementKind
  ) async throws {
    let session = try await open(kind)
    let queue = QueuePlan.test()
    try await session.declare(queue)
    try await session.publish(0..<1, to: queue.name)
    _ = try await session.perform { .consume($0, queue: queue.name, prefetch: 1) }
    try await session.wait("a delivery") { $0.deliveries.count == 1 }
    try await session.submit([.settle(incarnation: 1, tag: 1, multiple: false, kind: settlement)])
    try await session.wait("another one") { $0.deliveries.count == 2 }
    #expect(
      session.events.deliveries == [
        SessionReceipt(tag: 1, message: .test(0), redelivered: false),
        SessionReceipt(tag: 2, message: .test(0), redelivered: true),
      ])
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func whatIsDiscardedGoesToTheDeadLetters(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let letters = QueuePlan.test()
    let queue = QueuePlan.test(options: QueueOptions(deadLetters: QueueID(1)))
    try await session.declare(letters)
    try await session.declare(queue, deadLetters: letters.name)
    try await session.publish(0..<1, to: queue.name)
    #expect(try await session.get(queue.name)?.tag == 1)
    try await session.submit([.settle(incarnation: 1, tag: 1, multiple: false, kind: .discard)])
    _ = try await session.perform { .consume($0, queue: letters.name, prefetch: 1) }
    try await session.wait("the dead letter") { $0.deliveries.count == 1 }
    #expect(session.events.deliveries.map(\.message) == [.test(0)])
    #expect(try await session.get(queue.name) == nil)
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func messagesExpire(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let letters = QueuePlan.test()
    let options = QueueOptions(messageTTL: .milliseconds(50), deadLetters: QueueID(1))
    let queue = QueuePlan.test(options: options)
    try await session.declare(letters)
    try await session.declare(queue, deadLetters: letters.name)
    try await session.publish(0..<1, to: queue.name)
    _ = try await session.perform { .consume($0, queue: letters.name, prefetch: 1) }
    try await session.wait("the expired message") { $0.deliveries.count == 1 }
    #expect(session.events.deliveries.map(\.message) == [.test(0)])
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases, [0, 24, 1_000, 131_064, 131_072, 400_000])
  func bodiesOfAnySizeComeBackWhole(_ kind: ClientKind, bytes: Int) async throws {
    let session = try await open(kind)
    let queue = QueuePlan.test()
    try await session.declare(queue)
    let outcome = try await session.perform {
      .publish($0, queue: queue.name, message: .test(9), bytes: bytes)
    }
    #expect(outcome == .confirmed)
    #expect(try await session.get(queue.name)?.message == .test(9))
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func aThousandPublishesAreConfirmedByWhatTheBrokerAnswered(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let queue = QueuePlan.test()
    try await session.declare(queue)
    let before = session.events.count
    let operations = (0..<1_000).map { _ in session.operation() }
    try await session.submit(
      operations.enumerated().map {
        .publish($0.element, queue: queue.name, message: .test(UInt32($0.offset)), bytes: 200)
      })
    try await session.wait("all confirms") { $0.completions.count == 1_001 }
    let events = Array(session.events.dropFirst(before))
    expectConfirms(events, follow: operations)
    try await session.stop()
  }

  /// Every publish has the next sequence number, and ends where the broker's answer covers it.
  private func expectConfirms(_ events: [SessionEvent], follow operations: [OperationID]) {
    var written: [OperationID] = []
    var due: [OperationID] = []
    var open: [UInt64: OperationID] = [:]
    for event in events {
      switch event {
      case .written(let operation, 1, let sequence):
        written.append(operation)
        #expect(sequence == UInt64(written.count))
        open[sequence] = operation
      case .answered(1, let sequence, let multiple, true):
        #expect(due == [], "an answer came before the last one was worked off")
        let covered = multiple ? open.keys.filter { $0 <= sequence }.sorted() : [sequence]
        due = covered.compactMap { open.removeValue(forKey: $0) }
        #expect(!due.isEmpty)
      case .completed(let operation, .confirmed):
        #expect(due.first == operation)
        due = Array(due.dropFirst())
      default: Issue.record("unexpected: \(event)")
      }
    }
    #expect(written == operations)
    #expect(open.isEmpty && due.isEmpty)
  }
}
