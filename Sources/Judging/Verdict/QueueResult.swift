import Environment
package import Harness
package import Operations

/// What was found about one queue of a run.
package struct QueueResult: Hashable, Sendable {
  /// The queue.
  package var description: QueueDescription
  /// What the run's verdict requires of it.
  package var required: [Guarantee]
  /// At most one finding a guarantee.
  package var findings: [Finding]
  /// Figures, each at most once.
  package var measures: [Measure]
  /// The ledger's account, whose figures are among the measures; nil where that did not run or the
  /// result comes from a file.
  package var totals: LedgerTotals?
  /// Availability by side, whose figures are among the measures; likewise.
  package var availability: [AvailabilitySummary] = []

  /// A queue's result.
  package init(
    description: QueueDescription, required: [Guarantee], findings: [Finding], measures: [Measure]
  ) {
    self.description = description
    self.required = required
    self.findings = findings
    self.measures = measures
  }

  /// What `reports` say about each of some queues, of which there may be thousands.
  static func all(of plans: [QueuePlan], in reports: [CheckerReport]) -> [QueueResult] {
    let found = Dictionary(grouping: reports.flatMap(\.findings), by: \.queue)
    let measured = Dictionary(grouping: reports.flatMap(\.measures), by: \.queue)
    let totals = Dictionary(grouping: reports.flatMap(\.totals), by: \.queue)
    let availability = Dictionary(grouping: reports.flatMap(\.availability), by: \.queue)
    return plans.map { plan in
      let report = CheckerReport(
        findings: found[plan.id] ?? [], measures: measured[plan.id] ?? [],
        totals: totals[plan.id] ?? [], availability: availability[plan.id] ?? [])
      return QueueResult(plan, reports: [report])
    }
  }

  /// What `reports` say about the queue of a plan.
  ///
  /// Where two checkers judge the same guarantee the worse judgement stays, of equally bad ones the
  /// first; where they measure the same thing the first figure stays.
  package init(_ plan: QueuePlan, reports: [CheckerReport]) {
    self.init(
      description: QueueDescription(id: plan.id, name: plan.name, kind: plan.kind),
      required: plan.required, findings: [], measures: [])
    for report in reports {
      for finding in report.findings where finding.queue == plan.id { add(finding) }
      for measure in report.measures where measure.queue == plan.id { add(measure) }
      if totals == nil { totals = report.totals.first { $0.queue == plan.id } }
      availability += report.availability.filter { $0.queue == plan.id }
    }
  }

  private mutating func add(_ finding: Finding) {
    guard let place = findings.firstIndex(where: { $0.guarantee == finding.guarantee }) else {
      findings.append(finding)
      return
    }
    findings[place] = findings[place].joined(with: finding)
  }

  private mutating func add(_ measure: Measure) {
    if figure(measure.key) == nil { measures.append(measure) }
  }

  /// The kind of queue.
  package var kind: QueueKind { description.kind }

  /// The finding about `guarantee`, if it was judged.
  package func finding(_ guarantee: Guarantee) -> Finding? {
    findings.first { $0.guarantee == guarantee }
  }

  /// Why the fate of undrained messages is open, for people.
  package var openReason: String {
    count(.takenInDoubt) ?? 0 == 0
      ? "the queue was not proved empty"
      : "the queue was not proved empty, or operations in doubt may have taken them"
  }

  /// A figure, if it was measured.
  package func figure(_ key: MeasureKey) -> MeasureValue? {
    measures.first { $0.key == key }?.value
  }

  /// A figure of the whole queue, if it was measured.
  package func figure(_ name: MeasureName) -> MeasureValue? { figure(.whole(name)) }

  /// A count; nil if there is none.
  package func count(_ key: MeasureKey) -> Int? {
    guard case .count(let count) = figure(key) else { return nil }
    return count
  }

  /// A count of the whole queue; nil if there is none.
  package func count(_ name: MeasureName) -> Int? { count(.whole(name)) }

  /// A length of time; nil if there is none.
  package func duration(_ key: MeasureKey) -> Duration? {
    guard case .duration(let duration) = figure(key) else { return nil }
    return duration
  }

  /// A length of time of the whole queue; nil if there is none.
  package func duration(_ name: MeasureName) -> Duration? { duration(.whole(name)) }
}
