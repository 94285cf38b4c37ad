import Checkers
import Environment
package import Harness
package import Judging
import Operations
import Report
import Store

/// Lets chosen checkers read one history, and gives the answer of each as a line.
///
/// The verdict of a choice is the worst of its guarantees. Of a run they are those that its plan
/// requires; if it requires none of them, or there is no plan, those that were exercised; of an
/// imported history those of them that it says enough of. Without a plan one confirmed message is
/// enough.
package struct HistoryCheck {
  private let file: String
  let reader: HistoryReader
  let plan: TestPlan?

  /// A check of the run in a directory, with its plan.
  package init(ofDirectory path: String) throws {
    let run = try StoredRun(RunDirectory(existing: path))
    self.init(file: path, reader: run.reader, plan: run.plan)
  }

  /// A check of a history file of any format.
  package init(ofHistory path: String) throws {
    self.init(file: path, reader: try HistoryFile.open(path), plan: nil)
  }

  private init(file: String, reader: HistoryReader, plan: TestPlan?) {
    self.file = file
    self.reader = reader
    self.plan = plan
  }

  /// By what the history is judged where a checker is named.
  var criteria: Criteria { plan?.criteria ?? ImportedKnowledge.criteria }

  /// How much a history says that another program has recorded; nil for one of Stoat's own.
  var knowledge: ImportedKnowledge? { ImportedKnowledge(reader.header) }

  /// The plan by which a history is judged that has none: the default one, but of an imported
  /// history less is required.
  static func plan(describing header: HistoryHeader) -> TestPlan {
    var plan = PlanOptions().plan(describing: header)
    if ImportedKnowledge(header) != nil {
      plan.criteria = ImportedKnowledge.criteria
      for queue in plan.queues.indices { plan.queues[queue].required = ImportedKnowledge.required }
    }
    return plan
  }

  /// What every checker says, each as a line, and the verdict on what is required, which is that of
  /// the report for people.
  package func everything() throws -> (
    lines: [CheckLine], required: Verdict, truncation: String?
  ) {
    let plan = plan ?? Self.plan(describing: reader.header)
    let (lines, findings, truncation) = try answers(of: CheckerSuite.choices, plan.criteria)
    let verdict = Self.verdict(on: findings, requiredBy: plan)
    return (lines, truncation == nil ? verdict : max(verdict, .unknown), truncation)
  }

  /// The worst of what was found about what a plan requires.
  private static func verdict(on findings: [Finding], requiredBy plan: TestPlan) -> Verdict {
    var required: [QueueID: [Guarantee: Verdict]] = [:]
    for queue in plan.queues {
      for guarantee in queue.required { required[queue.id, default: [:]][guarantee] = .unknown }
    }
    for finding in findings where required[finding.queue]?[finding.guarantee] != nil {
      required[finding.queue]?[finding.guarantee] = finding.judgement.verdict
    }
    return required.values.flatMap(\.values).max() ?? .unknown
  }

  /// The answers of some checkers, which read the history at the same time, and what is wrong with
  /// the history's end; nil if nothing is.
  package func lines(
    of choices: [CheckerChoice]
  ) throws -> (lines: [CheckLine], truncation: String?) {
    let (lines, _, truncation) = try answers(of: choices, criteria)
    return (lines, truncation)
  }

  private func answers(
    of choices: [CheckerChoice], _ criteria: Criteria
  ) throws -> (lines: [CheckLine], findings: [Finding], truncation: String?) {
    var suites = choices.map {
      CheckerSuite(header: reader.header, criteria: criteria, checkers: $0.checkers)
    }
    let ending = try reader.forEachBatch { events in
      for place in suites.indices { suites[place].observe(events) }
    }
    let truncation = ending.isComplete ? nil : "\(reader.path): \(ending)"
    var reports: [CheckerReport] = []
    for var suite in suites { reports.append(suite.conclude().checkerReport) }
    let lines = zip(choices, reports).map { choice, report in
      line(about: report, of: choice, doubt: truncation)
    }
    return (lines, reports.flatMap(\.findings), truncation)
  }

  private func line(
    about report: CheckerReport, of choice: CheckerChoice, doubt: String?
  ) -> CheckLine {
    let imported = reader.imported
    return CheckLine(
      file: file, checker: choice.name, queues: reader.header.queues,
      report: reader.adapt(report),
      required: { queue in
        let required = plan?.queues.first { $0.id == queue.id }?.required ?? []
        return choice.guarantees.filter { required.contains($0) }
      },
      judged: { queue in
        choice.guarantees.filter { guarantee in
          guarantee.applies(to: queue) && knowledge?.judgeable.contains(guarantee) ?? true
        }
      },
      name: { message in imported?.value(of: message) ?? message.description }, doubt: doubt)
  }
}

extension HistoryReader {
  /// A report about the history as people shall read it: of an imported one without what that does
  /// not show, and with the names of its file where they are known.
  func adapt(_ report: CheckerReport) -> CheckerReport {
    imported?.adapt(report) ?? ImportedKnowledge(header)?.adapt(report) ?? report
  }
}
