import Environment
import Glibc
import Harness
import Hosts
import Operations
import Synchronization
import TestSupport
import Testing

@testable import Systems

/// Whatever happens at the same time: after `stop` nothing runs, or it is named.
@Suite struct NodeStopTests {
  private let n1 = NodeID(1)

  @Test func nodesEndByThemselvesAndWhatTheyNeedAfterThem() async throws {
    let fixture = NodeFixture(nodes: 3) { daemon, _ in
      ScriptedProcess(
        opensPort: (NodeFixture.port(in: daemon), .zero), termTime: .seconds(4))
    }
    let host = fixture.host
    for what in ["epmd", "relay"] {
      try await fixture.processes.startAuxiliary(
        Daemon("/\(what)", environment: [:], workingDirectory: "/", output: "/run/\(what)"),
        as: what, on: host)
    }
    _ = try await fixture.booted()
    #expect(fixture.ended == ["epmd", "relay", "n1", "n2", "n3"])
    #expect(try await host.processes(marked: "nodes").count == 5)
    #expect(await fixture.processes.stop() == [])
    #expect(host.running == [])
    // The nodes first, in any order, then the auxiliaries in the order of their starts, whose grace
    // of two seconds is too short.
    let signals = host.signals
    #expect(signals.filter { $0.signal == SIGTERM }.suffix(2).map(\.pid) == [1000, 1001])
    #expect(signals.filter { $0.signal == SIGKILL }.map(\.pid) == [1000, 1001])
    #expect(await fixture.processes.stop() == [])
  }

  @Test func aNodeThatIgnoresTheRequestIsKilledAfterFiveSeconds() async throws {
    let fixture = NodeFixture { _, _ in ScriptedProcess(termTime: nil) }
    try await fixture.processes.start(n1)
    #expect(await fixture.processes.stop() == [])
    #expect(fixture.host.signals.map(\.signal) == [SIGTERM, SIGKILL])
    #expect(fixture.seconds == 5)
  }

  @Test(arguments: [LocalHost.localName, "h1"])
  func whatCannotBeEndedIsNamed(host name: String) async throws {
    let fixture = NodeFixture(name: name) { _, _ in
      ScriptedProcess(termTime: nil, survivesKill: true)
    }
    try await fixture.processes.start(n1)
    let place = name == "h1" ? " on h1" : ""
    #expect(await fixture.processes.stop() == ["process 1000\(place): /broker 5001"])
    #expect(fixture.host.running.count == 1)
  }

  @Test func markedProcessesThatNobodyKnowsAreEnded() async throws {
    let fixture = NodeFixture(boot: .zero)
    let stray = try await fixture.host.spawn(
      Daemon(
        "/stray", environment: [LocalHost.marker: "nodes"], workingDirectory: "/", output: "/s"))
    let stranger = try await fixture.host.spawn(
      Daemon(
        "/other", environment: [LocalHost.marker: "nodes2"], workingDirectory: "/", output: "/o"))
    #expect(await fixture.processes.stop() == [])
    #expect(try await fixture.host.state(of: stray) == .over)
    #expect(fixture.host.running == [stranger])
  }

  /// `stop` comes while a start is under way: the process is ended, and `stop` waits for that.
  @Test func nothingStaysOfAStartThatStopOvertakes() async throws {
    let gate = Gate()
    let fixture = NodeFixture(duringSpawn: { _ in await gate.pass() }) { _, _ in
      ScriptedProcess()
    }
    let start = Task { try await fixture.processes.start(n1) }
    await gate.isReached()
    let stop = Task {
      let left = await fixture.processes.stop()
      return (left, fixture.host.running)
    }
    while (try? fixture.processes.checkGoingOn()) != nil { await Task.yield() }
    gate.open()
    let failure = await #expect(throws: SystemFailure.self) { try await start.value }
    #expect(failure?.description == "the system was stopped while n1 was started")
    let (left, running) = await stop.value
    #expect(left == [])
    #expect(running == [])
    #expect(fixture.host.signals.map(\.signal) == [SIGKILL])
    #expect(fixture.ended == [])
    #expect(await fixture.processes.processID(of: n1) == nil)
  }

