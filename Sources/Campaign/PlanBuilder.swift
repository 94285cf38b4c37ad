import Environment
package import Harness
package import Operations
import Workloads

/// Everything that a user may choose about a comparison; resolves to plans.
package struct PlanOptions: Sendable {
  /// Where all draws come from.
  package var seed: UInt64 = 1
  /// A schedule of `NamedSchedule`.
  package var schedule = NamedSchedule.losing
  /// The queue kinds, each once.
  package var kinds = QueueKind.allCases
  /// The cluster.
  package var cluster = ClusterPlan(
    nodes: 3, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(90))
  /// The policy of mirrored queues.
  package var mirroring = Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always)
  /// The initial members of a quorum queue; 0 for all nodes.
  package var groupSize = 0
  /// The workload.
  package var workload: any Workload.Type = QueueWorkload.self
  /// Parameters that differ from the workload's defaults.
  package var parameters: [WorkloadSettings.Entry] = []
  /// The length of the load phase; nil for that of the schedule.
  package var load: Duration?
  /// Deadlines.
  package var deadlines = Deadlines(
    open: .seconds(60), operation: .seconds(15), confirm: .seconds(20), recovery: .seconds(180),
    drain: .seconds(120))
  /// Criteria.
  package var criteria = Criteria(minimumConfirmed: 100, unavailabilityBound: .seconds(60))

  /// The defaults.
  package init() {}

  /// The plan of the faulted run.
  package func plan() -> TestPlan {
    let (faults, load) = schedule.resolve(seed: seed, cluster: cluster)
    return plan(name: schedule.name, faults: faults, load: self.load ?? load)
  }

  /// The plan of the control run: the same clients, no fault, a short load.
  package func controlPlan() -> TestPlan {
    let (faults, load) = NamedSchedule.none.resolve(seed: seed, cluster: cluster)
    return plan(name: "control", faults: faults, load: load)
  }

  /// A plan with default requirements for a history of which no plan is known.
  package func plan(describing header: HistoryHeader) -> TestPlan {
    var options = self
    options.seed = header.seed
    options.cluster.nodes = max(1, header.nodes.count)
    var plan = options.plan(
      name: header.name, faults: FaultSchedule(name: "unknown", steps: []), load: .zero)
    plan.queues = header.queues.map { queue in
      QueuePlan(
        id: queue.id, name: queue.name, kind: queue.kind, mirroring: mirroring,
        groupSize: groupSize, required: Self.required)
    }
    return plan
  }

  private func plan(name: String, faults: FaultSchedule, load: Duration) -> TestPlan {
    var settings = WorkloadSettings(defaultsOf: workload.parameters)
    for entry in parameters { settings[entry.name] = entry.value }
    let queues = kinds.enumerated().map { index, kind in
      QueuePlan(
        id: QueueID(UInt32(index)), name: "stoat.\(name).\(kind.rawValue)", kind: kind,
        mirroring: mirroring, groupSize: groupSize, required: Self.required)
    }
    return TestPlan(
      name: name, seed: seed, cluster: cluster, leader: NodeID(1), queues: queues,
      workload: WorkloadPlan(name: workload.name, settings: settings), schedule: faults,
      load: load, deadlines: deadlines, criteria: criteria)
  }

  /// What the verdict requires: the same of all kinds, so that they can be compared.
  private static let required: [Guarantee] = [
    .atLeastOnce, .integrity, .confirmProtocol, .eventualDrain,
  ]
}
