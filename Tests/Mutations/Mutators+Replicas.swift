import Environment
import Harness
import Operations

/// Replicas of a queue that do not hold the same once nothing moves.
extension HistoryMutator {
  /// For how long nothing moves before the replicas are counted.
  private static let quiet = Duration.seconds(5)

  /// Lets every node count different numbers of messages on two replicas of a queue.
  static let splitReplicas = HistoryMutator(
    "split-replicas",
    where: "the queue has replicas, the load phase is over, the queue is not proved empty later, "
      + "and nothing happens for five seconds before the replicas are counted",
    violates: [.replicasAgree, .eventualDrain], surely: .replicasAgree
  ) { facts, draws in
    guard let (queue, place) = draws.element(of: facts.lastCounts) else { return nil }
    var depths = facts.history.header.nodes.map { _ in 1 + draws.index(of: 3) }
    let (first, second) = (draws.index(of: depths.count), draws.index(of: depths.count - 1))
    // A replica that holds nothing is not compared: both hold something.
    depths[second < first ? second : second + 1] = depths[first] + 1 + draws.index(of: 3)
    var editor = HistoryEditor(facts)
    let at = editor.insert([facts.undrained(queue, depths: depths)], at: place, after: quiet)
    return HistoryChange(
      editor, .instant(at), "the replicas of queue \(queue) held \(depths) messages")
  }

  /// Lets a replica of a queue lack messages although nothing moves any more.
  static let keepLacking = HistoryMutator(
    "keep-lacking",
    where: "the queue has replicas, the load phase is over, the queue is not proved empty later, "
      + "and a replica has lacked messages for five seconds in which nothing happened",
    violates: [.replicasAgree, .eventualDrain], surely: .replicasAgree
  ) { facts, draws in
    guard let (queue, place) = draws.element(of: facts.lastCounts),
      let node = draws.element(of: facts.history.header.nodes)
    else { return nil }
    let depth = 1 + draws.index(of: 3)
    let depths = facts.history.header.nodes.map { $0 == node ? 0 : depth }
    var editor = HistoryEditor(facts)
    let at = editor.insert(
      [.broker(BrokerEvent(kind: .unsynchronised, node: node, queue: queue))], at: place)
    editor.insert([facts.undrained(queue, depths: depths)], at: place + 1, after: quiet)
    return HistoryChange(
      editor, .instant(at), "the replica of queue \(queue) on \(node) lacked messages for good")
  }
}

extension HistoryFacts {
  /// The queues with several replicas, each with the places after the load phase at which the last
  /// count of its messages may be put in.
  fileprivate var lastCounts: [(queue: QueueID, place: Int)] {
    guard history.header.nodes.count > 1 else { return [] }
    return history.header.queues.filter { $0.kind != .plain }.flatMap { queue in
      let last = history.events.lastIndex {
        if case .broker(let event) = $0.event { event.queue == queue.id } else { false }
      }
      let first = max(last ?? 0, load.upperBound) + 1
      return first <= done ? (first...done).map { (queue.id, $0) } : []
    }
  }

  /// A proof of emptiness that failed: every node counts so many messages on each replica.
  fileprivate func undrained(_ queue: QueueID, depths: [Int]) -> Event {
    let nodes = history.header.nodes
    var evidence = EmptinessEvidence(looks: 0, isOpen: false, isWell: true)
    for node in nodes {
      evidence.queues.append(
        QueueCount(seenBy: node, ready: depths.max() ?? 0, unacknowledged: 0))
      evidence.replicas += zip(nodes, depths).map { replica, depth in
        ReplicaCount(seenBy: node, replica: replica, depth: depth)
      }
    }
    return .broker(BrokerEvent(kind: .undrained, queue: queue, evidence: .emptiness(evidence)))
  }
}
