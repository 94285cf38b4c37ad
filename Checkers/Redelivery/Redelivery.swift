package import Harness
package import Operations

/// Judges what happened to messages that were given back, lost with a session or asked for in vain.
///
/// Definitions are in docs/checkers.md. It keeps about 40 bytes a message and 48 a delivery, and
/// judges them at the end in O(n log n).
package struct Redelivery: Checker {
  /// The name on the command line.
  package static let name = "redelivery"
  /// What it judges.
  package static let guarantees: [Guarantee] = [
    .feasibleChains, .emptyWhileReady, .exactlyOnceEffect, .requeuePosition,
  ]

  private let criteria: Criteria
  private let policy: RequeuePolicy
  private var vacuity: VacuityGuard
  private var log: DeliveryLog

  /// A checker for one history of queues that put messages back to their original position.
  package init(header: HistoryHeader, criteria: Criteria) {
    self.init(header: header, criteria: criteria, policy: .original)
  }

  /// A checker for one history of queues with a policy for messages given back.
  package init(header: HistoryHeader, criteria: Criteria, policy: RequeuePolicy) {
    self.criteria = criteria
    self.policy = policy
    vacuity = VacuityGuard(criteria: criteria)
    log = DeliveryLog(header: header)
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    vacuity.observe(event.event)
    try log.observe(event)
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try log.finish()
    var report = CheckerReport(findings: [], measures: [])
    for place in log.queues.indices { conclude(place, into: &report) }
    return report
  }

  private func conclude(_ place: Int, into report: inout CheckerReport) {
    let (queue, description) = (log.queues[place], log.index.header.queues[place])
    let letters = lettersReason(description)
    let chains = FeasibleChains(queue, in: log, witnessLimit: criteria.witnessLimit)
    report.findings.append(
      finding(
        .feasibleChains, of: place, chains.violations,
        untested: chains.judged > 0
          ? nil : "no message came again before something disturbed the brokers"))
    let spans = ReadySpans(of: queue, in: log)
    let hidden = HiddenHolds(of: queue, in: log)
    judgeEmpties(place, spans, hidden, letters: letters, into: &report)
    judgeEffects(place, letters: letters, into: &report)
    judgePosition(place, spans, hidden, letters: letters, into: &report)
  }

  private func judgeEmpties(
    _ place: Int, _ spans: ReadySpans, _ hidden: HiddenHolds, letters: String?,
    into report: inout CheckerReport
  ) {
    let queue = log.queues[place]
    var untested = letters
    if untested == nil, queue.empties.isEmpty { untested = "nobody found the queue empty" }
    if untested == nil,
      !queue.empties.contains(where: { hidden.most(at: $0.invokedAt) < .max })
    {
      untested = "whenever the queue was empty, its consumers may have held any number of messages"
    }
    let empties =
      letters != nil
      ? ViolationLog(limit: 0)
      : EmptyAnswers(queue, spans, hidden, in: log, witnessLimit: criteria.witnessLimit).violations
    report.findings.append(finding(.emptyWhileReady, of: place, empties, untested: untested))
    report.measures.append(measure(.emptyAnswers, of: place, queue.empties.count))
  }

  private func judgeEffects(_ place: Int, letters: String?, into report: inout CheckerReport) {
    let queue = log.queues[place]
    let effects = Effects(queue, in: log, witnessLimit: criteria.witnessLimit)
    var violations = effects.repeated
    violations.add(effects.missing)
    if letters != nil { violations = ViolationLog(limit: 0) }
    var doubt: String?
    if effects.pending > 0 {
      doubt =
        "\(effects.pending) confirmed messages had no effect, and nobody can tell whether they "
        + "still may"
    } else if queue.proofs.isEmpty {
      doubt = "no ack was ever settled: the queue was not proved empty"
    }
    report.findings.append(
      finding(.exactlyOnceEffect, of: place, violations, untested: letters, doubt: doubt))
    report.measures += [
      measure(.effects, of: place, effects.messages),
      measure(.ackedAgain, of: place, effects.ackedAgain),
      measure(.mostAcks, of: place, effects.most),
      measure(.effectsAfterSettledAck, of: place, effects.repeated.count),
    ]
  }

  private func judgePosition(
    _ place: Int, _ spans: ReadySpans, _ hidden: HiddenHolds, letters: String?,
    into report: inout CheckerReport
  ) {
    let position = RequeuePosition(
      log.queues[place], spans, hidden, in: log, policy: policy,
      witnessLimit: criteria.witnessLimit)
    var untested = letters
    if untested == nil, position.returned == 0 {
      untested = "nothing was given back before something disturbed the brokers"
    }
    report.findings.append(
      finding(
        .requeuePosition, of: place,
        letters == nil ? position.violations : ViolationLog(limit: 0), untested: untested))
    report.measures += [
      measure(.overtakingDeliveries, of: place, position.violations.count),
      measure(.overtaken, of: place, position.overtaken),
      measure(.mostOvertaken, of: place, position.most),
    ]
  }

  /// Why nobody can tell when messages came into a queue or left it; nil if that can be told.
  private func lettersReason(_ queue: QueueDescription) -> String? {
    if queue.deadLetters != nil {
      return "its messages may expire or become dead letters, which nobody sees"
    }
    if log.index.receivesDeadLetters(queue.id) {
      return "dead letters of another queue come into it, and nobody sees when"
    }
    return nil
  }

  private func finding(
    _ guarantee: Guarantee, of place: Int, _ violations: ViolationLog, untested: String?,
    doubt: String? = nil
  ) -> Finding {
    Finding(
      guarantee: guarantee, queue: log.index.header.queues[place].id,
      judgement: vacuity.judge(
        violations: violations.count, confirmed: log.queues[place].confirmed, untested: untested,
        doubt: doubt),
      violations: violations.count, witnesses: violations.witnesses)
  }

  private func measure(_ name: MeasureName, of place: Int, _ count: Int) -> Measure {
    Measure(name, queue: log.index.header.queues[place].id, .count(count))
  }
}
