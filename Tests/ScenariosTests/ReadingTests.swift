import Harness
import Operations
import Scenarios
import Testing

@Suite struct ReadingTests {
  @Test func everythingAroundTheSteps() throws {
    let text = """
      # A comment.
      name: all-of-it
      summary: "Everything, once."
      nodes: 5
      partition-handling: pause_minority
      net-tick: 8s
      mirroring: {replicas: 2, sync: manual, promote: when-synced}
      group-size: 3
      workload:
        name: queue
        set: {hold: 5ms, window: 7}
      load: 2m
      expect: 'quorum:valid'
      steps: []
      """
    let scenario = try Scenario(yaml: text, file: "all.yaml")
    #expect(scenario.name == "all-of-it")
    #expect(scenario.summary == "Everything, once.")
    #expect(scenario.nodes == 5)
    #expect(scenario.partitionHandling == .pauseMinority)
    #expect(scenario.netTick == .seconds(8))
    #expect(
      scenario.mirroring
        == Mirroring(replicas: 2, syncMode: .manual, promoteOnFailure: .whenSynced))
    #expect(scenario.groupSize == 3)
    #expect(scenario.workload?.name == "queue")
    #expect(scenario.workload?.settings.map(\.name) == ["hold", "window"])
    #expect(scenario.workload?.settings.map(\.text) == ["5ms", "7"])
    #expect(scenario.ending == .load(.seconds(120)))
    #expect(scenario.expectation == "quorum:valid")
    #expect(scenario.yaml == text)
    #expect(scenario.fewestNodes == 3)
  }

  @Test func whatIsNotSaidIsLeftOpen() throws {
    let scenario = try Sample.scenario([])
    #expect(scenario.nodes == nil && scenario.netTick == nil && scenario.mirroring == nil)
    #expect(scenario.partitionHandling == nil && scenario.groupSize == nil)
    #expect(scenario.workload == nil && scenario.expectation == nil)
    #expect(scenario.ending == .tail(.seconds(12)))
  }

  @Test(
    arguments: [
      ("n2", .node(NodeID(2))), ("leader of plain", .leader(.plain)),
      ("leader of mirrored", .leader(.mirrored)), ("mirror of mirrored", .mirror(.mirrored)),
      ("mirror of quorum", .mirror(.quorum)),
      ("oldest mirror of mirrored", .oldestMirror(.mirrored)), ("random", .random),
      ("minority", .minority), ("half", .half), ("all", .all), ("step 0", .sameAs(FaultID(0))),
    ] as [(String, FaultTarget)])
  func targets(text: String, target: FaultTarget) throws {
    let scenario = try Sample.scenario([Sample.cut, "after: 1s, fault: kill, target: \(text)"])
    #expect(scenario.steps.last?.fault == .kill(target))
  }

  @Test(
    arguments: [
      ("leader change of mirrored", .leaderChange(.mirrored)),
      ("leader change of quorum", .leaderChange(.quorum)),
      ("unsynchronised mirrored", .unsynchronised(.mirrored)),
      ("100 unconfirmed in plain", .unconfirmed(.plain, count: 100)),
      ("step 0 proved", .proved(FaultID(0))),
    ] as [(String, Occasion)])
  func occasions(text: String, occasion: Occasion) throws {
    let scenario = try Sample.scenario([
      Sample.cut, "when: \(text), delay: 1s, within: 30s, fault: heal",
    ])
    let (schedule, _) = scenario.resolve(seed: 1, netTick: .seconds(5))
    #expect(schedule.steps[1].trigger == .on(occasion, delay: .seconds(1), bound: .seconds(30)))
  }

  @Test(
    arguments: [
      ("isolate, target: n1", .partition(.isolate(.node(NodeID(1))))),
      ("bridge, target: n1", .partition(.bridge(.node(NodeID(1))))),
      ("ring", .partition(.ring)),
      ("one-way, target: half", .partition(.oneWay(.half, onlyStream: false))),
      ("one-way-stream, target: half", .partition(.oneWay(.half, onlyStream: true))),
      ("cut-clients, target: all", .cutClients(.all)),
      ("heal", .heal(nil)), ("heal, step: 0", .heal(FaultID(0))),
      ("reset-clients, target: all", .resetClients(.all)), ("kill, target: all", .kill(.all)),
      ("kill-host, target: all", .killHost(.all)), ("stop, target: all", .stop(.all)),
      ("start, target: all", .start(.all)), ("restart, target: all", .restart(.all)),
      ("pause, target: all", .pause(.all)), ("resume, target: all", .resume(.all)),
      (
        "set-mirroring, mirroring: {replicas: 2, sync: manual}",
        .setMirroring(Mirroring(replicas: 2, syncMode: .manual, promoteOnFailure: .always))
      ),
      ("synchronise", .synchronise),
      (
        "transfer-leader, queues: quorum, target: step 0",
        .transferLeader(.quorum, .sameAs(FaultID(0)))
      ),
      (
        "slow-links, target: n1, conditions: {delay: 100ms, jitter: 50ms, "
          + "bytes-per-second: 100000, stall-every: 5s, stall-for: 1s}",
        .slowLinks(
          .node(NodeID(1)),
          LinkConditions(
            delay: .milliseconds(100), jitter: .milliseconds(50), bandwidth: 100_000,
            stallEvery: .seconds(5), stallFor: .seconds(1)))
      ),
    ] as [(String, Fault)])
  func faults(text: String, fault: Fault) throws {
    let scenario = try Sample.scenario(
      [Sample.cut, "after: 0s, fault: \(text)"], head: "nodes: 5")
    #expect(scenario.steps[1].fault == fault)
  }

  @Test(arguments: FaultKind.allCases)
  func everyKindOfFaultCanBeWritten(kind: FaultKind) throws {
    let scenario = try Sample.scenario(
      [Sample.cut, "after: 1s, \(Sample.fault(kind))"], head: "nodes: 5")
    #expect(scenario.steps[1].fault.kind == kind)
  }

  @Test func whatItNeedsIsKnown() throws {
    let scenario = try Sample.scenario(
      [
        "at: 1s, fault: kill, target: leader of quorum",
        "when: unsynchronised mirrored, within: 1m, fault: restart, target: n4",
      ], head: "nodes: 4")
    #expect(scenario.kinds == [.mirrored, .quorum])
    #expect(scenario.fewestNodes == 4)
    #expect(try Sample.scenario([]).kinds == [])
  }
}
