import Checkers
import Environment
import Operations

/// Writes random histories of one queue whose consumers give much back: by nack, by the loss of
/// sessions and, once something has disturbed the brokers, because these take it back.
///
/// One client is pushed to, the other one gets and takes. Everything takes its time in both
/// directions; sessions die at the broker before their clients learn of it, and answers come that
/// nobody waits for any more. With a defect it does one thing wrong, now and then.
struct ReturningBroker {
  /// What may be wrong.
  enum Defect: CaseIterable {
    case none
    /// It says that it is empty and is not.
    case deaf
    /// It gives a session again what that session holds.
    case repeating
    /// It gives out anything but the first message.
    case jumping
    /// It gives out again what was acked before it was proved empty.
    case resurrecting
    /// All of these.
    case everything
  }
  private struct Entry {
    var message: MessageID
    /// Its place in the order of arrival.
    var number: Int
    var wasSent = false
  }
  private enum ToBroker {
    case settle(tag: UInt64, SettlementKind, multiple: Bool)
    case ask(OperationID, isTake: Bool)
    case publish(OperationID, MessageID)
  }
  private enum ToClient {
    case push(Receipt)
    case answer(OperationID, Receipt?, isTake: Bool)
    case confirm(OperationID)
  }
  private struct Session {
    var id: UInt32
    var client: UInt32
    var isDead = false
    var prefetch = 0
    var toBroker: [ToBroker] = []
    var toClient: [ToClient] = []
    var nextTag: UInt64 = 1
    /// At the broker; what was asked for does not count against the prefetch.
    var unacked: [(tag: UInt64, entry: Entry, isPush: Bool)] = []
    /// At the client.
    var held: [UInt64] = []
    var waiting: OperationID?
  }

  private var draws: SeededGenerator
  private let policy: RequeuePolicy
  private let defect: Defect
  private let mayDisturb: Bool
  /// Nothing is lost and nobody gives up.
  private let isCalm: Bool
  /// Most messages are asked for.
  private let pushesSeldom: Bool
  private var isDisturbed = false
  private var events: [TimedEvent] = []
  private var now: Int64 = 0
  private var sessions: [Session] = []
  private var ready: [Entry] = []
  private var acked: [Entry] = []
  private var arrivals = 0
  private var nextSession: UInt32 = 0
  private var nextOperation: UInt32 = 0
  private var nextSequence: [UInt32] = [0, 0]

  /// The history of a seed.
  static func make(
    seed: UInt64, policy: RequeuePolicy, defect: Defect = .none, mayDisturb: Bool = false,
    isCalm: Bool = false
  ) -> History {
    var broker = ReturningBroker(
      draws: SeededGenerator(seed: seed, stream: 0x2E7), policy: policy, defect: defect,
      mayDisturb: mayDisturb, isCalm: isCalm)
    broker.run()
    return History(header: Story.header, events: broker.events)
  }

  private init(
    draws: SeededGenerator, policy: RequeuePolicy, defect: Defect, mayDisturb: Bool, isCalm: Bool
  ) {
    (self.draws, self.policy, self.defect) = (draws, policy, defect)
    pushesSeldom = self.draws.index(of: 2) == 0
    (self.mayDisturb, self.isCalm) = (mayDisturb, isCalm)
  }

  private mutating func run() {
    add(.phase(.load))
    for client in 0..<4 as Range<UInt32> { open(client) }
    for _ in 0..<(80 + draws.index(of: 80)) * (isCalm ? 3 : 1) { step() }
    add(.phase(.drain))
    drain()
    add(.broker(BrokerEvent(kind: .drained, queue: QueueID(0))))
    now += 1000
    if isWrong(.resurrecting), let entry = acked.first, let place = pushed.first {
      push(entry, to: place)
      read(place)
      settle(place, .ack)
    }
    add(.phase(.done))
  }

  private func isWrong(_ one: Defect) -> Bool { defect == one || defect == .everything }

  private mutating func add(_ event: Event) {
    now += Int64(draws.index(of: 3)) * 1000
    events.append(TimedEvent(at: Instant(nanoseconds: now), event))
  }

  /// The places of the sessions that are pushed to and that the broker knows.
  private var pushed: [Int] {
    sessions.indices.filter { sessions[$0].client == 3 && !sessions[$0].isDead }
  }

