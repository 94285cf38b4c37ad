import Environment
package import Harness
package import Operations

/// Checks that all replicas of a queue hold the same number of messages once nothing moves.
///
/// A history says that in the proof of emptiness, or in the counts that stood in its way.
/// Definitions are in docs/checkers.md.
package struct ReplicaAgreement: Checker {
  /// The name on the command line.
  package static let name = "replica-agreement"
  /// What it judges.
  package static let guarantees: [Guarantee] = [.replicasAgree]

  /// How long nothing must have happened to a queue before its replicas are compared.
  package static let quiet = Duration.seconds(5)

  private enum Attempt: Sendable {
    case proved
    case failed(at: Instant, isQuiet: Bool, counts: ReplicaCounts, lackingSince: Instant?)
  }
  private struct QueueState: Sendable {
    var confirmed = 0
    var attempt: Attempt?
    var lastMove: Instant?
    /// Since when a replica has been known to lack messages.
    var lackingSince: Instant?
  }

  private let index: HistoryIndex
  private let criteria: Criteria
  private var vacuity: VacuityGuard
  private var queues: [QueueState]
  private var operations = OperationWindow<Int>()
  private var lastSettlement: Instant?

  /// A checker for one history.
  package init(header: HistoryHeader, criteria: Criteria) {
    index = HistoryIndex(header: header)
    self.criteria = criteria
    vacuity = VacuityGuard(criteria: criteria)
    queues = header.queues.map { _ in QueueState() }
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    vacuity.observe(event.event)
    switch event.event {
    case .invoked(let invocation):
      let queue = try index.place(of: invocation.queue)
      try operations.open(invocation.operation, queue)
      queues[queue].lastMove = event.at
    case .completed(let operation, let outcome):
      let queue = try operations.close(operation)
      if outcome == .ok(.confirmed) { queues[queue].confirmed += 1 }
      queues[queue].lastMove = event.at
    case .delivered(let delivery):
      queues[try index.place(of: delivery.queue)].lastMove = event.at
    case .settled: lastSettlement = event.at
    case .broker(let found): try learn(found, at: event.at)
    default: break
    }
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try index.validate()
    return CheckerReport(
      findings: zip(index.header.queues, queues).map { finding($0, $1) }, measures: [])
  }

  private mutating func learn(_ event: BrokerEvent, at: Instant) throws(CheckerFailure) {
    switch event.kind {
    case .drained, .undrained, .unsynchronised, .synchronised: break
    default: return
    }
    guard let queue = event.queue else {
      throw CheckerFailure("an event about the replicas of a queue names no queue")
    }
    let place = try index.place(of: queue)
    switch event.kind {
    case .drained: queues[place].attempt = .proved
    case .undrained:
      queues[place].attempt = .failed(
        at: at, isQuiet: isQuiet(place, at: at), counts: ReplicaCounts(event.emptiness),
        lackingSince: queues[place].lackingSince)
    case .unsynchronised: queues[place].lackingSince = queues[place].lackingSince ?? at
    default: queues[place].lackingSince = nil
    }
  }

  private func isQuiet(_ queue: Int, at: Instant) -> Bool {
    [queues[queue].lastMove, lastSettlement].allSatisfy { last in
      last.map { at - $0 >= Self.quiet } ?? true
    }
  }

  private func finding(_ description: QueueDescription, _ queue: QueueState) -> Finding {
    var log = ViolationLog(limit: criteria.witnessLimit)
    var untested: String?
    var doubt: String?
    if description.kind == .plain {
      untested = "a plain queue has one replica"
    } else {
      switch queue.attempt {
      case nil: untested = "nobody counted what the replicas hold"
      case .proved: break
      case .failed(let at, let isQuiet, let counts, let lackingSince):
        doubt = self.doubt(counts, isQuiet: isQuiet)
        guard doubt == nil else { break }
        if let witness = witness(description, counts, lackingSince, at) {
          log.add(witness)
        } else {
          doubt = "the queue was not proved empty, and not all replicas were counted"
        }
      }
    }
    return Finding(
      guarantee: .replicasAgree, queue: description.id,
      judgement: vacuity.judge(
        violations: log.count, confirmed: queue.confirmed, untested: untested, doubt: doubt),
      violations: log.count, witnesses: log.witnesses)
  }

  private func doubt(_ counts: ReplicaCounts, isQuiet: Bool) -> String? {
    if !counts.isWhole { return "the replicas were counted while not all nodes were there" }
    if !isQuiet {
      return "messages had moved less than \(Self.quiet.text) before the replicas were counted"
    }
    return counts.areSteady ? nil : "what a replica held changed while it was counted"
  }

  private func witness(
    _ description: QueueDescription, _ counts: ReplicaCounts, _ lackingSince: Instant?,
    _ at: Instant
  ) -> Witness? {
    if let (first, other) = counts.difference {
      return Witness(
        from: at, to: at,
        text: "the replica of \(description.name) on \(first.node) held "
          + "\(first.counts.lowerBound) messages at \(at.text), and that on \(other.node) "
          + "\(other.counts.lowerBound)")
    }
    guard let lackingSince, at - lackingSince >= Self.quiet else { return nil }
    return Witness(
      from: lackingSince, to: at,
      text: "a replica of \(description.name) had lacked messages since \(lackingSince.text) when "
        + "the queue could not be proved empty at \(at.text)")
  }
}
