package import Environment
package import Operations

/// Runs the clients of a plan: takes what sessions report, says what they do next and what the
/// history records. A value without clock, socket or randomness: the real runner and a simulator
/// are two shells around it.
///
/// The shell calls `receive` for every input with the present instant and carries the actions out
/// in order. It calls with `.tick` no later than `nextWake`.
package struct Interpreter: Sendable {
  /// Something that happened outside.
  package enum Input: Sendable {
    /// A client's session reported something.
    case session(ClientID, SessionEvent)
    /// Time has passed.
    case tick
    /// The run enters a phase.
    case phase(Phase)
    /// A fault or the system made an event for the history.
    case observed(Event)
  }

  /// Something that the shell has to do.
  package enum Action: Sendable {
    /// Append this to the history.
    case record(TimedEvent)
    /// Hand this to the client's session.
    case submit(ClientID, SessionCommand)
  }

  /// The most operations a client may have unanswered; a generator that wants more waits.
  package static let maximumOutstanding = 20_000
  /// How long a consumer waits before it asks again for a consumer that was refused.
  package static let consumeRetry = Duration.milliseconds(500)

  var clients: [Client]
  let queueNames: [String]
  /// The phase that the run is in.
  package private(set) var phase: Phase = .setup
  private(set) var loadBegan: Instant = .zero
  var nextOperation: UInt32 = 0
  private var nextSession: UInt32 = 0
  private var timers = TimerQueue()
  /// Counters for people.
  package private(set) var progress: Progress

  /// An interpreter for these clients, whose ids are dense from zero, on these queues.
  package init(clients: [ClientPlan], queues: [QueueDescription]) {
    self.clients = clients.map(Client.init)
    queueNames = queues.map(\.name)
    progress = Progress(queues: queues.count)
  }

  /// The next instant at which `.tick` is due; nil if nothing is scheduled.
  package var nextWake: Instant? { timers.first }

  /// Whether every client has an open session.
  package var allSessionsOpen: Bool { clients.allSatisfy { $0.session != nil } }

  /// The clients without an open session, for messages.
  package var clientsWithoutSession: [ClientDescription] {
    clients.filter { $0.session == nil }.map(\.description)
  }

  /// How many publishes are unanswered.
  package var unansweredPublishes: Int {
    clients.reduce(0) { $0 + ($1.isPublisher ? $1.outstanding : 0) }
  }

  /// Takes an input and appends what is to be done.
  package mutating func receive(_ input: Input, at now: Instant, into actions: inout [Action]) {
    switch input {
    case .session(let client, let event): receive(event, of: client, at: now, into: &actions)
    case .observed(let event): record(event, at: now, into: &actions)
    case .phase(let phase): enter(phase, at: now, into: &actions)
    case .tick: break
    }
    while let (due, index) = timers.popDue(at: now) {
      guard clients[index].wake == due else { continue }
      clients[index].wake = nil
      advance(index, at: now, into: &actions)
    }
  }

  private mutating func enter(_ phase: Phase, at now: Instant, into actions: inout [Action]) {
    self.phase = phase
    if phase == .load { loadBegan = now }
    record(.phase(phase), at: now, into: &actions)
    for index in clients.indices { advance(index, at: now, into: &actions) }
  }

  /// Lets a client do everything that it can do now, and schedules its next turn.
  mutating func advance(_ index: Int, at now: Instant, into actions: inout [Action]) {
    let next: Instant?
    switch clients[index].behaviour {
    case .publish: next = publish(index, at: now, into: &actions)
    case .consume(let consumption):
      next = consume(index, consumption, at: now, into: &actions)
    }
    guard let next else { return }
    if let wake = clients[index].wake, wake <= next { return }
    clients[index].wake = next
    timers.insert(next, index)
  }

  func record(_ event: Event, at now: Instant, into actions: inout [Action]) {
    actions.append(.record(TimedEvent(at: now, event)))
  }

  mutating func newSession() -> SessionID {
    defer { nextSession += 1 }
    return SessionID(nextSession)
  }

  mutating func invoke(
    _ action: Operations.Action, by index: Int, due: Instant? = nil, at now: Instant,
    into actions: inout [Action]
  ) -> OperationID {
    let operation = OperationID(nextOperation)
    nextOperation += 1
    let client = clients[index].description
    record(
      .invoked(
        Invocation(
          operation: operation, client: client.id, queue: client.queue, action: action,
          late: due.map { max(.zero, now - $0) } ?? .zero)),
      at: now, into: &actions)
    progress.queues[Int(client.queue.rawValue)].invoked += 1
    return operation
  }

  mutating func count(_ change: (inout Progress.Queue) -> Void, for index: Int) {
    change(&progress.queues[Int(clients[index].description.queue.rawValue)])
  }
}

/// Counters of a run, for progress lines.
package struct Progress: Hashable, Sendable {
  /// Counters of one queue.
  package struct Queue: Hashable, Sendable {
    /// Operations invoked.
    package var invoked = 0
    /// Publishes confirmed.
    package var confirmed = 0
    /// Messages delivered, repeats included.
    package var delivered = 0
  }
  /// By queue id.
  package var queues: [Queue]

  init(queues: Int) {
    self.queues = Array(repeating: Queue(), count: queues)
  }
}
