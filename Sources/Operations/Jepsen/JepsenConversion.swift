import Environment

/// Turns the operations of a Jepsen history into events, one by one.
struct JepsenConversion {
  static let queue = QueueID(0)
  /// What is between two operations at least, so that their order shows in their times, also where
  /// those are rounded to microseconds.
  private static let step = Duration.microseconds(1)

  let roster: JepsenRoster
  private(set) var messages: JepsenMessages
  private(set) var events: [TimedEvent] = []
  private let jepsen: JepsenHistory
  private let emptiness: JepsenEmptiness?
  private var now = Instant.zero
  private var next: UInt32 = 0
  /// By operation: the `:index` of its invocation, or its place where there is none.
  private(set) var indices: [Int64] = []
  /// By the place of an invocation: its operation; for a drain those of its takes come behind it.
  private var numbers: [UInt32]
  /// The messages of the enqueues, in the order of their invocations.
  private var published: [MessageID] = []
  private var refused: Set<MessageID> = []
  private var nextPublished = 0
  /// By session: the last delivery tag.
  private var tags: [UInt64] = []

  /// Checks that the history is one of a queue, and gives each value its message.
  init(_ jepsen: JepsenHistory) throws(JepsenError) {
    self.jepsen = jepsen
    roster = JepsenRoster(jepsen)
    messages = JepsenMessages(operations: jepsen.operations.count)
    emptiness = JepsenEmptiness(of: jepsen)
    numbers = Array(repeating: 0, count: jepsen.operations.count)
    // Growing would copy all of them: an invocation is two events, its end is one, and a session
    // two.
    events.reserveCapacity(
      jepsen.operations.count * 3 / 2 + roster.members.count { $0.isNew || $0.isRetiring } * 2 + 16)
    for (place, operation) in jepsen.operations.enumerated() {
      guard operation.process != .nemesis else { continue }
      do throws(JepsenPairing.Failure) {
        try check(operation, at: place)
      } catch {
        throw JepsenError(line: Int(jepsen.lines[place]), error.problem)
      }
    }
    messages.leaveRest(to: ClientID(UInt32(roster.publishes.count)))
  }

  private mutating func check(
    _ operation: JepsenOperation, at place: Int
  ) throws(JepsenPairing.Failure) {
    switch operation.function {
    case .enqueue:
      guard operation.type == .invoke, let key = JepsenKey(operation.value) else { return }
      if let earlier = messages.message(key), !refused.contains(earlier) {
        throw JepsenPairing.Failure(problem: .enqueuedTwice(key.text))
      }
      let message = messages.add(key, by: roster.members[place].client)
      published.append(message)
      if jepsen.end(of: place)?.type == .fail { refused.insert(message) }
    case .dequeue: return
    case .drain:
      guard operation.type == .ok || operation.type == .info, operation.value.drained == nil else {
        return
      }
      throw JepsenPairing.Failure(problem: .drained(JepsenKey(operation.value)?.text ?? "nil"))
    default:
      throw JepsenPairing.Failure(problem: .notOfQueue(function: operation.functionName))
    }
  }

  /// Makes the events.
  mutating func run() throws(JepsenError) {
    tags = Array(repeating: 0, count: roster.members.count { $0.isNew })
    for (place, operation) in jepsen.operations.enumerated() {
      advance(to: operation.time, isFirst: place == 0)
      if place == 0 { add(.phase(.load)) }
      if operation.process == .nemesis {
        if let fault = FaultEvent(operation) { add(.fault(fault)) }
      } else {
        try convert(operation, at: place)
      }
      if let emptiness, place == emptiness.proof { add(.broker(proof(emptiness))) }
    }
    add(.phase(.done))
  }

  private mutating func convert(_ operation: JepsenOperation, at place: Int) throws(JepsenError) {
    let member = roster.members[place]
    if member.isNew { open(member) }
    if operation.type == .invoke {
      try invoke(operation, at: place, member)
    } else {
      complete(operation, at: place, member)
    }
    if member.isRetiring { add(.sessionLost(member.session, reason: "its process is retired")) }
  }

