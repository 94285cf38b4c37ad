import CanonicalJSON
import Operations
import Testing

@testable import Harness

/// The table of the grammar of steps: what it takes apart it puts together again.
@Suite struct FaultFormTests {
  private static let target = FaultTarget.leader(.quorum)
  private static let parameters: [FaultParameter] = [
    .conditions(LinkConditions(delay: .seconds(1))),
    .mirroring(Mirroring(replicas: 2, syncMode: .manual, promoteOnFailure: .always)),
    .queues(.mirrored), .step(FaultID(3)),
  ]

  /// Every kind with every choice of target and parameter: it is made exactly if it is what the row
  /// says, and then it is of this kind and has them.
  @Test(arguments: FaultKind.allCases)
  func aFaultIsMadeOfWhatItsRowSays(kind: FaultKind) throws {
    let form = kind.form
    for target in [nil, Self.target] {
      for parameter in [nil] + Self.parameters {
        let isAimed = form.aim == .nobody || target != nil
        let isGiven =
          parameter.map { $0.kind == form.parameter }
          ?? (form.parameter.map { !$0.isRequired } ?? true)
        let fault = form.fault(target, parameter)
        #expect((fault != nil) == (isAimed && isGiven), "\(String(describing: parameter))")
        guard let fault else { continue }
        #expect(fault.kind == kind && fault.name == kind.rawValue)
        #expect(fault.parameter == parameter)
        if form.aim != .nobody { #expect(fault.target == target) }
        #expect(kind.form.fault(fault.target, fault.parameter) == fault)
      }
    }
  }

  @Test func theRowsSayWhatEachKindNeeds() {
    let aims = Dictionary(grouping: FaultKind.allCases) { $0.form.aim }
    #expect(aims[.nobody] == [.ring, .heal, .setMirroring, .synchronise])
    #expect(aims[.part] == [.isolate, .bridge, .oneWay, .oneWayStream, .slowLinks])
    #expect(aims[.one] == [.transferLeader])
    let ends = Dictionary(grouping: FaultKind.allCases) { $0.endedBy }
    #expect(
      ends[.heal] == [
        .isolate, .bridge, .ring, .oneWay, .oneWayStream, .cutClients, .slowLinks,
      ])
    #expect(ends[.start] == [.kill, .killHost, .stop])
    #expect(ends[.resume] == [.pause])
    #expect(FaultKind.allCases.filter(\.isRestoring) == [.heal, .start, .resume])
    #expect(
      FaultKind.allCases.filter { $0.form.queues == [.mirrored] }
        == [.setMirroring, .synchronise])
    #expect(
      FaultKind.allCases.filter { $0.form.fewestNodes > 1 }.map(\.form.fewestNodes)
        == [2, 3, 4, 2, 2, 2])
    #expect(Set(FaultKind.allCases.flatMap(\.form.tries)) == Set(Trouble.allCases))
  }

  private func comesBack<Meaning: StepPhrased>(_ meaning: Meaning) throws -> Bool {
    let reader = JSONReader(meaning.json, path: "x")
    return try Meaning(reader, nodes: 9, earlier: 100) == meaning
  }

  @Test func everyPhraseIsWrittenAndReadByTheSameForm() throws {
    for kind in QueueKind.allCases {
      #expect(try comesBack(FaultTarget.leader(kind)))
      #expect(try comesBack(FaultTarget.mirror(kind)))
      #expect(try comesBack(FaultTarget.oldestMirror(kind)))
      #expect(try comesBack(Occasion.leaderChange(kind)))
      #expect(try comesBack(Occasion.unsynchronised(kind)))
      for count in [1, 500, 999_999] {
        #expect(try comesBack(Occasion.unconfirmed(kind, count: count)))
      }
    }
    for target in [FaultTarget.random, .minority, .half, .all] { #expect(try comesBack(target)) }
    for number in [1, 9] as [UInt32] { #expect(try comesBack(FaultTarget.node(NodeID(number)))) }
    for number in [0, 99] as [UInt32] {
      #expect(try comesBack(FaultTarget.sameAs(FaultID(number))))
      #expect(try comesBack(Occasion.proved(FaultID(number))))
    }
  }

  @Test(
    arguments: [
      ([:], "x: found an object, expected nodes, leader_of, mirror_of, oldest_mirror_of, node or "),
      (["nodes": "most"], "x.nodes: found \"most\", expected random, minority, half or all"),
      (["nodes": 3], "x.nodes: found 3, expected a string"),
      (["node": 4], "x.node: found 4, expected a whole number from 1 to 3"),
      (["leader_of": "queue"], "x.leader_of: found \"queue\", expected one of plain, "),
      (["same_as_step": 2], "x.same_as_step: found 2, expected a whole number from 0 to 1"),
      (["leader": "plain"], "x.leader: found an unknown member, expected one of nodes, leader_of"),
    ] as [(JSONValue, String)])
  func aTargetThatNobodyUnderstandsIsNamed(json: JSONValue, message: String) {
    let error = #expect(throws: JSONError.self) {
      try FaultTarget(JSONReader(json, path: "x"), nodes: 3, earlier: 2)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(
    arguments: [
      ([:], 2, "expected leader_change, unsynchronised, unconfirmed or proved"),
      (["unconfirmed": "plain"], 2, "x.count: found nothing, expected this member"),
      (
        ["unconfirmed": "plain", "count": 0], 2, "x.count: found 0, expected a whole number from 1"
      ),
      (["proved": 0], 0, "x.proved: found 0, expected an earlier step; there is none"),
    ] as [(JSONValue, Int, String)])
  func anOccasionThatNobodyUnderstandsIsNamed(json: JSONValue, earlier: Int, message: String) {
    let error = #expect(throws: JSONError.self) {
      try Occasion(JSONReader(json, path: "x"), nodes: 3, earlier: earlier)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
