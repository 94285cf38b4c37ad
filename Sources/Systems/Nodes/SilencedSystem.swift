package import Environment
package import Harness
package import Operations
import Relays
import Synchronization

/// A supervised system whose relay can take a node off the network in the moment of its death.
package protocol SilencedSystem: SupervisedSystem, RelayedSystem, HostFaults {
  /// The nodes that are off the network.
  var silenced: SilencedNodes { get }
}

/// The nodes whose hosts are taken off the network.
package final class SilencedNodes: Sendable {
  private let nodes = Mutex<Set<NodeID>>([])

  /// None.
  package init() {}

  func insert(_ node: NodeID) { nodes.withLock { _ = $0.insert(node) } }

  /// Whether the node was among them; it is not any more.
  func remove(_ node: NodeID) -> Bool { nodes.withLock { $0.remove(node) != nil } }
}

extension SilencedSystem {
  /// Silences the node, then kills it.
  package func killHost(_ node: NodeID) async throws(SystemFailure) {
    try await relay { (control) throws(RelayError) in try control.silence(node.description) }
    silenced.insert(node)
    try await kill(node)
  }

  /// Whether all ways from and to the node stall.
  package func isSilent(_ node: NodeID) async throws(SystemFailure) -> Bool {
    let others: [LinkEnd] = nodes.filter { $0 != node }.map { .node($0) } + [.clients(node)]
    let ways = others.map { LinkWay(from: $0, to: .node(node)) }
    let probe = try await probe(ways + ways.map(\.reversed))
    return probe.stalled == probe.ways
  }

  /// Starts a node that does not run, and ends its silence before.
  package func launch(_ node: NodeID) async throws(SystemFailure) {
    try await processes.launch(node) { () async throws(SystemFailure) in
      guard silenced.remove(node) else { return }
      try await relay { (control) throws(RelayError) in try control.revive(node.description) }
    }
  }
}
