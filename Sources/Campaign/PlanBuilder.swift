import Environment
package import Harness
import Judging
package import Operations
package import Scenarios
import Workloads

/// Everything that a user may choose about a comparison; resolves to plans.
///
/// A scenario says what it needs; the rest is as usual, and every member may then be changed.
package struct PlanOptions: Sendable {
  /// Where all draws come from.
  package var seed: UInt64 = 1
  /// The faults.
  package let scenario: Scenario
  /// The queue kinds, each once.
  package var kinds = QueueKind.allCases
  /// The cluster.
  package var cluster = ClusterPlan(
    nodes: Scenario.usualNodes, partitionHandling: .ignore, netTick: Scenario.usualNetTick,
    bootDeadline: .seconds(90))
  /// The policy of mirrored queues.
  package var mirroring = Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always)
  /// The initial members of a quorum queue; 0 for all nodes.
  package var groupSize = 0
  /// The workload.
  package private(set) var workload: any Workload.Type = QueueWorkload.self
  /// Its parameters that differ from its defaults.
  package private(set) var parameters: [WorkloadSettings.Entry] = []
  /// The length of the load phase; nil for that of the scenario.
  package var load: Duration?
  /// Deadlines.
  package var deadlines = Deadlines(
    open: .seconds(60), operation: .seconds(15), confirm: .seconds(20), recovery: .seconds(180),
    drain: .seconds(120))
  /// The longest span without a success that bounded unavailability allows.
  package var unavailabilityBound = Duration.seconds(60)

  /// What has to be met before a guarantee counts as held.
  package var criteria: Criteria {
    Criteria(
      minimumConfirmed: workload.minimumConfirmed, unavailabilityBound: unavailabilityBound)
  }

  /// No fault and the usual cluster and workload.
  package init() {
    scenario = ScenarioLibrary.none
  }

  /// What a scenario says; throws if the workload that it names does not exist or does not take
  /// its parameters.
  package init(_ scenario: Scenario) throws(ScenarioError) {
    self.scenario = scenario
    if let nodes = scenario.nodes { cluster.nodes = nodes }
    if let handling = scenario.partitionHandling { cluster.partitionHandling = handling }
    if let netTick = scenario.netTick { cluster.netTick = netTick }
    if let mirroring = scenario.mirroring { self.mirroring = mirroring }
    if let groupSize = scenario.groupSize { self.groupSize = groupSize }
    if let found = try scenario.workload(among: WorkloadCatalogue.all) {
      workload = found.type
      parameters = found.settings
    }
  }

  /// Takes another workload; parameters of the one before are forgotten.
  package mutating func use(_ workload: any Workload.Type) {
    if workload.name == self.workload.name { return }
    self.workload = workload
    parameters = []
  }

  /// Sets a parameter of the workload, in place of an earlier value.
  package mutating func set(_ parameter: WorkloadSettings.Entry) {
    parameters.removeAll { $0.name == parameter.name }
    parameters.append(parameter)
  }

  /// The plan of the faulted run.
  package func plan() -> TestPlan {
    plan(of: scenario, name: scenario.name, load: load)
  }

  /// The plan of the control run: the same clients, no fault, a short load.
  package func controlPlan() -> TestPlan {
    plan(of: ScenarioLibrary.none, name: "control", load: nil)
  }

  /// A plan with default requirements for a history of which no plan is known; less is required of
  /// one that another program has recorded.
  package static func demands(on header: HistoryHeader) -> TestPlan {
    let plan = PlanOptions().plan(describing: header)
    return ImportedKnowledge(header) == nil ? plan : ImportedKnowledge.demands(plan)
  }

  /// A plan with the requirements of these options for a history of which no plan is known.
  package func plan(describing header: HistoryHeader) -> TestPlan {
    var options = self
    options.seed = header.seed
    options.cluster.nodes = max(1, header.nodes.count)
    var plan = options.plan(
      name: header.name, faults: FaultSchedule(name: PlannedSchedule.unknownName, steps: []),
      load: .zero)
    plan.queues = header.queues.map { queue in
      QueuePlan(
        id: queue.id, name: queue.name, kind: queue.kind, mirroring: mirroring,
        groupSize: groupSize, required: workload.required)
    }
    return plan
  }

  private func plan(of scenario: Scenario, name: String, load: Duration?) -> TestPlan {
    let (faults, length) = scenario.resolve(seed: seed, netTick: cluster.netTick)
    return plan(name: name, faults: faults, load: load ?? length)
  }

  private func plan(name: String, faults: FaultSchedule, load: Duration) -> TestPlan {
    var settings = WorkloadSettings(defaultsOf: workload.parameters)
    for entry in parameters { settings[entry.name] = entry.value }
    let queues = kinds.enumerated().map { index, kind in
      QueuePlan(
        id: QueueID(UInt32(index)), name: "stoat.\(name).\(kind.rawValue)", kind: kind,
        mirroring: mirroring, groupSize: groupSize, required: workload.required)
    }
    return TestPlan(
      name: name, seed: seed, cluster: cluster, leader: NodeID(1),
      queues: workload.queues(queues, parameters: settings),
      workload: WorkloadPlan(name: workload.name, settings: settings), schedule: faults,
      load: load, deadlines: deadlines, criteria: criteria)
  }
}
