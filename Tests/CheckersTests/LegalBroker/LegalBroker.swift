import Environment
import Operations

/// Draws histories of one correct queue under every legal misfortune: sessions that die at the
/// broker long before the client learns of it, buffers that are read late, acks and confirms that
/// are lost on the way, requeues, and a proof of emptiness at the end.
///
/// With dead letters its messages expire or are discarded into a second queue, and come back once
/// more after a failure. With quirks it also does everything that `Quirk` lists.
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
  /// How consumers get messages.
  enum Style: Sendable, CaseIterable {
    /// They are pushed to them.
    case pushed
    /// They ask for each of them, or drain the queue.
    case polled
    /// Both, in the same sessions.
    case mixed
  }

  var draws: SeededGenerator
  private var events: [TimedEvent] = []
  private var now: Int64 = 0
  var channels: [Channel] = []
  /// By queue.
  var ready: [[Entry]]
  /// How many messages have come into a queue.
  private var entered = 0
  /// What was moved to the second queue so far.
  var moved: [Entry] = []
  /// What was thrown away on the way there.
  var dropped: [MessageID] = []
  /// Publishes that wait for a majority, in the order of their arrival.
  var late: [LatePublish] = []
  var nextOperation: UInt32 = 0
  private var nextSession: UInt32 = 0
  var nextSequence: [UInt32] = [0, 0]
  var numbers: [UInt32: UInt64] = [:]
  /// What the clients wait for.
  var open: [OpenOperation] = []
  /// How many faults there were.
  var faults: UInt32 = 0
  /// How often it did what no client can see.
  var unseen: [Quirk: Int] = [:]
  var isCalm: Bool
  var style = Style.pushed
  /// Whether it does everything that `Quirk` lists.
  var isQuirky = false
  /// What it does far more often than by chance.
  var forced: Quirk?
  let letters: Letters
  let header: HistoryHeader

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
    return (broker.history, broker.dropped)
  }

  init(seed: UInt64, isCalm: Bool, letters: Letters) {
    draws = SeededGenerator(seed: seed, stream: 0x1E6A1)
    self.isCalm = isCalm
    self.letters = letters
    header = letters == .none ? Story.header : Story.letters
    ready = letters == .none ? [[]] : [[], []]
  }

  var history: History { History(header: header, events: events) }

  /// The consumers of a queue.
  func consumers(of queue: Int) -> [UInt32] { queue == 0 ? [2, 3] : [5] }

  mutating func run(steps: Int) {
    add(.phase(.load))
    for client in [0, 1] as [UInt32] { connect(client: client) }
    for queue in ready.indices { consumers(of: queue).forEach { connect(client: $0) } }
    for _ in 0..<steps { if isQuirky { quirkyStep() } else { step() } }
    add(.phase(.drain))
    drain()
    for queue in ready.indices {
      add(.broker(BrokerEvent(kind: .drained, queue: QueueID(UInt32(queue)))))
    }
    // What was sent to channels that have died may be read even now.
    while let place = channels.firstIndex(where: { !$0.isAlive }) { noticeOrRead(place) }
    guard isQuirky else { return add(.phase(.done)) }
    readLogs()
    giveUpTheRest()
    add(.phase(.done))
    closeTheRest()
  }

  mutating func add(_ event: Event) {
    events.append(TimedEvent(at: Instant(nanoseconds: now), event))
    if draws.index(of: 4) > 0 { now += 1000 }
  }

  mutating func connect(client: UInt32) {
    let (session, description) = (SessionID(nextSession), header.clients[Int(client)])
    let queue = Int(description.queue.rawValue)
    channels.append(Channel(session: nextSession, client: client, queue: queue))
    add(
      .sessionOpened(
        SessionOpening(session: session, client: description.id, node: description.node)))
    nextSession += 1
    if description.role == .consumer, style != .polled { consume(channels.count - 1) }
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

  /// Invokes an operation of a channel and, unless it is refused, writes it.
  mutating func begin(_ action: Action, _ place: Int, isWritten: Bool = true) -> OperationID {
    let channel = channels[place]
    let operation = OperationID(nextOperation)
    nextOperation += 1
    add(
      .invoked(
        Invocation(
          operation: operation, client: ClientID(channel.client),
          queue: header.queues[channel.queue].id, action: action)))
    guard isWritten else { return operation }
    var number: UInt64 = 0
    if case .publish = action {
      number = numbers[channel.session, default: 0] + 1
      numbers[channel.session] = number
    }
    let session = SessionID(channel.session)
    add(.written(Written(operation: operation, session: session, sequence: number)))
    open.append(
      OpenOperation(operation: operation, session: channel.session, number: number, action: action))
    return operation
  }

  mutating func complete(_ operation: OperationID, _ outcome: Outcome) {
    guard open.contains(where: { $0.operation == operation }) else { return }
    open.removeAll { $0.operation == operation }
    add(.completed(operation, outcome))
  }

  /// The broker gives a channel up; the client does not know yet, or has left it.
  mutating func kill(_ place: Int) {
    guard channels[place].isAlive else { return }
    takeUnseen(place)
    channels[place].isAlive = false
    channels[place].toBroker = []
    channels[place].handled = []
    requeue(channels[place].unacked.map(\.entry), to: channels[place].queue)
    channels[place].unacked = []
    // The end of the buffer may be lost with the connection.
    let count = channels[place].toClient.count
    let kept = channels[place].isOpen ? draws.index(of: count + 1) : 0
    noteHidden(channels[place].toClient[kept...])
    channels[place].toClient.removeLast(count - kept)
    if !channels[place].isOpen { channels.remove(at: place) }
  }

  /// A message comes into a queue, behind all others.
  mutating func enter(_ message: MessageID, into queue: Int) {
    ready[queue].append(Entry(message: message, position: entered))
    entered += 1
  }

  /// Puts messages back to their original positions.
  mutating func requeue(_ entries: [Entry], to queue: Int) {
    for entry in entries {
      let place = ready[queue].firstIndex { $0.position > entry.position }
      ready[queue].insert(entry, at: place ?? ready[queue].count)
    }
  }

  /// The client of a dead channel reads what is left of its buffer and then learns of its end.
  mutating func noticeOrRead(_ place: Int) {
    guard channels[place].toClient.isEmpty else { return read(place) }
    let channel = channels.remove(at: place)
    lose(channel.session)
  }

  /// A client learns that its session is gone, or gives it up.
  mutating func lose(_ session: UInt32) {
    add(.sessionLost(SessionID(session), reason: "reset"))
    for operation in open where operation.session == session {
      complete(
        operation.operation,
        operation.isReturned ? .fail(.returned) : .info(.connectionLost))
    }
  }

  private mutating func drain() {
    if isQuirky { settleDown() }
    while ready.contains(where: { !$0.isEmpty })
      || channels.contains(where: { $0.isAlive && !$0.isQuiet })
    {
      for queue in ready.indices { if style == .polled { poll(queue) } else { push(queue) } }
      for place in channels.indices where channels[place].isAlive {
        read(place)
        settle(place)
        absorb(place)
      }
      if isQuirky { answerHandled() }
    }
    for place in channels.indices where channels[place].isAlive {
      while !channels[place].toClient.isEmpty { read(place) }
    }
  }
}
