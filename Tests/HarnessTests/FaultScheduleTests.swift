import Operations
import Testing

@testable import Harness

/// Every fault, target and trigger in a plan and back.
@Suite struct FaultScheduleTests {
  private static let conditions = LinkConditions(
    delay: .milliseconds(100), jitter: .milliseconds(7), bandwidth: 4_000, stallEvery: .seconds(2),
    stallFor: .milliseconds(300))
  private static let mirroring = Mirroring(
    replicas: 2, syncMode: .manual, promoteOnFailure: .whenSynced)
  private static let faults: [Fault] = [
    .partition(.isolate(.minority)), .partition(.bridge(.leader(.quorum))), .partition(.ring),
    .partition(.oneWay(.random, onlyStream: false)),
    .partition(.oneWay(.mirror(.mirrored), onlyStream: true)), .cutClients(.half),
    .slowLinks(.oldestMirror(.mirrored), conditions), .heal(nil), .heal(FaultID(3)),
    .resetClients(.all), .kill(.node(NodeID(2))), .killHost(.sameAs(FaultID(4))),
    .stop(.random), .start(.sameAs(FaultID(0))), .restart(.random), .pause(.leader(.plain)),
    .resume(.sameAs(FaultID(2))), .setMirroring(mirroring), .synchronise,
    .transferLeader(.quorum, .node(NodeID(3))),
  ]
  private static let triggers: [Trigger] = [
    .at(.seconds(3)),
    .on(.leaderChange(.mirrored), delay: .seconds(1), bound: .seconds(30)),
    .on(.unsynchronised(.mirrored), delay: .zero, bound: .seconds(30)),
    .on(.unconfirmed(.quorum, count: 100), delay: .zero, bound: .seconds(5)),
    .on(.proved(FaultID(0)), delay: .milliseconds(1), bound: .seconds(9)),
  ]

  private var plan: TestPlan {
    var plan = Samples.plan
    plan.schedule.steps = Self.faults.enumerated().map { index, fault in
      let trigger = index == 0 ? Self.triggers[0] : Self.triggers[index % Self.triggers.count]
      return FaultStep(id: FaultID(UInt32(index)), trigger: trigger, fault: fault)
    }
    return plan
  }

  @Test func everyKindIsThere() {
    #expect(Set(Self.faults.map(\.kind)) == Set(FaultKind.allCases))
  }

  @Test func plansComeBackAsTheyWere() throws {
    let text = plan.canonicalText
    #expect(try TestPlan(parsing: text) == plan)
    #expect(try TestPlan(parsing: text).canonicalText == text)
  }

  @Test func queueOptionsComeBackAsTheyWere() throws {
    var plan = Samples.plan
    plan.queues[0].options = QueueOptions(
      messageTTL: .seconds(2), deadLetters: QueueID(1), deadLettersSurely: true,
      singleActiveConsumer: true)
    #expect(try TestPlan(parsing: plan.canonicalText) == plan)
    #expect(plan.queueDescriptions[0].deadLetters == QueueID(1))
    plan.queues[0].options.deadLetters = QueueID(3)
    let text = plan.canonicalText
    #expect(throws: (any Error).self) { try TestPlan(parsing: text) }
  }

  @Test func drawnTargetsFollowFromSeedAndStep() {
    let nodes = (1...5).map { NodeID($0) }
    for seed in 0..<50 as Range<UInt64> {
      let draws = TargetDraws(seed: seed, step: FaultID(1))
      #expect(draws.shuffled(nodes).sorted() == nodes)
      #expect(draws.resolve(.minority, among: nodes)?.count == 2)
      #expect(draws.resolve(.half, among: nodes) == [NodeID(1), NodeID(2)])
      #expect(draws.resolve(.random, among: nodes)?.count == 1)
      #expect(draws == TargetDraws(seed: seed, step: FaultID(1)))
    }
    let orders = Set((0..<50).map { TargetDraws(seed: $0, step: FaultID(1)).shuffled(nodes) })
    #expect(orders.count > 20)
    #expect(TargetDraws(seed: 1, step: FaultID(0)).resolve(.all, among: nodes) == nodes)
    #expect(TargetDraws(seed: 1, step: FaultID(0)).resolve(.leader(.plain), among: nodes) == nil)
  }

  @Test func whatLastsIsEndedBySomethingThatRestores() {
    for kind in FaultKind.allCases {
      if let end = kind.endedBy { #expect(end.isRestoring, "\(kind)") }
      if kind.isRestoring { #expect(!kind.lasts, "\(kind)") }
    }
  }
}
