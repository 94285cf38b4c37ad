import Clients
import Harness
import Operations
import Testing

/// What the broker refuses, and what two clients have to agree on.
@Suite(SharedBroker()) struct RefusalTests {
  private func open(_ kind: ClientKind) async throws -> LiveSession {
    let session = try await LiveSession.start(
      kind, SharedBroker.endpoint, credentials: SharedBroker.credentials)
    try await session.waitUntilOpen()
    return session
  }

  @Test(arguments: ClientKind.allCases)
  func consumingFromNowhereClosesTheChannelAndTheSessionGoesOn(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let outcome = try await session.perform { .consume($0, queue: "no-such-queue", prefetch: 1) }
    #expect(outcome.doubt == .channelClosed(code: 404))
    try await session.waitUntilOpen(2)
    #expect(session.events.losses.count == 1)
    #expect(session.events.losses.first?.contains("404") == true)
    #expect(session.events.failedAttempts == [])
    let queue = QueuePlan.test()
    try await session.declare(queue)
    let confirmed = try await session.perform {
      .publish($0, queue: queue.name, message: .test(1), bytes: 50)
    }
    #expect(confirmed == .confirmed)
    // Sequence numbers and delivery tags begin anew, and old tags are never sent.
    #expect(session.events.contains { if case .written(_, 2, 1) = $0 { true } else { false } })
    try await session.submit([.settle(incarnation: 1, tag: 1, multiple: false, kind: .ack)])
    #expect(try await session.get(queue.name)?.tag == 1)
    #expect(!session.events.contains { if case .settled = $0 { true } else { false } })
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func whatWaitsBehindARefusedCommandHasFailed(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let ids = (0..<3).map { _ in session.operation() }
    try await session.submit([
      .consume(ids[0], queue: "no-such-queue", prefetch: 1), .get(ids[1], queue: "none"),
      .publish(ids[2], queue: "none", message: .test(1), bytes: 50),
    ])
    try await session.waitUntilOpen(2)
    let outcomes = ids.map { session.events.outcomes(of: $0) }
    #expect(outcomes[0].map(\.doubt) == [.channelClosed(code: 404)])
    #expect(outcomes[1...] == [[.failed(.notWritten)], [.failed(.notWritten)]])
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func anInequivalentDeclarationIsRefused(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    var queue = QueuePlan.test()
    try await session.declare(queue)
    queue.options.messageTTL = .seconds(5)
    let outcome = try await session.perform { .declare($0, queue: queue, deadLetters: nil) }
    #expect(outcome.doubt == .channelClosed(code: 406))
    try await session.waitUntilOpen(2)
    try await session.stop()
  }

  /// The broker compares every argument of a second declaration with the first one's.
  @Test(arguments: [
    QueuePlan.test(), .test(.mirrored), .test(.quorum), .test(.quorum, groupSize: 1),
    .test(options: QueueOptions(messageTTL: .seconds(77))),
    .test(options: QueueOptions(singleActiveConsumer: true)),
    .test(options: QueueOptions(deadLetters: QueueID(1))),
    .test(.quorum, options: QueueOptions(singleActiveConsumer: true)),
    .test(
      .quorum, groupSize: 1,
      options: QueueOptions(
        messageTTL: .seconds(77), deadLetters: QueueID(1), deadLettersSurely: true)),
  ])
  func bothClientsDeclareTheSameQueue(_ queue: QueuePlan) async throws {
    let sessions = [try await open(.stoat), try await open(.rabbitMQC)]
    let letters = queue.options.deadLetters.map { _ in "letters" }
    for order in [sessions, sessions.reversed()] {
      var queue = queue
      queue.name += "-\(UInt32.random(in: 0 ... .max))"
      for session in order {
        // The second one is refused unless it declares the very same queue.
        let named = queue
        let outcome = try await session.perform {
          .declare($0, queue: named, deadLetters: letters)
        }
        #expect(outcome == .accepted)
      }
    }
    for session in sessions { try await session.stop() }
  }

  /// What one client publishes, the other one reads, and it is this run's.
  @Test(arguments: ClientKind.allCases, ClientKind.allCases)
  func oneClientReadsWhatTheOtherWrote(_ writer: ClientKind, reader: ClientKind) async throws {
    let (writing, reading) = (try await open(writer), try await open(reader))
    let queue = QueuePlan.test()
    try await writing.declare(queue)
    try await writing.publish(0..<10, to: queue.name)
    _ = try await reading.perform { .consume($0, queue: queue.name, prefetch: 100) }
    try await reading.wait("all messages") { $0.deliveries.count == 10 }
    #expect(reading.events.deliveries.map(\.message) == (0..<10).map { .test($0) })
    for session in [writing, reading] { try await session.stop() }
  }

  @Test(arguments: ClientKind.allCases)
  func aQueueWhoseNameCannotBeSentFails(_ kind: ClientKind) async throws {
    let session = try await open(kind)
    let name = String(repeating: "x", count: 256)
    let outcomes = [
      try await session.perform { .get($0, queue: name) },
      try await session.perform { .publish($0, queue: name, message: .test(0), bytes: 24) },
    ]
    #expect(outcomes == [.failed(.notWritten), .failed(.notWritten)])
    #expect(session.events.losses == [])
    try await session.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func aWrongPasswordIsToldAndTriedAgain(_ kind: ClientKind) async throws {
    var credentials = try SharedBroker.credentials
    credentials.password += "-wrong"
    let session = try await LiveSession.start(
      kind, SharedBroker.endpoint, credentials: credentials)
    try await session.wait("two attempts") { $0.failedAttempts.count >= 2 }
    #expect(session.events.failedAttempts.allSatisfy { $0.contains("403") })
    try await session.stop()
  }
}