  /// A host may take longer to start something than anybody waits; it is ended when it is there.
  @Test func aStartThatTakesLongerThanStopWaitsEndsItsProcessItself() async throws {
    let gate = Gate()
    let fixture = NodeFixture(duringSpawn: { _ in await gate.pass() }) { _, _ in
      ScriptedProcess()
    }
    let start = Task { try await fixture.processes.start(n1) }
    await gate.isReached()
    #expect(await fixture.processes.stop() == [])
    #expect(fixture.seconds == 10)
    gate.open()
    await #expect(throws: SystemFailure.self) { try await start.value }
    #expect(fixture.host.running == [])
  }

  @Test func oneNodeIsNotStartedTwiceAtTheSameTime() async throws {
    let gate = Gate()
    let fixture = NodeFixture(duringSpawn: { _ in await gate.pass() }) { _, _ in
      ScriptedProcess()
    }
    let start = Task { try await fixture.processes.launch(n1) }
    await gate.isReached()
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.launch(n1)
    }
    #expect(failure?.description == "n1 is being started already")
    gate.open()
    try await start.value
    #expect(fixture.host.running.count == 1)
  }

  @Test func afterStopNothingIsStarted() async throws {
    let fixture = NodeFixture(boot: .zero)
    #expect(await fixture.processes.stop() == [])
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.launch(n1)
    }
    #expect(failure?.description == "the system was stopped before n1 was started")
    #expect(fixture.host.running == [])
  }

  @Test func aStartThatTheHostRefusesMayBeTriedAgain() async throws {
    let fixture = NodeFixture(boot: .zero)
    fixture.host.refuse(SystemFailure(.failed, "no more processes"))
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.start(n1)
    }
    #expect(failure?.description == "no more processes")
    fixture.host.refuse(nil)
    try await fixture.processes.start(n1)
    #expect(fixture.ended == ["n1"])
  }

  /// A start whose undo cannot be written fails, and its process is ended with the rest.
  @Test func withoutAJournalAStartFailsAndLeavesNothing() async throws {
    let fixture = NodeFixture(journal: FullJournal(room: 0)) { _, _ in ScriptedProcess() }
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.start(n1)
    }
    #expect(failure?.description == "the disk is full")
    #expect(await fixture.processes.stop() == [])
    #expect(fixture.host.running == [])
  }

  @Test func aCancelledTaskEndsEverythingAllTheSame() async throws {
    let fixture = try await NodeFixture(nodes: 2, boot: .zero).booted()
    let stop = Task {
      while !Task.isCancelled { await Task.yield() }
      return await fixture.processes.stop()
    }
    stop.cancel()
    #expect(await stop.value == [])
    #expect(fixture.host.running == [])
  }

  @Test func nodesOfSeveralHostsAreEndedOnEach() async throws {
    let clock = LeapingClock()
    let hosts = ["h1", "h2"].map { name in
      ScriptedHost(name: name, clock: clock) { _, _ in ScriptedProcess() }
    }
    let journal = RecordingJournal()
    let processes = NodeProcesses(
      programs: [
        NodeID(1): NodeFixture.program(of: NodeID(1), on: hosts[0]),
        NodeID(2): NodeFixture.program(of: NodeID(2), on: hosts[1]),
      ],
      hosts: hosts, token: "nodes", journal: journal, bootDeadline: .seconds(1), clock: clock)
    try await processes.prepare()
    for node in processes.nodes { try await processes.start(node) }
    #expect(hosts.map(\.running.count) == [1, 1])
    #expect(journal.entries.map(\.host) == ["h1", "h2", "h1", "h2"])
    hosts[0].refuse(SystemFailure(.timedOut, "h1 is out of reach"))
    #expect(await processes.stop() == ["what runs on h1 is not known: h1 is out of reach"])
    #expect(hosts.map(\.running.count) == [1, 0])
  }
}

/// A place where one waits until another lets him pass.
final class Gate: Sendable {
  private let state = Mutex((isReached: false, isOpen: false))

  func open() { state.withLock { $0.isOpen = true } }

  func pass() async {
    state.withLock { $0.isReached = true }
    while !state.withLock({ $0.isOpen }) { await Task.yield() }
  }

  func isReached() async {
    while !state.withLock({ $0.isReached }) { await Task.yield() }
  }
}
