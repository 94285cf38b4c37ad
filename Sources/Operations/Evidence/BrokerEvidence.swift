/// What a broker event is decided by, as values; each belongs to certain kinds of event.
public enum BrokerEvidence: Hashable, Sendable {
  /// Every node that some node saw leading the queue, in order (`leader`).
  case leaders([NodeID])
  /// The nodes whose replicas of the queue lacked messages (`unsynchronised`, `synchronised`).
  case lacking([NodeID])
  /// What the nodes counted (`drained`, `undrained`).
  case emptiness(EmptinessEvidence)
  /// What the node's log says (`logged`).
  case log(LogRecord)
  /// What the node was seen to be (`nodeUp`, `nodeDown`, `nodeState`).
  case node(NodeState)

  /// Whether events of this kind may carry it.
  public func belongs(to kind: BrokerEventKind) -> Bool {
    switch self {
    case .leaders: kind == .leader
    case .lacking: kind == .unsynchronised || kind == .synchronised
    case .emptiness: kind == .drained || kind == .undrained
    case .log: kind == .logged
    case .node: kind == .nodeUp || kind == .nodeDown || kind == .nodeState
    }
  }
}

extension BrokerEvidence: CustomStringConvertible {
  /// For people; empty where the kind of the event says it all.
  public var description: String {
    switch self {
    case .leaders(let nodes):
      nodes.count > 1 ? "several nodes lead it: \(nodes.words)" : ""
    case .lacking(let nodes): nodes.isEmpty ? "" : "mirrors that lack messages: \(nodes.words)"
    case .emptiness(let evidence): evidence.description
    case .log(let record): record.description
    case .node(let state): state.description
    }
  }
}
