import Environment
import Harness
import NIOCore
import NIOPosix
import Operations
import Sessions
import Synchronization
import Testing

@testable import Clients

/// The shell around the session machine; what it does with a real broker, the cluster tests show.
@Suite struct AMQPSessionTests {
  private final class Reports: Sendable {
    private let all = Mutex<[SessionEvent]>([])
    var events: [SessionEvent] { all.withLock { $0 } }
    func add(_ event: SessionEvent) { all.withLock { $0.append(event) } }

    func wait(for isThere: ([SessionEvent]) -> Bool) async throws -> Bool {
      for _ in 0..<2000 {
        if isThere(events) { return true }
        try await Task.sleep(for: .milliseconds(10))
      }
      return false
    }
  }

  private static let deadlines = Deadlines(
    open: .seconds(5), operation: .seconds(5), confirm: .seconds(5), recovery: .seconds(5),
    drain: .seconds(5))

  /// A port at which nobody listens.
  private func closedPort(_ group: MultiThreadedEventLoopGroup) async throws -> Int {
    let channel = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(channel.localAddress?.port)
    try await channel.close()
    return port
  }

  @Test func aRefusedConnectionIsTriedAgainAndWhatIsSubmittedFails() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let port = try await closedPort(group)
    let reports = Reports()
    let session = try await loop.submit {
      let session = AMQPSession(
        loop: loop, endpoint: Endpoint(host: "127.0.0.1", port: port), clock: MonotonicClock(),
        settings: SessionSettings(
          name: "test", credentials: Credentials(user: "guest", password: "guest"),
          deadlines: Self.deadlines, body: MessageBody(nonce: 1)),
        report: { reports.add($0) })
      session.start()
      let message = MessageID(client: ClientID(0), sequence: 0)
      session.submit(.publish(OperationID(5), queue: "q", message: message, bytes: 24))
      return NIOLoopBound(session, eventLoop: loop)
    }.get()
    let failed = try await reports.wait { events in
      events.count {
        if case .attemptFailed(let reason) = $0 { reason.contains("connect") } else { false }
      } >= 3
    }
    #expect(failed, "\(reports.events)")
    #expect(reports.events.contains(.completed(OperationID(5), .failed(.notWritten))))
    try await loop.submit { session.value.stop() }.get()
    try await group.shutdownGracefully()
  }

  /// What was submitted before a drop is sent, nothing is said, and another connection follows.
  @Test func aDropIsSeenAsTheEndOfAConnectionWithoutAWord() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let server = try await PoliteServer.start(on: group)
    let port = server.port
    let reports = Reports()
    let session = try await loop.submit {
      let session = AMQPSession(
        loop: loop, endpoint: Endpoint(host: "127.0.0.1", port: port), clock: MonotonicClock(),
        settings: SessionSettings(
          name: "test", credentials: Credentials(user: "guest", password: "guest"),
          deadlines: Self.deadlines, body: MessageBody(nonce: 1)),
        report: { reports.add($0) })
      session.start()
      return NIOLoopBound(session, eventLoop: loop)
    }.get()
    #expect(try await reports.wait { $0.contains(.opened(incarnation: 1)) })
    let message = MessageID(client: ClientID(0), sequence: 0)
    try await loop.submit {
      for operation in [7, 8] as [UInt32] {
        session.value.submit(
          .publish(OperationID(operation), queue: "q", message: message, bytes: 24))
        if operation == 7 { session.value.submit(.drop) }
      }
    }.get()
    #expect(try await reports.wait { $0.contains(.opened(incarnation: 2)) })
    let why = "the connection ended: the client dropped it"
    #expect(
      reports.events == [
        .opened(incarnation: 1), .written(OperationID(7), incarnation: 1, sequence: 1),
        .lost(incarnation: 1, reason: why),
        .completed(OperationID(7), .indefinite(.connectionLost, why)),
        .completed(OperationID(8), .failed(.notWritten)), .opened(incarnation: 2),
      ])
    #expect(server.methods == ["basic.publish", "end"])
    try await loop.submit { session.value.stop() }.get()
    for _ in 0..<500 where server.methods.last != "end" || server.methods.count < 4 {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(server.methods == ["basic.publish", "end", "connection.close", "end"])
    try await server.stop()
    try await group.shutdownGracefully()
  }
}
