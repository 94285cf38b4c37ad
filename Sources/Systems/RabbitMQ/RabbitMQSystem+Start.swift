import Hosts
package import Harness
import Relays
import Operations
import Synchronization

extension RabbitMQSystem {
  private static let portMapperTimeout = Duration.seconds(10)

  /// Starts epmd, the relay and all nodes, and waits until all see each other. The undo of each
  /// process is in the journal before the next is started.
  package func start() async throws(SystemFailure) {
    try journal.add(.endMarked(token: token))
    try writeFiles()
    try await startPortMapper()
    try await startRelay()
    for node in nodes { try spawnNode(node) }
    try await forEachNode { (node) async throws(SystemFailure) in
      try await self.awaitBoot(node, onRetry: self.options.onNotice)
    }
    try await awaitCluster()
  }

  private func writeFiles() throws(SystemFailure) {
    try host.makeDirectory(layout.networkDirectory)
    for node in nodes {
      let config = layout.configDirectory(of: node)
      for directory in [config, layout.logDirectory(of: node), layout.dataDirectory(of: node)] {
        try host.makeDirectory(directory)
      }
      for file in configuration.files(of: node) {
        try host.write(file.text, to: "\(config)/\(file.name)")
      }
      // Erlang refuses a cookie that others may read.
      try host.write(configuration.cookie, to: "\(config)/.erlang.cookie", mode: 0o400)
    }
  }

  private func startPortMapper() async throws(SystemFailure) {
    let log = "\(layout.networkDirectory)/epmd.log"
    let daemon = Daemon(
      installation.epmd, ["-port", "\(layout.epmdPort)"],
      environment: [
        "PATH": "/usr/bin:/bin", "ERL_EPMD_ADDRESS": "127.0.0.1", LocalHost.marker: token,
      ],
      workingDirectory: "/", output: log)
    let identity = try spawn(daemon, "epmd") { $0.epmd = $1 }
    let deadline = ContinuousClock.now + Self.portMapperTimeout
    while await !host.accepts("127.0.0.1", port: layout.epmdPort, timeout: .seconds(1)) {
      guard host.isAlive(identity), ContinuousClock.now < deadline else {
        throw SystemFailure(
          .failed, "epmd does not listen on 127.0.0.1:\(layout.epmdPort): \(told(by: log))")
      }
      await host.pause(.milliseconds(10))
    }
  }

  private func startRelay() async throws(SystemFailure) {
    let log = "\(layout.networkDirectory)/relay.log"
    guard host.isExecutable(options.nodeExecutable) else {
      throw SystemFailure(
        .unavailable,
        "there is no program \(options.nodeExecutable), which carries the links between the nodes: "
          + "build it with 'swift build --product stoat-node'")
    }
    try journal.add(.endRelay(socket: relaySocket))
    try journal.add(.healRelay(socket: relaySocket))
    let daemon = Daemon(
      relay: options.nodeExecutable, socket: relaySocket, token: token, output: log)
    try spawn(daemon, "relay") { $0.relay = $1 }
    do {
      try await installLinks()
    } catch {
      throw SystemFailure(error.kind, "\(error) (relay's log: \(told(by: log)))")
    }
  }

  /// Starts a node; it boots in the background.
  func spawnNode(_ node: NodeID) throws(SystemFailure) {
    let daemon = Daemon(
      installation.serverScript,
      environment: configuration.environment(of: node, installation: installation),
      workingDirectory: layout.dataDirectory(of: node), output: layout.outputFile(of: node))
    try spawn(daemon, "\(node)") { $0.nodes[node] = $1 }
  }

  /// Starts a process unless the system is being stopped, keeps its identity and journals its end.
  @discardableResult
  private func spawn(
    _ daemon: Daemon, _ what: String,
    keep: @Sendable (inout State, ProcessIdentity) -> Void
  ) throws(SystemFailure) -> ProcessIdentity {
    // Under the lock, so that `stop` finds either the process or that it will not be started.
    let identity = try state.withLock { (state) throws(SystemFailure) in
      guard !state.isStopping else {
        throw SystemFailure(.failed, "the system was stopped before \(what) was started")
      }
      let identity = try host.spawn(daemon)
      keep(&state, identity)
      return identity
    }
    try journal.add(.endProcess(identity, what: what))
    return identity
  }

  private func awaitCluster() async throws(SystemFailure) {
    let deadline = ContinuousClock.now + plan.bootDeadline
    var incomplete: [String] = []
    repeat {
      try checkGoingOn()
      incomplete = []
      for node in nodes {
        do throws(SystemFailure) {
          let running = try await clusterView(of: node).running
          if running != nodes { incomplete.append("\(node) sees \(running)") }
        } catch {
          incomplete.append("\(error)")
        }
      }
      if incomplete.isEmpty { return }
      await host.pause(.milliseconds(200))
    } while ContinuousClock.now < deadline
    throw SystemFailure(
      .timedOut,
      "the nodes did not become one cluster within \(plan.bootDeadline.components.seconds) s: "
        + "\(incomplete.joined(separator: "; ")). See \(layout.logFile(of: nodes[0])).")
  }

  func checkGoingOn() throws(SystemFailure) {
    guard !state.withLock({ $0.isStopping }) else {
      throw SystemFailure(.failed, "the system is being stopped")
    }
  }

  /// Does `work` for all nodes at the same time; throws the first failure in order of the nodes.
  func forEachNode(
    _ work: @escaping @Sendable (NodeID) async throws(SystemFailure) -> Void
  ) async throws(SystemFailure) {
    let failures = await withTaskGroup(of: (NodeID, SystemFailure?).self) { group in
      for node in nodes {
        group.addTask {
          do throws(SystemFailure) {
            try await work(node)
            return (node, nil)
          } catch {
            return (node, error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for (_, failure) in failures.sorted(by: { $0.0 < $1.0 }) {
      if let failure { throw failure }
    }
  }

  /// The end of a log, for messages.
  func told(by log: String) -> String {
    let lines = host.lastLines(of: log, count: 3)
    return lines.isEmpty ? "nothing in \(log)" : lines.joined(separator: " / ") + " (\(log))"
  }
}
