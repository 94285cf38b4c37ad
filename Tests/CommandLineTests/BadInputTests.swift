import Hosts
import Testing
import TestSupport

/// Every mistake has an exit code and a message that names it and helps.
@Suite struct BadInputTests {
  @Test(
    arguments: [
      (["compare", "--sheed", "1"], "--seed"),
      (["compair"], "did you mean \"compare\"?"),
      (["compare", "--workload", "quue"], "did you mean \"queue\"?"),
      (["compare", "--schedule", "loosing"], "did you mean \"losing\"?"),
      (["compare", "--kinds", "plain,quorumm"], "did you mean \"quorum\"?"),
      (["compare", "--partition-handling", "pause"], "known: ignore, pause_minority, autoheal"),
      (["compare", "--system", "rabitmq"], "did you mean \"rabbitmq\"?"),
      (["compare", "--set", "widow=3"], "did you mean \"window\"?"),
      (["compare", "--set", "window=0"], "window takes 1 to 10000, not 0"),
      (["compare", "--nodes", "12"], "--nodes takes 1 to 9, not 12"),
      (["compare", "--seed", "one"], "--seed"),
      (["compare", "--expect", "mirored:lost>0"], "mirrored"),
      (["compare", "--expect", "mirrored:lots>0"], "lost"),
      (["compare", "--net-tick", "5"], "--net-tick"),
      (["heal", "/nonexistent"], "/nonexistent is not a run directory"),
      (["check", "/nonexistent"], "/nonexistent"),
      (["bench", "history", "--rounds", "0"], "--rounds 1 to 99"),
    ] as [([String], String)])
  func badUsage(arguments: [String], message: String) async throws {
    let result = try await StoatProgram.run(arguments)
    #expect(result.ending == .exited(64), "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  /// A verdict that nobody got is none.
  @Test func outputThatIsNotTakenIsAnError() async throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("a.edn", "{:process 0 :type :invoke :f :enqueue :value 1}")
    for arguments in ["check \(path)", "scenarios"] {
      let result = try await LocalHost().run(
        Command(
          "/bin/sh", ["-c", "\(StoatProgram.path("stoat")) \(arguments) > /dev/full"],
          environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp"],
          workingDirectory: scratch.path),
        timeout: .seconds(60))
      #expect(result.ending == .exited(70), "\(result.errors)")
      #expect(result.errors.contains("cannot write to standard output"), "\(result.errors)")
    }
  }

  @Test func withoutRabbitMQItSaysWhatToInstall() async throws {
    let scratch = try ScratchDirectory()
    let result = try await StoatProgram.run(
      ["compare", "--rabbitmq-home", scratch.path], in: scratch.path)
    #expect(result.ending == .exited(69), "\(result.errors)")
    #expect(result.errors.contains(scratch.path), "\(result.errors)")
    #expect(result.errors.contains("rabbitmq"), "\(result.errors)")
  }

  @Test(
    arguments: [
      ("\"nodes\": 3", "\"nodes\": 33", "plan.cluster.nodes: found 33"),
      ("\"window\": 100", "\"window\": -1", "plan.workload.parameters.window: found -1"),
      ("\"queue\"", "\"queu\"", "plan.workload.name: found \"queu\""),
      ("\"leader\": 1,", "\"leader\": 1", "line"),
    ])
  func anUnreadablePlanNamesFieldAndValue(find: String, replace: String, message: String)
    async throws
  {
    let scratch = try ScratchDirectory()
    let plan = try await StoatProgram.run(["plan"]).output
    let place = try #require(plan.firstRange(of: find))
    let broken = plan[..<place.lowerBound] + replace + plan[place.upperBound...]
    let file = try scratch.write("plan.json", String(broken))
    let result = try await StoatProgram.run(["test", file], in: scratch.path)
    #expect(result.ending == .exited(65), "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
