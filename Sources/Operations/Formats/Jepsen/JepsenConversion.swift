import Environment

/// Turns the operations of a Jepsen history into events, one by one: everything that has to be
/// known before is found out once, so that the events can be made as often as they are wanted.
struct JepsenConversion: Sendable {
  static let queue = QueueID(0)
  /// What is between two operations at least, in nanoseconds, so that their order shows in their
  /// times, also where those are rounded to microseconds.
  private static let step: Int64 = 1_000

  let roster: JepsenRoster
  private(set) var messages: JepsenMessages
  private var batch = EventBatch()
  private var eventCount = 0
  private let jepsen: JepsenHistory
  private let emptiness: JepsenEmptiness?
  private var now = Instant.zero
  private var next: UInt32 = 0
  /// By operation: the `:index` of its invocation, or its place where there is none.
  private(set) var indices: [Int64] = []
  /// By the place of an invocation: its operation; for a drain those of its takes come behind it.
  private var numbers: [UInt32]
  /// The messages of the enqueues, in the order of their invocations, and the places of those.
  private var published: [MessageID] = []
  private var publishedPlaces: [Int32] = []
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
    indices.reserveCapacity(jepsen.operations.count / 2 + 16)
    // By place, since copying each operation would take half of the time.
    for place in jepsen.operations.indices where jepsen.operations[place].process != .nemesis {
      do throws(JepsenPairing.Failure) {
        try check(at: place)
      } catch {
        throw JepsenError(line: Int(jepsen.lines[place]), error.problem)
      }
      if jepsen.operations[place].type == .invoke { try number(at: place) }
    }
    messages.leaveRest(to: ClientID(UInt32(roster.publishes.count)))
    for place in jepsen.operations.indices where jepsen.operations[place].takes {
      if jepsen.operations[place].function == .drain {
        for key in jepsen.operations[place].drained { messages.receive(key) }
      } else if let key = JepsenKey(jepsen.operations[place].value) {
        messages.receive(key)
      }
    }
  }

  /// Numbers an operation, and the takes of a drain behind it.
  private mutating func number(at place: Int) throws(JepsenError) {
    let taken =
      jepsen.operations[place].function == .drain ? jepsen.end(of: place)?.drained.count ?? 0 : 0
    guard indices.count + taken + 1 < UInt32.max else {
      throw JepsenError(line: Int(jepsen.lines[place]), .tooLong)
    }
    numbers[place] = UInt32(indices.count)
    let index = jepsen.operations[place].index ?? Int64(place)
    for _ in 0...taken { indices.append(index) }
  }

  private mutating func check(at place: Int) throws(JepsenPairing.Failure) {
    switch jepsen.operations[place].function {
    case .enqueue:
      guard jepsen.operations[place].type == .invoke,
        let key = JepsenKey(jepsen.operations[place].value)
      else { return }
      if let earlier = messages.message(key), !refused.contains(earlier) {
        throw JepsenPairing.Failure(problem: .enqueuedTwice(key.text))
      }
      let message = messages.add(key, by: roster.members[place].client)
      published.append(message)
      publishedPlaces.append(Int32(place))
      if endType(of: place) == .fail { refused.insert(message) }
    case .dequeue: return
    case .drain:
      let operation = jepsen.operations[place]
      guard operation.type == .ok || operation.type == .info, operation.value.drained == nil else {
        return
      }
      throw JepsenPairing.Failure(problem: .drained(JepsenKey(operation.value)?.text ?? "nil"))
    default:
      throw JepsenPairing.Failure(
        problem: .notOfQueue(function: jepsen.operations[place].functionName))
    }
  }

  /// The place at which an operation was invoked; found by looking at all.
  func place(of operation: OperationID) -> Int? {
    guard operation.rawValue < indices.count else { return nil }
    // The takes of a drain have no place of their own and come behind it.
    return numbers.indices.last {
      numbers[$0] <= operation.rawValue && jepsen.operations[$0].type == .invoke
        && jepsen.operations[$0].process != .nemesis
    }
  }

  /// The place at which a message was published; found by looking at all.
  func place(ofPublishing message: MessageID) -> Int? {
    published.firstIndex(of: message).map { Int(publishedPlaces[$0]) }
  }

  /// The process that does the operation at a place.
  func process(at place: Int) -> Int64 {
    roster.processes[Int(roster.members[place].session.rawValue)]
  }

  /// How the operation that begins at a place ended; nil if it never did.
  private func endType(of place: Int) -> JepsenType? {
    let partner = Int(jepsen.partners[place])
    return partner < 0 ? nil : jepsen.operations[partner].type
  }

  /// Makes the events, and returns how many there were; called once.
  mutating func run(_ body: (inout EventBatch) throws -> Void) rethrows -> Int {
    tags = Array(repeating: 0, count: roster.members.count { $0.isNew })
    for (place, operation) in jepsen.operations.enumerated() {
      advance(to: operation.time, isFirst: place == 0)
      if place == 0 { add(.phase(.load)) }
      if operation.process == .nemesis {
        if let fault = FaultEvent(operation) { add(.fault(fault)) }
      } else {
        convert(operation, at: place)
      }
      if let emptiness, place == emptiness.proof { add(.broker(proof(emptiness))) }
      if batch.isFull { try batch.hand(to: body) }
    }
    add(.phase(.done))
    try batch.hand(to: body)
    return eventCount
  }

  private mutating func convert(_ operation: JepsenOperation, at place: Int) {
    let member = roster.members[place]
    if member.isNew { open(member) }
    if operation.type == .invoke {
      invoke(operation, at: place, member)
    } else {
      complete(operation, at: place, member)
    }
    if member.isRetiring { add(.sessionLost(member.session, reason: "its process is retired")) }
  }

  private func proof(_ emptiness: JepsenEmptiness) -> BrokerEvent {
    let process = jepsen.operations[emptiness.seen].process
    let isLater = emptiness.proof > emptiness.seen
    return BrokerEvent(
      kind: .drained, queue: Self.queue,
      detail: "process \(process) \(isLater ? "had " : "")found it empty after everything had been "
        + "enqueued" + (isLater ? "; what was invoked after that is in doubt" : ""))
  }

  private mutating func advance(to time: Int64?, isFirst: Bool) {
    if isFirst {
      now = Instant(nanoseconds: time ?? 0)
    } else {
      let (next, overflow) = now.nanoseconds.addingReportingOverflow(Self.step)
      now = Instant(nanoseconds: max(overflow ? .max : next, time ?? .min))
    }
  }

  private mutating func add(_ event: Event) {
    batch.append(TimedEvent(at: now, event))
    eventCount += 1
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
  ) {
    next = numbers[place]
    switch operation.function {
    case .enqueue:
      let isWritten = endType(of: place) != .fail
      begin(.publish(published[nextPublished]), member, isWritten: isWritten)
      nextPublished += 1
    case .dequeue: begin(.take, member)
    default:
      begin(.drain, member)
      for _ in jepsen.end(of: place)?.drained ?? [] { begin(.take, member) }
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
      for (offset, key) in operation.drained.enumerated() {
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
          session: member.session, tag: tags[session], message: messages.message(key) ?? .foreign,
          redelivered: flagged ?? true)))
  }
}

extension JepsenOperation {
  /// Whether it is an end that may say what was surely taken.
  fileprivate var takes: Bool {
    function == .dequeue && type == .ok || function == .drain && (type == .ok || type == .info)
  }

  /// What the end of a drain surely took.
  fileprivate var drained: [JepsenKey] { takes ? value.drained ?? [] : [] }
}

extension Doubt {
  /// Why an operation is in doubt, as far as its error says.
  fileprivate init(_ operation: JepsenOperation) {
    let words = [operation.error, JepsenKey(operation.value)?.text].compactMap(\.self)
    self = words.contains { $0.contains("timeout") } ? .timeout : .connectionLost
  }
}
