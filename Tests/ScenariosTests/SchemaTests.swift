import CanonicalJSON
import Harness
import Testing

@testable import Scenarios

@Suite struct SchemaTests {
  private let validator = SchemaValidator(root: ScenarioSchema.json)

  private func isValid(_ yaml: String) throws -> Bool {
    try validator.accepts(YAMLDocument(yaml, file: "x", root: "scenario").value)
  }

  private func isReadable(_ yaml: String) -> Bool {
    (try? Scenario(yaml: yaml, file: "x")) != nil
  }

  @Test func theFileIsWhatTheProgramPrints() throws {
    let file = try Sample.document("schedule.schema.json")
    #expect(file == ScenarioSchema.text)
    #expect(try JSONValue(parsing: file) == ScenarioSchema.json)
  }

  @Test(arguments: ScenarioLibrary.all)
  func theLibraryIsValid(scenario: Scenario) throws {
    #expect(try isValid(scenario.yaml))
  }

  /// What the schema refuses, the reader refuses too.
  @Test(
    arguments: [
      "{}", "name: a\nsummary: b\n", "name: a\nsteps: []\n", "summary: b\nsteps: []\n", "[]", "a",
      "name: A\nsummary: b\nsteps: []\n", "name: a\nsummary: ''\nsteps: []\n",
      "name: a\nsummary: b\nsteps: []\nextra: 1\n", "name: a\nsummary: b\nsteps: {}\n",
      "name: \(String(repeating: "a", count: 41))\nsummary: b\nsteps: []\n",
      "name: a\nsummary: \(String(repeating: "b", count: 201))\nsteps: []\n",
      "name: a\nsummary: \"b\\nc\"\nsteps: []\n",
      Sample.text([], head: "nodes: 0"), Sample.text([], head: "nodes: '3'"),
      Sample.text([], head: "partition-handling: pause"), Sample.text([], head: "net-tick: 5"),
      Sample.text([], head: "net-tick: 5s..6s"), Sample.text([], head: "tail: 1s\nload: 2s"),
      Sample.text([], head: "mirroring: {replicas: 10}"),
      Sample.text([], head: "mirroring: {sync: x}"), Sample.text([], head: "mirroring: {a: 1}"),
      Sample.text([], head: "workload: {}"), Sample.text([], head: "workload: {name: a, b: c}"),
      Sample.text([], head: "workload: {name: a, set: {b: c}}"),
      Sample.text([], head: "workload: {name: a, set: {b: true}}"),
      Sample.text(["fault: synchronise"]), Sample.text(["at: 1s, after: 1s, fault: synchronise"]),
      Sample.text(["after: 1s, fault: synchronise"]),
      Sample.text(["at: 1, fault: synchronise"]), Sample.text(["at: 1us, fault: synchronise"]),
      Sample.text(["at: 1s..2, fault: synchronise"]), Sample.text(["at: 1s, fault: melt"]),
      Sample.text(["at: 1s, delay: 1s, fault: synchronise"]),
      Sample.text(["at: 1s, within: 1s, fault: synchronise"]),
      Sample.text([Sample.cut, "when: step 0 proved, fault: heal"]),
      Sample.text([Sample.cut, "when: nothing, within: 1s, fault: heal"]),
      Sample.text([Sample.cut, "when: 1000000 unconfirmed in plain, within: 1s, fault: heal"]),
      Sample.text(["at: 1s, fault: kill, target: n10"]),
      Sample.text(["at: 1s, fault: kill, target: mirror of plain"]),
      Sample.text(["at: 1s, fault: kill, target: leader of"]),
      Sample.text(["at: 1s, fault: isolate, target: all"]),
      Sample.text(["at: 1s, fault: transfer-leader, queues: quorum, target: half"]),
      Sample.text(["at: 1s, fault: transfer-leader, queues: plain, target: n1"]),
      Sample.text(["at: 1s, fault: slow-links, target: n1, conditions: {}"]),
      Sample.text(["at: 1s, fault: slow-links, target: n1, conditions: {stall-for: 1s}"]),
      Sample.text(["at: 1s, fault: slow-links, target: n1, conditions: {loss: 1}"]),
      Sample.text(["at: 1s, fault: slow-links, target: n1, conditions: {bytes-per-second: 0}"]),
      Sample.text(Array(repeating: Sample.cut, count: 101)),
    ])
  func badOnesAreRefused(yaml: String) throws {
    #expect(try !isValid(yaml))
    #expect(!isReadable(yaml))
  }

  /// For every kind of fault and every choice of parameters, schema and reader agree.
  @Test(arguments: FaultKind.allCases)
  func parametersAreThoseOfTheReader(kind: FaultKind) throws {
    var accepted = 0
    for choice in 0..<(2 << FaultParameter.Kind.allCases.count) {
      var step = "after: 1s, fault: \(kind.rawValue)"
      if choice & 1 == 1 { step += ", target: n2" }
      for (bit, parameter) in FaultParameter.Kind.allCases.enumerated()
      where choice >> (bit + 1) & 1 == 1 {
        step += ", \(parameter.rawValue): \(Sample.value(of: parameter))"
      }
      let text = Sample.text([Sample.cut, step], head: "nodes: 5")
      #expect(try isValid(text) == isReadable(text), "\(step)")
      if isReadable(text) { accepted += 1 }
    }
    #expect(accepted == (kind == .heal ? 2 : 1))
  }

  @Test func targetsAndOccasionsAreThoseOfTheReader() throws {
    for target in FaultTarget.examples() + [
      "n3", "n0", "step 9", "leader of  plain", "ALL", "half ",
    ] {
      let text = Sample.text([Sample.cut, "at: 1s, fault: kill, target: '\(target)'"])
      let refersAhead = target == "step 9"
      #expect(try isValid(text) == (isReadable(text) || refersAhead), "\(target)")
    }
    for occasion in Occasion.examples(like: "0") + Occasion.examples(like: "7") + ["", "x"] {
      let text = Sample.text([Sample.cut, "when: '\(occasion)', within: 1s, fault: heal"])
      let refersAhead = occasion == "step 7 proved"
      #expect(try isValid(text) == (isReadable(text) || refersAhead), "\(occasion)")
    }
  }

  @Test func theValidatorRefusesWhatItDoesNotKnow() {
    let unknown = SchemaValidator(root: ["maxProperties": 1])
    #expect(throws: SchemaValidator.UnknownKeyword.self) { try unknown.accepts(["a": 1]) }
  }
}
