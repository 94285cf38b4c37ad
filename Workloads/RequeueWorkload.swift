public import Harness
public import Operations

/// Consumers that give messages back: by nack, by reject, or by dropping their connection.
public struct RequeueWorkload: Workload {
  /// The name on the command line.
  public static let name = "requeue"
  /// One sentence for help.
  public static let summary = "consumers give messages back by nack, reject and lost connections"
  /// The parameters and their defaults.
  public static let parameters =
    Publishing.parameters + [
      WorkloadParameter("consumers-per-node", 2, in: 1...32, "consumers a node and queue"),
      WorkloadParameter("prefetch", 5, in: 1...10_000, "most unacknowledged messages a consumer"),
      WorkloadParameter(
        "hold-ns", 20_000_000, in: 0...3_600_000_000_000,
        "how long a consumer works on a message before it settles it"),
      WorkloadParameter(
        "nacked-per-mille", 150, in: 0...1_000, "deliveries given back by basic.nack"),
      WorkloadParameter(
        "rejected-per-mille", 100, in: 0...1_000, "deliveries given back by basic.reject"),
      WorkloadParameter(
        "dropped-per-mille", 5, in: 0...1_000,
        "deliveries at which the consumer drops its connection, with all that it holds"),
    ]

  private let seed: UInt64
  private let settings: WorkloadSettings

  /// The workload with these parameters.
  public init(seed: UInt64, parameters: WorkloadSettings) {
    self.seed = seed
    settings = parameters
  }

  /// Publishers and consumers on every node and queue.
  public func clients(nodes: [NodeID], queues: [QueueDescription]) -> [ClientPlan] {
    let consumption = Consumption(
      supply: .push(prefetch: Int(settings["prefetch"])),
      hold: .nanoseconds(settings["hold-ns"]),
      answers: AnswerMix(
        seed: seed, requeued: Int(settings["nacked-per-mille"]),
        rejected: Int(settings["rejected-per-mille"]), dropped: Int(settings["dropped-per-mille"])))
    return Publishing(seed: seed, settings: settings)
      .clients(nodes: nodes, queues: queues, consuming: consumption)
  }
}
