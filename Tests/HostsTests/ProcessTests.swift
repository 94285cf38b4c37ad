import Environment
import Hosts
import Glibc
import Testing

@Suite struct ProcessTests {
  private let host = LocalHost()
  private let token = "test-\(UInt64.random(in: 0 ... .max))"

  private func daemon(_ script: String, in directory: String) -> Daemon {
    Daemon(
      "/bin/sh", ["-c", script],
      environment: ["PATH": "/usr/bin:/bin", LocalHost.marker: token],
      workingDirectory: directory, output: "\(directory)/output")
  }

  private func awaitOutput(_ text: String, in directory: String) async -> Bool {
    for _ in 0..<6000 {
      if host.readText("\(directory)/output") == text { return true }
      await host.pause(.milliseconds(10))
    }
    return false
  }

  @Test func daemonHasItsOwnSessionAndWritesToItsFile() async throws {
    let directory = try TemporaryDirectory()
    let identity = try host.spawn(daemon("pwd; exec sleep 300", in: directory.path))
    #expect(await awaitOutput("\(directory.path)\n", in: directory.path))
    #expect(host.isAlive(identity))
    #expect(getsid(identity.pid) == identity.pid)
    #expect(host.identity(of: identity.pid) == identity)
    // The output comes before the exec that makes the shell a sleep.
    for _ in 0..<3000 where host.commandLine(of: identity.pid) != "sleep 300" {
      await host.pause(.milliseconds(10))
    }
    #expect(host.commandLine(of: identity.pid) == "sleep 300")
    #expect(try await host.end(identity, grace: .seconds(30)))
    #expect(!host.isAlive(identity))
    // It was reaped: there is no process with this number, not even one that has ended.
    #expect(Glibc.kill(identity.pid, 0) == -1)
  }

  @Test func processThatIgnoresTermIsKilled() async throws {
    let directory = try TemporaryDirectory()
    let identity = try host.spawn(
      daemon("trap '' TERM; echo ready; while :; do sleep 1; done", in: directory.path))
    #expect(await awaitOutput("ready\n", in: directory.path))
    #expect(try await host.end(identity, grace: .milliseconds(200)))
    #expect(!host.isAlive(identity))
    _ = try await host.endMarked(token, grace: .zero)
  }

  @Test func stoppedProcessIsEnded() async throws {
    let directory = try TemporaryDirectory()
    let identity = try host.spawn(daemon("exec sleep 300", in: directory.path))
    #expect(host.signal(identity, SIGSTOP))
    #expect(try await host.end(identity, grace: .milliseconds(200)))
  }

  @Test func awaitExitGivesUp() async throws {
    let directory = try TemporaryDirectory()
    let identity = try host.spawn(daemon("exec sleep 300", in: directory.path))
    #expect(try await !host.awaitExit(identity, timeout: .milliseconds(50)))
    #expect(try await host.end(identity, grace: .zero))
  }

  @Test func laterProcessWithTheSameNumberIsLeftAlone() async throws {
    let directory = try TemporaryDirectory()
    let identity = try host.spawn(daemon("exec sleep 300", in: directory.path))
    var earlier = identity
    earlier.startTicks -= 1
    var otherBoot = identity
    otherBoot.bootID = "another"
    for stranger in [earlier, otherBoot] {
      #expect(!host.isAlive(stranger))
      #expect(!host.signal(stranger, SIGKILL))
      #expect(try await host.end(stranger, grace: .zero))
    }
    #expect(host.isAlive(identity))
    #expect(try await host.end(identity, grace: .zero))
    #expect(!host.signal(identity, SIGKILL))
  }

  @Test func markedProcessesAreFoundAndEndedAndOthersAreNot() async throws {
    let directory = try TemporaryDirectory()
    let script = "sleep 300 & (setsid sleep 300 &); echo ready; sleep 300"
    let parent = try host.spawn(daemon(script, in: directory.path))
    var other = daemon("exec sleep 300", in: directory.path)
    other.environment[LocalHost.marker] = "\(token)0"
    let stranger = try host.spawn(other)
    #expect(await awaitOutput("ready\n", in: directory.path))
    var found: [ProcessIdentity] = []
    for _ in 0..<3000 where found.count < 4 {
      found = host.processes(marked: token)
      await host.pause(.milliseconds(10))
    }
    #expect(found.count == 4)
    #expect(found.contains(parent))
    #expect(try await host.endMarked(token, grace: .seconds(1)) == [])
    #expect(host.processes(marked: token) == [])
    #expect(host.isAlive(stranger))
    #expect(try await host.end(stranger, grace: .zero))
  }

  @Test func daemonInAMissingDirectoryIsAnError() throws {
    let directory = try TemporaryDirectory()
    var request = daemon("true", in: directory.path)
    request.workingDirectory = "/nowhere"
    let failure = #expect(throws: SystemFailure.self) { try host.spawn(request) }
    #expect(failure?.description.contains("/bin/sh in /nowhere") == true)
  }

  @Test func cancelledTaskStillWaits() async throws {
    let directory = try TemporaryDirectory()
    let identity = try host.spawn(daemon("exec sleep 300", in: directory.path))
    let task = Task { try await host.end(identity, grace: .seconds(30)) }
    task.cancel()
    #expect(try await task.value)
  }
}
