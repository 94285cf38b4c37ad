import Environment
import Harness
import Hosts
import Operations
import Relays
import Synchronization
import TestSupport

@testable import Systems

/// Two nodes that are only sleeping processes, whose ports the test holds open, behind a real
/// relay.
final class RelayedNodes: SilencedSystem {
  let processes: NodeProcesses
  let hostRelay: HostRelay
  let topology: NetworkTopology
  let passedBefore = PassedBytes()
  let silenced = SilencedNodes()
  let journal = RecordingJournal()
  let layout: NodeLayout
  let host = LocalHost()
  private let scratch: ScratchDirectory
  private let claims: Mutex<[AddressClaim]>

  init(relay: String = StoatProgram.path("stoat-node")) throws {
    let token = "relayed-\(UInt64.random(in: 0 ... .max))"
    scratch = try ScratchDirectory()
    let (layout, claim) = try AddressBlock(
      host: host, nodeCount: 2, directory: scratch.path, token: token
    ).claim(octet: nil)
    self.layout = layout
    topology = try layout.topology(hasPortMapper: false)
    hostRelay = HostRelay(host: host, program: relay, directory: layout.networkDirectory)
    let host = host
    processes = NodeProcesses(
      programs: layout.nodes.reduce(into: [:]) { programs, node in
        programs[node] = NodeProgram(
          host: host,
          daemon: Daemon(
            "/bin/sleep", ["600"], environment: ["PATH": "/usr/bin:/bin"],
            workingDirectory: "/", output: layout.outputFile(of: node)),
          directories: [layout.logDirectory(of: node)], log: layout.outputFile(of: node),
          service: layout.service(of: node))
      },
      hosts: [host], token: token, journal: journal, bootDeadline: .seconds(30),
      clock: MonotonicClock())
    claims = Mutex([claim])
  }

  var credentials: Credentials { Credentials(user: "", password: "") }
  func describe() async -> SystemDescription {
    SystemDescription(name: "relayed", version: "1", settings: [])
  }
  func prepare(_ queues: [QueuePlan]) async throws(SystemFailure) { await processes.markLogs() }

  func start() async throws(SystemFailure) {
    for node in nodes {
      for port in [layout.clientPort(of: node), layout.peerPort(of: node)] {
        let claim = try host.claim(NodeLayout.ownAddress, port: port)
        claims.withLock { $0.append(claim) }
      }
    }
    try await processes.prepare()
    try await startRelay(in: processes)
    for node in nodes { try await processes.start(node) }
  }

  func stop() async -> [String] {
    let left = await processes.stop()
    claims.withLock { claims in
      claims.forEach { $0.release() }
      claims = []
    }
    return left
  }

  /// Sends bytes to the clients' address of a node, which nobody answers.
  func send(_ count: Int, to node: NodeID) async {
    let endpoint = endpoint(of: node)
    _ = await host.exchange(
      with: endpoint.host, port: endpoint.port, sending: Array(repeating: 7, count: count),
      timeout: .milliseconds(300)
    ) { _ in false }
  }
}
