import Environment
import Harness
import NIOCore
import Operations
import Sessions

/// One client's part of a round; used on the event loop only.
final class BenchRun {
  private enum Stage {
    case opening
    case declaring
    case publishing(since: Instant)
    case getting(since: Instant)
    case over
  }

  private let bench: ClientBench
  private let queue: QueuePlan
  private let clock = MonotonicClock()
  private let done: EventLoopPromise<ClientBench.Figures>
  private var session: (any BrokerSession)?
  private var timer: Scheduled<Void>?
  private var stage = Stage.opening
  private var submitted = 0
  private var ended = 0
  private var figures = ClientBench.Figures(publishes: 0, gets: 0, processor: 0)

  private init(
    _ bench: ClientBench, _ kind: ClientKind, done: EventLoopPromise<ClientBench.Figures>
  ) {
    self.bench = bench
    self.done = done
    queue = QueuePlan(
      id: QueueID(0), name: "stoat-bench-\(kind.rawValue)", kind: .plain,
      mirroring: Mirroring(replicas: 1, syncMode: .automatic, promoteOnFailure: .always),
      groupSize: 0, required: [])
  }

  /// Opens a session, measures, and closes it.
  static func measure(
    _ bench: ClientBench, _ kind: ClientKind, endpoint: Endpoint, credentials: Credentials,
    loop: any EventLoop
  ) async throws -> ClientBench.Figures {
    let deadlines = Deadlines(
      open: bench.timeout, operation: bench.timeout, confirm: bench.timeout,
      recovery: bench.timeout, drain: bench.timeout)
    let settings = SessionSettings(
      name: "bench", credentials: credentials, deadlines: deadlines,
      body: MessageBody(nonce: 0x62_656E_6368))
    let done = loop.makePromise(of: ClientBench.Figures.self)
    loop.execute {
      let run = BenchRun(bench, kind, done: done)
      let session = kind.session(
        loop: loop, endpoint: endpoint, clock: run.clock, settings: settings,
        report: { run.receive($0) })
      run.session = session
      let bound = NIOLoopBound(run, eventLoop: loop)
      run.timer = loop.scheduleTask(in: .nanoseconds(bench.timeout.nanoseconds)) {
        bound.value.fail("\(kind.rawValue) took longer than \(bench.timeout) for a round")
      }
      session.start()
    }
    return try await done.futureResult.get()
  }

  private func receive(_ event: SessionEvent) {
    switch event {
    case .opened: declare()
    case .lost(_, let reason), .attemptFailed(let reason): fail(reason)
    case .completed(_, let outcome): completed(outcome)
    default: break
    }
  }

  private func declare() {
    stage = .declaring
    session?.submit(.declare(OperationID(0), queue: queue, deadLetters: nil))
  }

  private func completed(_ outcome: SessionOutcome) {
    switch (stage, outcome) {
    case (.declaring, .accepted):
      stage = .publishing(since: clock.now())
      for _ in 0..<min(bench.window, bench.messages) { publish() }
    case (.publishing(let since), .confirmed):
      ended += 1
      if submitted < bench.messages { publish() }
      if ended == bench.messages { published(since) }
    case (.getting(let since), .message(let incarnation, let receipt)):
      session?.submit(
        .settle(incarnation: incarnation, tag: receipt.tag, multiple: false, kind: .ack))
      ended += 1
      if submitted < bench.messages { get() }
      if ended == bench.messages { got(since) }
    case (.over, _): break
    default: fail("an operation ended as \(outcome)")
    }
  }

  private func publish() {
    let message = MessageID(client: ClientID(0), sequence: UInt32(submitted))
    session?.submit(
      .publish(
        OperationID(UInt32(submitted)), queue: queue.name, message: message, bytes: bench.bytes))
    submitted += 1
  }

  private func get() {
    session?.submit(.get(OperationID(UInt32(submitted)), queue: queue.name))
    submitted += 1
  }

  private func published(_ since: Instant) {
    figures.publishes = Double(bench.messages) / (clock.now() - since).seconds
    submitted = 0
    ended = 0
    stage = .getting(since: clock.now())
    for _ in 0..<min(bench.gets, bench.messages) { get() }
  }

  private func got(_ since: Instant) {
    figures.gets = Double(bench.messages) / (clock.now() - since).seconds
    finish(.success(figures))
  }

  private func fail(_ reason: String) {
    finish(.failure(SystemFailure(.failed, "the benchmark ended early: \(reason)")))
  }

  private func finish(_ result: Result<ClientBench.Figures, any Error>) {
    if case .over = stage { return }
    stage = .over
    timer?.cancel()
    session?.stop()
    session = nil
    done.completeWith(result)
  }
}
