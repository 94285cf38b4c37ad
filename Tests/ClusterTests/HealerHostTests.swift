@testable import Campaign
import CanonicalJSON
import Environment
import Glibc
import Hosts
import TestSupport
import Testing

/// What is healed where, and what the lines of the journal say.
@Suite struct HealerHostTests {
  private func host(_ name: String, survivesKill: Bool = false) -> ScriptedHost {
    ScriptedHost(name: name, clock: LeapingClock()) { _, _ in
      ScriptedProcess(termTime: survivesKill ? nil : .zero, survivesKill: survivesKill)
    }
  }

  private func start(_ what: String, on host: ScriptedHost) async throws -> ProcessIdentity {
    try await host.spawn(
      Daemon(
        "/\(what)", environment: [LocalHost.marker: "run"], workingDirectory: "/", output: what))
  }

  private func heal(_ undos: [Undo], on hosts: [any Host]) async -> Healer.Outcome {
    let healer = Healer(
      lines: undos.map { $0.json.text() }, path: "undo.jsonl", hosts: hosts)
    #expect(healer.problems == [])
    return await healer.heal()
  }

  @Test func eachHostIsHealedByItself() async throws {
    let (one, two) = (host("h1"), host("h2"))
    let first = try await start("n1", on: one)
    let second = try await start("n2", on: two)
    _ = try await start("stray", on: two)
    try await one.signal(first, SIGSTOP)
    let outcome = await heal(
      [
        .endMarked(token: "run", host: "h1"), .endMarked(token: "run", host: "h2"),
        .endProcess(first, what: "n1"), .endProcess(second, what: "n2"),
        .continueProcess(first, what: "n1"),
      ], on: [one, two])
    #expect(
      outcome.done == [
        "let n1 (process 1000 on h1) go on", "ended n1 (process 1000 on h1)",
        "ended n2 (process 1000 on h2)",
        "ended 1 more processes that the run had started",
      ])
    #expect(outcome.left == [])
    #expect(one.running + two.running == [])
  }

  /// The number of a process means nothing on another host.
  @Test func whatIsOnAHostThatIsNotAtHandIsLeftAlone() async throws {
    let (one, two) = (host("h1"), host("h2"))
    let first = try await start("n1", on: one)
    let second = try await start("n2", on: two)
    #expect(first.pid == second.pid)
    let outcome = await heal(
      [
        .endMarked(token: "run", host: "h2"), .endProcess(second, what: "n2"),
        .continueProcess(second, what: "n2"), .healRelay(socket: "/r", host: "h2"),
        .endRelay(socket: "/r", host: "h2"),
      ], on: [one])
    #expect(outcome.done == [])
    let end = " was left alone: it is on the host h2, which is not at hand"
    #expect(
      outcome.left == [
        "whatever carries the mark run\(end)", "n2 (process 1000)\(end)",
        "n2 (process 1000, stopped)\(end)", "the relay at /r, with its cut links,\(end)",
        "the relay at /r\(end)",
      ])
    #expect(one.running == [first])
    #expect(two.running == [second])
    #expect(one.signals.isEmpty)
  }

  @Test func aHostThatDoesNotAnswerIsNamedAndTheNextIsHealed() async throws {
    let (one, two) = (host("h1"), host("h2"))
    _ = try await start("n1", on: one)
    let second = try await start("n2", on: two)
    one.refuse(SystemFailure(.timedOut, "h1 is out of reach"))
    let outcome = await heal(
      [
        .endMarked(token: "run", host: "h1"), .endMarked(token: "run", host: "h2"),
        .endProcess(second, what: "n2"),
      ], on: [one, two])
    #expect(outcome.done == ["ended n2 (process 1000 on h2)"])
    #expect(outcome.left == ["the rest on the host h1 was left alone: h1 is out of reach"])
  }

  @Test func whatDoesNotEndIsNamed() async throws {
    let one = host("h1", survivesKill: true)
    let process = try await start("n1", on: one)
    let outcome = await heal(
      [.endMarked(token: "run", host: "h1"), .endProcess(process, what: "n1")], on: [one])
    #expect(
      outcome.left == [
        "n1 (process 1000 on h1) does not end, even on SIGKILL", "process 1000 on h1: /n1",
      ])
  }

  @Test func anUndoSurvivesItsLine() throws {
    let undos: [Undo] = [
      .endMarked(token: "t"), .healRelay(socket: "/a \"b\""), .endRelay(socket: "c"),
      .endProcess(ProcessIdentity(pid: 12, startTicks: 34, bootID: "56"), what: "n1"),
      .endMarked(token: "t", host: "h1"), .healRelay(socket: "a", host: "h1"),
      .endRelay(socket: "c", host: "h2"),
      .continueProcess(
        ProcessIdentity(pid: 12, startTicks: 34, bootID: "56", host: "h3"), what: "n1"),
    ]
    for undo in undos {
      let line = undo.json.text()
      #expect(line.contains("\"version\":1"))
      #expect(line.contains("\"host\":\"\(undo.host)\""))
      #expect(try Undo(parsing: line, path: "undo.jsonl:1") == undo)
    }
    let error = #expect(throws: JSONError.self) {
      try Undo(parsing: "{\"undo\": \"melt\"}", path: "undo.jsonl:7")
    }
    #expect(error?.description.contains("undo.jsonl:7.undo") == true)
  }

  /// A journal of an earlier program has neither versions nor hosts.
  @Test func aLineWithoutVersionAndHostIsOfThisMachine() throws {
    let line = #"{"undo":"end-process","what":"n1","pid":12,"start_ticks":34,"boot_id":"56"}"#
    #expect(
      try Undo(parsing: line, path: "undo.jsonl:1")
        == .endProcess(
          ProcessIdentity(pid: 12, startTicks: 34, bootID: "56", host: "local"), what: "n1"))
    #expect(
      try Undo(parsing: #"{"undo":"end-marked","token":"t"}"#, path: "undo.jsonl:1")
        == .endMarked(token: "t", host: "local"))
  }

  @Test(arguments: ["2", "0", "\"1\""])
  func aLineOfAnotherVersionIsRefusedAndSaysSo(version: String) async throws {
    let one = host(LocalHost.localName)
    let process = try await start("n1", on: one)
    let healer = Healer(
      lines: [#"{"version":\#(version),"undo":"end-marked","token":"run"}"#], path: "undo.jsonl",
      hosts: [one])
    #expect(healer.problems.count == 1)
    #expect(healer.problems.first?.hasPrefix("undo.jsonl:1.version: found") == true)
    if version == "2" {
      #expect(
        healer.problems.first?.contains("at most 1, the last that this program knows") == true)
    }
    #expect(await healer.heal() == Healer.Outcome())
    #expect(one.running == [process])
  }
}
