public import Harness
public import Operations

/// Messages that expire, or that consumers discard, go to a second queue and are consumed there.
public struct DeadLetterWorkload: Workload {
  /// The name on the command line.
  public static let name = "dead-letter"
  /// One sentence for help.
  public static let summary = "messages expire or are discarded, and are consumed as dead letters"
  /// The parameters and their defaults.
  public static let parameters =
    Publishing.parameters + [
      WorkloadParameter(
        "message-ttl-ns", 1_000_000_000, in: 1_000_000...3_600_000_000_000,
        "how long a message may wait before it becomes a dead letter"),
      WorkloadParameter(
        "at-least-once", 1, in: 0...1,
        "1: quorum queues keep a dead letter until its new queue has confirmed it"),
      WorkloadParameter(
        "consumers-per-node", 1, in: 0...32, "consumers a node, of either queue"),
      WorkloadParameter("prefetch", 5, in: 1...10_000, "most unacknowledged messages a consumer"),
      WorkloadParameter(
        "hold-ns", 80_000_000, in: 0...3_600_000_000_000,
        "how long a consumer works on a message before it settles it"),
      WorkloadParameter(
        "discarded-per-mille", 100, in: 0...1_000, "deliveries discarded by basic.nack"),
    ]

  /// Not that every message arrives: only quorum queues that are told so promise that of dead
  /// letters. At-least-once and dead-letters are reported all the same.
  public static let required: [Guarantee] = [.integrity, .confirmProtocol, .eventualDrain]

  private let seed: UInt64
  private let settings: WorkloadSettings

  /// The workload with these parameters.
  public init(seed: UInt64, parameters: WorkloadSettings) {
    self.seed = seed
    settings = parameters
  }

  /// Each queue with its options, and behind them a dead-letter queue of the same kind for each.
  public static func queues(
    _ queues: [QueuePlan], parameters: WorkloadSettings
  ) -> [QueuePlan] {
    var sources = queues
    var targets: [QueuePlan] = []
    for (index, queue) in queues.enumerated() {
      var target = queue
      target.id = QueueID(UInt32(queues.count + index))
      target.name += ".dead"
      target.required = []
      targets.append(target)
      sources[index].options = QueueOptions(
        messageTTL: .nanoseconds(parameters["message-ttl-ns"]), deadLetters: target.id,
        deadLettersSurely: parameters["at-least-once"] == 1)
    }
    return sources + targets
  }

  /// Publishers to the queues; consumers of both, of which those of the first discard some.
  public func clients(nodes: [NodeID], queues: [QueueDescription]) -> [ClientPlan] {
    let publishing = Publishing(seed: seed, settings: settings)
    let final = Consumption(
      supply: .push(prefetch: Int(settings["prefetch"])), hold: .nanoseconds(settings["hold-ns"]))
    var discarding = final
    discarding.answers = AnswerMix(seed: seed, discarded: Int(settings["discarded-per-mille"]))
    var roster = ClientRoster()
    for queue in queues {
      for node in nodes {
        if queue.deadLetters != nil {
          roster.add(settings["publishers-per-node"], .publisher, on: node, of: queue.id) {
            publishing.behaviour(of: $0)
          }
        }
        roster.add(settings["consumers-per-node"], .consumer, on: node, of: queue.id) { _ in
          .consume(queue.deadLetters == nil ? final : discarding)
        }
      }
    }
    return roster.clients
  }
}
