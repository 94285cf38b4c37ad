import Environment
import Operations

/// Draws histories of one correct queue under every legal misfortune: sessions that die at the
/// broker long before the client learns of it, buffers that are read late, acks and confirms that
/// are lost on the way, requeues, and a proof of emptiness at the end.
///
/// With dead letters its messages expire or are discarded into a second queue, and come back once
/// more after a failure.
struct LegalBroker {
  /// What it does with dead letters.
  enum Letters: Sendable {
    /// There are none: nothing expires, and what is discarded is gone.
    case none
    /// All arrive, now and then twice.
    case kept
    /// Not correct: a third of them is thrown away.
    case dropped
  }

  /// One channel: what the broker thinks of it, and what is under way in both directions.
  private struct Channel {
    var session: UInt32
    var client: UInt32
    /// The place of the queue that it consumes from.
    var queue: Int
    /// How many unacked messages it takes; nil for any number.
    var prefetch: Int?
    var isAlive = true
    var toClient: [Pushed] = []
    var toBroker: [(tag: UInt64, kind: SettlementKind)] = []
    /// Sent and not yet settled as far as the broker knows.
    var unacked: [(tag: UInt64, entry: Entry)] = []
    var nextTag: UInt64 = 1
    /// Received and not yet settled by the client.
    var held: [UInt64] = []
  }
  private struct Entry {
    var message: MessageID
    var wasSent = false
  }
  private enum Pushed {
    case delivery(Receipt)
    case consuming(OperationID)
    case confirm(OperationID, number: UInt64)
  }

  private var draws: SeededGenerator
  private var events: [TimedEvent] = []
  private var now: Int64 = 0
  private var channels: [Channel] = []
  /// By queue.
  private var ready: [[Entry]]
  /// What was moved to the second queue so far.
  private var moved: [Entry] = []
  /// What was thrown away on the way there.
  private var dropped: [MessageID] = []
  private var nextOperation: UInt32 = 0
  private var nextSession: UInt32 = 0
  private var nextSequence: [UInt32] = [0, 0]
  private var numbers: [UInt32: UInt64] = [:]
  private var open: [(operation: OperationID, session: UInt32)] = []
  private let isCalm: Bool
  private let letters: Letters
  private let header: HistoryHeader

  /// The history of `seed`; `isCalm` leaves out every loss of a session.
  static func make(
    seed: UInt64, isCalm: Bool = false, letters: Letters = .none, steps: Int? = nil
  ) -> History {
    makeWithDrops(seed: seed, isCalm: isCalm, letters: letters, steps: steps).history
  }

  /// The history of `seed` and which messages were thrown away as dead letters.
  static func makeWithDrops(
    seed: UInt64, isCalm: Bool = false, letters: Letters = .none, steps: Int? = nil
  ) -> (history: History, dropped: [MessageID]) {
    var broker = LegalBroker(seed: seed, isCalm: isCalm, letters: letters)
    broker.run(steps: steps ?? 40 + broker.draws.index(of: 60))
    return (History(header: broker.header, events: broker.events), broker.dropped)
  }

  private init(seed: UInt64, isCalm: Bool, letters: Letters) {
    draws = SeededGenerator(seed: seed, stream: 0x1E6A1)
    self.isCalm = isCalm
    self.letters = letters
    header = letters == .none ? Story.header : Story.letters
    ready = letters == .none ? [[]] : [[], []]
  }

  /// The consumers of a queue.
  private func consumers(of queue: Int) -> [UInt32] { queue == 0 ? [2, 3] : [5] }

  private mutating func run(steps: Int) {
    add(.phase(.load))
    for client in [0, 1] as [UInt32] { connect(client: client) }
    for queue in ready.indices { consumers(of: queue).forEach { connect(client: $0) } }
    for _ in 0..<steps { step() }
    add(.phase(.drain))
    drain()
    for queue in ready.indices {
      add(.broker(BrokerEvent(kind: .drained, queue: QueueID(UInt32(queue)))))
    }
    // What was sent to channels that have died may be read even now.
    while let place = channels.firstIndex(where: { !$0.isAlive }) { noticeOrRead(place) }
    add(.phase(.done))
  }

