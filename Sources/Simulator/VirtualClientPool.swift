import Environment
package import Harness
package import Operations

/// All clients of a virtual run: the interpreter and sessions that live on an executor.
package struct VirtualClientPool: ClientPool {
  /// Makes a session to a node under a name, which reports on the executor's thread.
  package typealias Connect =
    @Sendable (NodeID, _ name: String, @escaping (SessionEvent) -> Void) -> any BrokerSession

  private let executor: VirtualExecutor
  private let connect: Connect
  private let clients: ExecutorBound<ClientLoop>

  /// A pool of these clients. `sink` gets every event of the history, in order.
  package init(
    executor: VirtualExecutor, clients: [ClientPlan], queues: [QueueDescription],
    connect: @escaping Connect, sink: @escaping @Sendable (TimedEvent) -> Void
  ) {
    self.executor = executor
    self.connect = connect
    let timer = VirtualTimer(executor)
    let loop = ClientLoop(
      clients: clients, queues: queues, now: { executor.now },
      connect: { connect($0.node, $0.sessionName, $1) }, sink: sink,
      schedule: { timer.set($0) })
    timer.clients = loop
    self.clients = ExecutorBound(loop, to: executor)
  }

  /// Declares queues through a session of its own.
  package func declare(
    _ queues: [QueuePlan], on node: NodeID, within timeout: Duration
  ) async throws {
    let declaring = DeclaringSession(QueueDeclarer(queues))
    let session = connect(node, "declare") { declaring.receive($0) }
    defer { session.stop() }
    declaring.submit = { session.submit($0) }
    session.start()
    let deadline = executor.now + timeout
    while !declaring.isFinished {
      guard executor.now < deadline else { throw declaring.declarer.failure(after: timeout) }
      try await executor.sleep(until: min(deadline, executor.now + Self.look))
    }
  }

  /// How often a declaration is looked at.
  private static let look = Duration.milliseconds(1)

  /// Opens all sessions.
  package func start() async throws { clients.value.start() }

  /// Enters a phase.
  package func enter(_ phase: Phase) async throws { clients.value.post(.phase(phase)) }

  /// Puts an event of the nemesis or of the system into the history.
  package func observe(_ event: Event) { clients.value.post(.observed(event)) }

  /// Closes all sessions.
  package func stop() async throws { clients.value.stop() }

  /// What the clients are at; virtual time is never late.
  package func snapshot() async throws -> Snapshot { clients.value.snapshot(largestLag: .zero) }
}

/// The one timer of a loop of clients.
private final class VirtualTimer {
  private let executor: VirtualExecutor
  private var number: UInt64?
  weak var clients: ClientLoop?

  init(_ executor: VirtualExecutor) {
    self.executor = executor
  }

  func set(_ instant: Instant) {
    if let number { executor.cancel(number) }
    number = executor.schedule(at: instant) { [self] in
      number = nil
      clients?.tick()
    }
  }
}

/// A declarer and what it has come to.
private final class DeclaringSession {
  private(set) var declarer: QueueDeclarer
  private(set) var isFinished = false
  var submit: (SessionCommand) -> Void = { _ in }

  init(_ declarer: QueueDeclarer) {
    self.declarer = declarer
  }

  func receive(_ event: SessionEvent) {
    if isFinished { return }
    switch declarer.receive(event) {
    case .wait: break
    case .submit(let command): submit(command)
    case .finish: isFinished = true
    }
  }
}
