import Environment
import Harness
import Operations
import Simulator
import Testing
import VirtualWorld

@testable import Running

/// Runs that end early.
@Suite struct CancellationTests {
  private struct Stopped: Error {}

  /// The end of a run that somebody stops so long after its beginning.
  private func stop(
    _ plan: TestPlan, after time: Duration, script: Script = Script()
  ) throws -> (outcome: VirtualRun.Outcome, ended: Instant) {
    let run = VirtualRun(plan, script: script)
    let clock = VirtualClock(run.executor)
    let outcome = try run.run { _ in
      try await clock.sleep(until: .zero + time)
      throw Stopped()
    }
    return (outcome, run.executor.now)
  }

  @Test(arguments: [5, 31, 33]) func aRunThatIsStoppedEndsAtOnce(after seconds: Int) throws {
    let (outcome, ended) = try stop(
      RunSamples.plan(), after: .seconds(seconds),
      script: .with { script in
        script.partitionStays = seconds == 31
        script.stuck = seconds == 33 ? ["quorum"] : []
      })
    guard case .failure(let error) = outcome.ending, error is Stopped else {
      Issue.record("\(outcome.ending)")
      return
    }
    #expect(ended.age - .seconds(seconds) < .seconds(1), "\(ended)")
    #expect(outcome.history.began(.done) == nil)
  }

  /// A step that means the target of one that was cancelled does not wait for it for ever.
  @Test func aStepThatRefersToACancelledOneEnds() throws {
    let plan = RunSamples.plan(
      steps: [
        FaultStep(
          id: FaultID(0),
          trigger: .on(.leaderChange(.quorum), delay: .zero, bound: .seconds(25)),
          fault: .kill(RunSamples.n2)),
        FaultStep(id: FaultID(1), at: .seconds(2), fault: .start(.sameAs(FaultID(0)))),
      ])
    let (outcome, ended) = try stop(plan, after: .seconds(10))
    #expect(outcome.failure != nil && ended.age < .seconds(11))
  }

  /// The same on the board alone: the waiter is let go, and whoever was resolved before is known.
  @Test func whoWaitsForATargetIsLetGo() throws {
    let executor = VirtualExecutor()
    let board = FaultBoard()
    let nodes = try executor.run {
      await withTaskGroup(of: [NodeID].self) { group in
        group.addTask { await board.target(of: FaultID(0)) }
        group.addTask { await board.target(of: FaultID(1)) }
        try? await executor.sleep(until: .zero + .seconds(1))
        board.resolve(FaultID(1), [NodeID(3)])
        let known = await group.next() ?? []
        group.cancelAll()
        let cancelled = await group.next() ?? [NodeID(9)]
        return known + cancelled + (await board.target(of: FaultID(1)))
      }
    }
    #expect(nodes == [NodeID(3), NodeID(3)])
    let late = try executor.run {
      await withTaskGroup(of: [NodeID].self) { group in
        group.cancelAll()
        group.addTask { await board.target(of: FaultID(5)) }
        return await group.next() ?? [NodeID(9)]
      }
    }
    #expect(late == [])
  }

  /// A cancelled injector resolves every step, so that nobody is left waiting.
  @Test func aCancelledScheduleResolvesItsSteps() throws {
    let run = VirtualRun(RunSamples.plan())
    let clock = VirtualClock(run.executor)
    let schedule = FaultSchedule(
      name: "late",
      steps: [
        FaultStep(id: FaultID(0), at: .seconds(100), fault: .kill(RunSamples.n2)),
        FaultStep(
          id: FaultID(1), trigger: .on(.proved(FaultID(0)), delay: .zero, bound: .seconds(200)),
          fault: .start(RunSamples.n2)),
      ])
    let system = run.system
    let injector = FaultInjector(
      system: system, clock: clock, queues: [], seed: 1, evidenceWithin: .seconds(1),
      occasions: Occasions(schedule, queues: []), report: { _ in })
    let targets = try run.executor.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await injector.run(schedule) }
        try? await clock.sleep(for: .seconds(1))
        group.cancelAll()
      }
      return [
        await injector.board.target(of: FaultID(0)), await injector.board.target(of: FaultID(1)),
      ]
    }
    #expect(targets == [[], []])
    #expect(run.executor.now.age == .seconds(1))
  }

  @Test func aStepWithoutOccasionsNeverHappens() throws {
    let run = VirtualRun(RunSamples.plan())
    let clock = VirtualClock(run.executor)
    let told = ToldEvents()
    let injector = FaultInjector(
      system: run.system, clock: clock, queues: [], seed: 1, evidenceWithin: .seconds(1),
      report: { told.add($0) })
    try run.executor.run {
      await injector.run(
        FaultSchedule(
          name: "x",
          steps: [
            FaultStep(
              id: FaultID(0),
              trigger: .on(.unsynchronised(.mirrored), delay: .zero, bound: .seconds(9)),
              fault: .kill(RunSamples.n2))
          ]))
    }
    #expect(told.faults.map(\.stage) == [.failed])
  }
}
