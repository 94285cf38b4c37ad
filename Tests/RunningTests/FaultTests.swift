import Environment
import Harness
import Operations
import Simulator
import Testing
import VirtualWorld

@testable import Running

/// Every fault on a scripted cluster: done ones are proved, pretended ones are noticed, refused
/// ones say why.
@Suite struct FaultTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var fault: Fault
    /// The faults before it, which it needs.
    var before: [Fault] = []
    /// The method by which the system does it.
    var method: String
    var testDescription: String { "\(fault.name) by \(method)" }
  }

  private static let slow = LinkConditions(
    delay: .milliseconds(50), jitter: .milliseconds(5), bandwidth: 1_000_000,
    stallEvery: .seconds(1), stallFor: .milliseconds(100))
  private static let n2 = RunSamples.n2
  private static let other = Mirroring(replicas: 2, syncMode: .manual, promoteOnFailure: .always)

  static let cases: [Case] = [
    Case(fault: .partition(.isolate(n2)), method: "cut"),
    Case(fault: .partition(.bridge(n2)), method: "cut"),
    Case(fault: .partition(.ring), method: "cut"),
    Case(fault: .partition(.oneWay(n2, onlyStream: false)), method: "cut"),
    Case(fault: .partition(.oneWay(n2, onlyStream: true)), method: "cut"),
    Case(fault: .cutClients(n2), method: "cut"),
    Case(fault: .slowLinks(n2, slow), method: "shape"),
    Case(fault: .heal(nil), before: [.partition(.isolate(n2))], method: "open"),
    Case(fault: .heal(FaultID(0)), before: [.slowLinks(n2, slow)], method: "smooth"),
    Case(fault: .resetClients(n2), method: "resetClients"),
    Case(fault: .kill(n2), method: "kill"),
    Case(fault: .killHost(n2), method: "killHost"),
    Case(fault: .stop(n2), method: "shutDown"),
    Case(fault: .start(n2), before: [.kill(n2)], method: "launch"),
    Case(fault: .restart(n2), method: "launch"),
    Case(fault: .pause(n2), method: "suspend"),
    Case(fault: .resume(n2), before: [.pause(n2)], method: "resume"),
    Case(fault: .setMirroring(other), method: "setMirroring"),
    Case(fault: .synchronise, method: "synchronise"),
    Case(fault: .transferLeader(.quorum, n2), method: "transferLeader"),
    Case(fault: .transferLeader(.mirrored, n2), method: "transferLeader"),
  ]

  /// What became of the last of some faults, one every second, on a cluster of five.
  private func outcome(
    of faults: [Fault], script: Script = Script()
  ) throws -> (changes: [(at: Instant, event: FaultEvent)], history: History) {
    let plan = RunSamples.plan(
      faults.enumerated().map { (.seconds($0 + 2), $1) }, nodes: 5, load: .seconds(20))
    let outcome = try VirtualRun(plan, script: script).run()
    return (outcome.history.changes(of: UInt32(faults.count - 1)), outcome.history)
  }

  @Test(arguments: cases) func aDoneFaultIsProved(_ example: Case) throws {
    let script = Script.with { script in
      if example.method == "synchronise" { script.lackingFrom = .zero + .seconds(1) }
    }
    let (changes, _) = try outcome(of: example.before + [example.fault], script: script)
    #expect(
      changes.map(\.event.stage) == [.began, .proved], "\(changes.last?.event.detail ?? "")")
    #expect(changes.allSatisfy { $0.event.name == example.fault.name })
    #expect(changes.last?.event.detail.isEmpty == false, "a proof says what was seen")
    let evidence = try #require(changes.last?.event.evidence, "and as values")
    #expect(!evidence.figures.isEmpty || !evidence.incarnations.isEmpty)
  }

  @Test(arguments: cases) func aPretendedFaultIsNoticed(_ example: Case) throws {
    let script = Script.with { script in
      script.pretended = [example.method]
      // A node that was not started never serves.
      if example.method == "launch" { script.pretended.insert("shutDown") }
      if example.method == "synchronise" { script.lackingFrom = .zero + .seconds(1) }
    }
    let (changes, _) = try outcome(of: example.before + [example.fault], script: script)
    let last = try #require(changes.last)
    #expect(changes.first?.event.stage == .began)
    #expect([.unproved, .failed].contains(last.event.stage), "\(last.event.detail)")
    // Evidence is looked for twice the net-tick, unless the fault waits by itself.
    if last.event.stage == .unproved, !["launch"].contains(example.method) {
      let time = last.at - changes[0].at
      #expect((.seconds(10) ... .seconds(11)).contains(time), "\(time)")
    }
  }

  @Test(arguments: cases) func aRefusedFaultSaysWhy(_ example: Case) throws {
    let script = Script.with { script in
      script.refused = [example.method]
      if example.method == "synchronise" { script.lackingFrom = .zero + .seconds(1) }
    }
    let (changes, _) = try outcome(of: example.before + [example.fault], script: script)
    let last = try #require(changes.last?.event)
    #expect(last.stage == .failed && last.detail == "the script refuses \(example.method)")
  }

  @Test(arguments: cases) func whatASystemCannotDoFails(_ example: Case) throws {
    let plan = RunSamples.plan([(.seconds(2), example.fault)], nodes: 5, load: .seconds(10))
    let run = VirtualRun(plan)
    let outcome = try run.run(on: BareSystem(run.system))
    let last = try #require(outcome.history.changes(of: 0).last?.event)
    #expect(last.stage == .failed && last.detail.contains("this system does not support"))
    #expect(outcome.history.began(.done) != nil, "the run goes on without it")
  }

  @Test func aProbeThatFailsIsNoProof() throws {
    for (fault, method, calls) in [
      (Fault.partition(.isolate(Self.n2)), "probe", 0),
      (.resetClients(Self.n2), "resetConnections", 1), (.setMirroring(Self.other), "mirroring", 1),
      (.killHost(Self.n2), "isSilent", 0),
    ] {
      let (changes, _) = try outcome(
        of: [fault], script: .with { $0.refusedAfter = (method, calls) })
      let last = try #require(changes.last?.event)
      #expect(last.stage == .unproved || last.stage == .failed, "\(fault.name): \(last.detail)")
    }
  }

  // MARK: - What is refused by the injector itself

  @Test func aPartitionNeedsEnoughNodes() throws {
    let plan = RunSamples.plan([(.seconds(2), .partition(.ring))], nodes: 3, load: .seconds(5))
    let last = try #require(try VirtualRun(plan).run().history.changes(of: 0).last?.event)
    #expect(last.stage == .failed && last.detail.contains("3 nodes are too few"))
  }

  @Test func slowLinksNeedAnotherNode() throws {
    let plan = RunSamples.plan(
      [(.seconds(2), .slowLinks(RunSamples.n1, Self.slow))], nodes: 1, load: .seconds(5))
    let last = try #require(try VirtualRun(plan).run().history.changes(of: 0).last?.event)
    #expect(last.stage == .failed && last.detail.contains("no link between"))
  }

  @Test func thereHasToBeSomethingToHeal() throws {
    let (changes, _) = try outcome(of: [.heal(nil)])
    #expect(changes.last?.event.stage == .failed)
    #expect(changes.last?.event.detail.contains("nothing to heal") == true)
  }

  @Test func aQueueOfThatKindHasToBeThere() throws {
    let plan = RunSamples.plan(
      [(.seconds(2), .setMirroring(Self.other))], kinds: [.plain], load: .seconds(5))
    let last = try #require(try VirtualRun(plan).run().history.changes(of: 0).last?.event)
    #expect(last.stage == .failed && last.detail.contains("the plan has no mirrored queue"))
  }

  @Test func aTargetThatNobodyKnowsFails() throws {
    let plan = RunSamples.plan(
      [(.seconds(2), .kill(.leader(.quorum)))], kinds: [.plain], load: .seconds(5))
    let changes = try VirtualRun(plan).run().history.changes(of: 0)
    #expect(changes.map(\.event.stage) == [.failed])
    #expect(changes[0].event.detail.contains("leader of the quorum queue) could not be resolved"))
  }

  // MARK: - Targets

  @Test func targetsAreResolvedWhenTheFaultBegins() throws {
    let (changes, history) = try outcome(of: [
      .transferLeader(.quorum, Self.n2), .pause(.leader(.quorum)), .pause(.sameAs(FaultID(1))),
    ])
    #expect(history.changes(of: 1).last?.event.nodes == [NodeID(2)])
    #expect(changes.first?.event.nodes == [NodeID(2)])
    #expect(changes.last?.event.stage == .unproved, "it stood still before")
  }

  @Test func mirrorsAreNotTheLeader() throws {
    for target in [FaultTarget.mirror(.mirrored), .oldestMirror(.mirrored)] {
      let (changes, _) = try outcome(of: [.pause(target)])
      let nodes = try #require(changes.last?.event.nodes)
      #expect(nodes.count == 1 && nodes != [NodeID(1)])
      if target == .oldestMirror(.mirrored) { #expect(nodes == [NodeID(2)]) }
    }
  }

  // MARK: - Links in several hands

  @Test func aWayStaysCutWhileAnotherFaultWantsItSo() throws {
    let (_, history) = try outcome(of: [
      .partition(.isolate(Self.n2)), .partition(.isolate(.node(NodeID(3)))),
      .heal(FaultID(0)), .heal(nil),
    ])
    let first = try #require(history.changes(of: 2).last?.event)
    // Of eight ways of n2, the two to n3 stay cut.
    #expect(first.stage == .proved && first.detail.contains("6 of 6 stalled before"))
    #expect(history.changes(of: 3).last?.event.stage == .proved)
  }

  @Test func anEarlierShapeComesBackWhenALaterOneEnds() throws {
    let slower = LinkConditions(delay: .milliseconds(500))
    let (changes, _) = try outcome(of: [
      .slowLinks(Self.n2, Self.slow), .slowLinks(Self.n2, slower), .heal(FaultID(1)),
    ])
    // Nothing is smooth again, so that there is nothing to see.
    #expect(changes.map(\.event.stage) == [.began, .unproved])
  }

  // MARK: - Triggers

  @Test func aStepBeginsAtItsTime() throws {
    let (changes, history) = try outcome(of: [.resetClients(Self.n2)])
    let load = try #require(history.began(.load))
    #expect(changes[0].at - load == .seconds(2))
  }

  @Test func aStepWaitsForWhatHappensAndItsDelay() throws {
    let plan = RunSamples.plan(
      steps: [
        FaultStep(id: FaultID(0), at: .seconds(5), fault: .transferLeader(.quorum, Self.n2)),
        FaultStep(
          id: FaultID(1),
          trigger: .on(.leaderChange(.quorum), delay: .seconds(3), bound: .seconds(60)),
          fault: .resetClients(Self.n2)),
        FaultStep(
          id: FaultID(2), trigger: .on(.proved(FaultID(0)), delay: .zero, bound: .seconds(60)),
          fault: .resetClients(Self.n2)),
      ], load: .seconds(20))
    let history = try VirtualRun(plan).run().history
    let change = try #require(
      history.told(.leader).first { $0.event.node == NodeID(2) && $0.event.queue == QueueID(2) })
    #expect(history.changes(of: 1).first?.at == change.at + .seconds(3))
    #expect(history.changes(of: 2).first?.at == history.changes(of: 0).last?.at)
  }

  @Test func aStepWhoseTimeNeverComesIsToldAtItsBound() throws {
    let plan = RunSamples.plan(
      steps: [
        FaultStep(
          id: FaultID(0),
          trigger: .on(.leaderChange(.quorum), delay: .zero, bound: .seconds(12)),
          fault: .kill(Self.n2)),
        FaultStep(id: FaultID(1), at: .seconds(13), fault: .start(.sameAs(FaultID(0)))),
      ], load: .seconds(20))
    let history = try VirtualRun(plan).run().history
    let load = try #require(history.began(.load))
    let changes = history.changes(of: 0)
    #expect(changes.map(\.event.stage) == [.failed])
    #expect(changes[0].at - load == .seconds(12))
    #expect(changes[0].event.detail.contains("did not happen within 12"))
    #expect(history.changes(of: 1).map(\.event.stage) == [.failed], "it has no target")
  }
}
