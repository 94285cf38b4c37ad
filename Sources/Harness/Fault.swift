public import Operations

/// What a fault does.
public enum Fault: Hashable, Sendable {
  /// Cut every link between the target and the other nodes; its clients keep their links.
  case isolate(FaultTarget)
  /// Restore every link.
  case heal
  /// SIGKILL the target's process.
  case kill(FaultTarget)
  /// Start the target's process again and wait until it serves clients.
  case start(FaultTarget)

  /// The name in plans, histories and reports.
  public var name: String {
    switch self {
    case .isolate: "isolate"
    case .heal: "heal"
    case .kill: "kill"
    case .start: "start"
    }
  }

  /// What it is aimed at; nil for a fault that concerns the whole cluster.
  public var target: FaultTarget? {
    switch self {
    case .isolate(let target), .kill(let target), .start(let target): target
    case .heal: nil
    }
  }
}

/// Whom a fault is aimed at; resolved when the fault begins, and recorded then.
public enum FaultTarget: Hashable, Sendable {
  /// This node.
  case node(NodeID)
  /// The node that leads the first queue of this kind when the fault begins.
  case leader(QueueKind)
  /// The nodes that an earlier fault of the schedule resolved to.
  case sameAs(FaultID)
}

/// A fault and its time.
public struct FaultStep: Hashable, Sendable {
  /// Its number in the schedule.
  public var id: FaultID
  /// When it begins, from the beginning of the load phase.
  public var at: Duration
  /// What it does.
  public var fault: Fault

  /// A step of a schedule.
  public init(id: FaultID, at: Duration, fault: Fault) {
    self.id = id
    self.at = at
    self.fault = fault
  }
}

/// The faults of a run, in order of time.
public struct FaultSchedule: Hashable, Sendable {
  /// The name on the command line: `none`, `losing`.
  public var name: String
  /// The steps, by time.
  public var steps: [FaultStep]

  /// A schedule.
  public init(name: String, steps: [FaultStep]) {
    self.name = name
    self.steps = steps
  }
}
