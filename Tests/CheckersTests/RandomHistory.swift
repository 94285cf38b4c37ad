import Environment
import Operations

/// Draws histories of a broker that does anything whatever, legal or not.
///
/// The clients keep to the rules of a history (every operation ends at most once, tags grow, only
/// open sessions receive); the broker delivers, repeats, flags, confirms and forgets at random.
struct RandomHistory {
  private var draws: SeededGenerator
  private var events: [TimedEvent] = []
  private var now: Int64 = 0
  private var nextOperation: UInt32 = 0
  private var nextSession: UInt32 = 0
  private var nextSequence: [UInt32]
  private let header: HistoryHeader
  private var hasTakes = true
  private let publishers: [UInt32]
  private let consumers: [UInt32]
  /// Open sessions with their client and their last delivery tag.
  private var open: [(session: UInt32, client: UInt32, tag: UInt64, number: UInt64)] = []
  private var unwritten: [(operation: UInt32, client: UInt32, isPublish: Bool)] = []
  private var running: [(operation: UInt32, client: UInt32, isPublish: Bool)] = []
  private var messages: [(message: MessageID, queue: UInt32)] = []

  /// The headers whose histories are drawn.
  static let headers = [Story.header, Story.letters, Story.chain]

  /// The history of `seed`: about fifty events, or so many, on the queues of the header, which
  /// depends on the seed too.
  static func make(
    seed: UInt64, steps: Int? = nil, header: HistoryHeader? = nil
  ) -> History {
    let header = header ?? headers[Int(seed % UInt64(headers.count))]
    var random = RandomHistory(
      draws: SeededGenerator(seed: seed, stream: 0x1ED6), header: header)
    random.hasTakes = seed / UInt64(headers.count) % 2 == 0
    random.run(steps: steps ?? 20 + random.draws.index(of: 30))
    return History(header: header, events: random.events)
  }

  private init(draws: SeededGenerator, header: HistoryHeader) {
    self.draws = draws
    self.header = header
    nextSequence = Array(repeating: 0, count: header.clients.count)
    publishers = header.clients.filter { $0.role == .publisher }.map(\.id.rawValue)
    consumers = header.clients.filter { $0.role == .consumer }.map(\.id.rawValue)
  }

  private mutating func run(steps: Int) {
    add(.phase(.load))
    for client in header.clients { openSession(client: client.id.rawValue) }
    for _ in 0..<steps { step() }
    if draws.chance(Ratio(1, in: 3)) { proveAll() }
    if draws.chance(Ratio(2, in: 3)) { add(.phase(.done)) }
    if draws.chance(Ratio(1, in: 4)) { loseSession() }
  }

  private mutating func step() {
    switch draws.index(of: 100) {
    case 0..<20: invoke(client: publishers[draws.index(of: publishers.count)], isPublish: true)
    case 20..<26: invoke(client: consumers[draws.index(of: consumers.count)], isPublish: false)
    case 26..<42: write()
    case 42..<58: complete()
    case 58..<76: deliver()
    case 76..<86: settle()
    case 86..<89: openSession(client: UInt32(draws.index(of: header.clients.count)))
    case 89..<92: loseSession()
    case 92..<97: prove()
    case 97: phantom()
    case 98: add(.phase(.drain))
    default:
      add(
        .fault(
          FaultEvent(fault: FaultID(0), name: "kill", stage: .proved, nodes: [], detail: "")))
    }
  }

  private mutating func add(_ event: Event) {
    events.append(TimedEvent(at: Instant(nanoseconds: now), event))
    // A quarter of the events happen at the instant of the one before.
    if draws.index(of: 4) > 0 { now += 1000 * Int64(1 + draws.index(of: 4)) }
  }

  private mutating func openSession(client: UInt32) {
    open.append((nextSession, client, 0, 0))
    add(
      .sessionOpened(
        SessionOpening(
          session: SessionID(nextSession), client: ClientID(client),
          node: header.clients[Int(client)].node)))
    nextSession += 1
    if consumers.contains(client), draws.index(of: 2) == 0 { consume(client: client) }
  }

  /// Starts a consumer in the session that was opened last.
  private mutating func consume(client: UInt32) {
    add(
      .invoked(
        Invocation(
          operation: OperationID(nextOperation), client: ClientID(client),
          queue: header.clients[Int(client)].queue,
          action: .consume(prefetch: UInt16(draws.index(of: 4))))))
    add(
      .written(
        Written(
          operation: OperationID(nextOperation), session: SessionID(nextSession - 1), sequence: 0)))
    running.append((nextOperation, client, false))
    nextOperation += 1
  }

  private mutating func loseSession() {
    guard !open.isEmpty else { return }
    let lost = open.remove(at: draws.index(of: open.count))
    add(.sessionLost(SessionID(lost.session), reason: ""))
  }

  private mutating func invoke(client: UInt32, isPublish: Bool) {
    var queue = header.clients[Int(client)].queue
    if draws.index(of: 20) == 0 { queue = anyQueue() }
    var action = Action.get
    if isPublish {
      let message = MessageID(client: ClientID(client), sequence: nextSequence[Int(client)])
      nextSequence[Int(client)] += draws.index(of: 30) == 0 ? 2000 : 1
      messages.append((message, queue.rawValue))
      action = .publish(message)
    } else {
      action = question()
    }
    add(
      .invoked(
        Invocation(
          operation: OperationID(nextOperation), client: ClientID(client), queue: queue,
          action: action)))
    unwritten.append((nextOperation, client, isPublish))
    nextOperation += draws.index(of: 30) == 0 ? 3 : 1
    if draws.index(of: 2) == 0 { write() }
  }

