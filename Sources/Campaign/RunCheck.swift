import CanonicalJSON
import Environment
package import Harness
package import Judging
import Operations
package import Store

/// Checks the history of a run against its plan and says what came out.
package struct RunCheck: Sendable {
  private let directory: RunDirectory
  private let plan: TestPlan

  /// A check of the run in `directory`, whose plan is `plan`.
  package init(directory: RunDirectory, plan: TestPlan) {
    self.directory = directory
    self.plan = plan
  }

  /// Checks a stored run, and the control inside it if there is one.
  package static func ofDirectory(_ path: String) throws -> CompareResult {
    try CheckedHistory(ofDirectory: path).result
  }

  /// Checks a stored run with the checkers of today; what only the run itself could tell is taken
  /// from `before`, its earlier result.
  package static func ofDirectory(
    _ path: String, updating before: CompareResult
  ) throws -> CompareResult {
    try CheckedHistory(ofDirectory: path, updating: before).result
  }

  /// Checks a history without a plan, with the default requirements and criteria.
  package static func ofHistory(_ path: String) throws -> CompareResult {
    try CheckedHistory(ofHistory: path).result
  }

  /// The result of a run that has just ended; `duration` is that of its history if it is nil.
  func result(
    _ finished: FinishedStage, duration: Duration?, reproduce: String
  ) throws -> RunResult {
    let check = HistoryCheck(
      path: directory.path, reader: try HistoryFile.open(directory.history), plan: plan)
    let settings = (finished.description.settings + finished.watch.settings)
      .map { EnvironmentSetting($0.name, $0.value) }
    var result = RunResult(
      try check.judged(), in: directory.path, environment: settings, reproduce: reproduce)
    result.identity.systemName = finished.description.name
    result.identity.systemVersion = finished.description.version
    if let duration { result.identity.duration = duration }
    result.warnings += finished.warnings
    return result
  }
}

/// A history that was judged, and the report of the run that it is of.
package struct CheckedHistory {
  /// The history.
  package let check: HistoryCheck
  /// What came of it.
  package let judged: Judged
  /// The same as a report tells it, with the control run if there was one.
  package let result: CompareResult

  /// Judges a history without a plan, by the default demands.
  package init(ofHistory path: String) throws {
    check = try HistoryCheck(ofHistory: path)
    judged = try check.judged()
    result = CompareResult(run: Self.result(judged, path))
  }

  /// Judges a stored run, and the control inside it if there is one. What only the run itself could
  /// tell is taken from `before`, its earlier result.
  package init(ofDirectory path: String, updating before: CompareResult? = nil) throws {
    var control: RunResult?
    let nested = RunDirectory(existing: path + "/control")
    if (try? SmallFile.read(nested.plan)) != nil {
      control = Self.result(
        try HistoryCheck(ofDirectory: nested.path).judged(), nested.path)
    }
    check = try HistoryCheck(ofDirectory: path)
    judged = try check.judged()
    var run = Self.result(judged, path)
    if let before {
      run.inherit(before.run)
      if let earlier = before.control { control?.inherit(earlier) }
    }
    result = CompareResult(control: control, run: run)
  }

  private static func result(_ judged: Judged, _ path: String) -> RunResult {
    RunResult(judged, in: path, reproduce: "stoat check \(path)")
  }
}

extension RunResult {
  /// The result of a run whose files are in a directory; who it was follows from the history.
  fileprivate init(
    _ judged: Judged, in directory: String, environment: [EnvironmentSetting] = [],
    reproduce: String
  ) {
    let (plan, header) = (judged.plan, judged.header)
    let system = header.system.split(separator: " ", maxSplits: 1).map(String.init)
    self.init(
      judged,
      identity: RunIdentity(
        name: plan.name, seed: plan.seed, systemName: system.first ?? header.system,
        systemVersion: system.count > 1 ? system[1] : "", directory: directory,
        planDigest: plan.digest, startedAtUnixNanoseconds: header.originUnixNanoseconds,
        duration: judged.length),
      environment: environment, reproduce: reproduce)
  }
}

extension TestPlan {
  /// A digest for telling plans apart, not for security: FNV-1a with 64 bits, in hexadecimal.
  fileprivate var digest: String { String(FNV1a.hash64(canonicalText.utf8), radix: 16) }
}
