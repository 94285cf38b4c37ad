package import Harness
package import Operations

/// A fault schedule with everything that it needs around it: cluster, policies, workload.
///
///     let scenario = try Scenario(yaml: text, file: "mine.yaml")
///     let (schedule, load) = scenario.resolve(seed: 7, netTick: .seconds(5))
///
/// What is nil is left to whoever makes a plan of it.
package struct Scenario: Hashable, Sendable {
  /// The nodes of a cluster unless something says otherwise.
  package static let usualNodes = 3
  /// The net-tick for which the times of a schedule are meant, unless it names another.
  package static let usualNetTick = Duration.seconds(5)

  /// The name, in kebab case.
  package var name: String
  /// One sentence.
  package var summary: String
  /// The number of nodes.
  package var nodes: Int?
  /// What nodes do in a partition.
  package var partitionHandling: PartitionHandling?
  /// After how long without a sign of life a peer counts as down.
  package var netTick: Duration?
  /// The policy of mirrored queues in the beginning.
  package var mirroring: Mirroring?
  /// The initial members of a quorum queue; 0 for all nodes.
  package var groupSize: Int?
  /// The workload and its parameters.
  package var workload: WorkloadChoice?
  /// When the load ends.
  package var ending: Ending
  /// The steps in the order in which they refer to each other.
  package var steps: [ScenarioStep]
  /// What RabbitMQ 3.10.8 makes of it, in the words of `--expect`.
  package var expectation: String?
  /// The text that it was read from.
  package var yaml: String
  /// The file that it was read from, for errors.
  var file: String

  /// When the load of a run ends.
  package enum Ending: Hashable, Sendable {
    /// So long after the latest time at which a step begins.
    case tail(Duration)
    /// So long after it began.
    case load(Duration)
  }
}

/// A fault and when it begins.
package struct ScenarioStep: Hashable, Sendable {
  /// When a step begins.
  package enum Beginning: Hashable, Sendable {
    /// So long after the load began.
    case at(DrawnTime)
    /// So long after the previous step began.
    case after(DrawnTime)
    /// So long after something happened for the first time in the load; not at all if it has not
    /// happened so long after the load began.
    case when(Occasion, delay: DrawnTime, within: Duration)
  }
  /// When it begins.
  package var beginning: Beginning
  /// What it does.
  package var fault: Fault
}

extension Scenario {
  /// The kinds of queue at which its steps are aimed, each once.
  package var kinds: [QueueKind] {
    let used = steps.flatMap(\.kinds)
    return QueueKind.allCases.filter { used.contains($0) }
  }

  /// The fewest nodes with which all its steps can be carried out.
  package var fewestNodes: Int {
    steps.map(\.fewestNodes).reduce(max(1, groupSize ?? 1, mirroring?.replicas ?? 1)) {
      max($0, $1)
    }
  }
}

extension ScenarioStep {
  /// The kinds of queue that it names.
  fileprivate var kinds: [QueueKind] {
    var kinds = fault.kind.form.queues
    if case .when(let occasion, _, _) = beginning, let kind = occasion.arguments.queue {
      kinds.append(kind)
    }
    if let kind = fault.target?.arguments.queue { kinds.append(kind) }
    if case .queues(let kind)? = fault.parameter { kinds.append(kind) }
    return kinds
  }

  /// The fewest nodes with which it can be carried out.
  var fewestNodes: Int {
    var fewest = fault.kind.form.fewestNodes
    if case .mirroring(let mirroring)? = fault.parameter {
      fewest = max(fewest, mirroring.replicas)
    }
    switch fault.target {
    case .node(let node)?: return max(fewest, Int(node.rawValue))
    case .mirror?, .oldestMirror?, .half?: return max(fewest, 2)
    case .minority?: return max(fewest, 3)
    default: return fewest
    }
  }
}
