package import Harness
package import Operations

/// The proof that queues are empty: on every node's view, and on every replica that can be asked,
/// nothing is ready and nothing is unacknowledged.
///
/// An empty get proves nothing: an unacknowledged or unreplicated message is not in sight of it.
package struct Emptiness: Hashable, Sendable {
  /// By queue id: what the nodes said at this look.
  private var seen: [EmptinessEvidence]

  /// Whether this look found the queue empty.
  package func isProved(_ queue: QueueID) -> Bool { seen[Int(queue.rawValue)].isEmptyEverywhere }

  /// Whether it found all of them empty.
  package var allProved: Bool { seen.allSatisfy(\.isEmptyEverywhere) }

  /// Takes down what the nodes said; `views` holds one entry a node, nil for one that did not
  /// answer.
  package init(queues: [QueueDescription], nodes: [NodeID], views: [[QueueState]?]) {
    seen = queues.map { queue in
      var evidence = EmptinessEvidence(looks: nil, isOpen: false, isWell: nil)
      for (node, view) in zip(nodes, views) {
        guard let view else {
          evidence.unasked.append(node)
          continue
        }
        guard let state = view.first(where: { $0.name == queue.name }) else {
          evidence.strangers.append(node)
          continue
        }
        evidence.add(state, seenBy: node)
      }
      return evidence
    }
  }

  /// The evidence for a queue after this look, in a cluster that was well or not; `before` is the
  /// look before if the cluster was well then. Two looks in a row prove the queue empty.
  package func evidence(
    for queue: QueueID, isWell: Bool, before: Emptiness?
  ) -> EmptinessEvidence {
    var evidence = seen[Int(queue.rawValue)]
    let wasProved = before?.isProved(queue) == true
    evidence.isWell = isWell
    evidence.looks = isWell && evidence.isEmptyEverywhere ? (wasProved ? 2 : 1) : 0
    evidence.isOpen =
      evidence.looks != 2
      && (!isWell || evidence.isUncounted || evidence.isEmptyEverywhere)
    return evidence
  }

  /// The `drained` or `undrained` event of a queue after this look.
  package func event(
    for queue: QueueID, _ health: ClusterHealth, before: Emptiness?
  ) -> BrokerEvent {
    let evidence = evidence(for: queue, isWell: health.isWell, before: before)
    let isDrained = evidence.looks == 2
    let others = health.complaints.isEmpty ? "" : "; " + health.complaints.joined(separator: "; ")
    return BrokerEvent(
      kind: isDrained ? .drained : .undrained, queue: queue,
      detail: evidence.description + others, evidence: .emptiness(evidence))
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

extension EmptinessEvidence {
  fileprivate mutating func add(_ state: QueueState, seenBy node: NodeID) {
    queues.append(
      QueueCount(seenBy: node, ready: state.ready, unacknowledged: state.unacknowledged))
    replicas += state.replicas.map { replica in
      ReplicaCount(
        seenBy: node, replica: replica.node, depth: replica.depth, isOnline: replica.online)
    }
  }

  /// Whether everybody was asked and nobody counted anything.
  fileprivate var isEmptyEverywhere: Bool {
    unasked.isEmpty && strangers.isEmpty && !lacksCounts && !hasMessages
  }

  /// Whether nobody counted a message and some count is missing, so that the queue may as well be
  /// empty.
  fileprivate var isUncounted: Bool { (!unasked.isEmpty || lacksCounts) && !hasMessages }
}
