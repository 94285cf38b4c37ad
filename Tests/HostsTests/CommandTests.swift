import Environment
import Hosts
import Testing

@Suite struct CommandTests {
  private let host = LocalHost()
  private let timeout = Duration.seconds(60)

  private func shell(
    _ script: String, environment: [String: String] = ["PATH": "/usr/bin:/bin"],
    directory: String? = nil, input: String = "", limit: Int = 1 << 22
  ) -> Command {
    Command(
      "/bin/sh", ["-c", script], environment: environment, workingDirectory: directory,
      input: input, outputLimit: limit)
  }

  @Test func outputErrorsAndStatus() async throws {
    let result = try await host.run(shell("echo out; echo err >&2; exit 3"), timeout: timeout)
    #expect(result.output == "out\n")
    #expect(result.errors == "err\n")
    #expect(result.ending == .exited(3))
    #expect(!result.succeeded)
    #expect("\(result.ending)" == "exit status 3")
  }

  @Test func inputReachesTheCommandWhole() async throws {
    let text = String(repeating: "0123456789abcdef", count: 65_536)
    let result = try await host.run(shell("cat", input: text), timeout: timeout)
    #expect(result.succeeded)
    #expect(result.output == text)
  }

  @Test func commandThatDoesNotReadItsInput() async throws {
    let text = String(repeating: "x", count: 1 << 20)
    let result = try await host.run(shell("exec true", input: text), timeout: timeout)
    #expect(result.ending == .exited(0))
  }

  @Test func nothingIsInherited() async throws {
    let script = "env | sort | grep -v -e ^PWD= -e ^_= -e ^SHLVL=; ls /proc/self/fd | wc -l; pwd"
    let result = try await host.run(
      shell(script, environment: ["PATH": "/usr/bin:/bin", "A": "b c"], directory: "/usr"),
      timeout: timeout)
    // 0, 1, 2 and the descriptor with which ls reads the directory.
    #expect(result.output == "A=b c\nPATH=/usr/bin:/bin\n4\n/usr\n")
  }

  @Test func deadlineKillsTheWholeGroup() async throws {
    let token = "deadline-\(UInt64.random(in: 0 ... .max))"
    let result = try await host.run(
      shell(
        "sleep 300 & echo started; sleep 300",
        environment: ["PATH": "/usr/bin:/bin", LocalHost.marker: token]),
      timeout: .milliseconds(500))
    #expect(result.ending == .timedOut)
    #expect(result.output == "started\n")
    #expect(try await host.endMarked(token, grace: .zero) == [])
  }

  @Test func grandchildThatKeepsThePipesDoesNotHoldTheResultUp() async throws {
    let token = "grandchild-\(UInt64.random(in: 0 ... .max))"
    let result = try await host.run(
      shell(
        "sleep 300 & echo done",
        environment: ["PATH": "/usr/bin:/bin", LocalHost.marker: token]),
      timeout: timeout)
    #expect(result.ending == .exited(0))
    #expect(result.output == "done\n")
    #expect(host.processes(marked: token).count == 1)
    #expect(try await host.endMarked(token, grace: .zero) == [])
  }

  @Test func outputIsBounded() async throws {
    let result = try await host.run(
      shell("head -c 3000000 /dev/zero", limit: 1000), timeout: timeout)
    #expect(result.succeeded)
    #expect(result.output.utf8.count == 1000)
  }

  @Test func endlessOutputStillObeysTheDeadline() async throws {
    let result = try await host.run(shell("exec yes", limit: 100), timeout: .milliseconds(300))
    #expect(result.ending == .timedOut)
    #expect(result.output.utf8.count == 100)
  }

  @Test func signalIsReported() async throws {
    let result = try await host.run(shell("kill -9 $$"), timeout: timeout)
    #expect(result.ending == .signalled(9))
  }

  @Test func missingProgramIsNamed() async {
    let failure = await #expect(throws: SystemFailure.self) {
      try await host.run(Command("/nowhere/at-all"), timeout: timeout)
    }
    #expect(failure?.kind == .unavailable)
    #expect(failure?.description.contains("/nowhere/at-all: No such file") == true)
  }

  @Test func manyAtTheSameTime() async throws {
    let outputs = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<40 {
        group.addTask { try await host.run(shell("echo \(number)"), timeout: timeout).output }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(outputs) == Set((0..<40).map { "\($0)\n" }))
  }
}
