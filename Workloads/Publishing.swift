import Environment
import Harness
import Operations

/// How the publishers of several workloads work: the parameters that they share.
struct Publishing {
  /// The parameters, with their defaults.
  static let parameters = [
    WorkloadParameter("publishers-per-node", 1, in: 0...32, "publishers a node and queue"),
    WorkloadParameter(
      "publish-interval-ns", 30_000_000, in: 0...3_600_000_000_000,
      "open loop: mean time between two publishes of a publisher; 0: closed loop, by the window"),
    WorkloadParameter(
      "window", 100, in: 1...10_000, "closed loop: most unconfirmed publishes of a publisher"),
    WorkloadParameter("payload-min-bytes", 64, in: 24...1_048_576, "smallest message body"),
    WorkloadParameter("payload-max-bytes", 1024, in: 24...1_048_576, "largest message body"),
  ]

  let seed: UInt64
  let settings: WorkloadSettings

  /// What publisher `client` does.
  func behaviour(of client: ClientID) -> ClientBehaviour {
    let smallest = settings["payload-min-bytes"]
    let publishes = Publishes(
      seed: seed, client: client.rawValue,
      bytes: smallest...max(smallest, settings["payload-max-bytes"]))
    let interval = settings["publish-interval-ns"]
    if interval == 0 { return .publish(Windowed(publishes, limit: Int(settings["window"]))) }
    return .publish(
      Paced(publishes, interval: .nanoseconds(interval), seed: seed, client: client.rawValue))
  }
}

extension Publishing {
  /// Publishers, and as many consumers as `consumers-per-node` says, on every node and queue.
  func clients(
    nodes: [NodeID], queues: [QueueDescription], consuming consumption: Consumption
  ) -> [ClientPlan] {
    var roster = ClientRoster()
    for queue in queues {
      for node in nodes {
        roster.add(settings["publishers-per-node"], .publisher, on: node, of: queue.id) {
          behaviour(of: $0)
        }
        roster.add(settings["consumers-per-node"], .consumer, on: node, of: queue.id) { _ in
          .consume(consumption)
        }
      }
    }
    return roster.clients
  }
}

/// The clients of a plan as they are added one by one; their ids are dense from zero.
struct ClientRoster {
  private(set) var clients: [ClientPlan] = []

  /// Adds `count` clients with the same task.
  mutating func add(
    _ count: Int64, _ role: ClientRole, on node: NodeID, of queue: QueueID,
    _ behaviour: (ClientID) -> ClientBehaviour
  ) {
    for _ in 0..<count {
      let id = ClientID(UInt32(clients.count))
      clients.append(
        ClientPlan(
          ClientDescription(id: id, role: role, node: node, queue: queue), behaviour(id)))
    }
  }
}
