import Environment
public import Harness
public import Operations

/// Publishers with confirms and consumers with manual acknowledgements, on every node and queue.
public struct QueueWorkload: Workload {
  /// The name on the command line.
  public static let name = "queue"
  /// One sentence for help.
  public static let summary = "publish with confirms, consume with manual acks, from every node"
  /// The parameters and their defaults.
  public static let parameters = [
    WorkloadParameter("publishers-per-node", 1, in: 0...32, "publishers a node and queue"),
    WorkloadParameter("consumers-per-node", 1, in: 0...32, "consumers a node and queue"),
    WorkloadParameter(
      "publish-interval-ns", 30_000_000, in: 0...3_600_000_000_000,
      "mean time between two publishes of a publisher; 0: as fast as the window allows"),
    WorkloadParameter(
      "window", 100, in: 1...10_000, "most unconfirmed publishes of a publisher if that is 0"),
    WorkloadParameter("payload-min-bytes", 64, in: 24...1_048_576, "smallest message body"),
    WorkloadParameter("payload-max-bytes", 1024, in: 24...1_048_576, "largest message body"),
    WorkloadParameter("prefetch", 1, in: 1...10_000, "most unacknowledged messages a consumer"),
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
    var clients: [ClientPlan] = []
    for queue in queues {
      for node in nodes {
        for (role, setting) in Self.roles {
          for _ in 0..<settings[setting] {
            let id = ClientID(UInt32(clients.count))
            clients.append(
              ClientPlan(
                ClientDescription(id: id, role: role, node: node, queue: queue.id),
                behaviour(role, client: id)))
          }
        }
      }
    }
    return clients
  }

  /// Publisher k's message n is its n-th offer, whose time is drawn if offers are paced.
  public func intendedSend(of message: MessageID) -> Duration? {
    let interval = settings["publish-interval-ns"]
    if interval <= 0 { return nil }
    return Paced<Publishes>.offset(
      of: UInt64(message.sequence), interval: .nanoseconds(interval), seed: seed,
      client: message.client.rawValue)
  }

  private static let roles: [(ClientRole, String)] = [
    (.publisher, "publishers-per-node"), (.consumer, "consumers-per-node"),
  ]

  private func behaviour(_ role: ClientRole, client: ClientID) -> ClientBehaviour {
    switch role {
    case .publisher: .publish(generator(client))
    case .consumer:
      .consume(
        Consumption(
          prefetch: Int(settings["prefetch"]), hold: .nanoseconds(settings["hold-ns"])))
    }
  }

  private func generator(_ client: ClientID) -> any Generator {
    let smallest = settings["payload-min-bytes"]
    let publishes = Publishes(
      seed: seed, client: client.rawValue,
      bytes: smallest...max(smallest, settings["payload-max-bytes"]))
    let interval = settings["publish-interval-ns"]
    if interval == 0 { return Windowed(publishes, limit: Int(settings["window"])) }
    return Paced(
      publishes, interval: .nanoseconds(interval), seed: seed, client: client.rawValue)
  }
}
