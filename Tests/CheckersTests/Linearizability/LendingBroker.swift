import Environment
import Operations

/// Writes random histories of a correct queue from which consumers get messages one by one.
///
/// What a consumer got is lent to its session. It goes back to any place of the queue when the
/// consumer gives it back or when the broker gives the session up, of which the consumer may learn
/// late, after it has read what was sent to it before.
struct LendingBroker {
  private struct Client {
    var session: UInt32
    var tag: UInt64 = 0
    /// What the client waits for.
    var operation: OperationID?
    var message: MessageID?
    var isTake = false
    /// Whether the broker has done it.
    var isDone = false
    var answer: MessageID?
    /// What the client has and has not settled, with tags.
    var holds: [(message: MessageID, tag: UInt64)] = []
    /// What the broker has lent to the session.
    var lent: [MessageID] = []
    var isGivenUp = false
  }

  private var draws: SeededGenerator
  private var clients: [Client] = []
  private var events: [TimedEvent] = []
  private var now: Int64 = 0
  private var content: [MessageID] = []
  /// Publishes whose clients wait no longer.
  private var late: [MessageID] = []
  /// Gets whose clients wait no longer, by the session's client.
  private var lateGets: [Int] = []
  private var operations: UInt32 = 0
  private var sessions: UInt32 = 6
  private var sequences: [UInt32] = [0, 0]

  /// The history of a seed.
  static func make(seed: UInt64) -> History {
    var broker = LendingBroker(draws: SeededGenerator(seed: seed, stream: 0x1E7D))
    broker.run()
    return History(header: Story.header, events: broker.events)
  }

  /// How often messages came again, gets stayed in doubt and the queue was empty.
  static func figures(of history: History) -> (repeats: Int, doubts: Int, empties: Int) {
    var seen: Set<MessageID> = []
    var figures = (repeats: 0, doubts: 0, empties: 0)
    for case .completed(_, let outcome) in history.events.map(\.event) {
      switch outcome {
      case .ok(.message(let receipt)):
        if !seen.insert(receipt.message).inserted { figures.repeats += 1 }
      case .ok(.empty): figures.empties += 1
      case .info: figures.doubts += 1
      default: break
      }
    }
    return figures
  }

  private init(draws: SeededGenerator) {
    self.draws = draws
  }

  private mutating func run() {
    add(.phase(.load))
    for client in 0..<4 as Range<UInt32> {
      clients.append(Client(session: client))
      open(Int(client))
    }
    // The queue must have been used at all.
    publish(0)
    work(0)
    answer(0)
    ask(2)
    work(2)
    answer(2)
    for _ in 0..<(80 + draws.index(of: 80)) { step() }
    // Every client learns in the end that its session was given up.
    for client in clients.indices where clients[client].isGivenUp {
      doubt(client)
      lose(client)
    }
    add(.phase(.done))
  }

  private mutating func add(_ event: Event) {
    now += Int64(draws.index(of: 2)) * 1000
    events.append(TimedEvent(at: Instant(nanoseconds: now), event))
  }

  private mutating func open(_ client: Int) {
    add(
      .sessionOpened(
        SessionOpening(
          session: SessionID(clients[client].session), client: ClientID(UInt32(client)),
          node: NodeID(1))))
  }

  private mutating func step() {
    workLate()
    let client = draws.index(of: 4)
    switch draws.index(of: 20) {
    case 0..<6:
      if clients[client].operation == nil { if client < 2 { publish(client) } else { ask(client) } }
    case 6..<12: work(client)
    case 12..<16: answer(client)
    case 16: doubt(client)
    case 17..<19: settle(client)
    default: if client >= 2 { lose(client) }
    }
  }

  private mutating func begin(_ client: Int, _ action: Action) {
    clients[client].operation = OperationID(operations)
    clients[client].isDone = false
    clients[client].answer = nil
    operations += 1
    add(
      .invoked(
        Invocation(
          operation: OperationID(operations - 1), client: ClientID(UInt32(client)),
          queue: QueueID(0), action: action)))
  }

