package import Environment
package import Harness
package import Operations

/// A system whose nodes are `NodeProcesses`: their faults and evidence are the same for all.
package protocol SupervisedSystem: ProcessFaults {
  /// The processes of the nodes.
  var processes: NodeProcesses { get }
}

extension SupervisedSystem {
  /// The nodes in order.
  package var nodes: [NodeID] { processes.nodes }

  /// Kills the node's process and returns once it is over.
  package func kill(_ node: NodeID) async throws(SystemFailure) {
    try await processes.kill(node)
  }

  /// Asks the node's process to end and returns once it is over.
  package func shutDown(_ node: NodeID) async throws(SystemFailure) {
    try await processes.shutDown(node)
  }

  /// Stops the node's process.
  package func suspend(_ node: NodeID) async throws(SystemFailure) {
    try await processes.suspend(node)
  }

  /// Lets the node's process go on.
  package func resume(_ node: NodeID) async throws(SystemFailure) {
    try await processes.resume(node)
  }

  /// Starts a node that does not run.
  package func launch(_ node: NodeID) async throws(SystemFailure) {
    try await processes.launch(node)
  }

  /// Waits until the node serves clients; a boot that hangs is cured once.
  package func awaitBoot(
    _ node: NodeID, onRetry: @Sendable (String) -> Void
  ) async throws(SystemFailure) {
    try await processes.awaitBoot(node, onRetry: onRetry)
  }

  /// The number of the node's process if it runs.
  package func processID(of node: NodeID) async -> Int32? { await processes.processID(of: node) }

  /// The node's process if it runs.
  package func incarnation(of node: NodeID) async -> NodeIncarnation? {
    await processID(of: node).map { NodeIncarnation("process \($0)") }
  }

  /// Whether the node's process stands still; nil if it does not run.
  package func isSuspended(_ node: NodeID) async -> Bool? { await processes.isSuspended(node) }

  /// Whether the node serves clients, asked past the links.
  package func acceptsClients(_ node: NodeID) async -> Bool {
    await processes.acceptsClients(node)
  }
}
