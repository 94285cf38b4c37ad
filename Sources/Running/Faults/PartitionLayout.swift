import Harness
import Operations

/// Which ways a partition cuts, as a function of the nodes, what its target resolved to, and the
/// draws of its step.
struct PartitionLayout {
  let nodes: [NodeID]
  let draws: TargetDraws

  /// The ways that are cut; empty if the cluster is too small for this partition.
  func ways(of partition: Partition, target: [NodeID]) -> [LinkWay] {
    switch partition {
    case .isolate: bothWays(between: target, nodes.filter { !target.contains($0) })
    case .oneWay: ways(from: target, to: nodes.filter { !target.contains($0) })
    case .bridge: bridge(over: target)
    case .ring: ring()
    }
  }

  private func bridge(over target: [NodeID]) -> [LinkWay] {
    let others = draws.shuffled(nodes).filter { !target.contains($0) }
    let half = others.prefix(others.count / 2)
    return bothWays(between: half.sorted(), others.dropFirst(half.count).sorted())
  }

  /// In a drawn order, each node sees those at most half a majority away.
  private func ring() -> [LinkWay] {
    let order = draws.shuffled(nodes)
    let reach = (order.count / 2 + 1) / 2
    var ways: [LinkWay] = []
    for (place, from) in order.enumerated() {
      for (other, to) in order.enumerated() {
        let distance = abs(place - other)
        if min(distance, order.count - distance) > reach {
          ways.append(LinkWay(from: .node(from), to: .node(to)))
        }
      }
    }
    return ways
  }

  private func bothWays(between side: [NodeID], _ other: [NodeID]) -> [LinkWay] {
    ways(from: side, to: other) + ways(from: other, to: side)
  }

  private func ways(from side: [NodeID], to other: [NodeID]) -> [LinkWay] {
    side.flatMap { from in other.map { LinkWay(from: .node(from), to: .node($0)) } }
  }
}
