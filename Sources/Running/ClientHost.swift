import DequeModule
package import Environment
package import Harness
package import NIOCore
package import Operations

/// Runs the interpreter and all its sessions on one event loop, in real time.
///
/// `@unchecked Sendable`: everything mutable is touched on the event loop only; the methods that
/// may be called from elsewhere hop there first.
package final class ClientHost: @unchecked Sendable {
  /// Makes the session of one client; `report` must be called on the event loop only.
  package typealias SessionFactory =
    @Sendable (ClientDescription, any EventLoop, @escaping (SessionEvent) -> Void) ->
    any BrokerSession

  private let loop: any EventLoop
  private let clock: MonotonicClock
  private let sink: (TimedEvent) -> Void
  private var interpreter: Interpreter
  private var sessions: [any BrokerSession] = []
  private var inbox = Deque<Interpreter.Input>()
  private var actions: [Interpreter.Action] = []
  private var isProcessing = false
  private var wake: (at: Instant, task: Scheduled<Void>)?
  private var lag = LoopLag()
  private var lagTask: RepeatedTask?

  /// A host for these clients. `sink` gets every event of the history, in order, on the event loop.
  package init(
    loop: any EventLoop, clock: MonotonicClock, clients: [ClientPlan],
    queues: [QueueDescription], makeSession: SessionFactory, sink: @escaping (TimedEvent) -> Void
  ) {
    self.loop = loop
    self.clock = clock
    self.sink = sink
    interpreter = Interpreter(clients: clients, queues: queues)
    for client in clients {
      let id = client.description.id
      sessions.append(
        makeSession(client.description, loop) { [weak self] event in
          // A session may outlive the run by the time that its orderly close takes.
          self?.post(.session(id, event))
        })
    }
  }

  /// Opens all sessions and begins to watch the event loop's lag.
  package func start() async throws {
    try await loop.submit { [self] in
      lagTask = loop.scheduleRepeatedTask(
        initialDelay: LoopLag.period, delay: LoopLag.period
      ) { [self] _ in lag.tick(at: clock.now()) }
      for session in sessions { session.start() }
    }.get()
  }

  /// Enters a phase.
  package func enter(_ phase: Phase) async throws {
    try await loop.submit { [self] in post(.phase(phase)) }.get()
  }

  /// Puts an event of the nemesis or of the system into the history.
  package func observe(_ event: Event) {
    loop.execute { [self] in post(.observed(event)) }
  }

  /// Closes all sessions; their last events are still recorded.
  package func stop() async throws {
    try await loop.submit { [self] in
      for session in sessions { session.stop() }
      lagTask?.cancel()
      wake?.task.cancel()
    }.get()
  }

  /// What the run is at.
  package func snapshot() async throws -> Snapshot {
    try await loop.submit { [self] in
      Snapshot(
        now: clock.now(), phase: interpreter.phase, progress: interpreter.progress,
        unansweredPublishes: interpreter.unansweredPublishes,
        withoutSession: interpreter.clientsWithoutSession, largestLag: lag.largest)
    }.get()
  }

  private func post(_ input: Interpreter.Input) {
    inbox.append(input)
    if !isProcessing { process() }
  }

  private func process() {
    isProcessing = true
    while let input = inbox.popFirst() {
      interpreter.receive(input, at: clock.now(), into: &actions)
      var batch: [Interpreter.Action] = []
      swap(&batch, &actions)
      for action in batch {
        switch action {
        case .record(let event): sink(event)
        case .submit(let client, let command): sessions[Int(client.rawValue)].submit(command)
        }
      }
      batch.removeAll(keepingCapacity: true)
      swap(&batch, &actions)
    }
    isProcessing = false
    scheduleWake()
  }

  private func scheduleWake() {
    guard let next = interpreter.nextWake else { return }
    if let wake {
      if wake.at <= next { return }
      wake.task.cancel()
    }
    let delay = max(0, (next - clock.now()).nanoseconds)
    let task = loop.scheduleTask(in: .nanoseconds(delay)) { [self] in
      wake = nil
      post(.tick)
    }
    wake = (next, task)
  }
}

/// What a run is at, for progress lines and for waiting.
package struct Snapshot: Hashable, Sendable {
  /// When it was taken.
  package var now: Instant
  /// The phase.
  package var phase: Phase
  /// Counters by queue.
  package var progress: Progress
  /// Publishes without an answer.
  package var unansweredPublishes: Int
  /// Clients without an open session.
  package var withoutSession: [ClientDescription]
  /// By how much the event loop was late at worst.
  package var largestLag: Duration
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
