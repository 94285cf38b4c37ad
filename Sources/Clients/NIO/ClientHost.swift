package import Environment
package import Harness
package import NIOCore
package import Operations

/// Runs the interpreter and all its sessions on one event loop, in real time.
///
/// `@unchecked Sendable`: everything mutable is touched on the event loop only; the methods that
/// may be called from elsewhere hop there first.
package final class ClientHost: ClientPool, @unchecked Sendable {
  /// Makes a session to a node under a name; `report` must be called on the event loop only.
  package typealias Connect =
    @Sendable (NodeID, _ name: String, any EventLoop, @escaping (SessionEvent) -> Void) ->
    any BrokerSession

  private let loop: any EventLoop
  private let connect: Connect
  private let clients: ClientLoop
  private let clock: MonotonicClock
  private let wake: LoopTimer
  private var lag = LoopLag()
  private var lagTask: RepeatedTask?

  /// A host for these clients. `sink` gets every event of the history, in order, on the event loop.
  package init(
    loop: any EventLoop, clock: MonotonicClock, clients: [ClientPlan],
    queues: [QueueDescription], connect: @escaping Connect,
    sink: @escaping @Sendable (TimedEvent) -> Void
  ) {
    self.loop = loop
    self.clock = clock
    self.connect = connect
    let wake = LoopTimer(loop: loop, clock: clock)
    self.wake = wake
    self.clients = ClientLoop(
      clients: clients, queues: queues, now: { clock.now() },
      connect: { connect($0.node, $0.sessionName, loop, $1) }, sink: sink,
      schedule: { wake.set($0) })
    wake.clients = self.clients
  }

  /// Declares queues through a session of its own.
  package func declare(
    _ queues: [QueuePlan], on node: NodeID, within timeout: Duration
  ) async throws {
    let (loop, connect) = (loop, connect)
    try await loop.flatSubmit {
      let declaring = DeclaringSession(QueueDeclarer(queues), on: loop)
      return declaring.run(within: timeout) { connect(node, "declare", loop, $0) }
    }.get()
  }

  /// Opens all sessions and begins to watch the event loop's lag.
  package func start() async throws {
    try await loop.submit { [self] in
      lagTask = loop.scheduleRepeatedTask(
        initialDelay: LoopLag.period, delay: LoopLag.period
      ) { [self] _ in lag.tick(at: clock.now()) }
      clients.start()
    }.get()
  }

  /// Enters a phase.
  package func enter(_ phase: Phase) async throws {
    try await loop.submit { [self] in clients.post(.phase(phase)) }.get()
  }

  /// Puts an event of the nemesis or of the system into the history.
  package func observe(_ event: Event) {
    loop.execute { [self] in clients.post(.observed(event)) }
  }

  /// Closes all sessions; their last events are still recorded.
  package func stop() async throws {
    try await loop.submit { [self] in
      clients.stop()
      lagTask?.cancel()
      wake.cancel()
    }.get()
  }

  /// What the run is at.
  package func snapshot() async throws -> Snapshot {
    try await loop.submit { [self] in clients.snapshot(largestLag: lag.largest) }.get()
  }
}

/// The one timer of a loop of clients.
private final class LoopTimer {
  private let loop: any EventLoop
  private let clock: MonotonicClock
  private var task: Scheduled<Void>?
  weak var clients: ClientLoop?

  init(loop: any EventLoop, clock: MonotonicClock) {
    self.loop = loop
    self.clock = clock
  }

  func set(_ instant: Instant) {
    task?.cancel()
    let bound = NIOLoopBound(self, eventLoop: loop)
    let delay = max(0, (instant - clock.now()).nanoseconds)
    task = loop.scheduleTask(in: .nanoseconds(delay)) { bound.value.clients?.tick() }
  }

  func cancel() { task?.cancel() }
}

/// Measures by how much a periodic task of the event loop comes late.
struct LoopLag {
  static let period = TimeAmount.milliseconds(50)
  private var last: Instant?
  private(set) var largest = Duration.zero

  mutating func tick(at now: Instant) {
    if let last {
      largest = max(largest, (now - last) - .nanoseconds(Self.period.nanoseconds))
    }
    last = now
  }
}

/// One session that declares queues, on one event loop.
private final class DeclaringSession {
  private let loop: any EventLoop
  private let done: EventLoopPromise<Void>
  private var declarer: QueueDeclarer
  private var session: (any BrokerSession)?
  private var isOver = false

  init(_ declarer: QueueDeclarer, on loop: any EventLoop) {
    self.declarer = declarer
    self.loop = loop
    done = loop.makePromise()
  }

  func run(
    within timeout: Duration,
    makeSession: (@escaping (SessionEvent) -> Void) -> any BrokerSession
  ) -> EventLoopFuture<Void> {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let expiry = loop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
      bound.value.finish(.failure(bound.value.declarer.failure(after: timeout)))
    }
    let session = makeSession { bound.value.receive($0) }
    self.session = session
    session.start()
    return done.futureResult.always { _ in expiry.cancel() }
  }

  private func receive(_ event: SessionEvent) {
    if isOver { return }
    switch declarer.receive(event) {
    case .wait: break
    case .submit(let command): session?.submit(command)
    case .finish: finish(.success(()))
    }
  }

  private func finish(_ result: Result<Void, any Error>) {
    if isOver { return }
    isOver = true
    done.completeWith(result)
    session?.stop()
    session = nil
  }
}
