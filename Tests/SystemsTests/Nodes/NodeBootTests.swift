import Environment
import Glibc
import Harness
import Hosts
import Operations
import TestSupport
import Testing

@testable import Systems

/// Boots that work, hang, end, are cured and are given up, at the lengths that they really have.
@Suite struct NodeBootTests {
  private let n1 = NodeID(1)

  @Test func prepareJournalsTheMarkAndMakesDirectories() async throws {
    let fixture = NodeFixture(nodes: 2, boot: .zero)
    try await fixture.processes.prepare()
    #expect(fixture.journal.entries == [.endMarked(token: "nodes")])
    #expect(
      fixture.host.directories == ["/run/n1", "/run/n1/logs", "/run/n2", "/run/n2/logs"])
  }

  @Test func aSlowBootIsWaitedForAndNotBegunAgain() async throws {
    let fixture = NodeFixture(boot: .seconds(110))
    let notices = Notices()
    try await fixture.processes.start(n1)
    #expect(await !fixture.processes.acceptsClients(n1))
    try await fixture.processes.awaitBoot(n1) { notices.take($0) }
    #expect(notices.all == [])
    #expect(fixture.seconds == 110)
    #expect(fixture.ended == ["n1"])
    #expect(await fixture.processes.acceptsClients(n1))
    #expect(try await fixture.host.processes(marked: "nodes").count == 1)
  }

  @Test func aBootThatHangsIsCuredOnceByKillAndStart() async throws {
    let fixture = NodeFixture { daemon, attempt in
      attempt == 1
        ? ScriptedProcess(says: "waiting for\ntables\n")
        : ScriptedProcess(opensPort: (NodeFixture.port(in: daemon), .seconds(10)))
    }
    let notices = Notices()
    fixture.host.append("first\nsecond\nthird\nfourth\n", to: "/run/n1/logs/log")
    try await fixture.processes.start(n1)
    let before = await fixture.processes.processID(of: n1)
    try await fixture.processes.awaitBoot(n1) { notices.take($0) }
    #expect(
      notices.all == [
        "n1 did not open its port 127.0.0.1:5001 within 120 s: second / third / fourth "
          + "(/run/n1/logs/log); it is killed and started once more"
      ])
    #expect(fixture.seconds == 130)
    #expect(fixture.ended == ["n1", "n1"])
    #expect(await fixture.processes.processID(of: n1) != before)
    #expect(fixture.host.signals.map(\.signal) == [SIGKILL])
    #expect(fixture.host.running.count == 1)
  }

  @Test func aBootThatHangsTwiceIsGivenUp() async throws {
    let fixture = NodeFixture { _, _ in ScriptedProcess() }
    try await fixture.processes.start(n1)
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.awaitBoot(n1) { _ in }
    }
    #expect(failure?.kind == .timedOut)
    #expect(failure?.description.hasSuffix("within 120 s: nothing in /run/n1/logs/log") == true)
    #expect(fixture.seconds == 240)
  }

  @Test func aProcessThatEndsInItsBootSaysWhy() async throws {
    let fixture = NodeFixture { _, _ in
      ScriptedProcess(endsAfter: .seconds(3), says: "no such thing as a free lunch\n")
    }
    let notices = Notices()
    try await fixture.processes.start(n1)
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.awaitBoot(n1) { notices.take($0) }
    }
    #expect(failure?.kind == .failed)
    #expect(
      failure?.description.hasPrefix("n1 ended while it booted: no such thing as a free lunch")
        == true)
    #expect(notices.all.count == 1)
    #expect(fixture.seconds == 6)
  }

  @Test func aCancelledBootIsNotBegunAgain() async throws {
    let fixture = NodeFixture { _, _ in ScriptedProcess() }
    let notices = Notices()
    try await fixture.processes.start(n1)
    let boot = Task {
      try await withTaskCancellationHandler {
        while !Task.isCancelled { await Task.yield() }
        try await fixture.processes.awaitBoot(n1) { notices.take($0) }
      } onCancel: {
      }
    }
    boot.cancel()
    let failure = await #expect(throws: SystemFailure.self) { try await boot.value }
    #expect(failure?.description == "waiting for n1 to boot was cancelled")
    #expect(notices.all == [])
    #expect(fixture.host.running.count == 1)
  }

  @Test func stoppingEndsABootThatIsWaitedFor() async throws {
    let fixture = NodeFixture { _, _ in ScriptedProcess() }
    try await fixture.processes.start(n1)
    #expect(await fixture.processes.stop() == [])
    let notices = Notices()
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.awaitBoot(n1) { notices.take($0) }
    }
    #expect(failure?.description == "the system is being stopped")
    #expect(notices.all == [])
  }

  @Test func aNodeThatIsNoneIsNamed() async throws {
    let fixture = NodeFixture(boot: .zero)
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.start(NodeID(9))
    }
    #expect(failure?.description == "there is no node n9")
    #expect(await !fixture.processes.acceptsClients(NodeID(9)))
    #expect(await fixture.processes.processID(of: NodeID(9)) == nil)
    #expect(await fixture.processes.logLines(of: NodeID(9), matching: [], limit: 1) == nil)
  }

  @Test func theFirstFailureInOrderOfTheNodesIsThrown() async throws {
    let fixture = NodeFixture(nodes: 3, boot: .zero)
    let failure = await #expect(throws: SystemFailure.self) {
      try await fixture.processes.forEachNode { (node) async throws(SystemFailure) in
        if node != NodeID(1) { throw SystemFailure(.failed, "\(node)") }
      }
    }
    #expect(failure?.description == "n2")
  }

  @Test func realTimePassesOnTheMonotonicClock() async throws {
    let clock = MonotonicClock()
    let begin = clock.now()
    try await clock.sleep(for: .milliseconds(20))
    #expect(clock.now() - begin >= .milliseconds(20))
    let sleep = Task { try await clock.sleep(for: .seconds(600)) }
    sleep.cancel()
    await #expect(throws: CancellationError.self) { try await sleep.value }
    #expect(clock.now() - begin < .seconds(300))
  }
}
