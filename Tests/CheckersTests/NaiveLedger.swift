import Checkers
import Environment
import Operations

/// The definitions of docs/checkers.md read off a whole history in memory, as slowly as it takes.
///
/// It is written apart from the ledger: with dictionaries, several passes and no running state, so
/// that the two agree only if both are right or both are wrong in the same way.
struct NaiveLedger {
  struct Reception {
    var place: Int
    var at: Instant
    var queue: QueueID
    var receipt: Receipt
    /// When the get that brought it was invoked.
    var askedAt: Instant?
    var settlement: (place: Int, at: Instant, kind: SettlementKind)?
  }
  struct Publish {
    var place: Int
    var at: Instant
    var queue: QueueID
    var operation: OperationID
    var end: (at: Instant, outcome: Outcome)?
    var written: (place: Int, session: SessionID)?
    var isOrdered = true
  }

  private(set) var publishes: [MessageID: Publish] = [:]
  private(set) var messageOrder: [MessageID] = []
  private(set) var receptions: [Reception] = []
  private var lossOf: [SessionID: Int] = [:]
  /// By session: (place in the history, an instant after which the broker sent what came then).
  private var life: [SessionID: [(place: Int, after: Instant)]] = [:]
  private(set) var proofs: [QueueID: [(place: Int, at: Instant)]] = [:]
  /// Takes and drains that ended in doubt or never, in order.
  var inDoubt: [(queue: QueueID, at: Instant, isDrain: Bool)] = []
  let history: History
  private var counts: [QueueID: [String: Int]] = [:]

  init(_ history: History) {
    self.history = history
    readOperations()
    readReceptions()
    readSettlements()
    readLife()
    readDoubts()
  }

  // MARK: Reading

  private mutating func readOperations() {
    var messageOf: [OperationID: MessageID] = [:]
    var highestWritten: [SessionID: OperationID] = [:]
    var isOver = false
    for (place, event) in history.events.enumerated() {
      switch event.event {
      case .invoked(let invocation):
        guard case .publish(let message) = invocation.action else { continue }
        messageOf[invocation.operation] = message
        messageOrder.append(message)
        publishes[message] = Publish(
          place: place, at: event.at, queue: invocation.queue, operation: invocation.operation)
      case .written(let written):
        guard let message = messageOf[written.operation] else { continue }
        publishes[message]?.written = (place, written.session)
        let highest = highestWritten[written.session] ?? OperationID(0)
        if written.operation < highest { publishes[message]?.isOrdered = false }
        highestWritten[written.session] = max(highest, written.operation)
      case .completed(let operation, let outcome):
        if let message = messageOf[operation] { publishes[message]?.end = (event.at, outcome) }
      case .sessionOpened(let opening): life[opening.session] = [(-1, event.at)]
      case .sessionLost(let session, _): if !isOver { lossOf[session] = place }
      case .broker(let broker):
        if broker.kind == .drained, let queue = broker.queue {
          proofs[queue, default: []].append((place, event.at))
        }
      case .phase(.done): isOver = true
      default: break
      }
    }
  }

  private mutating func readReceptions() {
    var asked: [OperationID: (Invocation, Instant)] = [:]
    for (place, event) in history.events.enumerated() {
      switch event.event {
      case .invoked(let invocation): asked[invocation.operation] = (invocation, event.at)
      case .completed(let operation, .ok(.message(let receipt))):
        guard let (invocation, at) = asked[operation] else { continue }
        receptions.append(
          Reception(
            place: place, at: event.at, queue: invocation.queue, receipt: receipt, askedAt: at,
            settlement: invocation.action == .take ? (place, event.at, .ack) : nil))
      case .delivered(let delivery):
        receptions.append(
          Reception(
            place: place, at: event.at, queue: delivery.queue, receipt: delivery.receipt))
      default: break
      }
    }
  }

  private mutating func readSettlements() {
    for (place, event) in history.events.enumerated() {
      guard case .settled(let settlement) = event.event else { continue }
      for index in receptions.indices {
        let reception = receptions[index]
        guard reception.place < place, reception.receipt.session == settlement.session,
          reception.settlement == nil
        else { continue }
        let tag = reception.receipt.tag
        let isMeant =
          settlement.multiple
          ? settlement.tag == 0 || tag <= settlement.tag : tag == settlement.tag
        if isMeant { receptions[index].settlement = (place, event.at, settlement.kind) }
      }
    }
  }

