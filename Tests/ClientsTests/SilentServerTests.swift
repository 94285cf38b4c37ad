import AMQP
import Clients
import Harness
import Operations
import Testing

/// Servers that do not answer, or not in AMQP: no operation waits for them beyond its deadline.
@Suite(.serialized, SharedBroker()) struct SilentServerTests {
  private func session(
    _ kind: ClientKind, over server: FaultyServer,
    adjust: (inout SessionConfiguration) -> Void = { _ in }
  ) async throws -> LiveSession {
    try await LiveSession.start(
      kind, server.endpoint, credentials: SharedBroker.credentials,
      adjust: {
        $0.reconnectMinimum = .milliseconds(10)
        $0.closeTimeout = .milliseconds(500)
        adjust(&$0)
      })
  }

  /// Declares a queue, again and again while the machine is too slow for the session's deadline.
  private func expectToWorkAgain(_ session: LiveSession) async throws {
    let queue = QueuePlan.test()
    for _ in 0..<60 {
      let outcome = try await session.perform { .declare($0, queue: queue, deadLetters: nil) }
      if outcome == .accepted { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("the session does not work any more: \(session.events.suffix(20))")
  }

  @Test(arguments: ClientKind.allCases)
  func aServerThatNeverAnswersIsGivenUp(_ kind: ClientKind) async throws {
    let server = try await FaultyServer.start([], then: .silence)
    let session = try await session(
      kind, over: server, adjust: { $0.handshakeTimeout = .milliseconds(200) })
    let operation = session.operation()
    try await session.submit([
      .publish(operation, queue: "q", message: .test(0), bytes: 50)
    ])
    try await session.wait("three attempts") { $0.failedAttempts.count >= 3 }
    #expect(session.events.failedAttempts.allSatisfy { $0.contains("handshake in time") })
    #expect(session.events.outcomes(of: operation) == [.failed(.notWritten)])
    try await session.wait("three connections") { _ in server.connections >= 3 }
    try await session.stop()
    try await server.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func aConnectionThatFallsSilentIsReplaced(_ kind: ClientKind) async throws {
    // The stall begins with the answer to the first publish.
    let server = try await FaultyServer.start(
      [.stall(after: 700)], then: .pass, broker: SharedBroker.endpoint)
    let session = try await session(
      kind, over: server,
      adjust: {
        $0.operationTimeout = .seconds(1)
        $0.confirmTimeout = .seconds(1)
      })
    try await session.waitUntilOpen()
    let queue = QueuePlan.test()
    var outcome = SessionOutcome.accepted
    for sequence in UInt32(0)..<100 where outcome.doubt == nil {
      outcome = try await session.perform {
        .publish($0, queue: queue.name, message: .test(sequence), bytes: 50)
      }
    }
    #expect(outcome.doubt == .timeout)
    // A publish alone does not cost the connection; a command whose answer is due does.
    #expect(session.events.losses == [])
    let (get, waiting) = (session.operation(), session.operation())
    try await session.submit([
      .get(get, queue: queue.name), .declare(waiting, queue: queue, deadLetters: nil),
    ])
    try await session.waitUntilOpen(2)
    #expect(session.events.outcomes(of: get).map(\.doubt) == [.timeout])
    #expect(session.events.outcomes(of: waiting) == [.failed(.notWritten)])
    #expect(session.events.losses.count == 1)
    try await expectToWorkAgain(session)
    try await session.stop()
    try await server.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func whatCannotBeWrittenForLackOfRoomEnds(_ kind: ClientKind) async throws {
    let server = try await FaultyServer.start(
      [.stall(after: 700)], then: .pass, broker: SharedBroker.endpoint)
    let session = try await session(
      kind, over: server,
      adjust: {
        $0.operationTimeout = .seconds(1)
        $0.confirmTimeout = .seconds(2)
      })
    try await session.waitUntilOpen()
    // 20 MB, which no socket takes.
    let operations = (0..<100).map { _ in session.operation() }
    try await session.submit(
      operations.enumerated().map {
        .publish($0.element, queue: "q", message: .test(UInt32($0.offset)), bytes: 200_000)
      })
    try await session.wait("all ends") { $0.completions.count == 100 }
    let outcomes = operations.map { session.events.outcomes(of: $0) }
    let isAllowed = outcomes.allSatisfy {
      $0.map(\.doubt) == [.timeout] || $0 == [.failed(.returned)]
    }
    #expect(isAllowed, "\(Set(outcomes)) \(session.events.losses)")
    let get = session.operation()
    try await session.submit([.get(get, queue: "q")])
    try await session.waitUntilOpen(2)
    #expect(session.events.outcomes(of: get).map(\.doubt) == [.timeout])
    try await expectToWorkAgain(session)
    try await session.stop()
    try await server.stop()
  }

  @Test(arguments: ClientKind.allCases)
  func heartbeatsKeepAQuietConnectionAndMissADeadOne(_ kind: ClientKind) async throws {
    // A broker that hears nothing for six seconds closes the connection, and so do we; a machine
    // that others use may well take more than two to get to it.
    let quiet = try await LiveSession.start(
      kind, SharedBroker.endpoint, credentials: SharedBroker.credentials,
      adjust: { $0.heartbeat = .seconds(3) })
    let server = try await FaultyServer.start(
      [.stall(after: 700)], then: .pass, broker: SharedBroker.endpoint)
    let dead = try await session(kind, over: server, adjust: { $0.heartbeat = .seconds(1) })
    for session in [quiet, dead] { try await session.waitUntilOpen() }
    // The heartbeats of the broker are the bytes that the stall begins after.
    try await dead.wait("the loss") { !$0.losses.isEmpty }
    #expect(dead.events.losses.first?.contains("heartbeat") == true)
    try await dead.waitUntilOpen(2)
    try await Task.sleep(for: .seconds(8))
    try await expectToWorkAgain(quiet)
    #expect(quiet.events.losses == [])
    for session in [quiet, dead] { try await session.stop() }
    try await server.stop()
  }

  private static let babble: [[UInt8]] = [
    Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>no</html>".utf8),
    Array("AMQP".utf8) + [1, 1, 0, 10],
    [UInt8](repeating: 0, count: 4_096),
    [UInt8](repeating: 0xFF, count: 4_096),
    [UInt8](0...255) + (0...255),
    [8, 0, 0, 0, 0, 0, 0, 0xCE],
    [1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 10, 0xCE],
    [1, 0, 0, 0, 0, 0, 1, 0, 0xCE],
    [1, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0, 10, 0, 10, 0xCE],
  ]

  @Test(arguments: ClientKind.allCases, babble)
  func aServerThatTalksGarbageIsGivenUp(_ kind: ClientKind, bytes: [UInt8]) async throws {
    let server = try await FaultyServer.start(
      [.babble(bytes)], then: .pass, broker: SharedBroker.endpoint)
    let session = try await session(
      kind, over: server, adjust: { $0.handshakeTimeout = .seconds(3) })
    try await session.waitUntilOpen()
    #expect(session.events.failedAttempts.count >= 1)
    #expect(session.events.losses == [])
    try await expectToWorkAgain(session)
    try await session.stop()
    try await server.stop()
  }

  private static let garbage: [[UInt8]] = [
    [UInt8](repeating: 0xFF, count: 64),
    // An unknown method, a content nobody announced, a frame on a channel nobody opened.
    [1, 0, 1, 0, 0, 0, 4, 0, 99, 0, 99, 0xCE],
    [2, 0, 1, 0, 0, 0, 14, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0xCE],
    [3, 0, 1, 0, 0, 0, 1, 65, 0xCE],
    [1, 0, 9, 0, 0, 0, 4, 0, 60, 0, 72, 0xCE],
    // An answer to a question nobody asked: consume-ok, then get-empty.
    [1, 0, 1, 0, 0, 0, 5, 0, 60, 0, 21, 0, 0xCE],
    [1, 0, 1, 0, 0, 0, 5, 0, 60, 0, 72, 0, 0xCE],
    // A frame that does not end where it says.
    [1, 0, 1, 0, 0, 0, 4, 0, 60, 0, 72, 0x00],
  ]

  @Test(arguments: ClientKind.allCases, garbage)
  func anOpenSessionThatHearsGarbageIsReplaced(_ kind: ClientKind, bytes: [UInt8]) async throws {
    let server = try await FaultyServer.start(
      [.garble(after: 700, with: bytes)], then: .pass, broker: SharedBroker.endpoint)
    let session = try await session(kind, over: server)
    try await session.waitUntilOpen()
    let queue = QueuePlan.test()
    var published: UInt32 = 0
    // The answer that crosses the limit is followed by the garbage.
    while session.events.losses.isEmpty, published < 200 {
      _ = try await session.perform {
        .publish($0, queue: queue.name, message: .test(published), bytes: 50)
      }
      published += 1
    }
    try await session.waitUntilOpen(2)
    #expect(session.events.losses.count == 1)
    try await expectToWorkAgain(session)
    try await session.stop()
    try await server.stop()
  }
}
