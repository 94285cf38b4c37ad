import Environment
package import Harness
package import Operations

/// Measures for how long operations were offered to a queue and none succeeded.
///
/// An operation is a publish that was invoked in the load phase; it succeeds when it is confirmed.
/// Definitions are in docs/checkers.md.
package struct Availability: Checker {
  /// The name on the command line.
  package static let name = "availability"
  /// What it judges.
  package static let guarantees: [Guarantee] = [.boundedUnavailability]

  private struct Restoring: Sendable {
    var fault: FaultID
    var restoration: Restoration
    var began: Instant
  }
  private struct OpenOperation: Sendable {
    var queue: Int
    /// Whose side besides the queue's own; nil for what is not offered.
    var side: Int?
    var restored: Int
  }
  private struct QueueState: Sendable {
    /// All publishers first, then those of each node that has any.
    var sides: [OfferedSide]
    var violations: ViolationLog
    var confirmed = 0
    /// When publishes were offered first and last.
    var offeredFrom: Instant?
    var offeredTo = Instant.zero
  }

  private let index: HistoryIndex
  private let bound: Duration
  private var vacuity: VacuityGuard
  private var queues: [QueueState]
  private var operations = OperationWindow<OpenOperation>()
  private var restoring: [Restoring] = []
  private var isLoading = false
  private var now = Instant.zero

  /// A checker for one history.
  package init(header: HistoryHeader, criteria: Criteria) {
    index = HistoryIndex(header: header)
    bound = criteria.unavailabilityBound
    vacuity = VacuityGuard(criteria: criteria)
    queues = header.queues.map { queue in
      let nodes = header.nodes.filter { node in
        header.clients.contains {
          $0.role == .publisher && $0.node == node && $0.queue == queue.id
        }
      }
      return QueueState(
        sides: [OfferedSide(node: nil)] + nodes.map { OfferedSide(node: $0) },
        violations: ViolationLog(limit: criteria.witnessLimit))
    }
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    now = event.at
    vacuity.observe(event.event)
    switch event.event {
    case .invoked(let invocation): try invoke(invocation)
    case .completed(let operation, let outcome): try complete(operation, outcome)
    case .fault(let fault):
      if fault.stage == .began, let restoration = Restoration(rawValue: fault.name) {
        restore(restoration, by: fault.fault)
      }
    case .phase(let phase):
      if phase != .load { stop() }
      isLoading = phase == .load
    default: break
    }
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try index.validate()
    stop()
    let findings = queues.indices.map { place in
      Finding(
        guarantee: .boundedUnavailability, queue: index.header.queues[place].id,
        judgement: vacuity.judge(
          violations: queues[place].violations.count, confirmed: queues[place].confirmed,
          untested: untested(queues[place]),
          doubt: queues[place].sides[0].offered == 0 ? "no publish was offered" : nil),
        violations: queues[place].violations.count,
        witnesses: queues[place].violations.witnesses)
    }
    let summaries = summaries
    return CheckerReport(
      findings: findings, measures: summaries.flatMap(\.measures), availability: summaries)
  }

  /// Why nothing could have violated the bound; nil if something could.
  private func untested(_ queue: QueueState) -> String? {
    guard let from = queue.offeredFrom, queue.offeredTo - from <= bound else { return nil }
    let length = (queue.offeredTo - from).text
    return "publishes were offered for \(length) only, and a pause of \(bound.text) is allowed"
  }

  /// What was measured, by queue and side.
  private var summaries: [AvailabilitySummary] {
    queues.indices.flatMap { place in
      queues[place].sides.map { summary(of: $0, queue: index.header.queues[place].id) }
    }
  }

  private func summary(of side: OfferedSide, queue: QueueID) -> AvailabilitySummary {
    AvailabilitySummary(
      queue: queue, node: side.node, offered: side.offered, succeeded: side.succeeded,
      longestFrom: side.longest?.from, longest: side.longest?.length,
      recoveries: zip(restoring, side.recoveries).map { fault, recovery in
        AvailabilitySummary.Recovery(
          fault: fault.fault, restoration: fault.restoration, began: fault.began,
          after: recovery.success.map { $0 - fault.began }, wasOffered: recovery.wasOffered)
      })
  }

  private mutating func invoke(_ invocation: Invocation) throws(CheckerFailure) {
    let queue = try index.place(of: invocation.queue)
    var side: Int?
    if isLoading, case .publish = invocation.action {
      let node = index.client(invocation.client)?.node
      side = queues[queue].sides.firstIndex { $0.node == node && node != nil } ?? 0
      offer(queue: queue, side: 0)
      if let side, side != 0 { offer(queue: queue, side: side) }
    }
    try operations.open(
      invocation.operation, OpenOperation(queue: queue, side: side, restored: restoring.count))
  }

  private mutating func offer(queue: Int, side: Int) {
    if queues[queue].offeredFrom == nil { queues[queue].offeredFrom = now }
    let ended = queues[queue].sides[side].offer(at: now)
    if side == 0 { judge(ended, of: queue) }
  }

  private mutating func complete(
    _ operation: OperationID, _ outcome: Outcome
  ) throws(CheckerFailure) {
    let open = try operations.close(operation)
    let isSuccess = outcome == .ok(.confirmed)
    if isSuccess { queues[open.queue].confirmed += 1 }
    guard let side = open.side else { return }
    end(open, side: 0, isSuccess: isSuccess)
    if side != 0 { end(open, side: side, isSuccess: isSuccess) }
  }

  private mutating func end(_ open: OpenOperation, side: Int, isSuccess: Bool) {
    if isSuccess { queues[open.queue].sides[side].recover(at: now, restored: open.restored) }
    // What ends after the load phase was waiting when the last span was closed.
    guard isLoading else { return }
    guard isSuccess else { return queues[open.queue].sides[side].fail(at: now) }
    let ended = queues[open.queue].sides[side].succeed(at: now)
    if side == 0 { judge(ended, of: open.queue) }
  }

  private mutating func restore(_ restoration: Restoration, by fault: FaultID) {
    restoring.append(Restoring(fault: fault, restoration: restoration, began: now))
    for queue in queues.indices {
      for side in queues[queue].sides.indices { queues[queue].sides[side].restore() }
    }
  }

  private mutating func stop() {
    guard isLoading else { return }
    for queue in queues.indices {
      queues[queue].offeredTo = now
      for side in queues[queue].sides.indices {
        let ended = queues[queue].sides[side].stop(at: now)
        if side == 0 { judge(ended, of: queue) }
      }
    }
  }

  private mutating func judge(_ span: OfferedSide.Span?, of queue: Int) {
    guard let span, span.length > bound else { return }
    queues[queue].violations.add(
      Witness(
        from: span.from, to: span.to,
        text: "publishes were offered to \(index.header.queues[queue].name) for "
          + "\(span.length.text) from \(span.from.text) and none was confirmed; a pause of "
          + "\(bound.text) is allowed"))
  }
}
