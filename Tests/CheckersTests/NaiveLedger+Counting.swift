import Checkers
import Environment
import Harness
import Operations

extension NaiveLedger {
  /// A message and what was received of it, queue by queue on its way.
  struct Course {
    var publish: Publish
    var path: [QueueID]
    /// By hop.
    var received: [[Reception]]

    var all: [Reception] { received.flatMap { $0 } }
  }

  /// All totals that are not zero, by queue and name.
  mutating func account() -> [QueueID: [String: Int]] {
    counts = [:]
    for reception in receptions { count(reception) }
    for message in messageOrder {
      guard let publish = publishes[message] else { continue }
      let course = course(of: message, publish)
      let path = course.path
      countFate(course)
      for hop in path.indices {
        countRepeats(course, hop)
        countAfterAck(course, hop)
        countOverlaps(course.received[hop], of: path[hop])
      }
    }
    countOrder()
    for queue in history.header.queues { excuse(queue.id) }
    return counts
  }

  func course(of message: MessageID, _ publish: Publish) -> Course {
    let path = path(from: publish.queue)
    let genuine = receptions.filter { $0.receipt.message == message && isGenuine($0) }
    return Course(
      publish: publish, path: path,
      received: path.map { queue in genuine.filter { $0.queue == queue } })
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

  private mutating func countFate(_ course: Course) {
    let queue = course.publish.queue
    add("attempts", queue)
    let isSeen = !course.all.isEmpty
    let isSeenHere = !course.received[0].isEmpty
    if isSeen, !isSeenHere { add("moved-unseen", queue) }
    switch course.publish.end?.outcome {
    case .fail(let failure):
      add(failure == .notWritten ? "refused" : "returned", queue)
      if isSeen { add("failed-yet-delivered", queue) }
    case .ok:
      add("confirmed", queue)
      if isSeen {
        add(isSeenHere ? "delivered" : "dead-lettered", queue)
        countUnfinished(course)
      } else if isGone(course) {
        add("lost", queue)
      } else {
        add("undrained", queue)
        add("undrained-confirmed", queue)
      }
    case .info, nil:
      add("doubtful", queue)
      add(isSeen ? "recovered" : isGone(course) ? "vanished" : "undrained", queue)
    }
  }

  /// Proofs of emptiness of all queues in their order, after everything that is known of a message.
  func isGone(_ course: Course) -> Bool {
    var previous: Instant?
    let end = course.publish.end?.at ?? course.publish.at
    for (queue, received) in zip(course.path, course.received) {
      let places = received.map(\.place) + [firstFinal(received)?.place ?? -1]
      let proof = (proofs[queue] ?? []).first { proof in
        places.allSatisfy { proof.place > $0 }
          && (previous.map { proof.at >= $0 } ?? (proof.at > end))
      }
      guard let proof else { return false }
      previous = proof.at
    }
    return true
  }

  private func firstFinal(_ received: [Reception]) -> (place: Int, at: Instant)? {
    received.compactMap(\.settlement).filter { $0.kind == .ack || $0.kind == .discard }
      .map { ($0.place, $0.at) }.min { $0.place < $1.place }
  }

  private mutating func countUnfinished(_ course: Course) {
    let isHeld = course.all.contains { $0.settlement == nil && lossOf[$0.receipt.session] == nil }
    guard let last = course.received.lastIndex(where: { !$0.isEmpty }),
      !course.all.contains(where: { $0.settlement?.kind == .ack })
    else { return }
    let mayBeTaken = inDoubt.contains { course.path.contains($0.queue) }
    let isGone = isGone(course) && !isHeld
    let isDiscarded = course.received[last].contains { $0.settlement?.kind == .discard }
    if isDiscarded, last < course.path.count - 1 {
      add(isGone && !mayBeTaken ? "lost-dead-letter" : "undrained-letters", course.path[last])
    } else if !isDiscarded, isGone {
      add(mayBeTaken ? "untraced" : "dropped-unacknowledged", course.publish.queue)
    }
  }

  private mutating func countRepeats(_ course: Course, _ hop: Int) {
    let (queue, received) = (course.path[hop], course.received[hop])
    guard let first = received.first else { return }
    add("first-deliveries", queue)
    if hop > 0 {
      add("dead-letters-in", queue)
      add("dead-letters-out", course.path[hop - 1])
    }
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
    addAnomaly(hop == 0 ? "unflagged" : "dead-lettered-again", queue, unflagged)
  }

  private mutating func countAfterAck(_ course: Course, _ hop: Int) {
    let received = course.received[hop]
    guard let ack = firstFinal(received) else { return }
    var resurrected = 0
    var unsettled = 0
    for reception in received where reception.place > ack.place {
      let session = reception.receipt.session
      if let proof = settled(course, hop, ack.place, before: reception.place),
        wasSent(to: session, at: reception.place, after: proof)
          || lived(session, after: reception.at)
      {
        resurrected += 1
      } else {
        unsettled += 1
      }
    }
    addAnomaly("resurrected", course.path[hop], resurrected)
    addAnomaly("delivered-after-ack", course.path[hop], unsettled)
  }

  /// When an ack in the queue of a hop was settled, as far as is known at a place in the history.
  private func settled(_ course: Course, _ hop: Int, _ ack: Int, before place: Int) -> Instant? {
    func proof(_ queue: QueueID, _ condition: (Int, Instant) -> Bool) -> Instant? {
      (proofs[queue] ?? []).first { $0.place < place && condition($0.place, $0.at) }?.at
    }
    if hop == 0 { return proof(course.path[0]) { at, _ in at > ack } }
    guard let end = course.publish.end, end.place < place, let first = course.received[hop].first,
      var bound = proof(course.path[0], { $1 > max(end.at, first.at) })
    else { return nil }
    for middle in course.path[..<hop].dropFirst() {
      guard let next = proof(middle, { $1 >= bound }) else { return nil }
      bound = next
    }
    return proof(course.path[hop]) { $0 > ack && $1 >= bound }
  }

  private mutating func countOverlaps(_ received: [Reception], of queue: QueueID) {
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
          add("possible-overlaps", queue)
        }
      }
    }
    addAnomaly("overlapping-holds", queue, sure)
  }

  private mutating func countOrder() {
    struct Pair: Hashable {
      var from: SessionID
      var to: SessionID
    }
    var seen: Set<MessageID> = []
    var highest: [Pair: OperationID] = [:]
    for reception in receptions
    where isGenuine(reception)
      && publishes[reception.receipt.message]?.queue == reception.queue
    {
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
      "undrained-confirmed": undrainedConfirmed, "moved-unseen": movedUnseen,
      "dead-letters-in": lettersIn, "dead-letters-out": lettersOut,
      "undrained-letters": undrainedLetters, "taken-in-doubt": takenInDoubt, "excused": excused,
      "untraced": untraced, "deliveries": deliveries,
      "first-deliveries": firstDeliveries, "flagged-first-deliveries": flaggedFirstDeliveries,
      "repeats": repeats, "ambiguous-repeats": ambiguousRepeats, "duplicated": duplicated,
      "foreign": foreign, "never-invoked": neverInvoked, "misrouted": misrouted,
      "possible-overlaps": possibleOverlaps, "settled": settled, "abandoned": abandoned,
      "held": held,
    ]
    for fate in Fate.allCases { counts[fate.measure.rawValue] = self[fate] }
    for anomaly in Anomaly.allCases {
      let name = anomaly.measure.rawValue
      counts[name] = self[anomaly].messages
      counts["\(name)-deliveries"] = self[anomaly].deliveries
    }
    return counts.filter { $0.value != 0 }
  }
}
