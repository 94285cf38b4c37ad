import Environment
import Harness
import Operations
import VirtualWorld
import Workloads

/// Small plans and what their histories say.
enum RunSamples {
  static let deadlines = Deadlines(
    open: .seconds(60), operation: .seconds(15), confirm: .seconds(20), recovery: .seconds(180),
    drain: .seconds(120))

  /// A plan of one queue of each kind, or of these, with a publish every 100 ms a publisher.
  static func plan(
    _ faults: [(at: Duration, fault: Fault)] = [], kinds: [QueueKind] = QueueKind.allCases,
    nodes: Int = 3, load: Duration = .seconds(30), handling: PartitionHandling = .ignore
  ) -> TestPlan {
    plan(
      steps: faults.enumerated().map { place, fault in
        FaultStep(id: FaultID(UInt32(place)), at: fault.at, fault: fault.fault)
      }, kinds: kinds, nodes: nodes, load: load, handling: handling)
  }

  static func plan(
    steps: [FaultStep], kinds: [QueueKind] = QueueKind.allCases, nodes: Int = 3,
    load: Duration = .seconds(30), handling: PartitionHandling = .ignore
  ) -> TestPlan {
    var settings = WorkloadSettings(defaultsOf: QueueWorkload.parameters)
    settings["publish-interval-ns"] = 100_000_000
    settings["hold-ns"] = 10_000_000
    let mirroring = Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always)
    return TestPlan(
      name: "sample", seed: 3,
      cluster: ClusterPlan(
        nodes: nodes, partitionHandling: handling, netTick: .seconds(5),
        bootDeadline: .seconds(90)),
      leader: NodeID(1),
      queues: kinds.enumerated().map { place, kind in
        QueuePlan(
          id: QueueID(UInt32(place)), name: kind.rawValue, kind: kind, mirroring: mirroring,
          groupSize: 0, required: [])
      },
      workload: WorkloadPlan(name: QueueWorkload.name, settings: settings),
      schedule: FaultSchedule(name: "sample", steps: steps), load: load, deadlines: deadlines,
      criteria: Criteria(minimumConfirmed: 1, unavailabilityBound: .seconds(60)))
  }

  static let n1 = FaultTarget.node(NodeID(1))
  static let n2 = FaultTarget.node(NodeID(2))
  static let n3 = FaultTarget.node(NodeID(3))
}

extension History {
  /// When the run entered a phase; nil if it never did.
  func began(_ phase: Phase) -> Instant? {
    events.first { $0.event == .phase(phase) }?.at
  }

  /// How long a phase took; nil if it has no end.
  func length(of phase: Phase) -> Duration? {
    guard let next = Phase(rawValue: phase.rawValue + 1), let from = began(phase),
      let to = began(next)
    else { return nil }
    return to - from
  }

  /// The broker events of a kind.
  func told(_ kind: BrokerEventKind) -> [(at: Instant, event: BrokerEvent)] {
    events.compactMap { timed in
      guard case .broker(let event) = timed.event, event.kind == kind else { return nil }
      return (timed.at, event)
    }
  }

  /// What became of each fault: the stages that it reached.
  func stages(of fault: UInt32) -> [FaultStage] {
    changes(of: fault).map(\.event.stage)
  }

  /// Every change of a fault.
  func changes(of fault: UInt32) -> [(at: Instant, event: FaultEvent)] {
    events.compactMap { timed in
      guard case .fault(let event) = timed.event, event.fault == FaultID(fault) else { return nil }
      return (timed.at, event)
    }
  }

  /// How many publishes were confirmed.
  var confirmed: Int {
    events.count { timed in
      if case .completed(_, .ok(.confirmed)) = timed.event { true } else { false }
    }
  }
}

extension Instant {
  /// Since the run's origin.
  var age: Duration { self - .zero }
}
