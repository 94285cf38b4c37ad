import Environment
import Harness
import Operations
import Testing

@Suite struct MeasureKeyTests {
  @Test(arguments: MeasureName.allCases) func everyNameIsAKey(name: MeasureName) {
    #expect(MeasureKey(name.rawValue) == .whole(name))
    #expect(MeasureKey.whole(name).description == name.rawValue)
    let ofNode = MeasureKey.node(name, NodeID(3))
    #expect(MeasureKey(ofNode.description) == ofNode)
  }

  @Test(
    arguments: [
      ("recovery-heal-1", .recovery(.heal, FaultID(1), node: nil)),
      ("recovery-start-12-n3", .recovery(.start, FaultID(12), node: NodeID(3))),
      ("longest-unavailability-n2", .node(.longestUnavailability, NodeID(2))),
      ("log-mnesia-n1", .log("mnesia-n1")), ("log-", .log("")),
      ("skew", .other("skew")), ("", .other("")), ("lost-n", .other("lost-n")),
      ("recovery-heal-01", .other("recovery-heal-01")),
      ("recovery-pause-1", .other("recovery-pause-1")), ("Lost", .other("Lost")),
      ("recovery-heal-1-n+2", .other("recovery-heal-1-n+2")),
    ] as [(String, MeasureKey)])
  func patterns(text: String, key: MeasureKey) {
    #expect(MeasureKey(text) == key)
    #expect(key.description == text)
  }

  /// A fate and an anomaly is counted by a figure of its own.
  @Test func fatesAndAnomaliesHaveFigures() {
    let names = Fate.allCases.map(\.measure) + Anomaly.allCases.map(\.measure)
    #expect(Set(names).count == names.count)
    let totals = LedgerTotals(queue: QueueID(4))
    let keys = totals.measures.map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(names.allSatisfy { keys.contains(.whole($0)) })
    #expect(totals.measures.allSatisfy { $0.queue == QueueID(4) && $0.value == .count(0) })
  }
}
