public import Environment
public import Operations

/// Everything that a run does, fixed before it begins; the same for every system.
///
/// The same seed, generator version and parameters give the same bytes of `plan.json`.
public struct TestPlan: Hashable, Sendable {
  /// The version of plan.json's format.
  public static let formatVersion = 1

  /// A short name in kebab case; part of the run directory's name.
  public var name: String
  /// Where all draws come from.
  public var seed: UInt64
  /// The version of the generators that turn the seed into operations.
  public var generatorVersion: Int
  /// The cluster.
  public var cluster: ClusterPlan
  /// The node on which all queues are declared and led in the beginning.
  public var leader: NodeID
  /// The queues under test.
  public var queues: [QueuePlan]
  /// What clients do.
  public var workload: WorkloadPlan
  /// The faults; times count from the beginning of the load phase.
  public var schedule: FaultSchedule
  /// The length of the load phase.
  public var load: Duration
  /// The longest that operations and phases may take.
  public var deadlines: Deadlines
  /// What has to be met before a guarantee counts as held.
  public var criteria: Criteria

  /// A plan.
  public init(
    name: String, seed: UInt64, generatorVersion: Int = SeededGenerator.version,
    cluster: ClusterPlan, leader: NodeID, queues: [QueuePlan], workload: WorkloadPlan,
    schedule: FaultSchedule, load: Duration, deadlines: Deadlines, criteria: Criteria
  ) {
    self.name = name
    self.seed = seed
    self.generatorVersion = generatorVersion
    self.cluster = cluster
    self.leader = leader
    self.queues = queues
    self.workload = workload
    self.schedule = schedule
    self.load = load
    self.deadlines = deadlines
    self.criteria = criteria
  }

  /// The nodes, `n1` first.
  public var nodes: [NodeID] { (1...UInt32(max(1, cluster.nodes))).map { NodeID($0) } }

  /// The queues as a history names them.
  public var queueDescriptions: [QueueDescription] {
    queues.map(\.description)
  }
}

/// Which workload, with which parameters.
public struct WorkloadPlan: Hashable, Sendable {
  /// The workload's name.
  public var name: String
  /// Its resolved parameters.
  public var settings: WorkloadSettings

  /// A workload.
  public init(name: String, settings: WorkloadSettings) {
    self.name = name
    self.settings = settings
  }
}

/// The bounds in time of a run; every wait has one.
public struct Deadlines: Hashable, Sendable {
  /// For all sessions to open at the beginning.
  public var open: Duration
  /// For an operation other than a publish to be answered.
  public var operation: Duration
  /// For a publish to be confirmed.
  public var confirm: Duration
  /// For all nodes to serve clients again and to agree that there is no partition.
  public var recovery: Duration
  /// For the queues to be emptied and proved empty.
  public var drain: Duration

  /// Deadlines.
  public init(
    open: Duration, operation: Duration, confirm: Duration, recovery: Duration, drain: Duration
  ) {
    self.open = open
    self.operation = operation
    self.confirm = confirm
    self.recovery = recovery
    self.drain = drain
  }
}
