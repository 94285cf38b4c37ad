public import Harness
public import Operations

/// Publishers with confirms and consumers with manual acknowledgements, on every node and queue.
public struct QueueWorkload: Workload {
  /// The name on the command line.
  public static let name = "queue"
  /// One sentence for help.
  public static let summary = "publish with confirms, consume with manual acks, from every node"
  /// The parameters and their defaults.
  public static let parameters =
    Publishing.parameters + [
      WorkloadParameter(
        "consumers-per-node", 1, in: 0...32,
        "consumers a node and queue to whom messages are pushed"
      ),
      WorkloadParameter("prefetch", 1, in: 1...10_000, "most unacknowledged messages of each"),
      WorkloadParameter(
        "getters-per-node", 0, in: 0...32, "consumers a node and queue that get messages one by one"
      ),
      WorkloadParameter(
        "get-pause-ns", 50_000_000, in: 1_000_000...3_600_000_000_000,
        "how long one waits after it found the queue empty"),
      WorkloadParameter(
        "hold-ns", 80_000_000, in: 0...3_600_000_000_000,
        "how long a consumer works on a message before it acknowledges it"),
    ]

  private let seed: UInt64
  private let settings: WorkloadSettings

  /// The workload with these parameters.
  public init(seed: UInt64, parameters: WorkloadSettings) {
    self.seed = seed
    settings = parameters
  }

  /// One publisher and one consumer, or as many as asked for, a node and queue.
  public func clients(nodes: [NodeID], queues: [QueueDescription]) -> [ClientPlan] {
    let publishing = Publishing(seed: seed, settings: settings)
    let hold = Duration.nanoseconds(settings["hold-ns"])
    let pushed = Consumption(supply: .push(prefetch: Int(settings["prefetch"])), hold: hold)
    let getting = Consumption(
      supply: .get(pause: .nanoseconds(settings["get-pause-ns"])), hold: hold)
    var roster = ClientRoster()
    for queue in queues {
      for node in nodes {
        roster.add(settings["publishers-per-node"], .publisher, on: node, of: queue.id) {
          publishing.behaviour(of: $0)
        }
        roster.add(settings["consumers-per-node"], .consumer, on: node, of: queue.id) { _ in
          .consume(pushed)
        }
        roster.add(settings["getters-per-node"], .consumer, on: node, of: queue.id) { _ in
          .consume(getting)
        }
      }
    }
    return roster.clients
  }
}
