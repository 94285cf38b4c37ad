package import Environment
import Harness
import Hosts
import Operations
import Relays

extension RabbitMQSystem {
  private static let portMapperTimeout = Duration.seconds(10)

  /// Starts epmd, the relay and all nodes, and waits until all see each other. The undo of each
  /// process is in the journal before the next is started.
  package func start() async throws(SystemFailure) {
    try await processes.prepare()
    try await writeFiles()
    try await startPortMapper()
    try await startRelay(in: processes)
    for node in nodes { try await processes.start(node) }
    try await processes.forEachNode { (node) async throws(SystemFailure) in
      try await self.awaitBoot(node, onRetry: self.options.onNotice)
    }
    try await awaitCluster()
  }

  private func writeFiles() async throws(SystemFailure) {
    for node in nodes {
      let config = layout.places.configDirectory(of: node)
      for file in configuration.files(of: node) {
        try await host.write(file.text, to: "\(config)/\(file.name)", mode: 0o644)
      }
      // Erlang refuses a cookie that others may read.
      try await host.write(configuration.cookie, to: "\(config)/.erlang.cookie", mode: 0o400)
    }
  }

  private func startPortMapper() async throws(SystemFailure) {
    let address = NodeLayout.ownAddress
    let log = "\(layout.places.networkDirectory)/epmd.log"
    try await host.makeDirectory(layout.places.networkDirectory)
    let daemon = Daemon(
      installation.epmd, ["-port", "\(layout.epmdPort)"],
      environment: ["PATH": "/usr/bin:/bin", "ERL_EPMD_ADDRESS": address],
      workingDirectory: "/", output: log)
    let identity = try await processes.startAuxiliary(daemon, as: "epmd", on: host)
    let deadline = clock.now() + Self.portMapperTimeout
    while try await !host.accepts(address, port: layout.epmdPort, timeout: .seconds(1)) {
      guard try await host.state(of: identity) != .over, clock.now() < deadline else {
        throw SystemFailure(
          .failed,
          "epmd does not listen on \(address):\(layout.epmdPort): "
            + (await processes.told(by: log, on: host)))
      }
      try await processes.pause(.milliseconds(10), "epmd")
    }
  }

  private func awaitCluster() async throws(SystemFailure) {
    let deadline = clock.now() + plan.bootDeadline
    var incomplete: [String] = []
    repeat {
      try processes.checkGoingOn()
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
      try await processes.pause(.milliseconds(200), "the nodes to become one cluster")
    } while clock.now() < deadline
    throw SystemFailure(
      .timedOut,
      "the nodes did not become one cluster within \(plan.bootDeadline.components.seconds) s: "
        + "\(incomplete.joined(separator: "; ")). See \(layout.logFile(of: nodes[0])).")
  }
}
