package import Clients
import Environment
package import Harness
package import Hosts
package import Judging
import NIOCore
import NIOPosix
package import Running
import Report
import Operations
import Store

/// The main job: boots one cluster, runs a control without faults and the plan with them in it,
/// ends the cluster, checks both histories.
package struct Comparison: Sendable {
  /// The plan with faults.
  package var plan: TestPlan
  /// The plan of the control run that precedes it; nil for none.
  package var control: TestPlan?
  /// Which client library speaks to the broker.
  package var client = ClientKind.stoat
  /// Where the run's directory is to be made.
  package var base: String
  /// The command that does the same again.
  package var reproduce: String
  /// The machine whose figures are recorded.
  package var machine: LocalHost
  /// Makes the system; called once the run's directory and its undo journal exist.
  package var makeSystem: @Sendable (SystemRequest) async throws -> any Harness.System

  /// A comparison.
  package init(
    plan: TestPlan, control: TestPlan?, base: String, reproduce: String, machine: LocalHost,
    makeSystem: @escaping @Sendable (SystemRequest) async throws -> any Harness.System
  ) {
    self.plan = plan
    self.control = control
    self.base = base
    self.reproduce = reproduce
    self.machine = machine
    self.makeSystem = makeSystem
  }

  /// Runs and checks. `tell` hears what happens, from any thread. The run's directory stays, also
  /// when this throws.
  package func run(tell: @escaping @Sendable (ComparisonSignal) -> Void) async throws
    -> CompareResult
  {
    let clock = MonotonicClock()
    let directory = try RunDirectory.create(
      under: base, name: plan.name, seed: plan.seed,
      unixSeconds: Int(WallClock.unixNanoseconds() / 1_000_000_000))
    tell(.directory(directory.path))
    let journal = UndoLog(try JournalFile(directory.undo))
    let token = "stoat-\(WallClock.unixNanoseconds())-\(String(plan.seed, radix: 16))"
    let system = try await make(
      SystemRequest(
        cluster: plan.cluster, directory: directory.path, journal: journal, token: token))
    tell(.system(system))
    var stages: [RunStage] = []
    if let control {
      let nested = try RunDirectory.nested(in: directory, name: "control")
      stages.append(RunStage(plan: control, directory: nested, machine: machine, client: client))
    }
    stages.append(RunStage(plan: plan, directory: directory, machine: machine, client: client))
    for stage in stages {
      try stage.directory.write(Array(stage.plan.canonicalText.utf8), to: stage.directory.plan)
    }
    let finished: [FinishedStage]
    do {
      tell(.boot)
      try await system.start()
      finished = try await run(stages, on: system, clock: clock, tell: tell)
    } catch {
      tell(.teardown)
      let left = await system.stop()
      throw ComparisonFailure(cause: error, directory: directory.path, left: left)
    }
    tell(.teardown)
    let left = await system.stop()
    tell(.check)
    return try conclude(finished, left: left, duration: clock.now() - .zero)
  }

  private func make(_ request: SystemRequest) async throws -> any Harness.System {
    do {
      return try await makeSystem(request)
    } catch {
      throw ComparisonFailure(cause: error, directory: request.directory, left: [])
    }
  }

  private func run(
    _ stages: [RunStage], on system: any Harness.System, clock: MonotonicClock,
    tell: @escaping @Sendable (ComparisonSignal) -> Void
  ) async throws -> [FinishedStage] {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var finished: [FinishedStage] = []
    do {
      for stage in stages {
        tell(.run(stage.plan))
        finished.append(
          try await stage.execute(on: system, loop: group.next(), watch: { tell(.signal($0)) }))
      }
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
    return finished
  }

  private func conclude(
    _ finished: [FinishedStage], left: [String], duration: Duration
  ) throws -> CompareResult {
    var results: [RunResult] = []
    for (place, stage) in finished.enumerated() {
      var stage = stage
      // The control has the length of its own history; the run that of everything.
      let duration = place + 1 == finished.count ? duration : nil
      stage.warnings += left.map { RunWarning(.leftovers, $0) }
      results.append(
        try RunCheck(directory: stage.stage.directory, plan: stage.stage.plan)
          .result(stage, duration: duration, reproduce: reproduce))
    }
    guard let run = results.popLast() else { preconditionFailure("there is always one stage") }
    return CompareResult(control: results.last, run: run)
  }
}

/// What a system needs to be made.
package struct SystemRequest: Sendable {
  /// What the plan fixes about it.
  package var cluster: ClusterPlan
  /// The directory of the run.
  package var directory: String
  /// Where undos go.
  package var journal: any UndoJournal
  /// What marks every process that the run starts.
  package var token: String

  /// A request.
  package init(
    cluster: ClusterPlan, directory: String, journal: any UndoJournal, token: String
  ) {
    self.cluster = cluster
    self.directory = directory
    self.journal = journal
    self.token = token
  }
}

/// What happens during a comparison.
package enum ComparisonSignal: Sendable {
  /// The run's directory was made.
  case directory(String)
  /// The system was made; it has to be stopped if the program ends early.
  case system(any Harness.System)
  /// The cluster boots.
  case boot
  /// A run of this plan begins.
  case run(TestPlan)
  /// Something happened in the run.
  case signal(RunSignal)
  /// The cluster is ended.
  case teardown
  /// The histories are checked.
  case check
}

/// A comparison that could not be carried through.
package struct ComparisonFailure: Error, CustomStringConvertible {
  /// What went wrong.
  package var cause: any Error
  /// The run's directory, which stays.
  package var directory: String
  /// What could not be ended.
  package var left: [String]

  /// For people.
  package var description: String {
    let rest = left.isEmpty ? "" : "; still there: \(left.joined(separator: ", "))"
    return "\(cause) (the run's files are in \(directory)\(rest))"
  }
}
