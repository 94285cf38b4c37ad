import Environment
import Hosts
import Glibc
import Harness
import Operations
import Synchronization
import TestSupport
import Testing

@testable import Systems

/// How starting goes wrong: real epmd and relay, but a server that is a shell script.
@Suite(needsRabbitMQ) struct RabbitMQStartTests {
  private let tree = FakeTree()
  private let host = LocalHost()
  private let token = "start-\(UInt64.random(in: 0 ... .max))"
  private let journal = RecordingJournal()

  private func system(
    server: String = "exec sleep 300", nodes: Int = 1, bootDeadline: Duration = .seconds(300),
    octet: Int? = nil, nodeExecutable: String = StoatProgram.path("stoat-node"),
    onNotice: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> RabbitMQSystem {
    var installation = try #require(realInstallation)
    installation.serverScript = try tree.script("server", server)
    return try RabbitMQSystem(
      installation: installation, on: host,
      plan: ClusterPlan(
        nodes: nodes, partitionHandling: .ignore, netTick: .seconds(5),
        bootDeadline: bootDeadline),
      directory: "\(tree.path)/run", journal: journal, token: token,
      options: RabbitMQSystem.Options(
        nodeExecutable: nodeExecutable, netOctet: octet, onNotice: onNotice))
  }

  private func startFails(_ system: RabbitMQSystem) async throws -> SystemFailure {
    let failure = await #expect(throws: SystemFailure.self) { try await system.start() }
    #expect(await system.stop() == [])
    #expect(host.processes(marked: token) == [])
    return try #require(failure)
  }

  @Test func hangingBootIsBegunOnceMoreAndThenGivenUp() async throws {
    let notices = Mutex<[String]>([])
    let system = try system(bootDeadline: .seconds(1)) { notice in
      notices.withLock { $0.append(notice) }
    }
    let failure = try await startFails(system)
    #expect(failure.kind == .timedOut)
    let port = system.layout.places.clientPort(of: NodeID(1))
    #expect(failure.description.contains("n1 did not open its port 127.0.0.1:\(port) within 1 s"))
    #expect(notices.withLock { $0.count } == 1)
    #expect(notices.withLock { $0.first?.contains("killed and started once more") } == true)
    var ended: [String] = []
    for case .endProcess(_, let what) in journal.entries { ended.append(what) }
    #expect(ended == ["epmd", "relay", "n1", "n1"])
  }

  @Test func undosAreInTheJournalBeforeWhatTheyUndo() async throws {
    let system = try system(bootDeadline: .milliseconds(100))
    _ = try await startFails(system)
    let entries = journal.entries
    #expect(entries.first == .endMarked(token: token))
    let heal = entries.firstIndex(of: .healRelay(socket: system.hostRelay.socket))
    let end = entries.firstIndex(of: .endRelay(socket: system.hostRelay.socket))
    let relay = entries.firstIndex { entry in
      if case .endProcess(_, what: "relay") = entry { true } else { false }
    }
    let spawned = try #require(relay)
    #expect(try #require(heal) < spawned)
    #expect(try #require(end) < spawned)
  }

  @Test func serverThatEndsSaysWhy() async throws {
    let system = try system(server: "echo no such thing as a free lunch; exit 1")
    let failure = try await startFails(system)
    #expect(failure.description.contains("n1 ended while it booted: no such thing as a free lunch"))
    #expect(failure.description.contains("/run/nodes/n1/logs/stdout.log"))
  }

  @Test func stopEndsAStartThatIsUnderWay() async throws {
    let system = try system(nodes: 2)
    let start = Task { try await system.start() }
    for _ in 0..<6000 {
      if await system.processID(of: NodeID(2)) != nil { break }
      await host.pause(.milliseconds(10))
    }
    #expect(await system.processID(of: NodeID(2)) != nil)
    #expect(await system.stop() == [])
    await #expect(throws: SystemFailure.self) { try await start.value }
    #expect(await system.stop() == [])
    #expect(host.processes(marked: token) == [])
    #expect(!host.isDirectory(system.layout.places.dataDirectory(of: NodeID(1))))
    #expect(host.isDirectory(system.layout.places.logDirectory(of: NodeID(1))))
    await #expect(throws: SystemFailure.self) { try await system.launch(NodeID(1)) }
  }

  @Test func missingRelayIsNamed() async throws {
    let failure = try await startFails(system(nodeExecutable: "/nowhere/stoat-node"))
    #expect(failure.kind == .unavailable)
    #expect(failure.description.contains("no program /nowhere/stoat-node"))
  }

  @Test func runsAtTheSameTimeHaveDifferentAddresses() async throws {
    let first = try system()
    let second = try system()
    #expect(first.layout.places.octet != second.layout.places.octet)
    #expect(Set(first.layout.places.ports).isDisjoint(with: second.layout.places.ports))
    let failure = #expect(throws: SystemFailure.self) {
      try system(octet: first.layout.places.octet)
    }
    #expect(failure?.kind == .addressInUse)
    let claim = first.layout.places.claim
    #expect(
      failure?.description.hasPrefix(
        "\(claim.host):\(claim.port) is in use by \(claim.host):\(claim.port) (process \(getpid())")
        == true)
    #expect(await first.stop() == [])
    let third = try system(octet: first.layout.places.octet)
    #expect(await third.stop() == [])
    #expect(await second.stop() == [])
  }

  @Test func takenPortIsNamedWithItsProcess() async throws {
    let free = try system()
    let octet = free.layout.places.octet
    let port = free.layout.places.clientPort(of: NodeID(1))
    #expect(await free.stop() == [])
    let claim = try host.claim("127.0.0.1", port: port)
    let failure = #expect(throws: SystemFailure.self) { try system(octet: octet) }
    claim.release()
    #expect(failure?.kind == .addressInUse)
    let expected = "0.0.0.0:\(port) is in use by 127.0.0.1:\(port) (process \(getpid())"
    #expect(failure?.description.hasPrefix(expected) == true, "\(failure?.description ?? "none")")
  }

  @Test(arguments: [0, 255]) func octetOutOfRange(octet: Int) {
    let failure = #expect(throws: SystemFailure.self) { try system(octet: octet) }
    #expect(failure?.description.contains("use 1 to 254") == true)
  }

  @Test(arguments: [0, 29]) func nodesOutOfRange(nodes: Int) {
    #expect(throws: SystemFailure.self) { try system(nodes: nodes) }
  }
}