  private mutating func readLife() {
    for reception in receptions {
      let session = reception.receipt.session
      if let asked = reception.askedAt {
        life[session, default: []].append((reception.place, asked))
      }
      if isGenuine(reception), let publish = publishes[reception.receipt.message] {
        life[session, default: []].append((reception.place, publish.at))
      }
    }
    var others: [OperationID: Instant] = [:]
    var through: [OperationID: SessionID] = [:]
    for (place, event) in history.events.enumerated() {
      switch event.event {
      case .invoked(let invocation):
        if case .publish = invocation.action { continue }
        others[invocation.operation] = event.at
      case .written(let written): through[written.operation] = written.session
      case .completed(let operation, .ok(.empty)), .completed(let operation, .ok(.accepted)):
        if let session = through[operation], let at = others[operation],
          lossOf[session].map({ $0 > place }) ?? true
        {
          life[session, default: []].append((place, at))
        }
      default: break
      }
    }
  }

  // MARK: Facts

  func isGenuine(_ reception: Reception) -> Bool {
    guard let publish = publishes[reception.receipt.message] else { return false }
    return publish.place < reception.place && publish.queue == reception.queue
  }

  /// Whether the session surely lived after `at`: it was never lost, or got something sent later.
  private func lived(_ session: SessionID, after at: Instant) -> Bool {
    lossOf[session] == nil || (life[session] ?? []).contains { $0.after > at }
  }

  /// Whether what the session received at `place` was surely sent after `at`.
  private func wasSent(to session: SessionID, at place: Int, after at: Instant) -> Bool {
    (life[session] ?? []).contains { $0.place <= place && $0.after > at }
  }

  mutating func add(_ name: String, _ queue: QueueID, _ value: Int = 1) {
    let sum = counts[queue]?[name] ?? 0
    counts[queue, default: [:]][name] = sum + value == 0 ? nil : sum + value
  }

  // MARK: Counting

  /// All totals that are not zero, by queue and name.
  mutating func account() -> [QueueID: [String: Int]] {
    counts = [:]
    var byMessage: [MessageID: [Reception]] = [:]
    for reception in receptions {
      count(reception)
      if isGenuine(reception) {
        byMessage[reception.receipt.message, default: []].append(reception)
      }
    }
    for message in messageOrder {
      guard let publish = publishes[message] else { continue }
      let received = byMessage[message] ?? []
      countFate(publish, received)
      countRepeats(publish, received)
      countAfterAck(publish, received)
      countOverlaps(publish, received)
    }
    countOrder()
    for queue in history.header.queues { excuse(queue.id) }
    return counts
  }

  private mutating func count(_ reception: Reception) {
    let queue = reception.queue
    add("deliveries", queue)
    if reception.receipt.message == .foreign {
      add("foreign", queue)
    } else if !isGenuine(reception) {
      let wasInvoked = publishes[reception.receipt.message].map { $0.place < reception.place }
      add(wasInvoked == true ? "misrouted" : "never-invoked", queue)
    }
    if reception.settlement != nil {
      add("settled", queue)
    } else {
      add(lossOf[reception.receipt.session] != nil ? "abandoned" : "held", queue)
    }
  }

  private mutating func countFate(_ publish: Publish, _ received: [Reception]) {
    let queue = publish.queue
    add("attempts", queue)
    let isSeen = !received.isEmpty
    let proof = proofs[queue]?.last
    let isProved = proof.map { $0.at > publish.end?.at ?? publish.at } ?? false
    switch publish.end?.outcome {
    case .fail(let failure):
      add(failure == .notWritten ? "refused" : "returned", queue)
      if isSeen { add("failed-yet-delivered", queue) }
    case .ok:
      add("confirmed", queue)
      add(isSeen ? "delivered" : isProved ? "lost" : "undrained", queue)
      if !isSeen, !isProved { add("undrained-confirmed", queue) }
      let isGivenBack = received.allSatisfy {
        $0.settlement?.kind == .requeue
          || $0.settlement == nil && lossOf[$0.receipt.session] != nil
      }
      if let last = received.last, isGivenBack, isProved, let proof, proof.place > last.place {
        add("dropped-unacknowledged", queue)
      }
    case .info, nil:
      add("doubtful", queue)
      add(isSeen ? "recovered" : isProved ? "vanished" : "undrained", queue)
    }
  }

