import Environment
package import Harness
package import Operations

/// Follows every message from its publish to its last delivery and gives it one fate.
///
/// Definitions are in docs/checkers.md. It keeps 32 bytes a message, as many for each queue from
/// which it came as a dead letter, and nothing else that grows with their number.
package struct Ledger: Checker {
  /// The name on the command line.
  package static let name = "ledger"
  /// What it judges.
  package static let guarantees: [Guarantee] = [
    .atLeastOnce, .deadLetters, .integrity, .flaggedRedelivery, .noResurrection, .exclusiveHold,
    .channelOrder,
    .eventualDrain,
  ]

  /// An operation that has not ended.
  enum OpenOperation: Sendable {
    case publish(MessageSlot)
    case other(OtherOperation)
  }
  /// An operation that is no publish.
  struct OtherOperation: Sendable {
    var action: Action
    var queue: Int
    var at: Instant
    /// How many proofs of emptiness of the queue surely came before.
    var epoch: Int
    var session: SessionID?
  }

  let index: HistoryIndex
  let routes: DeadLetterRoutes
  let criteria: Criteria
  var vacuity: VacuityGuard
  var queues: [QueueLedger]
  var messages: MessageStore
  var sessions = SessionTable()
  var operations = OperationWindow<OpenOperation>()
  var suspicions = SuspicionBook()
  /// Whether a session that had received something was lost before the run was over.
  var wasConsumerLost = false
  /// Whether the history reaches the end of the run.
  private(set) var isOver = false

  /// A checker for one history.
  package init(header: HistoryHeader, criteria: Criteria) {
    index = HistoryIndex(header: header)
    routes = DeadLetterRoutes(index)
    self.criteria = criteria
    vacuity = VacuityGuard(criteria: criteria)
    queues = header.queues.map { QueueLedger(queue: $0, witnessLimit: criteria.witnessLimit) }
    messages = MessageStore(clientBound: index.clientBound, hops: routes.hops)
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    let at = event.at
    switch event.event {
    case .invoked(let invocation): try invoke(invocation, at: at)
    case .written(let written): try write(written)
    case .completed(let operation, let outcome): try complete(operation, outcome, at: at)
    case .delivered(let delivery):
      try receive(delivery.receipt, from: index.place(of: delivery.queue), at: at)
    case .settled(let settlement): try settle(settlement, at: at)
    case .sessionOpened(let opening): try sessions.open(opening, at: at)
    case .sessionLost(let session, _): try lose(session)
    case .broker(let event): try learn(event, at: at)
    case .phase(.done): isOver = true
    case .answered, .returned, .fault, .watched, .phase: break
    }
    vacuity.observe(event.event)
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try index.validate()
    try routes.validate()
    decideLiveSessions()
    try close()
    for queue in queues { try queue.totals.reconcile() }
    try reconcileLetters()
    return CheckerReport(
      findings: queues.flatMap { findings(of: $0) },
      measures: queues.flatMap { $0.totals.measures }, totals: queues.map(\.totals))
  }

  /// Counts a violation; its witness is made only while there is room for it.
  mutating func report(
    _ log: WritableKeyPath<QueueLedger, ViolationLog>, of queue: Int,
    _ witness: (borrowing Ledger) -> Witness
  ) {
    let kept = queues[queue][keyPath: log].hasRoom ? witness(self) : nil
    queues[queue][keyPath: log].add(kept)
  }

  private mutating func lose(_ session: SessionID) throws(CheckerFailure) {
    let place = try sessions.place(of: session)
    // Sessions that the harness closes after the run tell nothing about the broker.
    guard !isOver, !sessions[place].isLost else { return }
    while let held = sessions[place].held.takeFirst(through: .max) {
      queues[Int(held.queue)].totals.abandoned += 1
      if held.slot != .none { messages[held.slot].holds -= 1 }
    }
    while let number = sessions[place].firstWaiting {
      sessions[place].removeFirstWaiting()
      resolve(number, alive: false)
    }
    if sessions[place].isConsuming { wasConsumerLost = true }
    sessions.lose(place)
  }

  private mutating func learn(_ event: BrokerEvent, at: Instant) throws(CheckerFailure) {
    guard event.kind == .drained || event.kind == .undrained else { return }
    guard let queue = event.queue else {
      throw CheckerFailure("a drained or undrained event at \(at.text) names no queue")
    }
    let place = try index.place(of: queue)
    if event.kind == .drained {
      try queues[place].prove(at: at)
    } else {
      queues[place].giveUp(at: at, isOpen: event.emptiness?.isOpen, detail: event.detail)
    }
  }
}