  private mutating func open(_ client: UInt32) {
    sessions.append(Session(id: nextSession, client: client))
    let node = Story.header.clients[Int(client)].node
    add(
      .sessionOpened(
        SessionOpening(session: SessionID(nextSession), client: ClientID(client), node: node)))
    nextSession += 1
    guard client == 3 else { return }
    let prefetch = draws.index(of: 4)
    sessions[sessions.count - 1].prefetch = prefetch == 0 ? .max : prefetch
    let operation = invoke(.consume(prefetch: UInt16(prefetch)), sessions.count - 1)
    add(.completed(operation, .ok(.accepted)))
  }

  private mutating func invoke(_ action: Action, _ place: Int) -> OperationID {
    let operation = OperationID(nextOperation)
    nextOperation += 1
    let client = ClientID(sessions[place].client)
    add(
      .invoked(
        Invocation(operation: operation, client: client, queue: QueueID(0), action: action)))
    let session = SessionID(sessions[place].id)
    add(.written(Written(operation: operation, session: session, sequence: 0)))
    return operation
  }

  private mutating func step() {
    let place = draws.index(of: sessions.count)
    switch draws.index(of: 40) {
    case 0..<8: begin(place)
    case 8..<18: work(place)
    case 18..<25: if !pushesSeldom || draws.index(of: 16) == 0 { pushFirst() }
    case 25..<33: read(place)
    case 33..<37: settle(place)
    case 37: if !isCalm { giveUp(place) }
    case 38 where isCalm: read(place)
    case 38: if draws.index(of: 3) == 0 { die(place) } else { learn(place) }
    default: disturb(place)
    }
  }

  private mutating func begin(_ place: Int) {
    let client = sessions[place].client
    guard client < 3, sessions[place].waiting == nil else { return }
    if client < 2 {
      let message = MessageID(client: ClientID(client), sequence: nextSequence[Int(client)])
      nextSequence[Int(client)] += 1
      let operation = invoke(.publish(message), place)
      sessions[place].waiting = operation
      sessions[place].toBroker.append(.publish(operation, message))
    } else {
      let isTake = draws.index(of: 8) == 0
      let operation = invoke(isTake ? .take : .get, place)
      sessions[place].waiting = operation
      sessions[place].toBroker.append(.ask(operation, isTake: isTake))
    }
  }

  // MARK: - The broker

  private mutating func work(_ place: Int) {
    guard !sessions[place].isDead, !sessions[place].toBroker.isEmpty else { return }
    switch sessions[place].toBroker.removeFirst() {
    case .publish(let operation, let message):
      ready.append(Entry(message: message, number: arrivals))
      arrivals += 1
      sessions[place].toClient.append(.confirm(operation))
    case .ask(let operation, let isTake): answer(operation, isTake: isTake, place)
    case .settle(let tag, let kind, let multiple):
      let settled = sessions[place].unacked.filter { multiple ? $0.tag <= tag : $0.tag == tag }
      sessions[place].unacked.removeAll { multiple ? $0.tag <= tag : $0.tag == tag }
      if kind == .ack { acked += settled.map(\.entry) }
      if !kind.isFinal { takeBack(settled.map(\.entry)) }
    }
  }

  private mutating func takeFirst() -> Entry? {
    if ready.isEmpty { return nil }
    if isWrong(.jumping), draws.index(of: 3) == 0 {
      return ready.remove(at: draws.index(of: ready.count))
    }
    return ready.removeFirst()
  }

  private mutating func receipt(_ entry: Entry, _ place: Int) -> Receipt {
    let tag = sessions[place].nextTag
    sessions[place].nextTag += 1
    return Receipt(
      session: SessionID(sessions[place].id), tag: tag, message: entry.message,
      redelivered: entry.wasSent)
  }

  private mutating func answer(_ operation: OperationID, isTake: Bool, _ place: Int) {
    let isDeaf = isWrong(.deaf) && draws.index(of: 3) == 0
    guard !isDeaf, var entry = takeFirst() else {
      sessions[place].toClient.append(.answer(operation, nil, isTake: isTake))
      return
    }
    let receipt = receipt(entry, place)
    entry.wasSent = true
    if !isTake { sessions[place].unacked.append((receipt.tag, entry, false)) }
    sessions[place].toClient.append(.answer(operation, receipt, isTake: isTake))
  }

  private mutating func pushFirst() {
    let hungry = pushed.filter { place in
      sessions[place].unacked.count { $0.isPush } < sessions[place].prefetch
    }
    guard !hungry.isEmpty else { return }
    let place = hungry[draws.index(of: hungry.count)]
    if isWrong(.repeating), draws.index(of: 4) == 0, let held = sessions[place].unacked.first {
      push(held.entry, to: place)
    } else if let entry = takeFirst() {
      push(entry, to: place)
    }
  }

