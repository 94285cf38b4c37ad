import Environment
import Harness
@testable import Hosts
import Operations
import TestSupport
import Testing

@testable import Systems
import TestSupport

/// Links of a system over a real relay, without a broker.
@Suite struct RelayedSystemTests {
  private let n1 = NodeID(1)
  private let n2 = NodeID(2)

  private func with(_ body: (RelayedNodes) async throws -> Void) async throws {
    let system = try RelayedNodes()
    do {
      try await system.start()
      try await body(system)
    } catch {
      _ = await system.stop()
      throw error
    }
    #expect(await system.stop() == [])
    #expect(system.host.processes(marked: system.processes.token) == [])
  }

  private var clientWays: [LinkWay] {
    let way = LinkWay(from: .clients(n1), to: .node(n1))
    return [way, way.reversed]
  }

  @Test func cutsHoldAndHealsDeliver() async throws {
    try await with { system in
      await system.send(100, to: n1)
      #expect(try await system.probe(clientWays).passedBytes >= 100)
      try await system.cut(clientWays, onlyStream: false)
      await system.send(50, to: n1)
      var probe = try await system.probe(clientWays)
      #expect(probe.ways == 2)
      #expect(probe.stalled == 2)
      #expect(probe.passedBytes == 0)
      try await system.open(clientWays)
      probe = try await system.probe(clientWays)
      #expect(probe.stalled == 0)
      #expect(try await system.probe([LinkWay(from: .node(n1), to: .node(n2))]).passedBytes == 0)
      #expect(try await system.worstLinkLag() >= .zero)
    }
  }

  @Test func shapesAreSeenAndEnd() async throws {
    try await with { system in
      try await system.shape(
        clientWays,
        LinkConditions(
          delay: .milliseconds(10), bandwidth: 50_000, stallEvery: .milliseconds(100),
          stallFor: .milliseconds(20)))
      await system.send(2_000, to: n1)
      let probe = try await system.probe(clientWays)
      #expect(probe.shaped == 2)
      #expect(probe.delayedChunks > 0)
      #expect(try #require(probe.leastDelay) >= .milliseconds(10))
      try await system.smooth(clientWays)
      #expect(try await system.probe(clientWays).shaped == 0)
    }
  }

  @Test func clientConnectionsAreResetAndCounted() async throws {
    try await with { system in
      let endpoint = system.endpoint(of: n1)
      let silent = Task {
        await system.host.exchange(
          with: endpoint.host, port: endpoint.port, sending: [1], timeout: .seconds(60)
        ) { _ in false }
      }
      for _ in 0..<500 where try await system.probe(clientWays).connections == 0 {
        await system.host.pause(.milliseconds(10))
      }
      try await system.resetClients(of: [n1])
      #expect(await silent.value == nil)
      #expect(try await system.resetConnections(of: [n1]) == 1)
      #expect(try await system.resetConnections(of: [n2]) == 0)
    }
  }

  @Test func aHostThatDiesIsSilentUntilItsNodeIsStarted() async throws {
    try await with { system in
      let before = try #require(await system.processID(of: n2))
      #expect(try await system.isSilent(n2) == false)
      try await system.killHost(n2)
      #expect(await system.processID(of: n2) == nil)
      #expect(try await system.isSilent(n2))
      #expect(try await system.isSilent(n1) == false)
      try await system.launch(n2)
      #expect(try await system.isSilent(n2) == false)
      #expect(try #require(await system.processID(of: n2)) != before)
      // A kill alone silences nothing, and its start revives nothing.
      try await system.kill(n2)
      try await system.launch(n2)
      #expect(try await system.isSilent(n2) == false)
    }
  }

  @Test func faultsOfProcessesReachTheProcesses() async throws {
    try await with { system in
      try await system.prepare([])
      try await system.awaitBoot(n1) { Issue.record("retried: \($0)") }
      #expect(await system.acceptsClients(n1))
      try await system.suspend(n1)
      #expect(await eventually { await system.isSuspended(n1) == true })
      try await system.resume(n1)
      #expect(await eventually { await system.isSuspended(n1) == false })
      try await system.shutDown(n1)
      #expect(await system.processID(of: n1) == nil)
      #expect(await system.processes.logLines(of: n1, matching: [], limit: 1)?.isEmpty == true)
    }
  }

  @Test func theUndosOfTheRelayAreInTheJournalBeforeIt() async throws {
    try await with { system in
      let entries = system.journal.entries
      let socket = system.hostRelay.socket
      let relay = entries.firstIndex { entry in
        if case .endProcess(_, what: "relay") = entry { true } else { false }
      }
      let started = try #require(relay)
      let heal = try #require(entries.firstIndex(of: .healRelay(socket: socket)))
      let end = try #require(entries.firstIndex(of: .endRelay(socket: socket)))
      #expect(entries.first == .endMarked(token: system.processes.token))
      #expect(heal < started)
      #expect(end < started)
    }
  }

  @Test func aNodeThatIsNoneIsNowhere() throws {
    let system = try RelayedNodes()
    #expect(system.endpoint(of: NodeID(9)) == Endpoint(host: "127.0.0.1", port: 0))
    #expect(system.endpoint(of: n1).host == "127.\(system.layout.octet).129.1")
  }

  @Test func aMissingRelayIsNamed() async throws {
    let system = try RelayedNodes(relay: "/nowhere/stoat-node")
    let failure = await #expect(throws: SystemFailure.self) { try await system.start() }
    #expect(failure?.kind == .unavailable)
    #expect(failure?.description.hasPrefix("there is no program /nowhere/stoat-node") == true)
    #expect(await system.stop() == [])
  }

  @Test func aRelayThatEndsAtOnceShowsItsLog() async throws {
    let system = try RelayedNodes(relay: "/bin/false")
    let failure = await #expect(throws: SystemFailure.self) { try await system.start() }
    #expect(failure?.description.contains("(relay's log: nothing in") == true)
    #expect(await system.stop() == [])
  }
}
