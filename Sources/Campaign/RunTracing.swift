import CanonicalJSON
import Environment
import Harness
import Operations
package import Report
package import Store
import Workloads

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
    var traces = RunTraces(of: run, queues: reader.header.queues, intended: intendedSend)
    _ = try reader.forEach { traces.observe($0) }
    return traces
  }

  /// When messages were to be sent; nil if no plan says so.
  private var intendedSend: RunSeries.IntendedSend? {
    guard let bytes = try? SmallFile.read(directory.plan),
      let plan = try? TestPlan(parsing: String(decoding: bytes, as: UTF8.self)),
      plan.generatorVersion == SeededGenerator.version,
      let type = WorkloadCatalogue.named(plan.workload.name)
    else { return nil }
    let known = plan.workload.settings.entries.map(\.name)
    guard type.parameters.allSatisfy({ known.contains($0.name) }) else { return nil }
    let workload = type.init(seed: plan.seed, parameters: plan.workload.settings)
    let first = MessageID(client: ClientID(0), sequence: 0)
    if workload.intendedSend(of: first) == nil { return nil }
    return { workload.intendedSend(of: $0) }
  }
}
