package import Operations

/// Remembers what the nodes were seen to be and tells what has changed.
package struct NodeStateLog: Sendable {
  private var known: [NodeID: NodeState] = [:]

  /// A log of nothing: the first look at each node is news.
  package init() {}

  /// The events for those nodes that are something else than before. What a look did not ask is
  /// no change.
  package mutating func changes(_ states: [(node: NodeID, state: NodeState)]) -> [BrokerEvent] {
    var events: [BrokerEvent] = []
    for (node, state) in states {
      let now = state.completed(by: known[node])
      if known.updateValue(now, forKey: node) == now { continue }
      events.append(BrokerEvent(kind: .nodeState, node: node, evidence: .node(state)))
    }
    return events
  }
}

extension NodeState {
  /// The state with what is known of it, and otherwise what was known before.
  fileprivate func completed(by before: NodeState?) -> NodeState {
    NodeState(
      hasProcess: hasProcess ?? before?.hasProcess, isPortOpen: isPortOpen ?? before?.isPortOpen,
      isServing: isServing ?? before?.isServing, partitioned: partitioned ?? before?.partitioned,
      unseen: unseen ?? before?.unseen)
  }
}
