public import Harness
public import Operations

/// A lock made of a queue: it has one message, and whoever has it unacknowledged holds the lock.
///
/// No queue kind claims that this is a mutex, and under partitions none is: exclusive-hold is
/// measured and not required. What is required is that the lock is not lost.
public struct LockWorkload: Workload {
  /// The name on the command line.
  public static let name = "lock"
  /// One sentence for help.
  public static let summary = "one message, held while unacknowledged and then given back"
  /// The parameters and their defaults.
  public static let parameters = [
    WorkloadParameter("contenders-per-node", 2, in: 1...32, "consumers a node and queue"),
    WorkloadParameter(
      "hold-ns", 200_000_000, in: 0...3_600_000_000_000, "how long each holds the lock"),
  ]
  /// The one message.
  public static let minimumConfirmed = 1

  private let seed: UInt64
  private let settings: WorkloadSettings

  /// The workload with these parameters.
  public init(seed: UInt64, parameters: WorkloadSettings) {
    self.seed = seed
    settings = parameters
  }

  /// One publisher of one message a queue, and contenders on every node.
  public func clients(nodes: [NodeID], queues: [QueueDescription]) -> [ClientPlan] {
    let contender = Consumption(
      supply: .push(prefetch: 1), hold: .nanoseconds(settings["hold-ns"]),
      answers: AnswerMix(seed: seed, requeued: 1_000))
    var roster = ClientRoster()
    for queue in queues {
      for node in nodes.prefix(1) {
        roster.add(1, .publisher, on: node, of: queue.id) { client in
          let publishes = Publishes(seed: seed, client: client.rawValue, bytes: 64...64)
          return .publish(Limited(publishes, count: 1))
        }
      }
      for node in nodes {
        roster.add(settings["contenders-per-node"], .consumer, on: node, of: queue.id) { _ in
          .consume(contender)
        }
      }
    }
    return roster.clients
  }
}
