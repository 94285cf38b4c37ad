import DequeModule
import Environment
import Operations

extension Interpreter {
  /// One client's state between inputs.
  struct Client: Sendable {
    /// A delivery that the consumer still works on.
    struct Held: Sendable {
      var due: Instant
      var incarnation: UInt32
      var tag: UInt64
      var choice: AnswerMix.Choice
    }
    enum ConsumerState: Hashable, Sendable {
      case idle(retryAt: Instant)
      case asked(OperationID)
      case consuming
    }
    struct Session: Sendable {
      var id: SessionID
      var incarnation: UInt32
    }

    let description: ClientDescription
    var behaviour: ClientBehaviour
    var session: Session?
    var wake: Instant?
    var outstanding = 0
    var published: UInt32 = 0
    var received: UInt64 = 0
    var consumer = ConsumerState.idle(retryAt: .zero)
    var held = Deque<Held>()

    init(_ plan: ClientPlan) {
      description = plan.description
      behaviour = plan.behaviour
    }

    var isPublisher: Bool {
      if case .publish = behaviour { true } else { false }
    }

    /// The session of this incarnation, if it is the open one.
    func session(of incarnation: UInt32) -> SessionID? {
      session?.incarnation == incarnation ? session?.id : nil
    }
  }

  /// Publishes until the generator wants to wait; returns when to ask it again.
  mutating func publish(_ index: Int, at now: Instant, into actions: inout [Action]) -> Instant? {
    guard phase == .load, case .publish(var generator) = clients[index].behaviour else {
      return nil
    }
    defer { clients[index].behaviour = .publish(generator) }
    while clients[index].outstanding < Self.maximumOutstanding {
      let situation = Situation(
        now: now, loadBegan: loadBegan, outstanding: clients[index].outstanding,
        isOpen: clients[index].session != nil)
      switch generator.next(in: situation) {
      case .exhausted: return nil
      case .wait(let until): return until
      case .invoke(let request, let due):
        perform(request, by: index, due: due, at: now, into: &actions)
      }
    }
    return now + .milliseconds(10)
  }

  private mutating func perform(
    _ request: Request, by index: Int, due: Instant?, at now: Instant,
    into actions: inout [Action]
  ) {
    let client = clients[index].description
    let queue = queueNames[Int(client.queue.rawValue)]
    clients[index].outstanding += 1
    switch request {
    case .publish(let bytes):
      let message = MessageID(client: client.id, sequence: clients[index].published)
      clients[index].published += 1
      let operation = invoke(.publish(message), by: index, due: due, at: now, into: &actions)
      actions.append(
        .submit(
          client.id, .publish(operation, queue: queue, message: message, bytes: bytes)))
    case .get:
      let operation = invoke(.get, by: index, due: due, at: now, into: &actions)
      actions.append(.submit(client.id, .get(operation, queue: queue)))
    }
  }

  /// Settles what is due and asks for more; returns when there is more to do.
  mutating func consume(
    _ index: Int, _ consumption: Consumption, at now: Instant, into actions: inout [Action]
  ) -> Instant? {
    guard phase != .setup, phase != .done, let session = clients[index].session else { return nil }
    settleDue(index, session, at: now, into: &actions)
    let due = clients[index].held.first?.due
    guard case .idle(let retryAt) = clients[index].consumer else { return due }
    if case .get = consumption.supply, due != nil { return due }
    if retryAt > now { return min(due ?? retryAt, retryAt) }
    ask(index, consumption.supply, at: now, into: &actions)
    return due
  }

  private mutating func settleDue(
    _ index: Int, _ session: Client.Session, at now: Instant, into actions: inout [Action]
  ) {
    let client = clients[index].description.id
    while let held = clients[index].held.first, held.due <= now || phase == .drain {
      clients[index].held.removeFirst()
      guard held.incarnation == session.incarnation else { continue }
      switch phase == .drain ? .settle(.ack) : held.choice {
      case .settle(let kind):
        actions.append(
          .submit(
            client,
            .settle(incarnation: held.incarnation, tag: held.tag, multiple: false, kind: kind)))
      case .drop:
        clients[index].held.removeAll()
        actions.append(.submit(client, .drop))
      }
    }
  }

  private mutating func ask(
    _ index: Int, _ supply: Consumption.Supply, at now: Instant, into actions: inout [Action]
  ) {
    let client = clients[index].description
    let queue = queueNames[Int(client.queue.rawValue)]
    clients[index].outstanding += 1
    switch supply {
    case .push(let prefetch):
      let action = Operations.Action.consume(prefetch: UInt16(clamping: prefetch))
      let operation = invoke(action, by: index, at: now, into: &actions)
      clients[index].consumer = .asked(operation)
      actions.append(
        .submit(client.id, .consume(operation, queue: queue, prefetch: prefetch)))
    case .get:
      let operation = invoke(.get, by: index, at: now, into: &actions)
      clients[index].consumer = .asked(operation)
      actions.append(.submit(client.id, .get(operation, queue: queue)))
    }
  }

  /// What a consumer does after its question was answered.
  mutating func answered(_ index: Int, _ outcome: SessionOutcome, at now: Instant) {
    switch outcome {
    case .accepted: clients[index].consumer = .consuming
    case .message: clients[index].consumer = .idle(retryAt: now)
    case .empty:
      var pause = Self.consumeRetry
      if case .consume(let consumption) = clients[index].behaviour,
        case .get(let chosen) = consumption.supply
      {
        pause = chosen
      }
      clients[index].consumer = .idle(retryAt: now + pause)
    default: clients[index].consumer = .idle(retryAt: now + Self.consumeRetry)
    }
  }
}
