import Environment
import Harness
import Operations
import Testing

@testable import Systems

@Suite struct QueueQueryTests {
  private let layout = RabbitMQLayout(
    NodeLayout(octet: 1, nodeCount: 3, directory: "/run"))
  private let query = QueueQuery(names: ["plain", "mirrored", "gone"])

  @Test func answer() throws {
    let answer = try query.answer(
      [
        "q 0 r2@n2", "r 0 r2@n2 1", "q 1 -", "r 1 r1@n1 1", "r 1 r3@n3 0", "l 0 4 1 5",
        "l 1 - - 7",
      ], layout)
    let plain = try #require(answer.views[0])
    #expect(plain.leader == NodeID(2))
    #expect(plain.replicas.map(\.node) == [NodeID(2)])
    let mirrored = try #require(answer.views[1])
    #expect(mirrored.leader == nil)
    #expect(mirrored.replicas.map(\.node) == [NodeID(1), NodeID(3)])
    #expect(mirrored.replicas.map(\.synchronised) == [true, false])
    #expect(answer.views[2] == nil)
    #expect(answer.locals[0] == QueueQuery.Local(ready: 4, unacknowledged: 1, depth: 5))
    #expect(answer.locals[1] == QueueQuery.Local(ready: nil, unacknowledged: nil, depth: 7))
  }

  @Test(arguments: ["", "x", "q 0", "q 3 -", "q -1 -", "r 0 other@n1 1", "l 0 1 2", "z 0 1 2"])
  func anythingElseIsRefused(line: String) {
    #expect(throws: SystemFailure.self) { try query.answer([line], layout) }
  }

  @Test func errorOfTheNodeIsPassedOn() {
    let failure = #expect(throws: SystemFailure.self) {
      try query.answer(["q 0 -", "e {badmatch,none}"], layout)
    }
    #expect(failure?.description.contains("{badmatch,none}") == true)
  }

  @Test func namesAreNotErlang() {
    #expect("a\".b".erlangBinary == "<<97,34,46,98>>")
    #expect("é".erlangBinary == "<<195,169>>")
    #expect("".erlangBinary == "<<>>")
  }

  @Test func clusterView() {
    let view = ClusterQuery.view(
      ["up r1@n1", "up r3@n3", "split r2@n2", "up stranger@n9", "what"], layout)
    #expect(view == ClusterView(running: [NodeID(1), NodeID(3)], partitioned: [NodeID(2)]))
  }

  @Test func answersAreListsOfStrings() {
    #expect(
      ErlangCall.strings(in: "{ok, [\"q 0 r1@n1\", \"r 0 r1@n1 1\"]}") == [
        "q 0 r1@n1", "r 0 r1@n1 1",
      ])
    #expect(ErlangCall.strings(in: "\n{ok, []}") == [])
    for other in ["", "{ok, #Bin<97>}", "{error, [\"x\"]}", "{ok, [\"x]}", "{ok, [x]}"] {
      #expect(ErlangCall.strings(in: other) == nil)
    }
  }

  @Test func policyPatternMatchesOneNameOnly() {
    #expect(PolicyCommand.pattern(of: "plain") == "^plain$")
    #expect(PolicyCommand.pattern(of: "a.b*(1)|[x]") == #"^a\.b\*\(1\)\|\[x\]$"#)
  }

  @Test func policyDefinitions() {
    let all = Mirroring(replicas: 0, syncMode: .manual, promoteOnFailure: .always)
    #expect(
      PolicyCommand.definition(all)
        == #"[{<<"ha-mode">>,<<"all">>},{<<"ha-sync-mode">>,<<"manual">>},"#
        + #"{<<"ha-promote-on-failure">>,<<"always">>}]"#)
    let two = Mirroring(replicas: 2, syncMode: .automatic, promoteOnFailure: .whenSynced)
    #expect(
      PolicyCommand.definition(two)
        == #"[{<<"ha-mode">>,<<"exactly">>},{<<"ha-params">>,2},"#
        + #"{<<"ha-sync-mode">>,<<"automatic">>},"#
        + #"{<<"ha-promote-on-failure">>,<<"when-synced">>}]"#)
  }
}
