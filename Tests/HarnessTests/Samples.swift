import Environment
import Operations

@testable import Harness

enum Samples {
  static let plan = TestPlan(
    name: "sample", seed: 0xAB,
    cluster: ClusterPlan(
      nodes: 3, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(60)),
    leader: NodeID(1),
    queues: QueueKind.allCases.enumerated().map { index, kind in
      QueuePlan(
        id: QueueID(UInt32(index)), name: "q.\(kind.rawValue)", kind: kind,
        mirroring: Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always),
        groupSize: 0, required: [.atLeastOnce, .integrity])
    },
    workload: WorkloadPlan(
      name: "queue", settings: WorkloadSettings([.init("window", 10), .init("hold-ns", 0)])),
    schedule: FaultSchedule(
      name: "losing",
      steps: [
        FaultStep(id: FaultID(0), at: .seconds(1), fault: .partition(.isolate(.leader(.mirrored)))),
        FaultStep(id: FaultID(1), at: .seconds(2), fault: .heal(nil)),
        FaultStep(id: FaultID(2), at: .seconds(3), fault: .kill(.sameAs(FaultID(0)))),
        FaultStep(id: FaultID(3), at: .seconds(4), fault: .start(.node(NodeID(2)))),
      ]),
    load: .seconds(10),
    deadlines: Deadlines(
      open: .seconds(1), operation: .seconds(2), confirm: .seconds(3), recovery: .seconds(4),
      drain: .seconds(5)),
    criteria: Criteria(minimumConfirmed: 10, unavailabilityBound: .seconds(6)))

  static func client(_ id: UInt32, _ role: ClientRole) -> ClientDescription {
    ClientDescription(id: ClientID(id), role: role, node: NodeID(1), queue: QueueID(0))
  }
}
