package import Checkers
import Environment
import Harness
import Operations
package import Report
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

  /// By what the history is judged.
  var criteria: Criteria { plan?.criteria ?? JepsenImport.criteria }

  /// The answers of some checkers, which read the history at the same time, and what is wrong with
  /// the history's end; nil if nothing is.
  package func lines(
    of choices: [CheckerChoice]
  ) throws -> (lines: [CheckLine], truncation: String?) {
    var suites = choices.map {
      CheckerSuite(header: reader.header, criteria: criteria, checkers: $0.checkers)
    }
    let ending = try reader.forEachBatch { events in
      for place in suites.indices { suites[place].observe(events) }
    }
    let truncation = ending.isComplete ? nil : "\(reader.path): \(ending)"
    let lines = zip(choices, suites).map { choice, suite in
      var suite = suite
      return line(about: suite.conclude().checkerReport, of: choice, doubt: truncation)
    }
    return (lines, truncation)
  }

  private func line(
    about report: CheckerReport, of choice: CheckerChoice, doubt: String?
  ) -> CheckLine {
    let imported = reader.imported
    return CheckLine(
      file: file, checker: choice.name, queues: reader.header.queues,
      report: imported?.adapt(report) ?? report,
      required: { queue in
        let required = plan?.queues.first { $0.id == queue.id }?.required ?? []
        return choice.guarantees.filter { required.contains($0) }
      },
      judged: { queue in
        choice.guarantees.filter { guarantee in
          guarantee.applies(to: queue) && imported?.judgeable.contains(guarantee) ?? true
        }
      },
      name: { message in imported?.value(of: message) ?? message.description }, doubt: doubt)
  }
}
