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
  private var nextSequence: [UInt32] = Array(repeating: 0, count: 6)
  /// Open sessions with their client and their last delivery tag.
  private var open: [(session: UInt32, client: UInt32, tag: UInt64, number: UInt64)] = []
  private var unwritten: [(operation: UInt32, client: UInt32, isPublish: Bool)] = []
  private var running: [(operation: UInt32, client: UInt32, isPublish: Bool)] = []
  private var messages: [(message: MessageID, queue: UInt32)] = []

  /// The history of `seed`: about fifty events, or so many, on the two queues of `Story`.
  static func make(seed: UInt64, steps: Int? = nil) -> History {
    var random = RandomHistory(draws: SeededGenerator(seed: seed, stream: 0x1ED6))
    random.run(steps: steps ?? 20 + random.draws.index(of: 30))
    return History(header: Story.header, events: random.events)
  }

  private init(draws: SeededGenerator) {
    self.draws = draws
  }

  private mutating func run(steps: Int) {
    add(.phase(.load))
    for client in 0..<6 as Range<UInt32> { openSession(client: client) }
    for _ in 0..<steps { step() }
    if draws.chance(Ratio(2, in: 3)) { add(.phase(.done)) }
    if draws.chance(Ratio(1, in: 4)) { loseSession() }
  }

  private mutating func step() {
    switch draws.index(of: 100) {
    case 0..<20: invoke(client: [0, 1, 4][draws.index(of: 3)], isPublish: true)
    case 20..<26: invoke(client: [2, 3, 5][draws.index(of: 3)], isPublish: false)
    case 26..<42: write()
    case 42..<58: complete()
    case 58..<76: deliver()
    case 76..<86: settle()
    case 86..<89: openSession(client: UInt32(draws.index(of: 6)))
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
          node: Story.header.clients[Int(client)].node)))
    nextSession += 1
  }

  private mutating func loseSession() {
    guard !open.isEmpty else { return }
    let lost = open.remove(at: draws.index(of: open.count))
    add(.sessionLost(SessionID(lost.session), reason: ""))
  }

  private mutating func invoke(client: UInt32, isPublish: Bool) {
    var queue = Story.header.clients[Int(client)].queue
    if draws.index(of: 20) == 0 { queue = QueueID(1 - queue.rawValue) }
    var action = Action.get
    if isPublish {
      let message = MessageID(client: ClientID(client), sequence: nextSequence[Int(client)])
      nextSequence[Int(client)] += draws.index(of: 30) == 0 ? 2000 : 1
      messages.append((message, queue.rawValue))
      action = .publish(message)
    } else {
      action = [.get, .get, .consume(prefetch: 0), .take, .take, .drain][draws.index(of: 6)]
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
    let from = draws.index(of: 25) == 0 ? 1 - queue : queue
    add(.delivered(Delivery(queue: QueueID(from), receipt: receipt)))
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
    add(.delivered(Delivery(queue: QueueID(UInt32(draws.index(of: 2))), receipt: receipt)))
  }

  private mutating func settle() {
    let receiving = open.filter { $0.tag > 0 }
    guard !receiving.isEmpty else { return }
    let (session, _, tag, _) = receiving[draws.index(of: receiving.count)]
    let kind = [SettlementKind.ack, .ack, .ack, .requeue, .discard][draws.index(of: 5)]
    add(
      .settled(
        Settlement(
          session: SessionID(session), tag: UInt64(draws.index(of: Int(tag) + 1)),
          multiple: draws.index(of: 4) == 0, kind: kind)))
  }

  private mutating func prove() {
    let queue = QueueID(UInt32(draws.index(of: 2)))
    let kind: BrokerEventKind = draws.index(of: 4) == 0 ? .undrained : .drained
    add(.broker(BrokerEvent(kind: kind, queue: queue)))
  }
}
