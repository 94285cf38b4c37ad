import DequeModule
package import Environment
package import Operations

/// The interpreter of a run and its sessions, driven by whoever calls: what pools in real and in
/// virtual time have in common. It belongs to one thread, where all calls and events happen.
package final class ClientLoop {
  /// Makes the session of a client, which reports to the closure.
  package typealias Connect =
    (ClientDescription, @escaping (SessionEvent) -> Void) -> any BrokerSession

  private let now: () -> Instant
  private let sink: (TimedEvent) -> Void
  private let schedule: (Instant) -> Void
  private var interpreter: Interpreter
  private var sessions: [any BrokerSession] = []
  private var inbox = Deque<Interpreter.Input>()
  private var actions: [Interpreter.Action] = []
  private var isProcessing = false
  private var wake: Instant?

  /// A loop of these clients. Events of the history go to `sink`. `schedule` asks for a call of
  /// `tick` at an instant, in place of what it asked for before.
  package init(
    clients: [ClientPlan], queues: [QueueDescription], now: @escaping () -> Instant,
    connect: Connect, sink: @escaping (TimedEvent) -> Void,
    schedule: @escaping (Instant) -> Void
  ) {
    self.now = now
    self.sink = sink
    self.schedule = schedule
    interpreter = Interpreter(clients: clients, queues: queues)
    for client in clients {
      let id = client.description.id
      sessions.append(
        connect(client.description) { [weak self] event in
          // A session may outlive the run by the time that its orderly close takes.
          self?.post(.session(id, event))
        })
    }
  }

  /// Opens all sessions.
  package func start() {
    for session in sessions { session.start() }
  }

  /// Closes all sessions.
  package func stop() {
    for session in sessions { session.stop() }
  }

  /// The time has come for which `schedule` was called.
  package func tick() {
    wake = nil
    post(.tick)
  }

  /// Takes an input. What it leads to is done before this returns, unless this is called from
  /// within: then it is done before the outermost call returns.
  package func post(_ input: Interpreter.Input) {
    inbox.append(input)
    if !isProcessing { process() }
  }

  /// What the clients are at.
  package func snapshot(largestLag: Duration) -> Snapshot {
    Snapshot(interpreter, now: now(), largestLag: largestLag)
  }

  private func process() {
    isProcessing = true
    while let input = inbox.popFirst() {
      interpreter.receive(input, at: now(), into: &actions)
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
    guard let next = interpreter.nextWake else { return }
    if let wake, wake <= next { return }
    wake = next
    schedule(next)
  }
}
