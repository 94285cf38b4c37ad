import Environment
package import Harness
package import Operations
package import Running
package import Simulator
import Synchronization

/// A run of a plan on a scripted cluster in virtual time.
package struct VirtualRun {
  /// What it runs on.
  package let executor = VirtualExecutor()
  /// The cluster.
  package let system: ScriptedSystem
  private let plan: TestPlan

  /// A run of `plan` on a cluster that follows `script`.
  package init(_ plan: TestPlan, script: Script = Script()) {
    self.plan = plan
    system = ScriptedSystem(plan.cluster, script: script, on: executor)
  }

  /// What came of a run.
  package struct Outcome: Sendable {
    /// What was recorded, as far as it came.
    package var history: History
    /// What the run itself says; an error if it could not be carried through.
    package var ending: Result<RunOutcome, any Error>

    /// The warnings; none of a run that failed.
    package var warnings: [String] { (try? ending.get())?.warnings ?? [] }
    /// What it failed of, for people; nil if it did not.
    package var failure: String? {
      if case .failure(let error) = ending { "\(error)" } else { nil }
    }
  }

  /// Runs the plan; `beside` is done at the same time, and may cancel the run by throwing. `system`
  /// may stand in for the scripted one.
  package func run(
    on other: (any System)? = nil,
    beside: (@Sendable (any ClientPool) async throws -> Void)? = nil
  ) throws -> Outcome {
    let memory = MemorySink()
    let clock = VirtualClock(executor)
    let (executor, scripted, deadlines) = (executor, system, plan.deadlines)
    let pools = PoolBox()
    let runner = RunExecutor(
      plan: plan, system: other ?? system, clock: clock,
      makePool: { clients, queues, sink in
        let pool = VirtualClientPool(
          executor: executor, clients: clients, queues: queues,
          connect: { node, _, report in
            scripted.session(to: node, deadlines: deadlines, report: report)
          }, sink: sink)
        pools.set(pool)
        return pool
      }, watch: { _ in })
    let clients = try runner.clients()
    let header = runner.header(origin: 0, clients: clients, system: "scripted 1")
    let recorder = RunRecorder(memory)
    let ending: Result<RunOutcome, any Error>
    do {
      ending = .success(
        try executor.run {
          try await withThrowingTaskGroup(of: RunOutcome?.self) { group in
            group.addTask { try await runner.run(clients: clients, recorder: recorder) }
            if let beside {
              group.addTask {
                while pools.pool == nil { try await clock.sleep(for: .milliseconds(1)) }
                if let pool = pools.pool { try await beside(pool) }
                return nil
              }
            }
            while let ended = try await group.next() {
              if let ended {
                group.cancelAll()
                return ended
              }
            }
            throw CancellationError()
          }
        })
    } catch {
      ending = .failure(error)
    }
    _ = recorder.close()
    return Outcome(history: History(header: header, events: memory.events), ending: ending)
  }
}

/// Keeps a history in memory.
private final class MemorySink: EventSink {
  private let kept = Mutex<[TimedEvent]>([])
  var events: [TimedEvent] { kept.withLock { $0 } }
  func record(_ event: TimedEvent) { kept.withLock { $0.append(event) } }
  func close() -> String? { nil }
}

private final class PoolBox: Sendable {
  private let state = Mutex<VirtualClientPool?>(nil)
  var pool: VirtualClientPool? { state.withLock { $0 } }
  func set(_ pool: VirtualClientPool) { state.withLock { $0 = pool } }
}
