import Environment
import Harness
import Operations

extension TestPlan {
  /// A plan that demands the same of every queue of a history.
  static func demanding(
    _ required: [Guarantee], of header: HistoryHeader,
    _ criteria: Criteria = Criteria(minimumConfirmed: 1, unavailabilityBound: .seconds(60)),
    faults: FaultSchedule = FaultSchedule(name: "none", steps: [])
  ) -> TestPlan {
    TestPlan(
      name: header.name, seed: header.seed,
      cluster: ClusterPlan(
        nodes: max(1, header.nodes.count), partitionHandling: .ignore, netTick: .seconds(5),
        bootDeadline: .seconds(90)),
      leader: NodeID(1),
      queues: header.queues.map { queue in
        QueuePlan(
          id: queue.id, name: queue.name, kind: queue.kind,
          mirroring: Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always),
          groupSize: 0, required: required)
      },
      workload: WorkloadPlan(name: "queue", settings: WorkloadSettings(defaultsOf: [])),
      schedule: faults, load: .seconds(1),
      deadlines: Deadlines(
        open: .seconds(1), operation: .seconds(1), confirm: .seconds(1), recovery: .seconds(1),
        drain: .seconds(1)),
      criteria: criteria)
  }
}
