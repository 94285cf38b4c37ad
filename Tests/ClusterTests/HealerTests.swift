@testable import Campaign
import CanonicalJSON
@testable import Hosts
import Harness
@testable import Store
import TestSupport
import Testing

@Suite struct HealerTests {
  private let scratch: ScratchDirectory
  private let host = LocalHost()

  init() throws {
    scratch = try ScratchDirectory()
  }

  private func daemon(_ command: String, token: String) throws -> ProcessIdentity {
    try host.spawn(
      Daemon(
        "/bin/sh", ["-c", command],
        environment: ["PATH": "/usr/bin:/bin", LocalHost.marker: token],
        workingDirectory: scratch.path, output: scratch.file("output")))
  }

  private func heal(_ undos: [Undo]) async throws -> Healer.Outcome {
    let path = scratch.file("undo-\(UInt64.random(in: 0 ... .max)).jsonl")
    let log = UndoLog(try JournalFile(path))
    for undo in undos { try log.add(undo) }
    return await Healer(
      lines: try JournalFile.read(path).lines, path: path, hosts: [host]
    ).heal()
  }

  @Test func aListedProcessIsEndedEvenWhenItIsStopped() async throws {
    let process = try daemon("exec sleep 300", token: "healer-a")
    host.signal(process, 19)  // SIGSTOP
    let outcome = try await heal([
      .endMarked(token: "healer-a"), .endProcess(process, what: "a sleeper"),
    ])
    #expect(outcome.left == [])
    #expect(outcome.done == ["ended a sleeper (process \(process.pid))"])
    #expect(!host.isAlive(process))
  }

  @Test func aProcessWithTheSameNumberButAnotherStartIsNotTouched() async throws {
    let process = try daemon("exec sleep 300", token: "healer-b")
    var other = process
    other.startTicks += 1
    let outcome = try await heal([
      .endMarked(token: "healer-x"), .endProcess(other, what: "a sleeper"),
    ])
    #expect(outcome == Healer.Outcome())
    #expect(host.isAlive(process))
    #expect(try await host.end(process, grace: .seconds(5)))
  }

  /// A journal that names a process of somebody else is not believed.
  @Test func aProcessWithoutTheRunsMarkIsLeftAlone() async throws {
    let process = try daemon("exec sleep 300", token: "somebody-else")
    host.signal(process, 19)  // SIGSTOP
    let outcome = try await heal([
      .endMarked(token: "healer-e"), .continueProcess(process, what: "it"),
      .endProcess(process, what: "it"),
    ])
    #expect(outcome.done == [])
    #expect(
      outcome.left == [
        "process \(process.pid) (it) carries none of the run's marks and was left alone"
      ])
    #expect(host.isStopped(process) == true)
    host.signal(process, 18)  // SIGCONT
    #expect(try await host.end(process, grace: .seconds(5)))
  }

  @Test func linesThatCannotBeReadStopNothing() async throws {
    let process = try daemon("exec sleep 300", token: "healer-f")
    let good = Undo.endMarked(token: "healer-f").json.text()
    let healer = Healer(lines: ["garbage", good, "{}"], path: "undo.jsonl", hosts: [host])
    #expect(healer.problems.map { $0.prefix(12) } == ["undo.jsonl:1", "undo.jsonl:3"])
    #expect(await healer.heal().done.count == 1)
    #expect(!host.isAlive(process))
  }

  @Test func markedProcessesThatWereNeverListedAreEnded() async throws {
    let process = try daemon("sleep 300 & sleep 300", token: "healer-c")
    let stranger = try daemon("exec sleep 300", token: "healer-cc")
    let outcome = try await heal([.endMarked(token: "healer-c")])
    #expect(outcome.left == [])
    #expect(host.processes(marked: "healer-c") == [])
    #expect(!host.isAlive(process))
    #expect(host.isAlive(stranger))
    #expect(try await host.end(stranger, grace: .seconds(5)))
  }

  @Test func healingTwiceFindsNothing() async throws {
    let process = try daemon("exec sleep 300", token: "healer-d")
    let undos: [Undo] = [
      .endMarked(token: "healer-d"), .healRelay(socket: scratch.file("none.sock")),
      .endRelay(socket: scratch.file("none.sock")), .endProcess(process, what: "it"),
    ]
    #expect(try await heal(undos).done.count == 1)
    #expect(try await heal(undos) == Healer.Outcome())
  }
}
