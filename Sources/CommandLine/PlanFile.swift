import CanonicalJSON
import Harness
import Store
import Workloads

/// A plan on disk.
enum PlanFile {
  /// Reads a plan.json, or that of a run directory; an error names the line, or the field with its
  /// value.
  static func read(_ path: String) throws -> TestPlan {
    let file = Paths.isDirectory(path) ? RunDirectory(existing: path).plan : path
    let text = try Paths.text(of: file)
    let plan: TestPlan
    do throws(JSONError) {
      plan = try TestPlan(parsing: text)
    } catch {
      throw CommandFailure(ExitStatus.corrupt, "\(file): \(error.description)")
    }
    try checkWorkload(of: plan, file)
    return plan
  }

  private static func checkWorkload(of plan: TestPlan, _ file: String) throws {
    let names = WorkloadCatalogue.all.map { $0.name }
    guard let workload = WorkloadCatalogue.named(plan.workload.name) else {
      let hint = NearestName.suggestion(for: plan.workload.name, among: names)
      throw CommandFailure(
        ExitStatus.corrupt,
        "\(file): plan.workload.name: found \"\(plan.workload.name)\", expected one of "
          + names.joined(separator: ", ") + hint)
    }
    let given = plan.workload.settings.entries
    guard given.map(\.name) == workload.parameters.map(\.name) else {
      throw CommandFailure(
        ExitStatus.corrupt,
        "\(file): plan.workload.parameters: found \(given.map(\.name)), expected "
          + "\(workload.parameters.map(\.name))")
    }
    for (entry, parameter) in zip(given, workload.parameters)
    where !parameter.range.contains(entry.value) {
      throw CommandFailure(
        ExitStatus.corrupt,
        "\(file): plan.workload.parameters.\(entry.name): found \(entry.value), expected "
          + "\(parameter.range.lowerBound) to \(parameter.range.upperBound)")
    }
  }
}
