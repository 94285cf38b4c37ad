import Hosts
import Glibc
package import Harness
import Relays
package import Operations
import Synchronization

extension RabbitMQSystem: HostFaults {
  /// Silences the node, then kills it.
  package func killHost(_ node: NodeID) async throws(SystemFailure) {
    try await relay { (control) throws(RelayError) in try control.silence(node.description) }
    state.withLock { _ = $0.silenced.insert(node) }
    try await kill(node)
  }

  /// Whether all ways from and to the node stall.
  package func isSilent(_ node: NodeID) async throws(SystemFailure) -> Bool {
    let others: [LinkEnd] = nodes.filter { $0 != node }.map { .node($0) } + [.clients(node)]
    let ways = others.map { LinkWay(from: $0, to: .node(node)) }
    let probe = try await probe(ways + ways.map(\.reversed))
    return probe.stalled == probe.ways
  }

  /// Ends the silence of a node that is to be started again.
  func revive(_ node: NodeID) async throws(SystemFailure) {
    guard state.withLock({ $0.silenced.remove(node) }) != nil else { return }
    try await relay { (control) throws(RelayError) in try control.revive(node.description) }
  }
}