  private mutating func add(_ event: Event) {
    events.append(TimedEvent(at: Instant(nanoseconds: now), event))
    if draws.index(of: 4) > 0 { now += 1000 }
  }

  private mutating func connect(client: UInt32) {
    let (session, description) = (SessionID(nextSession), header.clients[Int(client)])
    let queue = Int(description.queue.rawValue)
    channels.append(Channel(session: nextSession, client: client, queue: queue))
    add(
      .sessionOpened(
        SessionOpening(session: session, client: description.id, node: description.node)))
    nextSession += 1
    if description.role == .consumer { consume(channels.count - 1, description) }
  }

  private mutating func consume(_ place: Int, _ client: ClientDescription) {
    let prefetch = draws.index(of: 4)
    let operation = OperationID(nextOperation)
    nextOperation += 1
    add(
      .invoked(
        Invocation(
          operation: operation, client: client.id, queue: client.queue,
          action: .consume(prefetch: UInt16(prefetch)))))
    let session = channels[place].session
    add(.written(Written(operation: operation, session: SessionID(session), sequence: 0)))
    open.append((operation, session))
    channels[place].prefetch = prefetch == 0 ? nil : prefetch
    channels[place].toClient.append(.consuming(operation))
  }

  private mutating func step() {
    guard !channels.isEmpty else { return connect(client: 0) }
    let place = draws.index(of: channels.count)
    switch draws.index(of: 100) {
    case 0..<25: publish()
    case 25..<42: push(draws.index(of: ready.count))
    case 42..<45: expire()
    case 45..<65: read(place)
    case 65..<78: settle(place)
    case 78..<90: absorb(place)
    case 90..<94: if !isCalm { kill(place) }
    case 94: if !isCalm { moveAgain() }
    default: if !channels[place].isAlive { noticeOrRead(place) }
    }
  }

  private mutating func publish() {
    let publishers = channels.indices.filter { channels[$0].client < 2 }
    guard !publishers.isEmpty else { return connect(client: UInt32(draws.index(of: 2))) }
    let place = publishers[draws.index(of: publishers.count)]
    let (client, session) = (channels[place].client, channels[place].session)
    let message = MessageID(client: ClientID(client), sequence: nextSequence[Int(client)])
    nextSequence[Int(client)] += 1
    let operation = OperationID(nextOperation)
    nextOperation += 1
    let number = numbers[session, default: 0] + 1
    numbers[session] = number
    add(
      .invoked(
        Invocation(
          operation: operation, client: ClientID(client), queue: QueueID(0),
          action: .publish(message))))
    add(.written(Written(operation: operation, session: SessionID(session), sequence: number)))
    open.append((operation, session))
    // A channel that is dead at the broker takes nothing more.
    guard channels[place].isAlive else { return }
    ready[0].append(Entry(message: message))
    channels[place].toClient.append(.confirm(operation, number: number))
  }

  private mutating func push(_ queue: Int) {
    let consumers = consumers(of: queue)
    let alive = channels.indices.filter {
      consumers.contains(channels[$0].client) && channels[$0].isAlive
    }
    guard !alive.isEmpty else {
      return connect(client: consumers[draws.index(of: consumers.count)])
    }
    let hungry = alive.filter { channels[$0].unacked.count < channels[$0].prefetch ?? .max }
    guard !ready[queue].isEmpty, !hungry.isEmpty else { return }
    let place = hungry[draws.index(of: hungry.count)]
    var entry = ready[queue].removeFirst()
    let tag = channels[place].nextTag
    channels[place].nextTag += 1
    let receipt = Receipt(
      session: SessionID(channels[place].session), tag: tag, message: entry.message,
      redelivered: entry.wasSent)
    entry.wasSent = true
    channels[place].unacked.append((tag, entry))
    channels[place].toClient.append(.delivery(receipt))
  }

  /// The client reads one thing from its connection.
  private mutating func read(_ place: Int) {
    guard !channels[place].toClient.isEmpty else { return }
    switch channels[place].toClient.removeFirst() {
    case .delivery(let receipt):
      channels[place].held.append(receipt.tag)
      let queue = header.queues[channels[place].queue].id
      add(.delivered(Delivery(queue: queue, receipt: receipt)))
    case .consuming(let operation): complete(operation, .ok(.accepted))
    case .confirm(let operation, let number):
      let session = SessionID(channels[place].session)
      add(
        .answered(
          ConfirmAnswer(session: session, sequence: number, multiple: false, positive: true)))
      complete(operation, .ok(.confirmed))
    }
  }

