import Environment
package import Harness
import Operations

/// Everything that people are told about one run, as plain values.
package struct RunResult: Hashable, Sendable {
  /// Which run it is.
  package var identity: RunIdentity
  /// What the plan fixes about the cluster.
  package var cluster: ClusterPlan
  /// Versions, machine and configuration digests, in the order in which they are to be shown.
  package var environment: [EnvironmentSetting]
  /// What was found in it, and what it is called for that.
  package var judgement: RunJudgement
  /// The command that does the same again.
  package var reproduce: String

  /// A run's result.
  package init(
    identity: RunIdentity, cluster: ClusterPlan, environment: [EnvironmentSetting] = [],
    judgement: RunJudgement, reproduce: String
  ) {
    self.identity = identity
    self.cluster = cluster
    self.environment = environment
    self.judgement = judgement
    self.reproduce = reproduce
  }

  /// The result of a run that was judged.
  package init(
    _ judged: Judged, identity: RunIdentity, environment: [EnvironmentSetting] = [],
    reproduce: String
  ) {
    self.init(
      identity: identity, cluster: judged.plan.cluster, environment: environment,
      judgement: judged.run, reproduce: reproduce)
  }
}

extension RunResult {
  /// The queues under test, by id.
  package var queues: [QueueResult] {
    get { judgement.queues }
    set { judgement.queues = newValue }
  }
  /// The name of the fault schedule and its steps.
  package var schedule: PlannedSchedule {
    get { judgement.schedule }
    set { judgement.schedule = newValue }
  }
  /// Phases, faults and broker events.
  package var timeline: RunTimeline {
    get { judgement.timeline }
    set { judgement.timeline = newValue }
  }
  /// What went wrong with the run itself.
  package var warnings: [RunWarning] {
    get { judgement.warnings }
    set { judgement.warnings = newValue }
  }
  /// The planned faults, each with what became of it.
  package var faultCourses: [FaultCourse] { judgement.faultCourses }
  /// Why the run as a whole cannot be called valid, apart from what was found about its queues.
  package var doubts: [String] { judgement.doubts }
  /// The verdict on the run.
  package var verdict: Verdict { judgement.verdict }

  /// Takes over from an earlier result of the same run what its history does not hold: environment,
  /// duration, warnings, how to do it again.
  package mutating func inherit(_ before: RunResult) {
    environment = before.environment
    // The files may have been moved since; what is written goes where they are now.
    let directory = identity.directory
    identity = before.identity
    identity.directory = directory
    reproduce = before.reproduce
    for warning in before.warnings where !warnings.contains(warning) {
      if warning.kind == .selfWatch {
        judgement.doubtTimes(warning.text)
      } else {
        warnings.append(warning)
      }
    }
  }
}

extension RunResult {
  /// Whether another program has recorded the history.
  package var isImported: Bool { identity.systemName == ImportedKnowledge.name }
}

/// Which run a result is about.
package struct RunIdentity: Hashable, Sendable {
  /// The plan's name.
  package var name: String
  /// The plan's seed.
  package var seed: UInt64
  /// The system under test, e.g. `rabbitmq`.
  package var systemName: String
  /// Its version, e.g. `3.10.8`.
  package var systemVersion: String
  /// The run directory's path.
  package var directory: String
  /// The digest of plan.json, in hexadecimal.
  package var planDigest: String
  /// Wall-clock time of the run's origin, nanoseconds since 1970 (UTC).
  package var startedAtUnixNanoseconds: Int64
  /// How long the run took, from boot to the last check.
  package var duration: Duration

  /// An identity.
  package init(
    name: String, seed: UInt64, systemName: String, systemVersion: String, directory: String,
    planDigest: String, startedAtUnixNanoseconds: Int64, duration: Duration
  ) {
    self.name = name
    self.seed = seed
    self.systemName = systemName
    self.systemVersion = systemVersion
    self.directory = directory
    self.planDigest = planDigest
    self.startedAtUnixNanoseconds = startedAtUnixNanoseconds
    self.duration = duration
  }
}

/// One named fact about the machine or the system's configuration.
package struct EnvironmentSetting: Hashable, Sendable {
  /// What it is.
  package var name: String
  /// Its value, for people.
  package var value: String

  /// A setting.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Something about the run itself, not the broker, that a reader has to know.
package struct RunWarning: Hashable, Sendable {
  /// The kinds of warning.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The harness watched itself and was slower than the plan allows.
    case selfWatch = "self-watch"
    /// Part of the history could not be written, for instance because the disk was full.
    case historyWrite = "history-write"
    /// The history or the run ended early.
    case truncated
    /// Something was left behind on the machine.
    case leftovers
    /// Anything else.
    case other
  }
  /// Its kind.
  package var kind: Kind
  /// For people.
  package var text: String

  /// A warning.
  package init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// Whether the run cannot be called valid because of it.
  package var spoilsRun: Bool { kind == .historyWrite || kind == .truncated }
}