  /// What a consumer asks for; in every second history there are no takes, which may have taken
  /// what is missing.
  private mutating func question() -> Action {
    let prefetch = UInt16(draws.index(of: 4))
    let actions: [Action] = [
      .get, .consume(prefetch: prefetch), .consume(prefetch: prefetch), .take, .take, .drain,
    ]
    return actions[draws.index(of: hasTakes ? actions.count : 3)]
  }

  private mutating func write() {
    guard !unwritten.isEmpty, !open.isEmpty else { return }
    let place = draws.index(of: 4) > 0 ? 0 : draws.index(of: unwritten.count)
    let session = anySession()
    let operation = unwritten.remove(at: place)
    if operation.isPublish { open[session].number += 1 }
    add(
      .written(
        Written(
          operation: OperationID(operation.operation), session: SessionID(open[session].session),
          sequence: operation.isPublish ? open[session].number : 0)))
    running.append(operation)
  }

  private mutating func complete() {
    if !unwritten.isEmpty, draws.index(of: 6) == 0 {
      let operation = unwritten.remove(at: draws.index(of: unwritten.count))
      add(.completed(OperationID(operation.operation), .fail(.notWritten)))
    } else if !running.isEmpty {
      let operation = running.remove(at: draws.index(of: running.count))
      let outcome = operation.isPublish ? publishOutcome() : answer()
      add(.completed(OperationID(operation.operation), outcome))
    }
  }

  private mutating func publishOutcome() -> Outcome {
    switch draws.index(of: 10) {
    case 0: .info(.timeout)
    case 1: .info(.nacked)
    case 2: .fail(draws.index(of: 2) == 0 ? .returned : .notWritten)
    default: .ok(.confirmed)
    }
  }

  private mutating func answer() -> Outcome {
    switch draws.index(of: 6) {
    case 0: .ok(.empty)
    case 1: .ok(.accepted)
    case 2: .info(.connectionLost)
    default: receipt().map { .ok(.message($0.receipt)) } ?? .ok(.empty)
    }
  }

  private mutating func deliver() {
    guard let (receipt, queue) = receipt() else { return }
    add(.delivered(Delivery(queue: source(of: queue), receipt: receipt)))
  }

  /// Where a message published to `queue` comes from: there, as a dead letter from further on, or
  /// rarely anywhere.
  private mutating func source(of queue: UInt32) -> QueueID {
    var source = QueueID(queue)
    while let next = header.queues[Int(source.rawValue)].deadLetters, draws.index(of: 3) == 0 {
      source = next
    }
    return draws.index(of: 25) == 0 ? anyQueue() : source
  }

  private mutating func anyQueue() -> QueueID {
    header.queues[draws.index(of: header.queues.count)].id
  }

  /// A receipt of some message, rather a late one than an early one.
  private mutating func receipt() -> (receipt: Receipt, queue: UInt32)? {
    guard !messages.isEmpty, !open.isEmpty else { return nil }
    let window = min(messages.count, 6)
    let (message, queue) = messages[messages.count - 1 - draws.index(of: window)]
    let receipt = receipt(of: message)
    return (receipt, queue)
  }

  private mutating func receipt(of message: MessageID) -> Receipt {
    let place = anySession()
    open[place].tag += draws.index(of: 10) == 0 ? 2 : 1
    return Receipt(
      session: SessionID(open[place].session), tag: open[place].tag, message: message,
      redelivered: draws.index(of: 3) == 0)
  }

  /// An open session, rather an old one, so that sessions meet often.
  private mutating func anySession() -> Int {
    min(draws.index(of: open.count), draws.index(of: open.count))
  }

  private mutating func phantom() {
    guard !open.isEmpty else { return }
    let unborn = MessageID(client: ClientID(UInt32(draws.index(of: 9))), sequence: 1 << 20)
    let receipt = receipt(of: draws.index(of: 2) == 0 ? .foreign : unborn)
    let queue = anyQueue()
    add(.delivered(Delivery(queue: queue, receipt: receipt)))
  }

  private mutating func settle() {
    let receiving = open.filter { $0.tag > 0 }
    guard !receiving.isEmpty else { return }
    let (session, _, tag, _) = receiving[draws.index(of: receiving.count)]
    let kinds = [SettlementKind.ack, .ack, .requeue, .reject, .discard, .discard]
    let kind = kinds[draws.index(of: kinds.count)]
    add(
      .settled(
        Settlement(
          session: SessionID(session), tag: UInt64(draws.index(of: Int(tag) + 1)),
          multiple: draws.index(of: 4) == 0, kind: kind)))
  }

  private mutating func proveAll() {
    for queue in header.queues { add(.broker(BrokerEvent(kind: .drained, queue: queue.id))) }
  }

  private mutating func prove() {
    if draws.index(of: 3) == 0 { return proveAll() }
    guard draws.index(of: 4) == 0 else {
      return add(.broker(BrokerEvent(kind: .drained, queue: anyQueue())))
    }
    let evidence = EmptinessEvidence(looks: 0, isOpen: false, isWell: true)
    add(
      .broker(BrokerEvent(kind: .undrained, queue: anyQueue(), evidence: .emptiness(evidence))))
  }
}
