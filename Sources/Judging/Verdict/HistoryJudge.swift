import Environment
package import Harness
package import Operations

/// Judges one history against a plan, wherever its events come from: a file, or a run in memory.
///
///     var judge = try HistoryJudge(plan: plan, header: header)
///     judge.observe(events)
///     let judged = judge.conclude()
///     print(judged.verdict)
///
/// Findings, verdict, totals and doubts are made here once; everything else reads them.
package struct HistoryJudge: Sendable {
  private let plan: TestPlan
  private let isPlanKnown: Bool
  private let header: HistoryHeader
  private let imported: JepsenImport?
  private var suite: CheckerSuite
  private var timeline = RunTimeline()
  private var last = Instant.zero

  /// A judge of a history with this header.
  ///
  /// - `isPlanKnown`: whether the run had this plan; otherwise the plan says what is demanded of
  ///   any run, and a choice of checkers counts as far as the history exercised it.
  /// - `imported`: what the history was imported from, for the names in its file.
  /// - `checkers`: who judges; the guarantees of all others stay unjudged.
  ///
  /// Throws if the history has a queue that the plan does not name: whatever happened to it would
  /// be nobody's business.
  package init(
    plan: TestPlan, isPlanKnown: Bool = true, header: HistoryHeader, imported: JepsenImport? = nil,
    checkers: [any Checker.Type] = CheckerSuite.all
  ) throws(UnplannedQueue) {
    try Self.requireQueues(of: header, in: plan)
    self.plan = plan
    self.isPlanKnown = isPlanKnown
    self.header = header
    self.imported = imported
    suite = CheckerSuite(header: header, criteria: plan.criteria, checkers: checkers)
  }

  /// Throws if the plan lacks a queue of the history.
  package static func requireQueues(
    of header: HistoryHeader, in plan: TestPlan
  ) throws(UnplannedQueue) {
    let planned = Set(plan.queues.map(\.id))
    for queue in header.queues where !planned.contains(queue.id) {
      throw UnplannedQueue(name: queue.name)
    }
  }

  /// Takes the next events of the history.
  package mutating func observe(_ events: Span<TimedEvent>) {
    if events.isEmpty { return }
    suite.observe(events)
    timeline.observe(events)
    last = events[events.count - 1].at
  }

  /// What came out; called once, after the last event. `truncation` says what is missing at the end
  /// of the history; nil if nothing is.
  package mutating func conclude(truncation: String? = nil) -> Judged {
    let report = suite.conclude()
    let answers = report.answers.map { answer in
      var answer = answer
      answer.report = adapt(answer.report)
      return answer
    }
    var schedule = PlannedSchedule(plan.schedule)
    if schedule.name == PlannedSchedule.unknownName { schedule.steps = timeline.recordedSteps }
    var run = RunJudgement(
      queues: QueueResult.all(of: plan.queues, in: answers.map(\.report)), schedule: schedule,
      timeline: timeline,
      warnings: truncation.map { [RunWarning(.truncated, $0)] } ?? [])
    run.doubtTimes(lag: timeline.worstLag)
    return Judged(
      run: run, plan: plan, isPlanKnown: isPlanKnown, header: header, imported: imported,
      length: last - .zero, answers: answers, ownFindings: report.findings)
  }

  /// Judges a whole history in memory.
  package static func judge(
    _ history: History, plan: TestPlan
  ) throws(UnplannedQueue) -> Judged {
    var judge = try HistoryJudge(plan: plan, header: history.header)
    judge.observe(history.events.span)
    return judge.conclude()
  }

  /// A report as people shall read it: of an imported history without what that does not show, and
  /// with the names of its file where they are known.
  private func adapt(_ report: CheckerReport) -> CheckerReport {
    imported?.adapt(report) ?? ImportedKnowledge(header)?.adapt(report) ?? report
  }
}

/// A queue of a history that its plan does not have.
package struct UnplannedQueue: Error, Hashable, Sendable, CustomStringConvertible {
  /// What it is called.
  package var name: String

  /// For people.
  package var description: String { "the plan does not have the queue \(name) of the history" }
}

extension RunTimeline {
  /// The faults of a history whose plan is not known, as if they had been planned when they began.
  fileprivate var recordedSteps: [PlannedStep] {
    faults.filter { $0.event.stage == .began }.map { record in
      PlannedStep(
        id: record.event.fault, at: record.at - loadBegan, name: record.event.name,
        target: record.event.nodes.map(\.description).joined(separator: ", "))
    }
  }
}