  private mutating func push(_ entry: Entry, to place: Int) {
    var entry = entry
    let receipt = receipt(entry, place)
    entry.wasSent = true
    sessions[place].unacked.append((receipt.tag, entry, true))
    sessions[place].toClient.append(.push(receipt))
  }

  private mutating func takeBack(_ entries: [Entry]) {
    for entry in entries {
      var place: Int
      switch policy {
      case .original: place = ready.firstIndex { $0.number > entry.number } ?? ready.count
      case .front: place = 0
      case .back: place = ready.count
      }
      if isDisturbed { place = draws.index(of: ready.count + 1) }
      ready.insert(entry, at: place)
    }
  }

  private mutating func die(_ place: Int) {
    guard !sessions[place].isDead else { return }
    sessions[place].isDead = true
    takeBack(sessions[place].unacked.map(\.entry))
    sessions[place].unacked = []
    let kept = draws.index(of: sessions[place].toClient.count + 1)
    sessions[place].toClient.removeLast(sessions[place].toClient.count - kept)
  }

  /// The brokers take back what a session holds, and the session lives on.
  private mutating func disturb(_ place: Int) {
    guard mayDisturb else { return }
    if !isDisturbed {
      guard draws.index(of: 5) == 0 else { return }
      isDisturbed = true
      add(
        .fault(
          FaultEvent(fault: FaultID(0), name: "kill", stage: .proved, nodes: [], detail: "")))
    }
    takeBack(sessions[place].unacked.map(\.entry))
    sessions[place].unacked = []
  }

  // MARK: - The clients

  private mutating func read(_ place: Int) {
    guard !sessions[place].toClient.isEmpty else { return }
    switch sessions[place].toClient.removeFirst() {
    case .push(let receipt):
      sessions[place].held.append(receipt.tag)
      add(.delivered(Delivery(queue: QueueID(0), receipt: receipt)))
    case .confirm(let operation): finish(operation, .ok(.confirmed), place)
    case .answer(let operation, let receipt, let isTake):
      guard sessions[place].waiting == operation else { return }
      if let receipt, !isTake { sessions[place].held.append(receipt.tag) }
      finish(operation, .ok(receipt.map { .message($0) } ?? .empty), place)
    }
  }

  private mutating func finish(_ operation: OperationID, _ outcome: Outcome, _ place: Int) {
    guard sessions[place].waiting == operation else { return }
    sessions[place].waiting = nil
    add(.completed(operation, outcome))
  }

  private mutating func settle(_ place: Int, _ only: SettlementKind? = nil) {
    guard !sessions[place].held.isEmpty else { return }
    let tag = sessions[place].held[draws.index(of: sessions[place].held.count)]
    let multiple = draws.index(of: 5) == 0
    let kinds = [SettlementKind.requeue, .requeue, .reject, .ack, .ack, .ack]
    let kind = only ?? kinds[draws.index(of: kinds.count)]
    sessions[place].held.removeAll { multiple ? $0 <= tag : $0 == tag }
    sessions[place].toBroker.append(.settle(tag: tag, kind, multiple: multiple))
    let session = SessionID(sessions[place].id)
    add(.settled(Settlement(session: session, tag: tag, multiple: multiple, kind: kind)))
  }

  /// A client waits no longer; what it asked for may still happen.
  private mutating func giveUp(_ place: Int) {
    guard let operation = sessions[place].waiting else { return }
    finish(operation, .info(.timeout), place)
  }

  /// The client of a dead session learns of it and opens another one.
  private mutating func learn(_ place: Int) {
    guard sessions[place].isDead else { return }
    while !sessions[place].toClient.isEmpty { read(place) }
    let session = sessions[place]
    if let operation = session.waiting { finish(operation, .info(.connectionLost), place) }
    sessions.remove(at: place)
    add(.sessionLost(SessionID(session.id), reason: "reset"))
    open(session.client)
  }

  private mutating func drain() {
    for place in sessions.indices.reversed() where sessions[place].waiting != nil {
      while !sessions[place].isDead, !sessions[place].toBroker.isEmpty { work(place) }
      while !sessions[place].toClient.isEmpty { read(place) }
      giveUp(place)
    }
    for place in sessions.indices where sessions[place].client < 3 && !isCalm { die(place) }
    while let place = sessions.firstIndex(where: { $0.isDead }) { learn(place) }
    while !ready.isEmpty || sessions.contains(where: { !$0.unacked.isEmpty }) {
      pushFirst()
      for place in sessions.indices {
        read(place)
        settle(place, .ack)
        work(place)
      }
    }
    for place in sessions.indices { while !sessions[place].toClient.isEmpty { read(place) } }
  }
}
