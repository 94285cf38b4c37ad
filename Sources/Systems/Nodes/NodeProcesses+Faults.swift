package import Environment
import Glibc
import Harness
import Hosts
package import Operations
import Synchronization

extension NodeProcesses {
  private static let killTimeout = Duration.seconds(10)
  private static let shutdownTimeout = Duration.seconds(60)
  private static let bootPoll = Duration.milliseconds(50)

  /// Kills the node's process and returns once it is over.
  package func kill(_ node: NodeID) async throws(SystemFailure) {
    let (host, identity) = try started(node, "killed")
    try await host.signal(identity, SIGKILL)
    guard try await host.awaitExit(identity, timeout: Self.killTimeout) else {
      throw SystemFailure(
        .timedOut,
        "\(node) (process \(identity.pid)) still runs "
          + "\(Self.killTimeout.components.seconds) s after SIGKILL")
    }
  }

  /// Asks the node's process to end and returns once it is over.
  package func shutDown(_ node: NodeID) async throws(SystemFailure) {
    let (host, identity) = try started(node, "stopped")
    guard try await host.signal(identity, SIGTERM) else {
      throw SystemFailure(.failed, "\(node) cannot be stopped: it does not run")
    }
    guard try await host.awaitExit(identity, timeout: Self.shutdownTimeout) else {
      throw SystemFailure(
        .timedOut,
        "\(node) (process \(identity.pid)) still runs "
          + "\(Self.shutdownTimeout.components.seconds) s after it was asked to end: "
          + (await told(by: try program(of: node).log, on: host)))
    }
  }

  /// Stops the node's process; its undo is in the journal before.
  package func suspend(_ node: NodeID) async throws(SystemFailure) {
    let (host, identity) = try started(node, "paused")
    guard try await host.state(of: identity) != .over else {
      throw SystemFailure(.failed, "\(node) cannot be paused: it does not run")
    }
    try journal.add(.continueProcess(identity, what: "\(node)"))
    try await host.signal(identity, SIGSTOP)
  }

  /// Lets the node's process go on.
  package func resume(_ node: NodeID) async throws(SystemFailure) {
    guard let identity = identity(of: node),
      try await program(of: node).host.signal(identity, SIGCONT)
    else {
      throw SystemFailure(.failed, "\(node) cannot go on: it does not run")
    }
  }

  /// Starts a node that does not run, once `first` is done, and returns without waiting for its
  /// boot.
  package func launch(
    _ node: NodeID, first: () async throws(SystemFailure) -> Void = {}
  ) async throws(SystemFailure) {
    if let identity = identity(of: node),
      try await program(of: node).host.state(of: identity) != .over
    {
      throw SystemFailure(
        .failed, "\(node) cannot be started: it runs already (process \(identity.pid))")
    }
    try await first()
    try await start(node)
  }

  /// Waits until the node serves clients. A boot that ends or outlasts the deadline is begun once
  /// more, which `onRetry` hears of.
  package func awaitBoot(
    _ node: NodeID, onRetry: @Sendable (String) -> Void
  ) async throws(SystemFailure) {
    do {
      try await awaitService(of: node)
    } catch {
      try checkGoingOn()
      if Task.isCancelled { throw error }
      onRetry("\(error); it is killed and started once more")
      try await kill(node)
      try await start(node)
      try await awaitService(of: node)
    }
  }

  /// Whether the node's process stands still; nil if it does not run, or if its host does not say.
  package func isSuspended(_ node: NodeID) async -> Bool? {
    switch await state(of: node) {
    case .running: false
    case .stopped: true
    case .over, nil: nil
    }
  }

  /// The number of the node's process; nil if it does not run, or if its host does not say.
  package func processID(of node: NodeID) async -> Int32? {
    guard let identity = identity(of: node), let state = await state(of: node), state != .over
    else { return nil }
    return identity.pid
  }

  /// Whether the node accepts a connection where it serves clients, past all links.
  package func acceptsClients(_ node: NodeID) async -> Bool {
    guard let program = try? program(of: node) else { return false }
    let service = program.service
    return
      (try? await program.host.accepts(service.host, port: service.port, timeout: .seconds(1)))
      ?? false
  }

  private func identity(of node: NodeID) -> ProcessIdentity? { state.withLock { $0.nodes[node] } }

  private func state(of node: NodeID) async -> ProcessState? {
    guard let identity = identity(of: node), let host = try? program(of: node).host else {
      return nil
    }
    return try? await host.state(of: identity)
  }

  private func started(
    _ node: NodeID, _ done: String
  ) throws(SystemFailure) -> (host: any Host, identity: ProcessIdentity) {
    guard let identity = identity(of: node) else {
      throw SystemFailure(.failed, "\(node) cannot be \(done): it was never started")
    }
    return (try program(of: node).host, identity)
  }

  private func awaitService(of node: NodeID) async throws(SystemFailure) {
    let program = try program(of: node)
    let deadline = clock.now() + bootDeadline
    while await !acceptsClients(node) {
      try checkGoingOn()
      guard let identity = identity(of: node), try await program.host.state(of: identity) != .over
      else {
        let output = await told(by: program.daemon.output, on: program.host)
        throw SystemFailure(.failed, "\(node) ended while it booted: \(output)")
      }
      guard clock.now() < deadline else {
        let log = await told(by: program.log, on: program.host)
        throw SystemFailure(
          .timedOut,
          "\(node) did not open its port \(program.service.host):\(program.service.port) within "
            + "\(bootDeadline.components.seconds) s: \(log)")
      }
      try await pause(Self.bootPoll, "\(node) to boot")
    }
  }

  /// Waits on the run's clock; throws if the task is cancelled.
  package func pause(_ time: Duration, _ what: String) async throws(SystemFailure) {
    do {
      try await clock.sleep(for: time)
    } catch {
      throw SystemFailure(.failed, "waiting for \(what) was cancelled")
    }
  }
}
