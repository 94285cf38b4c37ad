import Hosts
import Glibc
package import Harness
package import Operations
import Synchronization

extension RabbitMQSystem: ProcessFaults {
  private static let killTimeout = Duration.seconds(10)
  private static let shutdownTimeout = Duration.seconds(60)
  private static let bootPoll = Duration.milliseconds(50)

  /// Kills the Erlang machine itself; its small helpers end with it.
  package func kill(_ node: NodeID) async throws(SystemFailure) {
    guard let identity = state.withLock({ $0.nodes[node] }) else {
      throw SystemFailure(.failed, "\(node) cannot be killed: it was never started")
    }
    host.signal(identity, SIGKILL)
    guard await host.awaitExit(identity, timeout: Self.killTimeout) else {
      throw SystemFailure(
        .timedOut, "\(node) (process \(identity.pid)) still runs 10 s after SIGKILL")
    }
  }

  /// Asks RabbitMQ to end, which takes some seconds.
  package func shutDown(_ node: NodeID) async throws(SystemFailure) {
    guard let identity = state.withLock({ $0.nodes[node] }) else {
      throw SystemFailure(.failed, "\(node) cannot be stopped: it was never started")
    }
    guard host.signal(identity, SIGTERM) else {
      throw SystemFailure(.failed, "\(node) cannot be stopped: it does not run")
    }
    guard await host.awaitExit(identity, timeout: Self.shutdownTimeout) else {
      throw SystemFailure(
        .timedOut,
        "\(node) (process \(identity.pid)) still runs "
          + "\(Self.shutdownTimeout.components.seconds) s after it was asked to end: "
          + told(by: layout.logFile(of: node)))
    }
  }

  /// Stops the Erlang machine itself.
  package func suspend(_ node: NodeID) async throws(SystemFailure) {
    guard let identity = state.withLock({ $0.nodes[node] }), host.isAlive(identity) else {
      throw SystemFailure(.failed, "\(node) cannot be paused: it does not run")
    }
    try journal.add(.continueProcess(identity, what: "\(node)"))
    host.signal(identity, SIGSTOP)
  }

  /// Lets it go on.
  package func resume(_ node: NodeID) async throws(SystemFailure) {
    guard let identity = state.withLock({ $0.nodes[node] }),
      host.signal(identity, SIGCONT)
    else {
      throw SystemFailure(.failed, "\(node) cannot go on: it does not run")
    }
  }

  /// What the kernel says of the Erlang machine.
  package func isSuspended(_ node: NodeID) async -> Bool? {
    guard let identity = state.withLock({ $0.nodes[node] }) else { return nil }
    return host.isStopped(identity)
  }

  /// Starts a node that does not run.
  package func launch(_ node: NodeID) async throws(SystemFailure) {
    if let identity = state.withLock({ $0.nodes[node] }), host.isAlive(identity) {
      throw SystemFailure(
        .failed, "\(node) cannot be started: it runs already (process \(identity.pid))")
    }
    try await revive(node)
    try spawnNode(node)
  }

  /// Waits until the node's AMQP port is open. A boot that ends or outlasts the plan's deadline is
  /// begun once more.
  package func awaitBoot(
    _ node: NodeID, onRetry: @Sendable (String) -> Void
  ) async throws(SystemFailure) {
    do {
      try await awaitPort(of: node)
    } catch {
      try checkGoingOn()
      onRetry("\(error); it is killed and started once more")
      try await kill(node)
      try spawnNode(node)
      try await awaitPort(of: node)
    }
  }

  /// The process id of the Erlang machine.
  package func processID(of node: NodeID) async -> Int32? {
    guard let identity = state.withLock({ $0.nodes[node] }), host.isAlive(identity) else {
      return nil
    }
    return identity.pid
  }

  /// The process of the Erlang machine.
  package func incarnation(of node: NodeID) async -> NodeIncarnation? {
    await processID(of: node).map { NodeIncarnation("process \($0)") }
  }

  /// Whether the AMQP port is open, asked past the relay.
  package func acceptsClients(_ node: NodeID) async -> Bool {
    await host.accepts("127.0.0.1", port: layout.clientPort(of: node), timeout: .seconds(1))
  }

  private func awaitPort(of node: NodeID) async throws(SystemFailure) {
    let deadline = ContinuousClock.now + plan.bootDeadline
    while await !acceptsClients(node) {
      try checkGoingOn()
      guard await processID(of: node) != nil else {
        throw SystemFailure(
          .failed, "\(node) ended while it booted: \(told(by: layout.outputFile(of: node)))")
      }
      guard ContinuousClock.now < deadline else {
        throw SystemFailure(
          .timedOut,
          "\(node) did not open its port 127.0.0.1:\(layout.clientPort(of: node)) within "
            + "\(plan.bootDeadline.components.seconds) s: \(told(by: layout.logFile(of: node)))")
      }
      await host.pause(Self.bootPoll)
    }
  }
}