  private func proof(_ emptiness: JepsenEmptiness) -> BrokerEvent {
    let process = jepsen.operations[emptiness.seen].process
    return BrokerEvent(
      kind: .drained, queue: Self.queue,
      detail: "process \(process) found it empty after everything had been enqueued")
  }

  private mutating func advance(to time: Int64?, isFirst: Bool) {
    let next = isFirst ? nil : now + Self.step
    let own = time.map { Instant(nanoseconds: $0) }
    now = max(next ?? own ?? .zero, own ?? next ?? .zero)
  }

  private mutating func add(_ event: Event) {
    events.append(TimedEvent(at: now, event))
  }

  private mutating func open(_ member: JepsenRoster.Member) {
    add(
      .sessionOpened(
        SessionOpening(
          session: member.session, client: member.client, node: JepsenImport.node)))
  }

  // MARK: - Invocations

  private mutating func invoke(
    _ operation: JepsenOperation, at place: Int, _ member: JepsenRoster.Member
  ) throws(JepsenError) {
    let end = jepsen.end(of: place)
    let taken = operation.function == .drain ? end?.takenByDrain.count ?? 0 : 0
    guard indices.count + taken + 1 < UInt32.max else {
      throw JepsenError(line: Int(jepsen.lines[place]), .tooLong)
    }
    numbers[place] = UInt32(indices.count)
    indices.append(contentsOf: repeatElement(operation.index ?? Int64(place), count: taken + 1))
    next = numbers[place]
    switch operation.function {
    case .enqueue:
      begin(.publish(published[nextPublished]), member, isWritten: end?.type != .fail)
      nextPublished += 1
    case .dequeue: begin(.take, member)
    default:
      begin(.drain, member)
      for _ in 0..<taken { begin(.take, member) }
    }
  }

  private mutating func begin(
    _ action: Action, _ member: JepsenRoster.Member, isWritten: Bool = true
  ) {
    let operation = OperationID(next)
    next += 1
    add(
      .invoked(
        Invocation(
          operation: operation, client: member.client, queue: Self.queue, action: action)))
    if isWritten {
      add(.written(Written(operation: operation, session: member.session, sequence: 0)))
    }
  }

  // MARK: - Ends

  private mutating func complete(
    _ operation: JepsenOperation, at place: Int, _ member: JepsenRoster.Member
  ) {
    let number = numbers[Int(jepsen.partners[place])]
    if operation.function == .drain {
      for (offset, key) in operation.takenByDrain.enumerated() {
        let outcome = receive(key, flagged: operation.redelivered, member)
        add(.completed(OperationID(number + UInt32(offset) + 1), outcome))
      }
    }
    let outcome: Outcome
    switch operation.type {
    case .info: outcome = .info(Doubt(operation))
    case .fail: outcome = .fail(.notWritten)
    default:
      if operation.function == .enqueue {
        outcome = .ok(.confirmed)
      } else if operation.function == .dequeue, let key = JepsenKey(operation.value) {
        outcome = receive(key, flagged: operation.redelivered, member)
      } else {
        outcome = .ok(.empty)
      }
    }
    add(.completed(OperationID(number), outcome))
  }

  private mutating func receive(
    _ key: JepsenKey, flagged: Bool?, _ member: JepsenRoster.Member
  ) -> Outcome {
    let session = Int(member.session.rawValue)
    tags[session] += 1
    return .ok(
      .message(
        Receipt(
          session: member.session, tag: tags[session], message: messages.received(key),
          redelivered: flagged ?? true)))
  }
}

extension JepsenOperation {
  /// What the end of a drain surely took.
  fileprivate var takenByDrain: [JepsenKey] {
    type == .ok || type == .info ? value.drained ?? [] : []
  }
}

extension Doubt {
  /// Why an operation is in doubt, as far as its error says.
  fileprivate init(_ operation: JepsenOperation) {
    let words = [operation.error, JepsenKey(operation.value)?.text].compactMap(\.self)
    self = words.contains { $0.contains("timeout") } ? .timeout : .connectionLost
  }
}
