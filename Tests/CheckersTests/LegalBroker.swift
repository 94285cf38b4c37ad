import Environment
import Operations

/// Draws histories of one correct queue under every legal misfortune: sessions that die at the
/// broker long before the client learns of it, buffers that are read late, acks and confirms that
/// are lost on the way, requeues, and a proof of emptiness at the end.
struct LegalBroker {
  /// One channel: what the broker thinks of it, and what is under way in both directions.
  private struct Channel {
    var session: UInt32
    var client: UInt32
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
    case confirm(OperationID, number: UInt64)
  }

  private var draws: SeededGenerator
  private var events: [TimedEvent] = []
  private var now: Int64 = 0
  private var channels: [Channel] = []
  private var ready: [Entry] = []
  private var nextOperation: UInt32 = 0
  private var nextSession: UInt32 = 0
  private var nextSequence: [UInt32] = [0, 0]
  private var numbers: [UInt32: UInt64] = [:]
  private var open: [(operation: OperationID, session: UInt32)] = []
  private let isCalm: Bool

  /// The history of `seed`; `isCalm` leaves out every loss of a session.
  static func make(seed: UInt64, isCalm: Bool = false, steps: Int? = nil) -> History {
    var broker = LegalBroker(draws: SeededGenerator(seed: seed, stream: 0x1E6A1), isCalm: isCalm)
    broker.run(steps: steps ?? 40 + broker.draws.index(of: 60))
    return History(header: Story.header, events: broker.events)
  }

  private init(draws: SeededGenerator, isCalm: Bool) {
    self.draws = draws
    self.isCalm = isCalm
  }

  private mutating func run(steps: Int) {
    add(.phase(.load))
    for client in 0..<4 as Range<UInt32> { connect(client: client) }
    for _ in 0..<steps { step() }
    add(.phase(.drain))
    drain()
    add(.broker(BrokerEvent(kind: .drained, queue: QueueID(0))))
    // What was sent to channels that have died may be read even now.
    while let place = channels.firstIndex(where: { !$0.isAlive }) { noticeOrRead(place) }
    add(.phase(.done))
  }

  private mutating func add(_ event: Event) {
    events.append(TimedEvent(at: Instant(nanoseconds: now), event))
    if draws.index(of: 4) > 0 { now += 1000 }
  }

  private mutating func connect(client: UInt32) {
    channels.append(Channel(session: nextSession, client: client))
    add(
      .sessionOpened(
        SessionOpening(
          session: SessionID(nextSession), client: ClientID(client),
          node: Story.header.clients[Int(client)].node)))
    nextSession += 1
  }

  private mutating func step() {
    guard !channels.isEmpty else { return connect(client: UInt32(draws.index(of: 4))) }
    let place = draws.index(of: channels.count)
    switch draws.index(of: 100) {
    case 0..<25: publish()
    case 25..<45: push()
    case 45..<65: read(place)
    case 65..<78: settle(place)
    case 78..<90: absorb(place)
    case 90..<95: if !isCalm { kill(place) }
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
    ready.append(Entry(message: message))
    channels[place].toClient.append(.confirm(operation, number: number))
  }

  private mutating func push() {
    let consumers = channels.indices.filter { channels[$0].client >= 2 && channels[$0].isAlive }
    guard !consumers.isEmpty else { return connect(client: 2 + UInt32(draws.index(of: 2))) }
    guard !ready.isEmpty else { return }
    let place = consumers[draws.index(of: consumers.count)]
    var entry = ready.removeFirst()
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
      add(.delivered(Delivery(queue: QueueID(0), receipt: receipt)))
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
    let kind: SettlementKind = draws.index(of: 4) == 0 ? .requeue : .ack
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
    if kind == .requeue { requeue([entry]) }
  }

  /// The broker gives a channel up; the client does not know yet.
  private mutating func kill(_ place: Int) {
    guard channels[place].isAlive else { return }
    channels[place].isAlive = false
    channels[place].toBroker = []
    requeue(channels[place].unacked.map(\.entry))
    channels[place].unacked = []
    // The end of the buffer may be lost with the connection.
    let kept = draws.index(of: channels[place].toClient.count + 1)
    channels[place].toClient.removeLast(channels[place].toClient.count - kept)
  }

  private mutating func requeue(_ entries: [Entry]) {
    ready.insert(contentsOf: entries, at: 0)
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
    while !ready.isEmpty || channels.contains(where: { $0.isAlive && !$0.unacked.isEmpty }) {
      push()
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
