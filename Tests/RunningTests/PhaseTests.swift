import Environment
import Harness
import Operations
import Simulator
import Testing
import VirtualWorld

@testable import Running

/// The phases of a run and their deadlines at their real lengths, in virtual time.
@Suite struct PhaseTests {
  private func run(
    _ plan: TestPlan = RunSamples.plan(), _ change: (inout Script) -> Void = { _ in }
  ) throws -> VirtualRun.Outcome {
    var script = Script()
    change(&script)
    return try VirtualRun(plan, script: script).run()
  }

  @Test func aQuietRunGoesThroughItsPhases() throws {
    let outcome = try run()
    let history = outcome.history
    #expect(outcome.failure == nil && outcome.warnings == [])
    let phases = history.events.compactMap { timed in
      if case .phase(let phase) = timed.event { phase } else { nil }
    }
    #expect(phases == [.setup, .load, .recovery, .drain, .done])
    #expect(history.length(of: .load) == .seconds(30))
    // One publisher a node and queue, a publish every 100 ms on the average.
    #expect((2_000...3_500).contains(history.confirmed))
    #expect(history.told(.drained).map(\.event.queue) == [QueueID(0), QueueID(1), QueueID(2)])
    #expect(history.told(.undrained).isEmpty)
    let drain = try #require(history.length(of: .drain))
    #expect((.milliseconds(250) ... .seconds(2)).contains(drain), "two looks, a pause between")
    #expect(history.events.map(\.at) == history.events.map(\.at).sorted())
  }

  // MARK: - Before the load

  @Test func queuesThatCannotBeDeclaredAreToldAfterTheDeadline() throws {
    let run = VirtualRun(RunSamples.plan(), script: .with { $0.unreachable = [NodeID(1)] })
    let outcome = try run.run()
    let failure = try #require(outcome.failure)
    #expect(failure.contains("declaring the queues took longer than 60"))
    #expect(failure.contains("n1 does not answer"))
    #expect(run.executor.now.age == .seconds(60))
    #expect(outcome.history.events.isEmpty)
  }

  @Test func queuesWithoutTheirReplicasAreToldAfterTheDeadline() throws {
    let run = VirtualRun(RunSamples.plan(), script: .with { $0.mute = [NodeID(1)] })
    let outcome = try run.run()
    let failure = try #require(outcome.failure)
    #expect(failure.contains("declared on n1 but are not ready: n1 did not answer"))
    #expect((.seconds(60) ... .seconds(63)).contains(run.executor.now.age))
  }

  @Test func aQueueLedByAnotherNodeIsNotReady() throws {
    let outcome = try run { $0.ledBy["quorum"] = NodeID(2) }
    #expect(try #require(outcome.failure).contains("quorum is led by n2"))
  }

  @Test func aQueueThatLacksAReplicaIsNotReady() throws {
    let outcome = try run { $0.unsynchronised = [NodeID(3)] }
    #expect(try #require(outcome.failure).contains("mirrored has 2 of 3 replicas ready"))
  }

  @Test func aQueueThatIsUnknownIsNotReady() throws {
    let outcome = try run { $0.unknown = ["plain"] }
    #expect(try #require(outcome.failure).contains("plain is unknown"))
  }

  @Test func clientsThatCannotConnectAreNamedAfterTheDeadline() throws {
    let run = VirtualRun(RunSamples.plan(), script: .with { $0.unreachable = [NodeID(3)] })
    let outcome = try run.run()
    let failure = try #require(outcome.failure)
    #expect(failure.contains("6 clients could not open a session within 60"))
    #expect(failure.contains("publisher 2 of n3") || failure.contains("of n3"))
    #expect((.seconds(60) ... .seconds(61)).contains(run.executor.now.age))
    #expect(outcome.history.began(.load) == nil)
  }

  @Test func aPreparationThatFailsEndsTheRun() throws {
    let outcome = try run { $0.refused = ["prepare"] }
    #expect(outcome.failure == "the script refuses prepare")
    #expect(outcome.history.events.isEmpty)
  }

  @Test func aWorkloadThatDoesNotExistIsRefused() {
    var plan = RunSamples.plan()
    plan.workload.name = "nothing"
    let problem = #expect(throws: SystemFailure.self) { try VirtualRun(plan).run() }
    #expect(problem?.description.contains("nothing does not exist") == true)
  }

  // MARK: - Load and recovery

  @Test func aFaultThatOutlastsTheLoadIsWaitedFor() throws {
    let plan = RunSamples.plan(
      [(.seconds(5), .kill(RunSamples.n2)), (.seconds(28), .start(RunSamples.n2))])
    let outcome = try run(plan) { $0.boot = .seconds(20) }
    let history = outcome.history
    #expect(history.stages(of: 1) == [.began, .proved])
    let started = try #require(history.changes(of: 1).last?.at)
    let load = try #require(history.began(.load))
    #expect(started - load >= .seconds(48))
    #expect(history.length(of: .load) == .seconds(30), "the load ends in time all the same")
    #expect(try #require(history.began(.drain)) > started, "and the drain waits")
  }

