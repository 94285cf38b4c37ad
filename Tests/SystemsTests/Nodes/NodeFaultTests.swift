import Environment
import Glibc
import Harness
import Hosts
import Operations
import TestSupport
import Testing

@testable import Systems

/// Kills, shutdowns, pauses and starts of nodes, and what the host says of them.
@Suite struct NodeFaultTests {
  private let n1 = NodeID(1)

  private func failure(
    _ body: () async throws -> Void
  ) async throws -> SystemFailure {
    try #require(await #expect(throws: SystemFailure.self) { try await body() })
  }

  @Test func aKilledNodeIsGoneAndIsStartedAgain() async throws {
    let fixture = try await NodeFixture(boot: .seconds(1)).booted()
    let processes = fixture.processes
    let before = try #require(await processes.processID(of: n1))
    let running = try await failure { try await processes.launch(n1) }
    #expect(running.description == "n1 cannot be started: it runs already (process \(before))")
    try await processes.kill(n1)
    #expect(await processes.processID(of: n1) == nil)
    #expect(await processes.isSuspended(n1) == nil)
    #expect(await !processes.acceptsClients(n1))
    let order = Notices()
    try await processes.launch(n1) { order.take("first, with \(fixture.host.running.count)") }
    #expect(order.all == ["first, with 0"])
    #expect(try #require(await processes.processID(of: n1)) != before)
  }

  @Test func whatWasNeverStartedCannotBeTouched() async throws {
    let processes = NodeFixture(boot: .zero).processes
    #expect(
      try await failure { try await processes.kill(n1) }.description
        == "n1 cannot be killed: it was never started")
    #expect(
      try await failure { try await processes.shutDown(n1) }.description
        == "n1 cannot be stopped: it was never started")
    #expect(
      try await failure { try await processes.suspend(n1) }.description
        == "n1 cannot be paused: it was never started")
    #expect(
      try await failure { try await processes.resume(n1) }.description
        == "n1 cannot go on: it does not run")
    #expect(await processes.processID(of: n1) == nil)
    #expect(await processes.isSuspended(n1) == nil)
  }

  @Test func whatSurvivesAKillIsNamedAfterTenSeconds() async throws {
    let fixture = NodeFixture { _, _ in ScriptedProcess(survivesKill: true) }
    try await fixture.processes.start(n1)
    let failure = try await failure { try await fixture.processes.kill(n1) }
    #expect(failure.kind == .timedOut)
    #expect(failure.description == "n1 (process 1000) still runs 10 s after SIGKILL")
    #expect(fixture.seconds == 10)
  }

  @Test func aShutdownIsWaitedForAMinute() async throws {
    let slow = NodeFixture { _, _ in ScriptedProcess(termTime: .seconds(55)) }
    try await slow.processes.start(n1)
    try await slow.processes.shutDown(n1)
    #expect(slow.seconds == 55)
    #expect(slow.host.signals.map(\.signal) == [SIGTERM])
    #expect(
      try await failure { try await slow.processes.shutDown(n1) }.description
        == "n1 cannot be stopped: it does not run")
    let deaf = NodeFixture { _, _ in ScriptedProcess(termTime: nil) }
    deaf.host.append("cannot stop now\n", to: "/run/n1/logs/log")
    try await deaf.processes.start(n1)
    let failure = try await failure { try await deaf.processes.shutDown(n1) }
    #expect(failure.kind == .timedOut)
    #expect(
      failure.description
        == "n1 (process 1000) still runs 60 s after it was asked to end: cannot stop now "
        + "(/run/n1/logs/log)")
    #expect(deaf.seconds == 60)
  }

  @Test func aPausedNodeStandsStillUntilItGoesOn() async throws {
    let fixture = try await NodeFixture(boot: .zero).booted()
    let processes = fixture.processes
    #expect(await processes.isSuspended(n1) == false)
    try await processes.suspend(n1)
    #expect(await processes.isSuspended(n1) == true)
    #expect(await !processes.acceptsClients(n1))
    let identity = try #require(fixture.host.running.first)
    #expect(fixture.journal.entries.last == .continueProcess(identity, what: "n1"))
    try await processes.resume(n1)
    #expect(await processes.isSuspended(n1) == false)
    #expect(fixture.host.signals.map(\.signal) == [SIGSTOP, SIGCONT])
    try await processes.kill(n1)
    #expect(
      try await failure { try await processes.suspend(n1) }.description
        == "n1 cannot be paused: it does not run")
    #expect(
      try await failure { try await processes.resume(n1) }.description
        == "n1 cannot go on: it does not run")
  }

  /// Nothing is stopped that the journal could not say how to continue.
  @Test func withoutItsUndoNothingIsPaused() async throws {
    let fixture = NodeFixture(journal: FullJournal(room: 1)) { _, _ in ScriptedProcess() }
    try await fixture.processes.start(n1)
    _ = try await failure { try await fixture.processes.suspend(n1) }
    #expect(fixture.host.signals.isEmpty)
    #expect(await fixture.processes.isSuspended(n1) == false)
  }

  @Test func aHostThatDoesNotAnswerProvesNothing() async throws {
    let fixture = try await NodeFixture(name: "h1", boot: .zero).booted()
    let processes = fixture.processes
    fixture.host.refuse(SystemFailure(.timedOut, "h1 is out of reach"))
    #expect(await processes.processID(of: n1) == nil)
    #expect(await processes.isSuspended(n1) == nil)
    #expect(await !processes.acceptsClients(n1))
    #expect(await processes.logLines(of: n1, matching: [], limit: 1) == nil)
    #expect(await processes.told(by: "/run/n1/logs/log", on: fixture.host).hasPrefix("nothing in"))
    #expect(try await failure { try await processes.kill(n1) }.kind == .timedOut)
    #expect(try await failure { try await processes.launch(n1) }.kind == .timedOut)
    #expect(try await failure { try await processes.resume(n1) }.kind == .timedOut)
    await processes.markLogs()
    #expect(
      await processes.stop() == ["what runs on h1 is not known: h1 is out of reach"])
    fixture.host.refuse(nil)
    #expect(await processes.stop() == [])
    #expect(fixture.host.running == [])
  }
}

/// A journal that refuses once it is full.
final class FullJournal: UndoJournal {
  private let entries = RecordingJournal()
  private let room: Int

  init(room: Int) {
    self.room = room
  }

  func add(_ undo: Undo) throws(SystemFailure) {
    guard entries.entries.count < room else { throw SystemFailure(.failed, "the disk is full") }
    entries.add(undo)
  }
}
