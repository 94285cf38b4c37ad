package import Judging
import Operations
package import Report
package import Store

/// Reads the history of a judged run once more, for what reports draw from it beside the findings.
///
/// It is a second reading because the messages whose stories are told are known only after the
/// check. The same reading serves a report that is made again later.
package struct RunTracing: Sendable {
  private let directory: RunDirectory

  /// The reading of the history in a run's directory.
  package init(directory: RunDirectory) {
    self.directory = directory
  }

  /// The traces of the run in the directory, whose result is `run`; throws what is wrong with the
  /// history.
  package func traces(of run: RunResult) throws -> RunTraces {
    let reader = try HistoryFile.open(directory.history)
    var traces = RunTraces(of: run, queues: reader.header.queues)
    _ = try reader.forEach { traces.observe($0) }
    return traces
  }
}
