import Checkers
package import Harness
package import Operations

/// What all checkers of a suite found in one history.
package struct SuiteReport: Hashable, Sendable {
  /// What one checker said.
  package struct Answer: Hashable, Sendable {
    /// The checker's name.
    package var checker: String
    /// What it found; if it could not finish, that all it judges is unknown.
    package var report: CheckerReport
    /// Why it could not finish, for people; nil if it did.
    package var failure: String?
  }

  /// A checker that could not finish.
  package struct Failure: Hashable, Sendable {
    /// The checker's name.
    package var checker: String
    /// Why, for people.
    package var reason: String
  }

  /// The queues of the history, in the header's order.
  package var queues: [QueueDescription]
  /// What each checker said, in the suite's order.
  package var answers: [Answer] = []

  init(header: HistoryHeader) {
    queues = header.queues
  }

  /// The findings about judged guarantees and queues to which they apply.
  package var findings: [Finding] { answers.flatMap(\.report.findings) }
  /// Figures a queue.
  package var measures: [Measure] { answers.flatMap(\.report.measures) }
  /// The ledger's account, a queue each; empty if the ledger did not run or failed.
  package var totals: [LedgerTotals] { answers.flatMap(\.report.totals) }
  /// Availability by queue and side; empty if that checker did not run or failed.
  package var availability: [AvailabilitySummary] { answers.flatMap(\.report.availability) }
  /// The checkers that could not finish; what they judge is unknown.
  package var failures: [Failure] {
    answers.compactMap { answer in
      answer.failure.map { Failure(checker: answer.checker, reason: $0) }
    }
  }
  /// Everything in one report.
  package var checkerReport: CheckerReport {
    CheckerReport(
      findings: findings, measures: measures, totals: totals, availability: availability)
  }

  /// What was found about a guarantee for a queue, the worst of it; nil if no checker judged it.
  package func finding(_ guarantee: Guarantee, of queue: QueueID) -> Finding? {
    let found = findings.filter { $0.guarantee == guarantee && $0.queue == queue }
    return found.dropFirst().reduce(found.first) { $0?.joined(with: $1) }
  }

  /// A figure about a queue; nil if no checker measured it.
  package func measure(_ key: MeasureKey, of queue: QueueID) -> MeasureValue? {
    measures.first { $0.key == key && $0.queue == queue }?.value
  }

  /// A figure about a whole queue; nil if no checker measured it.
  package func measure(_ name: MeasureName, of queue: QueueID) -> MeasureValue? {
    measure(.whole(name), of: queue)
  }

  mutating func fail(_ checker: any Checker.Type, _ failure: CheckerFailure) {
    let reason = "checker \(checker.name) could not go on: \(failure.reason)"
    let findings = queues.flatMap { queue in
      checker.guarantees.filter { $0.applies(to: queue) }.map {
        Finding(guarantee: $0, queue: queue.id, judgement: .unknown(reason))
      }
    }
    answers.append(
      Answer(
        checker: checker.name, report: CheckerReport(findings: findings, measures: []),
        failure: failure.reason))
  }
}
