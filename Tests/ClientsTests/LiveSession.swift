import AMQP
import Clients
import Environment
import Harness
import NIOCore
import NIOPosix
import Operations
import Sessions
import Synchronization
import Testing

/// A started session of one of the clients, and all that it has reported.
final class LiveSession: Sendable {
  /// How long a test waits for something that has to come.
  static let patience = Duration.seconds(60)

  private let loop: any EventLoop
  private let bound: NIOLoopBound<any BrokerSession>
  private let reported: Reported
  private let nextOperation = Mutex<UInt32>(0)

  private final class Reported: Sendable {
    let events = Mutex<[SessionEvent]>([])
  }

  private init(
    loop: any EventLoop, bound: NIOLoopBound<any BrokerSession>, reported: Reported
  ) {
    self.loop = loop
    self.bound = bound
    self.reported = reported
  }

  /// Starts a session of `kind` to `endpoint`.
  static func start(
    _ kind: ClientKind, _ endpoint: Endpoint, credentials: Credentials,
    adjust: (inout SessionConfiguration) -> Void = { _ in }
  ) async throws -> LiveSession {
    var configuration = SessionConfiguration()
    configuration.user = credentials.user
    configuration.password = credentials.password
    configuration.connectionName = "test of \(kind.rawValue)"
    configuration.operationTimeout = .seconds(30)
    configuration.confirmTimeout = .seconds(30)
    adjust(&configuration)
    let settings = SessionSettings(configuration: configuration, body: MessageBody(nonce: 77))
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let reported = Reported()
    let bound = try await loop.submit {
      let session = kind.session(
        loop: loop, endpoint: endpoint, clock: MonotonicClock(), settings: settings,
        report: { event in reported.events.withLock { $0.append(event) } })
      session.start()
      return NIOLoopBound(session, eventLoop: loop)
    }.get()
    return LiveSession(loop: loop, bound: bound, reported: reported)
  }

  /// Everything so far.
  var events: [SessionEvent] { reported.events.withLock { $0 } }

  /// A fresh operation.
  func operation() -> OperationID {
    nextOperation.withLock { next in
      defer { next += 1 }
      return OperationID(next)
    }
  }

  /// Submits commands in one turn of the event loop.
  func submit(_ commands: [SessionCommand]) async throws {
    let bound = bound
    try await loop.submit { for command in commands { bound.value.submit(command) } }.get()
  }

  /// Submits commands and stops in one turn of the event loop.
  func stop(after commands: [SessionCommand] = []) async throws {
    let bound = bound
    try await loop.submit {
      for command in commands { bound.value.submit(command) }
      bound.value.stop()
    }.get()
  }

  /// Waits until what was reported satisfies the condition.
  func wait(
    _ what: String, location: SourceLocation = #_sourceLocation,
    until isThere: ([SessionEvent]) -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + Self.patience
    while ContinuousClock.now < deadline {
      if isThere(events) { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("never saw \(what): \(events.suffix(20))", sourceLocation: location)
    throw CancellationError()
  }

  /// Waits until an incarnation is open.
  func waitUntilOpen(
    _ incarnation: UInt32 = 1, location: SourceLocation = #_sourceLocation
  ) async throws {
    try await wait("incarnation \(incarnation)", location: location) {
      $0.contains(.opened(incarnation: incarnation))
    }
  }

  /// Submits one operation and waits for its outcome.
  func perform(
    location: SourceLocation = #_sourceLocation,
    _ command: (OperationID) -> SessionCommand
  ) async throws -> SessionOutcome {
    let operation = operation()
    try await submit([command(operation)])
    try await wait("the end of \(operation)", location: location) {
      !$0.outcomes(of: operation).isEmpty
    }
    return try #require(events.outcomes(of: operation).first)
  }

  /// Declares a queue and expects that to be accepted.
  func declare(
    _ queue: QueuePlan, deadLetters: String? = nil, location: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await perform(location: location) {
      .declare($0, queue: queue, deadLetters: deadLetters)
    }
    #expect(outcome == .accepted, sourceLocation: location)
  }

  /// Gets a message and returns it; nil if there is none.
  func get(
    _ queue: String, location: SourceLocation = #_sourceLocation
  ) async throws -> SessionReceipt? {
    switch try await perform(location: location, { .get($0, queue: queue) }) {
    case .message(_, let receipt): return receipt
    case .empty: return nil
    case let other:
      Issue.record("a get ended as \(other)", sourceLocation: location)
      return nil
    }
  }

  /// Publishes messages and waits until they are confirmed.
  func publish(
    _ sequences: Range<UInt32>, to queue: String, location: SourceLocation = #_sourceLocation
  ) async throws {
    for sequence in sequences {
      let outcome = try await perform(location: location) {
        .publish($0, queue: queue, message: .test(sequence), bytes: 100)
      }
      #expect(outcome == .confirmed, sourceLocation: location)
    }
  }
}

extension MessageID {
  /// A message of the only client of a test.
  static func test(_ sequence: UInt32) -> MessageID {
    MessageID(client: ClientID(3), sequence: sequence)
  }
}

extension [SessionEvent] {
  /// How an operation ended; more than one element is a bug of the client.
  func outcomes(of operation: OperationID) -> [SessionOutcome] {
    compactMap {
      if case .completed(operation, let outcome) = $0 { outcome } else { nil }
    }
  }

  /// How each operation ended, in the order in which they ended.
  var completions: [(operation: OperationID, outcome: SessionOutcome)] {
    compactMap {
      if case .completed(let operation, let outcome) = $0 { (operation, outcome) } else { nil }
    }
  }

  /// The messages that were pushed.
  var deliveries: [SessionReceipt] {
    compactMap { if case .delivered(_, let receipt) = $0 { receipt } else { nil } }
  }

  /// Why incarnations were lost.
  var losses: [String] {
    compactMap { if case .lost(_, let reason) = $0 { reason } else { nil } }
  }

  /// Why attempts failed.
  var failedAttempts: [String] {
    compactMap { if case .attemptFailed(let reason) = $0 { reason } else { nil } }
  }
}

extension SessionOutcome {
  /// Whether nobody can tell, and why.
  var doubt: Doubt? {
    if case .indefinite(let doubt, _) = self { doubt } else { nil }
  }
}

extension QueuePlan {
  /// A queue with a name of its own.
  static func test(
    _ kind: QueueKind = .plain, groupSize: Int = 0, options: QueueOptions = QueueOptions()
  ) -> QueuePlan {
    QueuePlan(
      id: QueueID(0), name: "test-\(UInt64.random(in: 0 ... .max))", kind: kind,
      mirroring: Mirroring(replicas: 1, syncMode: .automatic, promoteOnFailure: .always),
      groupSize: groupSize, options: options, required: [])
  }
}
