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
  /// Named figures, each name at most once.
  package var measures: [Measure]

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
    let findings = Dictionary(grouping: reports.flatMap(\.findings), by: \.queue)
    let measures = Dictionary(grouping: reports.flatMap(\.measures), by: \.queue)
    return plans.map { plan in
      let report = CheckerReport(
        findings: findings[plan.id] ?? [], measures: measures[plan.id] ?? [])
      return QueueResult(plan, reports: [report])
    }
  }

  /// What `reports` say about the queue of a plan.
  ///
  /// Where two checkers judge the same guarantee the worse judgement stays; where they measure the
  /// same thing the first figure stays.
  package init(_ plan: QueuePlan, reports: [CheckerReport]) {
    self.init(
      description: QueueDescription(id: plan.id, name: plan.name, kind: plan.kind),
      required: plan.required, findings: [], measures: [])
    for report in reports {
      for finding in report.findings where finding.queue == plan.id { add(finding) }
      for measure in report.measures where measure.queue == plan.id { add(measure) }
    }
  }

  private mutating func add(_ finding: Finding) {
    guard let place = findings.firstIndex(where: { $0.guarantee == finding.guarantee }) else {
      findings.append(finding)
      return
    }
    if finding.judgement.verdict > findings[place].judgement.verdict { findings[place] = finding }
  }

  private mutating func add(_ measure: Measure) {
    if figure(measure.name) == nil { measures.append(measure) }
  }

  /// The kind of queue.
  package var kind: QueueKind { description.kind }

  /// The finding about `guarantee`, if it was judged.
  package func finding(_ guarantee: Guarantee) -> Finding? {
    findings.first { $0.guarantee == guarantee }
  }

  /// Why the fate of undrained messages is open, for people.
  package var openReason: String {
    count("taken-in-doubt") ?? 0 == 0
      ? "the queue was not proved empty"
      : "the queue was not proved empty, or operations in doubt may have taken them"
  }

  /// The figure with this name, if it was measured.
  package func figure(_ name: String) -> MeasureValue? {
    measures.first { $0.name == name }?.value
  }

  /// The count with this name; nil if there is none.
  package func count(_ name: String) -> Int? {
    guard case .count(let count) = figure(name) else { return nil }
    return count
  }

  /// The length of time with this name; nil if there is none.
  package func duration(_ name: String) -> Duration? {
    guard case .duration(let duration) = figure(name) else { return nil }
    return duration
  }

  /// The worst of what is required; a required guarantee that nobody judged is unknown.
  package var verdict: Verdict {
    required.map { finding($0)?.judgement.verdict ?? .unknown }.max() ?? .valid
  }
}
