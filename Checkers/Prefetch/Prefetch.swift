import Environment
package import Harness
package import Operations

/// Checks that no consumer holds more unsettled messages than its prefetch allows.
///
/// The harness records a settlement when it hands it to the connection and a delivery when it
/// arrives, so that what it counts as held is never more than what the broker had sent and not
/// seen settled. Definitions are in docs/checkers.md.
package struct Prefetch: Checker {
  /// The name on the command line.
  package static let name = "prefetch"
  /// What it judges.
  package static let guarantees: [Guarantee] = [.prefetch]

  private struct OpenOperation: Sendable {
    var queue: Int
    /// Of a consume.
    var prefetch: UInt16?
  }
  private struct QueueState: Sendable {
    var violations: ViolationLog
    var confirmed = 0
    /// Everything that was pushed to limited consumers.
    var pushed = 0
    /// Whether some consumer ever held as many messages as it may.
    var wasFilled = false
  }
  /// The most tags that a witness names.
  private static let namedTags = 8

  private let index: HistoryIndex
  private var vacuity: VacuityGuard
  private var queues: [QueueState]
  private var sessions: [PushedDeliveries?] = []
  private var operations = OperationWindow<OpenOperation>()
  private var now = Instant.zero
  /// The sessions that have received something at the present instant.
  private var receiving: [Int] = []

  /// A checker for one history.
  package init(header: HistoryHeader, criteria: Criteria) {
    index = HistoryIndex(header: header)
    vacuity = VacuityGuard(criteria: criteria)
    queues = header.queues.map { _ in
      QueueState(violations: ViolationLog(limit: criteria.witnessLimit))
    }
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    if event.at != now { closeInstant() }
    now = event.at
    vacuity.observe(event.event)
    switch event.event {
    case .sessionOpened(let opening):
      let place = try place(of: opening.session)
      sessions[place]?.owner = opening
    case .invoked(let invocation): try invoke(invocation)
    case .written(let written): try write(written)
    case .completed(let operation, let outcome):
      let queue = try operations.close(operation).queue
      if outcome == .ok(.confirmed) { queues[queue].confirmed += 1 }
    case .delivered(let delivery): try receive(delivery)
    case .settled(let settlement):
      let place = try place(of: settlement.session)
      sessions[place]?.settle(settlement)
    case .sessionLost(let session, _):
      let place = try place(of: session)
      sessions[place]?.lose()
    default: break
    }
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try index.validate()
    closeInstant()
    let findings = zip(index.header.queues, queues).map { description, queue in
      // A queue of dead letters need not have publishers of its own.
      let letters = index.receivesDeadLetters(description.id) ? queue.pushed : 0
      return Finding(
        guarantee: .prefetch, queue: description.id,
        judgement: vacuity.judge(
          violations: queue.violations.count, confirmed: queue.confirmed + letters,
          untested: queue.wasFilled
            ? nil : "no consumer ever held as many messages as its prefetch allows"),
        violations: queue.violations.count, witnesses: queue.violations.witnesses)
    }
    let measures = zip(index.header.queues, queues).map { description, queue in
      Measure(.overPrefetch, queue: description.id, .count(queue.violations.count))
    }
    return CheckerReport(findings: findings, measures: measures)
  }

  private mutating func invoke(_ invocation: Invocation) throws(CheckerFailure) {
    let queue = try index.place(of: invocation.queue)
    var prefetch: UInt16?
    if case .consume(let asked) = invocation.action { prefetch = asked }
    try operations.open(invocation.operation, OpenOperation(queue: queue, prefetch: prefetch))
  }

  private mutating func write(_ written: Written) throws(CheckerFailure) {
    guard let operation = operations[written.operation] else {
      guard operations.isPast(written.operation) else {
        throw CheckerFailure("operation \(written.operation) is written before it is invoked")
      }
      // It had ended before it was written, so that a consumer may have started unnoticed.
      let place = try place(of: written.session)
      if written.sequence == 0 { sessions[place]?.giveUp() }
      return
    }
    guard let prefetch = operation.prefetch else { return }
    let place = try place(of: written.session)
    sessions[place]?.consume(
      from: operation.queue, prefetch: prefetch, operation: written.operation)
  }

  private mutating func receive(_ delivery: Delivery) throws(CheckerFailure) {
    let receipt = delivery.receipt
    let queue = try index.place(of: delivery.queue)
    let place = try place(of: receipt.session)
    if sessions[place]?.isLost == true {
      throw CheckerFailure("session \(place) receives tag \(receipt.tag) after it was lost")
    }
    guard try sessions[place]?.receive(receipt.tag, from: queue) == true else { return }
    queues[queue].pushed += 1
    if receiving.last != place { receiving.append(place) }
  }

  /// Judges the instant that is over: what happened at one instant may have happened in any order,
  /// so that only what was held at its end was surely held together.
  private mutating func closeInstant() {
    for place in receiving {
      guard var session = sessions[place] else { continue }
      sessions[place] = nil
      var excesses: [(LimitedConsumer, Int)] = []
      session.closeInstant { consumer, excess in
        if consumer.isFull { queues[consumer.queue].wasFilled = true }
        if excess > 0 { excesses.append((consumer, excess)) }
      }
      for (consumer, excess) in excesses {
        for _ in 0..<excess { violate(consumer, session) }
      }
      sessions[place] = session
    }
    receiving.removeAll(keepingCapacity: true)
  }

  private mutating func violate(_ consumer: LimitedConsumer, _ session: PushedDeliveries) {
    let held = session.tags(of: consumer)
    let tags = held.prefix(Self.namedTags).map { String($0) }.joined(separator: ", ")
    let more = held.count - Self.namedTags
    queues[consumer.queue].violations.add(
      Witness(
        operations: [consumer.operation], from: now, to: now,
        text: "\(session.number, of: session.owner) held \(held.count) unsettled messages of "
          + "\(index.header.queues[consumer.queue].name) at \(now.text), and its prefetch allows "
          + "\(consumer.limit ?? 0): tags \(tags)\(more > 0 ? " and \(more) more" : "")"))
  }

  private mutating func place(of session: SessionID) throws(CheckerFailure) -> Int {
    let place = Int(session.rawValue)
    guard place < HistoryIndex.maximumSession else {
      throw CheckerFailure("session number \(session) is too high")
    }
    let missing = place + 1 - sessions.count
    if missing > 0 { sessions.append(contentsOf: repeatElement(nil, count: missing)) }
    if sessions[place] == nil { sessions[place] = PushedDeliveries(number: session) }
    return place
  }
}