  private mutating func complete(_ operation: OperationID, _ outcome: Outcome) {
    open.removeAll { $0.operation == operation }
    add(.completed(operation, outcome))
  }

  private mutating func settle(_ place: Int) {
    guard !channels[place].held.isEmpty else { return }
    let tag = channels[place].held.remove(at: draws.index(of: channels[place].held.count))
    let kinds = [SettlementKind.requeue, .reject, .discard, .ack, .ack, .ack, .ack, .ack]
    let kind = kinds[draws.index(of: kinds.count)]
    channels[place].toBroker.append((tag, kind))
    add(
      .settled(
        Settlement(
          session: SessionID(channels[place].session), tag: tag, multiple: false, kind: kind)))
  }

  /// The broker takes one settlement from the connection.
  private mutating func absorb(_ place: Int) {
    guard channels[place].isAlive, !channels[place].toBroker.isEmpty else { return }
    let (tag, kind) = channels[place].toBroker.removeFirst()
    guard let index = channels[place].unacked.firstIndex(where: { $0.tag == tag }) else { return }
    let entry = channels[place].unacked.remove(at: index).entry
    switch kind {
    case .ack: break
    case .requeue, .reject: requeue([entry], to: channels[place].queue)
    case .discard: if channels[place].queue == 0 { move(entry) }
    }
  }

  /// The first message of the first queue is too old.
  private mutating func expire() {
    if letters != .none, !ready[0].isEmpty { move(ready[0].removeFirst()) }
  }

  /// Moves a message to the queue of dead letters, where it is new.
  private mutating func move(_ entry: Entry) {
    switch letters {
    case .none: break
    case .dropped where draws.index(of: 3) == 0: dropped.append(entry.message)
    case .kept, .dropped:
      ready[1].append(Entry(message: entry.message))
      moved.append(Entry(message: entry.message, wasSent: true))
    }
  }

  /// Another node takes over, and does not know of a message that it was moved.
  private mutating func moveAgain() {
    guard letters == .kept, !moved.isEmpty else { return }
    add(
      .fault(
        FaultEvent(fault: FaultID(0), name: "kill", stage: .proved, nodes: [], detail: "")))
    let entry = moved[draws.index(of: moved.count)]
    moved.removeAll { $0.message == entry.message }
    ready[0].insert(entry, at: 0)
  }

  /// The broker gives a channel up; the client does not know yet.
  private mutating func kill(_ place: Int) {
    guard channels[place].isAlive else { return }
    channels[place].isAlive = false
    channels[place].toBroker = []
    requeue(channels[place].unacked.map(\.entry), to: channels[place].queue)
    channels[place].unacked = []
    // The end of the buffer may be lost with the connection.
    let kept = draws.index(of: channels[place].toClient.count + 1)
    channels[place].toClient.removeLast(channels[place].toClient.count - kept)
  }

  private mutating func requeue(_ entries: [Entry], to queue: Int) {
    ready[queue].insert(contentsOf: entries, at: 0)
  }

  /// The client of a dead channel reads what is left of its buffer and then learns of its end.
  private mutating func noticeOrRead(_ place: Int) {
    guard channels[place].toClient.isEmpty else { return read(place) }
    let channel = channels.remove(at: place)
    add(.sessionLost(SessionID(channel.session), reason: "reset"))
    for (operation, session) in open where session == channel.session {
      complete(operation, .info(.connectionLost))
    }
  }

  private mutating func drain() {
    while ready.contains(where: { !$0.isEmpty })
      || channels.contains(where: { $0.isAlive && !$0.unacked.isEmpty })
    {
      for queue in ready.indices { push(queue) }
      for place in channels.indices where channels[place].isAlive {
        read(place)
        settle(place)
        absorb(place)
      }
    }
    for place in channels.indices where channels[place].isAlive {
      while !channels[place].toClient.isEmpty { read(place) }
    }
  }
}
