import Hosts
import TestSupport
import Testing

@Suite struct ScenarioTests {
  private let text = """
    name: mine
    summary: Pause a node.
    nodes: 4
    net-tick: 6s
    workload: {name: queue, set: {hold: 5ms}}
    steps:
      - {at: 3s, fault: pause, target: n4}
      - {after: 2s, fault: resume, target: step 0}
    """

  @Test func theListHasThemAll() async throws {
    let result = try await StoatProgram.run(["scenarios"])
    #expect(result.succeeded, "\(result.errors)")
    for name in ["none", "losing", "late-mirror", "ring-5", "mirrors-under-load"] {
      #expect(result.output.contains("\(name) "), "\(name)")
    }
    #expect(result.output.contains("RabbitMQ 3.10.8: mirrored:lost>0 quorum:valid"))
  }

  @Test func aPrintedScenarioIsAFileThatMakesTheSamePlan() async throws {
    let scratch = try ScratchDirectory()
    let printed = try await StoatProgram.run(["scenarios", "losing"])
    let file = try scratch.write("copy.yaml", printed.output)
    let plan = try await StoatProgram.run(["plan", "--schedule", file])
    #expect(plan.succeeded, "\(plan.errors)")
    #expect(try await plan.output == StoatProgram.run(["plan"]).output)
  }

  @Test func whatIsGivenOverridesTheScenarioWhichOverridesWhatIsUsual() async throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.write("mine.yaml", text)
    let plain = try await StoatProgram.run(["plan", "--schedule", file]).output
    for part in [
      "\"nodes\": 4", "\"net_tick_ns\": 6000000000", "\"hold-ns\": 5000000",
      "\"at_ns\": 3000000000",
      "\"partition_handling\": \"ignore\"", "\"name\": \"mine\"",
    ] { #expect(plain.contains(part), "\(part)") }
    let changed = try await StoatProgram.run([
      "plan", "--schedule", file, "--nodes", "5", "--net-tick", "12s", "--set", "hold=7ms",
      "--partition-handling", "autoheal",
    ]).output
    for part in [
      "\"nodes\": 5", "\"net_tick_ns\": 12000000000", "\"hold-ns\": 7000000",
      "\"at_ns\": 6000000000", "\"partition_handling\": \"autoheal\"",
    ] { #expect(changed.contains(part), "\(part)") }
  }

  @Test(
    arguments: [
      ("n4", "n5", "mine.yaml:7: scenario.steps[0].target: found \"n5\", expected n1 to n4"),
      ("resume", "resum", "mine.yaml:8: scenario.steps[1].fault: found \"resum\""),
      ("queue", "quue", "mine.yaml:5: scenario.workload.name: found \"quue\""),
      ("hold", "hodl", "mine.yaml:5: scenario.workload.set.hodl: there is no parameter"),
      ("5ms", "2h", "hold-ns takes 0 to 3600000000000, not 7200000000000"),
      ("nodes: 4", "nodes: [4", "mine.yaml:"),
    ])
  func anUnreadableFileNamesFieldAndValue(find: String, replace: String, message: String)
    async throws
  {
    let scratch = try ScratchDirectory()
    let place = try #require(text.firstRange(of: find))
    let broken = text[..<place.lowerBound] + replace + text[place.upperBound...]
    let file = try scratch.write("mine.yaml", String(broken))
    for command in [["plan", "--schedule", file], ["scenarios", file]] {
      let result = try await StoatProgram.run(command)
      #expect(result.ending == .exited(65), "\(result.errors)")
      #expect(result.errors.contains(message), "\(result.errors)")
    }
  }

  @Test(
    arguments: [
      (["plan", "--schedule", "loosing"], "did you mean \"losing\"?"),
      (["plan", "--schedule", "nothing.yaml"], "nothing.yaml"),
      (["plan", "--schedule", "halves-5", "--nodes", "1"], "needs at least 2 nodes, not 1"),
      (["plan", "--kinds", "plain,quorum"], "--kinds has to have mirrored"),
      (["plan", "--set", "hold=80"], "hold takes a time such as 80ms, not \"80\""),
      (["scenarios", "loosing"], "did you mean \"losing\"?"),
      (["scenarios", "losing", "--schema"], "--schema stands alone"),
    ] as [([String], String)])
  func badUsage(arguments: [String], message: String) async throws {
    let result = try await StoatProgram.run(arguments)
    #expect(result.ending == .exited(64), "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func theSchemaIsPrinted() async throws {
    let result = try await StoatProgram.run(["scenarios", "--schema"])
    #expect(result.output.hasPrefix("{\n  \"$schema\": "))
    #expect(result.output.hasSuffix("}\n"))
  }
}
