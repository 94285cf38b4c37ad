import Harness
import Operations
import Testing

@testable import Running

/// What proves a queue empty, and what stands in the way.
@Suite struct EmptinessTests {
  private static let queue = QueueDescription(id: QueueID(0), name: "q", kind: .mirrored)
  private static let nodes = [NodeID(1), NodeID(2)]

  private func state(
    ready: Int? = 0, unacknowledged: Int? = 0, depth: Int? = 0, online: Bool = true
  ) -> QueueState {
    QueueState(
      name: "q", leader: NodeID(1),
      replicas: [
        ReplicaState(node: NodeID(1), online: true, synchronised: true, depth: 0),
        ReplicaState(node: NodeID(2), online: online, synchronised: true, depth: depth),
      ], ready: ready, unacknowledged: unacknowledged)
  }

  private func stuck(_ views: [[QueueState]?]) -> String {
    Emptiness(queues: [Self.queue], nodes: Self.nodes, views: views).stuck[0]
  }

  @Test func zeroOnEveryReplicaAndEveryNodesViewIsAProof() {
    let emptiness = Emptiness(
      queues: [Self.queue], nodes: Self.nodes, views: [[state()], [state()]])
    #expect(emptiness.allProved)
    #expect(emptiness.isProved(QueueID(0)))
  }

  /// A replica that did not answer may hold anything, or nothing.
  @Test func aCountThatIsMissingProvesNothing() {
    #expect(stuck([[state(depth: nil)], [state()]]) == "n1 has no count of the replica on n2")
    func isUncounted(_ views: [[QueueState]?]) -> Bool {
      Emptiness(queues: [Self.queue], nodes: Self.nodes, views: views).isUncounted[0]
    }
    #expect(isUncounted([[state()], nil]))
    #expect(isUncounted([[state(depth: nil)], [state()]]))
    #expect(!isUncounted([[state()], [state()]]))
    #expect(!isUncounted([[state(ready: 3)], nil]))
    #expect(!isUncounted([[state()], []]))
  }

  @Test func whatIsInTheWayIsNamed() {
    let good = [state()]
    #expect(stuck([good, nil]) == "n2 did not answer")
    #expect(stuck([good, []]) == "n2 does not know the queue")
    #expect(
      stuck([good, [state(ready: 3, unacknowledged: 1)]])
        == "n2 counts 3 ready and 1 unacknowledged")
    #expect(stuck([[state(ready: nil)], good]) == "n1 cannot count the messages")
    #expect(stuck([[state(unacknowledged: nil)], good]) == "n1 cannot count the messages")
    #expect(stuck([[state(depth: 7)], good]) == "n1 counts 7 messages on the replica of n2")
    #expect(stuck([good, [state(online: false)]]) == "n2 sees the replica on n2 offline")
  }
}
