import CanonicalJSON
import Checkers
import Environment
package import Harness
package import Judging
import Operations
import Report
package import Store

/// Checks the history of a run against its plan and says what came out.
package struct RunCheck: Sendable {
  /// By how much the event loop may be late before guarantees about time are unknown.
  static let lagBound = Duration.seconds(1)

  private let directory: RunDirectory
  private let plan: TestPlan

  /// A check of the run in `directory`, whose plan is `plan`.
  package init(directory: RunDirectory, plan: TestPlan) {
    self.directory = directory
    self.plan = plan
  }

  /// Checks a stored run, and the control inside it if there is one.
  package static func ofDirectory(_ path: String) throws -> CompareResult {
    let directory = RunDirectory(existing: path)
    var control: RunResult?
    let nested = RunDirectory(existing: path + "/control")
    if (try? SmallFile.read(nested.plan)) != nil { control = try stored(nested) }
    return CompareResult(control: control, run: try stored(directory))
  }

  /// Checks a stored run with the checkers of today; what only the run itself could tell is taken
  /// from `before`, its earlier result.
  package static func ofDirectory(
    _ path: String, updating before: CompareResult
  ) throws -> CompareResult {
    var result = try ofDirectory(path)
    result.run.inherit(before.run)
    if let control = before.control { result.control?.inherit(control) }
    return result
  }

  /// Checks a history without a plan, with the default requirements and criteria.
  package static func ofHistory(_ path: String) throws -> CompareResult {
    let reader = try HistoryFile.open(path)
    let check = RunCheck(
      directory: RunDirectory(existing: path), plan: HistoryCheck.plan(describing: reader.header))
    return CompareResult(
      run: try check.result(of: reader, environment: [], reproduce: "stoat check \(path)"))
  }

  private static func stored(_ directory: RunDirectory) throws -> RunResult {
    let run = try StoredRun(directory)
    return try RunCheck(directory: directory, plan: run.plan).result(
      of: run.reader, environment: [], reproduce: "stoat check \(directory.path)")
  }

  /// The result of a run that has just ended; `duration` is that of its history if it is nil.
  func result(
    _ finished: FinishedStage, duration: Duration?, reproduce: String
  ) throws -> RunResult {
    let settings = (finished.description.settings + finished.watch.settings)
      .map { EnvironmentSetting($0.name, $0.value) }
    var result = try result(
      of: HistoryFile.open(directory.history), environment: settings, reproduce: reproduce)
    result.identity.systemName = finished.description.name
    result.identity.systemVersion = finished.description.version
    if let duration { result.identity.duration = duration }
    result.warnings += finished.warnings
    let lag = max(finished.watch.loopLag, finished.watch.linkLag ?? .zero)
    if lag > Self.lagBound {
      result.doubtTimes("the harness itself was \(lag) late (event loop or relay)")
    }
    return result
  }

  /// Reads a history once and feeds every checker.
  private func result(
    of reader: HistoryReader, environment: [EnvironmentSetting], reproduce: String
  ) throws -> RunResult {
    let header = reader.header
    var suite = CheckerSuite(header: header, criteria: plan.criteria)
    var timeline = RunTimeline()
    var last = Instant.zero
    let ending = try reader.forEachBatch { events in
      suite.observe(events)
      for place in events.indices { timeline.observe(events[place]) }
      last = events[events.count - 1].at
    }
    var warnings: [RunWarning] = []
    if !ending.isComplete { warnings.append(RunWarning(.truncated, "\(reader.path): \(ending)")) }
    let report = suite.conclude().checkerReport
    let system = header.system.split(separator: " ", maxSplits: 1).map(String.init)
    var result = RunResult(
      plan: plan,
      identity: RunIdentity(
        name: plan.name, seed: plan.seed, systemName: system.first ?? header.system,
        systemVersion: system.count > 1 ? system[1] : "", directory: directory.path,
        planDigest: Digest.fnv1a(plan.canonicalText),
        startedAtUnixNanoseconds: header.originUnixNanoseconds, duration: last - .zero),
      environment: environment,
      reports: [reader.adapt(report)], timeline: timeline, warnings: warnings, reproduce: reproduce)
    if plan.schedule.name == PlanOptions.unknownSchedule {
      result.schedule.steps = timeline.recordedSteps
    }
    return result
  }
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

extension RunResult {
  /// Takes over what a history does not hold: environment, duration, warnings, how to do it again.
  fileprivate mutating func inherit(_ before: RunResult) {
    environment = before.environment
    // The files may have been moved since; what is written goes where they are now.
    let directory = identity.directory
    identity = before.identity
    identity.directory = directory
    reproduce = before.reproduce
    for warning in before.warnings where !warnings.contains(warning) {
      if warning.kind == .selfWatch { doubtTimes(warning.text) } else { warnings.append(warning) }
    }
  }

  /// Makes guarantees about time unknown: the harness itself was too slow to measure them.
  fileprivate mutating func doubtTimes(_ reason: String) {
    warnings.append(RunWarning(.selfWatch, reason))
    for queue in queues.indices {
      for index in queues[queue].findings.indices
      where queues[queue].findings[index].guarantee == .boundedUnavailability {
        queues[queue].findings[index].judgement = .unknown(reason)
      }
    }
  }
}

/// Digests for telling plans apart, not for security.
enum Digest {
  /// FNV-1a with 64 bits, in hexadecimal.
  static func fnv1a(_ text: String) -> String {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    return String(hash, radix: 16)
  }
}