  private mutating func countRepeats(_ publish: Publish, _ received: [Reception]) {
    guard let first = received.first else { return }
    let queue = publish.queue
    add("first-deliveries", queue)
    if first.receipt.redelivered { add("flagged-first-deliveries", queue) }
    var redelivered = 0
    var unflagged = 0
    for (index, reception) in received.enumerated().dropFirst() {
      if reception.receipt.redelivered {
        redelivered += 1
      } else if received[..<index].contains(where: { !$0.receipt.redelivered })
        || wasSent(to: reception.receipt.session, at: reception.place, after: first.at)
      {
        unflagged += 1
      } else {
        add("ambiguous-repeats", queue)
      }
    }
    if received.count > 1 {
      add("duplicated", queue)
      add("repeats", queue, received.count - 1)
    }
    addAnomaly("redelivered", queue, redelivered)
    addAnomaly("unflagged", queue, unflagged)
  }

  private mutating func countAfterAck(_ publish: Publish, _ received: [Reception]) {
    let acks = received.compactMap(\.settlement).filter { $0.kind != .requeue }
    guard let ack = acks.min(by: { $0.place < $1.place }) else { return }
    var resurrected = 0
    var unsettled = 0
    for reception in received where reception.place > ack.place {
      let proof = (proofs[publish.queue] ?? []).first { $0.place > ack.place }
      let session = reception.receipt.session
      if let proof, proof.place < reception.place,
        wasSent(to: session, at: reception.place, after: proof.at)
          || lived(session, after: reception.at)
      {
        resurrected += 1
      } else {
        unsettled += 1
      }
    }
    addAnomaly("resurrected", publish.queue, resurrected)
    addAnomaly("delivered-after-ack", publish.queue, unsettled)
  }

  private mutating func countOverlaps(_ publish: Publish, _ received: [Reception]) {
    var sure = 0
    for later in received {
      let session = later.receipt.session
      var others: [SessionID] = []
      for earlier in received where earlier.place < later.place {
        let other = earlier.receipt.session
        guard other != session, !others.contains(other),
          earlier.settlement.map({ $0.place > later.place }) ?? true,
          lossOf[other].map({ $0 > later.place }) ?? true
        else { continue }
        others.append(other)
      }
      for other in others {
        let endsAtOnce = received.contains { hold in
          hold.receipt.session == other
            && hold.settlement.map { $0.place > later.place && $0.at == later.at } ?? false
        }
        if !endsAtOnce, lived(session, after: later.at), lived(other, after: later.at) {
          sure += 1
        } else {
          add("possible-overlaps", publish.queue)
        }
      }
    }
    addAnomaly("overlapping-holds", publish.queue, sure)
  }

  private mutating func countOrder() {
    struct Pair: Hashable {
      var from: SessionID
      var to: SessionID
    }
    var seen: Set<MessageID> = []
    var highest: [Pair: OperationID] = [:]
    for reception in receptions where isGenuine(reception) {
      let message = reception.receipt.message
      guard seen.insert(message).inserted, !reception.receipt.redelivered,
        let publish = publishes[message], let written = publish.written,
        written.place < reception.place, publish.isOrdered
      else { continue }
      let pair = Pair(from: written.session, to: reception.receipt.session)
      if let last = highest[pair], last > publish.operation {
        addAnomaly("out-of-order", publish.queue, 1)
      } else {
        highest[pair] = publish.operation
      }
    }
  }

  private mutating func addAnomaly(_ name: String, _ queue: QueueID, _ deliveries: Int) {
    guard deliveries > 0 else { return }
    add(name, queue)
    add("\(name)-deliveries", queue, deliveries)
  }
}

extension LedgerTotals {
  /// All totals that are not zero, under the names that `NaiveLedger` uses.
  var named: [String: Int] {
    var counts = [
      "attempts": attempts, "confirmed": confirmed, "doubtful": doubtful,
      "undrained-confirmed": undrainedConfirmed, "deliveries": deliveries,
      "first-deliveries": firstDeliveries, "flagged-first-deliveries": flaggedFirstDeliveries,
      "repeats": repeats, "ambiguous-repeats": ambiguousRepeats, "duplicated": duplicated,
      "foreign": foreign, "never-invoked": neverInvoked, "misrouted": misrouted,
      "possible-overlaps": possibleOverlaps, "settled": settled, "abandoned": abandoned,
      "held": held, "taken-in-doubt": takenInDoubt, "excused": excused,
    ]
    for fate in Fate.allCases { counts[fate.name] = self[fate] }
    for anomaly in Anomaly.allCases {
      counts[anomaly.name] = self[anomaly].messages
      counts["\(anomaly.name)-deliveries"] = self[anomaly].deliveries
    }
    return counts.filter { $0.value != 0 }
  }
}
