package import Environment
package import Harness
package import Operations

extension RabbitMQSystem: QueueInspection {
  /// How long a node may take to answer; it waits at most 1 s for its own processes.
  private static let questionTimeout = Duration.seconds(2)

  /// The queues as `node` sees them. What the replicas hold is asked from the nodes where they are,
  /// whatever the links do; a replica whose node does not answer is offline and of unknown depth.
  package func queueStates(
    _ names: [String], on node: NodeID
  ) async throws(SystemFailure) -> [QueueState] {
    let answers = await answers(QueueQuery(names: names))
    guard let own = answers[node] else {
      throw SystemFailure(.failed, "there is no node \(node)")
    }
    let views = try own.get().views
    return names.indices.compactMap { place in
      views[place].map { state(names[place], place, $0, answers) }
    }
  }

  /// Which nodes `node` sees, by its own tables. One whose RabbitMQ is paused or boots sees none.
  package func clusterView(of node: NodeID) async throws(SystemFailure) -> ClusterView {
    let lines = try await call.lines(
      ClusterQuery.expression, on: node, asking: "which nodes it sees",
      timeout: Self.questionTimeout)
    return ClusterQuery.view(lines, layout)
  }

  private func state(
    _ name: String, _ place: Int, _ view: QueueQuery.View,
    _ answers: [NodeID: Result<QueueQuery.Answer, SystemFailure>]
  ) -> QueueState {
    func local(_ node: NodeID) -> QueueQuery.Local? {
      guard case .success(let answer)? = answers[node] else { return nil }
      return answer.locals[place]
    }
    let leader = view.leader.flatMap { local($0) == nil ? nil : $0 }
    let figures = leader.flatMap { local($0) }
    return QueueState(
      name: name, leader: leader,
      replicas: view.replicas.map { replica in
        let local = local(replica.node)
        return ReplicaState(
          node: replica.node, online: local != nil, synchronised: replica.synchronised,
          depth: local?.depth)
      },
      ready: figures?.ready, unacknowledged: figures?.unacknowledged)
  }

  /// Asks all nodes at the same time.
  private func answers(
    _ query: QueueQuery
  ) async -> [NodeID: Result<QueueQuery.Answer, SystemFailure>] {
    await withTaskGroup(of: (NodeID, Result<QueueQuery.Answer, SystemFailure>).self) { group in
      for node in nodes {
        group.addTask {
          do throws(SystemFailure) {
            let lines = try await self.call.lines(
              query.expression, on: node, asking: "what its queues hold",
              timeout: Self.questionTimeout)
            return (node, .success(try query.answer(lines, self.layout)))
          } catch {
            return (node, .failure(error))
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }
}
