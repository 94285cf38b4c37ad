import AMQP
import Clients
import Harness
import Operations
import Testing

/// Connections that end, in every phase, with a real broker behind them.
@Suite(SharedBroker()) struct LossTests {
  private func session(_ kind: ClientKind, over server: FaultyServer) async throws -> LiveSession {
    try await LiveSession.start(
      kind, server.endpoint, credentials: SharedBroker.credentials,
      adjust: {
        $0.reconnectMinimum = .milliseconds(10)
        $0.operationTimeout = .seconds(30)
      })
  }

  @Test(arguments: ClientKind.allCases)
  func aDroppedConnectionLeavesThingsOpenAndIsReplaced(_ kind: ClientKind) async throws {
    let session = try await LiveSession.start(
      kind, SharedBroker.endpoint, credentials: SharedBroker.credentials)
    try await session.waitUntilOpen()
    let queue = QueuePlan.test()
    try await session.declare(queue)
    try await session.publish(0..<1, to: queue.name)
    #expect(try await session.get(queue.name) != nil)
    let publish = session.operation()
    try await session.submit([
      .publish(publish, queue: queue.name, message: .test(1), bytes: 50), .drop,
    ])
    try await session.waitUntilOpen(2)
    #expect(session.events.outcomes(of: publish).map(\.doubt) == [.connectionLost])
    #expect(session.events.losses.count == 1)
    // What was held and never settled comes again.
    try await session.wait("the message that was held") { _ in true }
    var receipt = try await session.get(queue.name)
    for _ in 0..<200 where receipt?.message != .test(0) {
      try await Task.sleep(for: .milliseconds(20))
      receipt = try await session.get(queue.name)
    }
    #expect(receipt?.message == .test(0))
    #expect(receipt?.redelivered == true)
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func aBrokerThatIsNotThereIsTriedUntilItIs(_ kind: ClientKind) async throws {
    let server = FaultyServer(
      [], then: .pass, broker: try SharedBroker.endpoint, port: try await FaultyServer.freePort())
    let session = try await session(kind, over: server)
    let operation = session.operation()
    try await session.submit([.get(operation, queue: "none")])
    try await session.wait("three attempts") { $0.failedAttempts.count >= 3 }
    #expect(session.events.failedAttempts.allSatisfy { $0.contains("connect") })
    #expect(session.events.outcomes(of: operation) == [.failed(.notWritten)])
    try await server.start()
    try await session.waitUntilOpen()
    try await session.declare(.test())
    try await session.stop()
    try await server.stop()
  }

  /// Where a connection is cut: by bytes of either side, from the first greeting to the last
  /// confirm. About 700 bytes come from the broker until the channel is open, and 400 go to it.
  private static let cuts: [FaultyServer.Plan] =
    [0, 1, 7, 8, 200, 500, 515, 530, 545, 560, 575, 590, 610, 640, 700, 800, 1_000, 1_300]
    .map { .cutAnswers(after: $0) }
    + [0, 4, 8, 100, 300, 350, 380, 400, 420, 450, 500, 600, 800, 1_500, 3_000, 9_000]
    .map { .cutRequests(after: $0) }

  @Test(arguments: ClientKind.allCases, cuts)
  func aConnectionThatIsCutAnywhere(_ kind: ClientKind, cut: FaultyServer.Plan) async throws {
    let server = try await FaultyServer.start([cut], then: .pass, broker: SharedBroker.endpoint)
    let session = try await session(kind, over: server)
    let queue = QueuePlan.test()
    try await session.wait("an opened session") { $0.contains(.opened(incarnation: 1)) }
    let declared = session.operation()
    let operations = (0..<40).map { _ in session.operation() }
    try await session.submit([.declare(declared, queue: queue, deadLetters: nil)])
    try await session.submit(
      operations.enumerated().map {
        .publish($0.element, queue: queue.name, message: .test(UInt32($0.offset)), bytes: 100)
      })
    try await session.submit([.get(session.operation(), queue: queue.name)])
    try await session.wait("all ends") { $0.completions.count >= 42 }
    if session.events.losses.count == 1 { try await session.waitUntilOpen(2) }
    try await expectTruth(of: session, operations, in: queue)
    let ends = session.events.completions.map(\.operation)
    #expect(ends.count == Set(ends).count, "an operation ended twice")
    try await session.stop()
    try await server.stop()
  }

  /// What was confirmed is in the queue; what certainly failed is not.
  private func expectTruth(
    of session: LiveSession, _ operations: [OperationID], in queue: QueuePlan
  ) async throws {
    var found: Set<MessageID> = []
    for event in session.events {
      if case .completed(_, .message(_, let receipt)) = event { found.insert(receipt.message) }
    }
    let checker = try await LiveSession.start(
      .stoat, SharedBroker.endpoint, credentials: SharedBroker.credentials)
    try await checker.waitUntilOpen()
    try await checker.declare(queue)
    // A cut connection is noticed by the broker at once, and what it held comes back.
    while let receipt = try await checker.get(queue.name) { found.insert(receipt.message) }
    for (index, operation) in operations.enumerated() {
      let outcomes = session.events.outcomes(of: operation)
      #expect(outcomes.count == 1)
      let isThere = found.contains(.test(UInt32(index)))
      switch outcomes.first {
      case .confirmed: #expect(isThere, "message \(index) was confirmed and is not there")
      case .failed: #expect(!isThere, "message \(index) failed and is there")
      case .indefinite: break
      case let other: Issue.record("\(operation) ended as \(String(describing: other))")
      }
    }
    try await checker.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func stoppingEndsEverythingAtOnce(_ kind: ClientKind) async throws {
    let session = try await LiveSession.start(
      kind, SharedBroker.endpoint, credentials: SharedBroker.credentials)
    try await session.waitUntilOpen()
    let queue = QueuePlan.test()
    try await session.declare(queue)
    let publishes = (0..<200).map { _ in session.operation() }
    let gets = (0..<200).map { _ in session.operation() }
    try await session.stop(
      after: publishes.enumerated().map {
        .publish($0.element, queue: queue.name, message: .test(UInt32($0.offset)), bytes: 50)
      } + gets.map { .get($0, queue: queue.name) })
    let events = session.events
    for operation in publishes {
      #expect(events.outcomes(of: operation).map(\.doubt) == [.runEnded])
    }
    for (index, operation) in gets.enumerated() {
      // 128 may be on their way at once; the others were not written.
      let outcomes = events.outcomes(of: operation)
      if index < 128 {
        #expect(outcomes.map(\.doubt) == [.runEnded])
      } else {
        #expect(outcomes == [.failed(.notWritten)])
      }
    }
    #expect(events.losses.count == 1)
    // Nothing is told afterwards.
    let late = session.operation()
    try await session.submit([.get(late, queue: queue.name)])
    try await session.wait("the refusal") { !$0.outcomes(of: late).isEmpty }
    #expect(session.events.outcomes(of: late) == [.failed(.notWritten)])
    #expect(session.events.count == events.count + 1)
  }
}
