import Environment
public import Operations

/// Whom a fault is aimed at; resolved when the fault begins, and recorded then.
public enum FaultTarget: Hashable, Sendable {
  /// This node.
  case node(NodeID)
  /// The node that leads the first queue of this kind when the fault begins.
  case leader(QueueKind)
  /// A node that has a replica of the first queue of this kind and does not lead it, drawn from the
  /// seed.
  case mirror(QueueKind)
  /// The replica that would be promoted first: the oldest mirror.
  case oldestMirror(QueueKind)
  /// Any node, drawn from the seed.
  case random
  /// The largest set of nodes that is no majority, drawn from the seed.
  case minority
  /// The first half of the nodes, rounded down.
  case half
  /// Every node.
  case all
  /// The nodes that an earlier fault of the schedule resolved to.
  case sameAs(FaultID)

  /// The target in words: `leader of the mirrored queue`.
  public var words: String {
    switch self {
    case .node(let node): "\(node)"
    case .leader(let kind): "leader of the \(kind.rawValue) queue"
    case .mirror(let kind): "a replica of the \(kind.rawValue) queue"
    case .oldestMirror(let kind): "oldest replica of the \(kind.rawValue) queue"
    case .random: "a random node"
    case .minority: "a minority"
    case .half: "half of the nodes"
    case .all: "all nodes"
    case .sameAs(let fault): "same as fault \(fault)"
    }
  }
}

/// The draws with which the targets of one step are resolved: a function of the seed and the step.
public struct TargetDraws: Hashable, Sendable {
  private let seed: UInt64
  private let step: FaultID

  /// The draws for `step`.
  public init(seed: UInt64, step: FaultID) {
    self.seed = seed
    self.step = step
  }

  /// All of `nodes`, in a drawn order.
  public func shuffled(_ nodes: [NodeID]) -> [NodeID] {
    var draws = SeededGenerator(seed: seed, stream: 0x7461_7267, index: UInt64(step.rawValue))
    var rest = nodes
    var drawn: [NodeID] = []
    while !rest.isEmpty { drawn.append(rest.remove(at: draws.index(of: rest.count))) }
    return drawn
  }

  /// What a target means that does not depend on the state of the cluster; nil for one that does.
  public func resolve(_ target: FaultTarget, among nodes: [NodeID]) -> [NodeID]? {
    switch target {
    case .node(let node): [node]
    case .random: Array(shuffled(nodes).prefix(1))
    case .minority: shuffled(nodes).prefix((nodes.count - 1) / 2).sorted()
    case .half: Array(nodes.prefix(nodes.count / 2))
    case .all: nodes
    case .leader, .mirror, .oldestMirror, .sameAs: nil
    }
  }
}
