package import Checkers
package import Harness
package import Operations

/// What all checkers of a suite found in one history.
package struct SuiteReport: Hashable, Sendable {
  /// A checker that could not finish.
  package struct Failure: Hashable, Sendable {
    /// The checker's name.
    package var checker: String
    /// Why, for people.
    package var reason: String
  }

  /// The queues of the history, in the header's order.
  package var queues: [QueueDescription]
  /// One finding a judged guarantee and queue that it applies to.
  package var findings: [Finding] = []
  /// Named figures a queue.
  package var measures: [Measure] = []
  /// The ledger's account, a queue each; empty if the ledger did not run or failed.
  package var totals: [LedgerTotals] = []
  /// Availability by queue and side; empty if that checker did not run or failed.
  package var availability: [AvailabilitySummary] = []
  /// The checkers that could not finish; what they judge is unknown.
  package var failures: [Failure] = []

  init(header: HistoryHeader) {
    queues = header.queues
  }

  /// The findings and measures alone.
  package var checkerReport: CheckerReport {
    CheckerReport(findings: findings, measures: measures)
  }

  /// What was found about a guarantee for a queue; nil if no checker judged it.
  package func finding(_ guarantee: Guarantee, of queue: QueueID) -> Finding? {
    findings.first { $0.guarantee == guarantee && $0.queue == queue }
  }

  /// A figure about a queue; nil if no checker measured it.
  package func measure(_ name: String, of queue: QueueID) -> MeasureValue? {
    measures.first { $0.name == name && $0.queue == queue }?.value
  }

  /// The verdict over the guarantees that a plan requires of each queue: the worst one wins, and
  /// what nobody judged is unknown.
  package func verdict(requiring required: [QueueID: [Guarantee]]) -> Verdict {
    let known = queues.filter { required[$0.id] != nil }
    // A requirement for a queue that the history does not have was not judged.
    var verdict = known.count == required.count ? Verdict.valid : .unknown
    for queue in known {
      verdict = max(verdict, self.verdict(of: queue.id, requiring: required[queue.id] ?? []))
    }
    return verdict
  }

  /// The verdict over the guarantees that a plan requires of each kind of queue; a kind that the
  /// history does not have is not judged.
  package func verdict(requiring required: [QueueKind: [Guarantee]]) -> Verdict {
    queues.reduce(.valid) { max($0, verdict(of: $1.id, requiring: required[$1.kind] ?? [])) }
  }

  /// The verdict over some guarantees of one queue.
  package func verdict(of queue: QueueID, requiring guarantees: [Guarantee]) -> Verdict {
    guarantees.reduce(.valid) { verdict, guarantee in
      max(verdict, finding(guarantee, of: queue)?.judgement.verdict ?? .unknown)
    }
  }

  mutating func fail(_ checker: any Checker.Type, _ failure: CheckerFailure) {
    failures.append(Failure(checker: checker.name, reason: failure.reason))
    let reason = "checker \(checker.name) could not go on: \(failure.reason)"
    for queue in queues {
      findings += checker.guarantees.filter { $0.applies(to: queue) }.map {
        Finding(guarantee: $0, queue: queue.id, judgement: .unknown(reason))
      }
    }
  }
}
