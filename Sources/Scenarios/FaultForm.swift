import Harness

/// What a step of a schedule has to say about a kind of fault, besides its time.
extension FaultKind {
  /// Whom a fault can be aimed at.
  enum Aim: Hashable {
    /// It concerns the whole cluster and takes no target.
    case nobody
    /// Any set of nodes.
    case anyone
    /// Not all nodes: it happens between the target and the others.
    case part
    /// Exactly one node.
    case one
  }

  /// Whom it can be aimed at.
  var aim: Aim {
    switch self {
    case .ring, .heal, .setMirroring, .synchronise: .nobody
    case .isolate, .bridge, .oneWay, .oneWayStream, .slowLinks: .part
    case .transferLeader: .one
    case .cutClients, .resetClients, .kill, .killHost, .stop, .start, .restart, .pause, .resume:
      .anyone
    }
  }

  /// The parameter that it takes besides the target.
  var parameter: StepParameter? {
    switch self {
    case .slowLinks: .conditions
    case .setMirroring: .mirroring
    case .transferLeader: .queues
    case .heal: .step
    default: nil
    }
  }
}

/// What some kinds of fault take besides a target.
enum StepParameter: String, CaseIterable {
  /// How bad links become.
  case conditions
  /// The new policy.
  case mirroring
  /// The kind of queue whose leaders move.
  case queues
  /// The step whose links are healed; without it, all links are.
  case step

  /// Whether it has to be there.
  var isRequired: Bool { self != .step }
}