  private mutating func publish(_ client: Int) {
    let message = MessageID(client: ClientID(UInt32(client)), sequence: sequences[client])
    sequences[client] += 1
    clients[client].message = message
    begin(client, .publish(message))
  }

  private mutating func ask(_ client: Int) {
    clients[client].isTake = draws.index(of: 4) == 0
    begin(client, clients[client].isTake ? .take : .get)
  }

  /// The broker does what a client asked for.
  private mutating func work(_ client: Int) {
    guard clients[client].operation != nil, !clients[client].isDone, !clients[client].isGivenUp
    else { return }
    clients[client].isDone = true
    if let message = clients[client].message {
      content.append(message)
    } else if !content.isEmpty {
      let message = content.removeFirst()
      clients[client].answer = message
      if !clients[client].isTake { clients[client].lent.append(message) }
    }
  }

  private mutating func workLate() {
    if !late.isEmpty, draws.index(of: 4) == 0 { content.append(late.removeFirst()) }
    if !lateGets.isEmpty, !content.isEmpty, draws.index(of: 4) == 0 {
      clients[lateGets.removeFirst()].lent.append(content.removeFirst())
    }
  }

  private mutating func answer(_ client: Int) {
    guard let operation = clients[client].operation, clients[client].isDone else { return }
    let outcome: Outcome
    if clients[client].message != nil {
      outcome = .ok(.confirmed)
    } else if let message = clients[client].answer {
      clients[client].tag += 1
      let tag = clients[client].tag
      if !clients[client].isTake { clients[client].holds.append((message, tag)) }
      outcome = .ok(
        .message(
          Receipt(
            session: SessionID(clients[client].session), tag: tag, message: message,
            redelivered: draws.index(of: 2) == 0)))
    } else {
      outcome = .ok(.empty)
    }
    finish(client)
    add(.completed(operation, outcome))
  }

  private mutating func finish(_ client: Int) {
    clients[client].operation = nil
    clients[client].message = nil
  }

  /// A client waits no longer; what it asked for may still happen.
  private mutating func doubt(_ client: Int) {
    guard let operation = clients[client].operation else { return }
    let isRefused = !clients[client].isDone && draws.index(of: 4) == 0
    if !clients[client].isDone, !isRefused, draws.index(of: 2) == 0 {
      if let message = clients[client].message {
        late.append(message)
      } else if !clients[client].isTake, !clients[client].isGivenUp {
        lateGets.append(client)
      }
    }
    finish(client)
    add(.completed(operation, isRefused ? .fail(.notWritten) : .info(.timeout)))
  }

  private mutating func settle(_ client: Int) {
    guard !clients[client].holds.isEmpty else { return }
    let held = clients[client].holds.remove(at: draws.index(of: clients[client].holds.count))
    let kind = SettlementKind.allCases[draws.index(of: 8) < 3 ? 0 : draws.index(of: 4)]
    add(
      .settled(
        Settlement(
          session: SessionID(clients[client].session), tag: held.tag, multiple: false, kind: kind)))
    guard let place = clients[client].lent.firstIndex(of: held.message),
      !clients[client].isGivenUp
    else { return }
    clients[client].lent.remove(at: place)
    if !kind.isFinal { takeBack([held.message]) }
  }

  private mutating func takeBack(_ messages: [MessageID]) {
    for message in messages {
      let places = [0, content.count, draws.index(of: content.count + 1)]
      content.insert(message, at: places[draws.index(of: 3)])
    }
  }

  /// First the broker gives a session up; later its client learns of it.
  private mutating func lose(_ client: Int) {
    if !clients[client].isGivenUp {
      clients[client].isGivenUp = true
      takeBack(clients[client].lent)
      clients[client].lent = []
      lateGets.removeAll { $0 == client }
    } else if clients[client].operation == nil {
      add(.sessionLost(SessionID(clients[client].session), reason: "reset"))
      clients[client] = Client(session: sessions)
      sessions += 1
      open(client)
    } else if !clients[client].isDone {
      doubt(client)
    }
  }
}
