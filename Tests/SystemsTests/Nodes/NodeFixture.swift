import Environment
import Harness
import Hosts
import Operations
import Synchronization
import TestSupport

@testable import Systems

/// Nodes on a scripted host: every wait at its real length, in no time.
struct NodeFixture: Sendable {
  let clock: LeapingClock
  let journal = RecordingJournal()
  let host: ScriptedHost
  let processes: NodeProcesses
  let token = "nodes"

  /// `script` says what the nth start of a daemon becomes; nodes have the ports 5001, 5002 and so
  /// on.
  init(
    nodes: Int = 1, name: String = LocalHost.localName, bootDeadline: Duration = .seconds(120),
    journal other: (any UndoJournal)? = nil,
    duringSpawn: @escaping @Sendable (Daemon) async -> Void = { _ in },
    script: @escaping @Sendable (Daemon, Int) -> ScriptedProcess
  ) {
    let clock = LeapingClock()
    let host = ScriptedHost(name: name, clock: clock, duringSpawn: duringSpawn, script: script)
    self.clock = clock
    self.host = host
    let ids = (1...nodes).map { NodeID(UInt32($0)) }
    processes = NodeProcesses(
      programs: Dictionary(uniqueKeysWithValues: ids.map { ($0, Self.program(of: $0, on: host)) }),
      hosts: [host], token: token, journal: other ?? journal, bootDeadline: bootDeadline,
      clock: clock)
  }

  /// Nodes that serve after `boot`.
  init(nodes: Int = 1, name: String = LocalHost.localName, boot: Duration) {
    self.init(nodes: nodes, name: name) { daemon, _ in
      ScriptedProcess(opensPort: (Self.port(in: daemon), boot))
    }
  }

  static func program(of node: NodeID, on host: any Host) -> NodeProgram {
    NodeProgram(
      host: host,
      daemon: Daemon(
        "/broker", ["\(5_000 + node.rawValue)"], environment: [:],
        workingDirectory: "/run/\(node)", output: "/run/\(node)/output"),
      directories: ["/run/\(node)", "/run/\(node)/logs"], log: "/run/\(node)/logs/log",
      service: Endpoint(host: "127.0.0.1", port: 5_000 + Int(node.rawValue)))
  }

  static func port(in daemon: Daemon) -> Int { daemon.arguments.first.flatMap { Int($0) } ?? 0 }

  /// The time that has passed, in whole seconds.
  var seconds: Int64 { (clock.now() - .zero).components.seconds }

  /// What the journal says will be ended.
  var ended: [String] {
    journal.entries.compactMap { entry in
      if case .endProcess(_, let what) = entry { what } else { nil }
    }
  }

  func booted() async throws -> NodeFixture {
    try await processes.prepare()
    for node in processes.nodes {
      try await processes.start(node)
      try await processes.awaitBoot(node) { _ in }
    }
    return self
  }
}

/// Texts that were told, in order.
final class Notices: Sendable {
  private let told = Mutex<[String]>([])

  var all: [String] { told.withLock { $0 } }

  func take(_ text: String) { told.withLock { $0.append(text) } }
}
