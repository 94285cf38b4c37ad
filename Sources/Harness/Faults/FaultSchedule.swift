public import Operations

/// When a step of a schedule begins.
public enum Trigger: Hashable, Sendable {
  /// At this time, from the beginning of the load phase.
  case at(Duration)
  /// When this happens for the first time in the load phase, and then so much later. If it has not
  /// happened by the bound, the step is not carried out, and reported as not exercised.
  case on(Occasion, delay: Duration, bound: Duration)

  /// The latest time at which the step begins.
  public var latest: Duration {
    switch self {
    case .at(let time): time
    case .on(_, let delay, let bound): bound + delay
    }
  }
}

/// Something in a run that a step can wait for.
public enum Occasion: Hashable, Sendable {
  /// The first queue of this kind has another leader than before.
  case leaderChange(QueueKind)
  /// A replica of the first queue of this kind does not have everything that the leader has.
  case unsynchronised(QueueKind)
  /// So many publishes to the queues of this kind are unanswered.
  case unconfirmed(QueueKind, count: Int)
  /// An earlier step has been proved.
  case proved(FaultID)
}

/// A fault and its time.
public struct FaultStep: Hashable, Sendable {
  /// Its number in the schedule.
  public var id: FaultID
  /// When it begins.
  public var trigger: Trigger
  /// What it does.
  public var fault: Fault

  /// A step of a schedule.
  public init(id: FaultID, trigger: Trigger, fault: Fault) {
    self.id = id
    self.trigger = trigger
    self.fault = fault
  }

  /// A step at a time from the beginning of the load phase.
  public init(id: FaultID, at: Duration, fault: Fault) {
    self.init(id: id, trigger: .at(at), fault: fault)
  }
}

/// The faults of a run.
public struct FaultSchedule: Hashable, Sendable {
  /// The name on the command line: `none`, `losing`.
  public var name: String
  /// The steps; a step refers to earlier ones only.
  public var steps: [FaultStep]

  /// A schedule.
  public init(name: String, steps: [FaultStep]) {
    self.name = name
    self.steps = steps
  }
}
