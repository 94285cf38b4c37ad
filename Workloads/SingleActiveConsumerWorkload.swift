public import Harness
public import Operations

/// Several consumers, of which the broker serves one until it is gone.
public struct SingleActiveConsumerWorkload: Workload {
  /// The name on the command line.
  public static let name = "single-active-consumer"
  /// One sentence for help.
  public static let summary = "one of several consumers gets everything, until it is gone"
  /// The parameters and their defaults.
  public static let parameters =
    Publishing.parameters + [
      WorkloadParameter("consumers-per-node", 1, in: 1...32, "consumers a node and queue"),
      WorkloadParameter("prefetch", 10, in: 1...10_000, "most unacknowledged messages a consumer"),
      WorkloadParameter(
        "hold-ns", 5_000_000, in: 0...3_600_000_000_000,
        "how long a consumer works on a message before it acknowledges it"),
      WorkloadParameter(
        "dropped-per-mille", 2, in: 0...1_000,
        "deliveries at which the consumer drops its connection, so that another takes over"),
    ]

  private let seed: UInt64
  private let settings: WorkloadSettings

  /// The workload with these parameters.
  public init(seed: UInt64, parameters: WorkloadSettings) {
    self.seed = seed
    settings = parameters
  }

  /// The queues, with the option.
  public static func queues(
    _ queues: [QueuePlan], parameters: WorkloadSettings
  ) -> [QueuePlan] {
    queues.map { queue in
      var queue = queue
      queue.options.singleActiveConsumer = true
      return queue
    }
  }

  /// Publishers and consumers on every node and queue.
  public func clients(nodes: [NodeID], queues: [QueueDescription]) -> [ClientPlan] {
    let consumption = Consumption(
      supply: .push(prefetch: Int(settings["prefetch"])),
      hold: .nanoseconds(settings["hold-ns"]),
      answers: AnswerMix(seed: seed, dropped: Int(settings["dropped-per-mille"])))
    return Publishing(seed: seed, settings: settings)
      .clients(nodes: nodes, queues: queues, consuming: consumption)
  }
}
