package import Harness
package import Operations

/// The proof that queues are empty: on every node's view, and on every replica that can be asked,
/// nothing is ready and nothing is unacknowledged.
///
/// An empty get proves nothing: an unacknowledged or unreplicated message is not in sight of it.
package struct Emptiness: Hashable, Sendable {
  /// What still stands in the way of the proof, by queue id; empty text: proved empty.
  package var stuck: [String]
  /// By queue id: whether nobody counted a message and some count is missing, so that the queue may
  /// as well be empty.
  package var isUncounted: [Bool]

  /// Whether the queue was proved empty.
  package func isProved(_ queue: QueueID) -> Bool { stuck[Int(queue.rawValue)].isEmpty }

  /// Whether all were.
  package var allProved: Bool { stuck.allSatisfy(\.isEmpty) }

  /// Judges what the nodes said; `views` holds one entry a node, nil for one that did not answer.
  package init(queues: [QueueDescription], nodes: [NodeID], views: [[QueueState]?]) {
    isUncounted = []
    stuck = []
    for queue in queues {
      var complaints: [String] = []
      var isMissing = false
      var hasMessages = false
      for (node, view) in zip(nodes, views) {
        guard let view else {
          complaints.append("\(node) did not answer")
          isMissing = true
          continue
        }
        guard let state = view.first(where: { $0.name == queue.name }) else {
          complaints.append("\(node) does not know the queue")
          continue
        }
        complaints.append(contentsOf: Self.complaints(about: state, seenBy: node))
        isMissing = isMissing || state.lacksCounts
        hasMessages = hasMessages || state.hasMessages
      }
      isUncounted.append(isMissing && !hasMessages)
      stuck.append(complaints.joined(separator: "; "))
    }
  }

  private static func complaints(about state: QueueState, seenBy node: NodeID) -> [String] {
    var complaints: [String] = []
    guard let ready = state.ready, let unacknowledged = state.unacknowledged else {
      return ["\(node) cannot count the messages"]
    }
    if ready + unacknowledged > 0 {
      complaints.append("\(node) counts \(ready) ready and \(unacknowledged) unacknowledged")
    }
    for replica in state.replicas {
      if !replica.online {
        complaints.append("\(node) sees the replica on \(replica.node) offline")
      } else if let depth = replica.depth {
        if depth > 0 {
          complaints.append("\(node) counts \(depth) messages on the replica of \(replica.node)")
        }
      } else {
        complaints.append("\(node) has no count of the replica on \(replica.node)")
      }
    }
    return complaints
  }

  /// Asks every node.
  package static func ask(
    _ system: any QueueInspection, queues: [QueueDescription]
  ) async -> Emptiness {
    var views: [[QueueState]?] = []
    for node in system.nodes {
      views.append(try? await system.queueStates(queues.map(\.name), on: node))
    }
    return Emptiness(queues: queues, nodes: system.nodes, views: views)
  }
}

extension QueueState {
  /// Whether some count that there should be is missing.
  fileprivate var lacksCounts: Bool {
    ready == nil || unacknowledged == nil
      || replicas.contains { !$0.online || $0.depth == nil }
  }

  /// Whether somebody counted a message.
  fileprivate var hasMessages: Bool {
    (ready ?? 0) + (unacknowledged ?? 0) > 0 || replicas.contains { ($0.depth ?? 0) > 0 }
  }
}