  @Test func answersAreWaitedForAsLongAsAConfirmMayTake() throws {
    // Nobody mends the link: what was published in the end is answered by its own deadline.
    let plan = RunSamples.plan([(.seconds(29), .cutClients(RunSamples.n2))])
    let outcome = try run(plan)
    let recovery = try #require(outcome.history.length(of: .recovery))
    #expect((.seconds(19) ... .seconds(22)).contains(recovery), "\(recovery)")
    let doubtful = outcome.history.events.contains { $0.event.isTimeout }
    #expect(doubtful)
  }

  @Test func aPartitionThatStaysIsAWarningAfterTheDeadline() throws {
    let outcome = try run { $0.partitionStays = true }
    let recovery = try #require(outcome.history.length(of: .recovery))
    #expect((.seconds(180) ... .seconds(182)).contains(recovery), "\(recovery)")
    #expect(outcome.warnings.count == 1)
    let warning = try #require(outcome.warnings.first)
    #expect(warning.contains("the cluster did not recover within 180"))
    #expect(warning.contains("n1 reports a partition from [n3]"))
    // An ill cluster proves nothing, however empty its queues are.
    #expect(outcome.history.told(.drained).isEmpty)
    #expect(outcome.history.told(.undrained).count == 3)
    #expect(outcome.history.began(.done) != nil)
  }

  @Test func aNodeThatHangsIsKilledAndStarted() throws {
    // The start of the schedule hangs twice; the first cure is the system's own.
    let plan = RunSamples.plan(
      [(.seconds(5), .kill(RunSamples.n2)), (.seconds(10), .start(RunSamples.n2))])
    let outcome = try run(plan) { $0.hangingBoots = [NodeID(2): 2] }
    let history = outcome.history
    #expect(history.stages(of: 1) == [.began, .failed])
    let retries = history.told(.bootRetried)
    #expect(retries.count == 2)
    #expect(retries.first?.event.detail.contains("killed and started once more") == true)
    #expect(retries.last?.event.detail.contains("served no clients for 90") == true)
    #expect(retries.allSatisfy { $0.event.node == NodeID(2) })
    // A node gets as long as a boot may take before it is cured.
    let failed = try #require(history.changes(of: 1).last?.at)
    #expect(try #require(retries.last?.at) - failed >= .seconds(90))
    #expect(outcome.warnings == [], "it recovered")
    #expect(history.told(.drained).count == 3)
  }

  @Test func aNodeThatCannotBeCuredIsTold() throws {
    let plan = RunSamples.plan(
      [(.seconds(5), .kill(RunSamples.n2)), (.seconds(10), .start(RunSamples.n2))])
    let outcome = try run(plan) { $0.hangingBoots = [NodeID(2): 100] }
    let details = outcome.history.told(.bootRetried).map(\.event.detail)
    #expect(details.contains { $0.contains("it could not be started: n2 did not boot") })
    let recovery = try #require(outcome.history.length(of: .recovery))
    #expect(recovery >= .seconds(180))
    #expect(outcome.warnings.first?.contains("n2 does not accept clients") == true)
  }

  @Test func nodesThatAreWellAreNotCured() throws {
    let outcome = try run { $0.partitionStays = true }
    #expect(outcome.history.told(.bootRetried).isEmpty)
  }

  // MARK: - What a run says of itself

  @Test func theHarnessLooksAtItself() throws {
    let outcome = try run()
    let looks = outcome.history.events.compactMap { timed in
      if case .watched(let watch) = timed.event { (timed.at, watch) } else { nil }
    }
    // Every five seconds, and in the end.
    #expect((7...9).contains(looks.count))
    #expect(looks.allSatisfy { $0.1.loopLag == .zero && $0.1.relayLag == .zero })
    #expect(looks.allSatisfy { $0.1.stolenPerMille == nil }, "nobody knows of the machine")
    #expect(looks.last?.0 == outcome.history.began(.done))
    let mute = try run { $0.refused = ["worstLinkLag"] }
    let lags = mute.history.events.compactMap { timed in
      if case .watched(let watch) = timed.event { watch.relayLag } else { nil }
    }
    #expect(lags.isEmpty, "what did not answer is unknown, not good")
  }

  // MARK: - Logs

  @Test func whatNodesLoggedIsRecorded() throws {
    let outcome = try run { script in
      script.logged[NodeID(2)] = [
        LogLine(pattern: "crash-report", line: "it crashed", unixNanoseconds: 7),
        LogLine(pattern: "partition", line: "a split"),
      ]
    }
    let logged = outcome.history.told(.logged)
    #expect(logged.map(\.event.node) == [1, 2, 2, 2, 3].map { NodeID($0) })
    #expect(logged.map(\.event.log).filter { $0 == .read }.count == 3)
    #expect(
      logged[2].event.log
        == .matched(LogLine(pattern: "crash-report", line: "it crashed", unixNanoseconds: 7)))
    #expect(logged[2].event.detail == "crash-report: it crashed")
    let drained = try #require(outcome.history.told(.drained).last?.at)
    #expect(logged.allSatisfy { $0.at >= drained }, "the logs are whole")
  }
}

extension Event {
  var isTimeout: Bool {
    if case .completed(_, .info(.timeout)) = self { true } else { false }
  }
}

extension Script {
  /// A script that is changed so.
  static func with(_ change: (inout Script) -> Void) -> Script {
    var script = Script()
    change(&script)
    return script
  }
}
