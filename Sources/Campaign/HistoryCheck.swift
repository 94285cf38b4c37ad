import Environment
import Harness
package import Judging
import Operations
import Store

/// A history in a file and, if it is that of a run, the run's plan: what a judge needs.
///
/// Nothing is decided here: the file is read once and `HistoryJudge` says what came out.
package struct HistoryCheck {
  /// Where the run or the history is, as it was given.
  package let path: String
  let reader: HistoryReader
  let plan: TestPlan?

  /// A check of the run in a directory, with its plan.
  package init(ofDirectory path: String) throws {
    let run = try StoredRun(RunDirectory(existing: path))
    self.init(path: path, reader: run.reader, plan: run.plan)
  }

  /// A check of a history file of any format.
  package init(ofHistory path: String) throws {
    self.init(path: path, reader: try HistoryFile.open(path), plan: nil)
  }

  /// A check of a history whose plan is `plan`; of one whose plan nobody knows if that is nil.
  init(path: String, reader: HistoryReader, plan: TestPlan?) {
    self.path = path
    self.reader = reader
    self.plan = plan
  }

  /// What every checker makes of it, by the plan; without one by the default demands.
  package func judged() throws -> Judged {
    let plan = plan ?? PlanOptions.demands(on: reader.header)
    return try judged(by: plan, checkers: CheckerSuite.all)
  }

  /// What chosen checkers make of it; where there is no plan one confirmed message is enough.
  package func judged(for choices: [CheckerChoice]) throws -> Judged {
    let checkers = CheckerSuite.all.filter { checker in
      choices.contains { $0.checkers.contains { $0 == checker } }
    }
    if let plan { return try judged(by: plan, checkers: checkers) }
    var plan = PlanOptions.demands(on: reader.header)
    plan.criteria = ImportedKnowledge.criteria
    return try judged(by: plan, checkers: checkers)
  }

  private func judged(
    by plan: TestPlan, checkers: [any Checker.Type]
  ) throws -> Judged {
    var judge = try HistoryJudge(
      plan: plan, isPlanKnown: self.plan != nil, header: reader.header, imported: reader.imported,
      checkers: checkers)
    let ending = try reader.forEachBatch { judge.observe($0) }
    return judge.conclude(truncation: ending.isComplete ? nil : "\(reader.path): \(ending)")
  }
}
