package import Environment
package import Harness
package import Operations

/// A scripted cluster of which nothing is known and to which nothing can be done, as one that
/// belongs to somebody else.
package struct BareSystem: System {
  private let base: ScriptedSystem

  /// `base`, without its capabilities.
  package init(_ base: ScriptedSystem) {
    self.base = base
  }

  /// Those of the cluster.
  package var nodes: [NodeID] { base.nodes }
  /// Those of the cluster.
  package var credentials: Credentials { base.credentials }
  /// That of the cluster.
  package func describe() async -> SystemDescription { await base.describe() }
  /// That of the cluster.
  package func start() async throws(SystemFailure) { try await base.start() }
  /// That of the cluster.
  package func prepare(_ queues: [QueuePlan]) async throws(SystemFailure) {
    try await base.prepare(queues)
  }
  /// That of the cluster.
  package func endpoint(of node: NodeID) -> Endpoint { base.endpoint(of: node) }
  /// That of the cluster.
  package func stop() async -> [String] { await base.stop() }
}
