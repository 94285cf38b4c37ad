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

  private func look(_ views: [[QueueState]?]) -> Emptiness {
    Emptiness(queues: [Self.queue], nodes: Self.nodes, views: views)
  }

  private func evidence(
    _ views: [[QueueState]?], isWell: Bool = true, before: Emptiness? = nil
  ) -> EmptinessEvidence {
    look(views).evidence(for: QueueID(0), isWell: isWell, before: before)
  }

  private func stuck(_ views: [[QueueState]?]) -> String {
    evidence(views).complaints.joined(separator: "; ")
  }

  @Test func zeroOnEveryReplicaAndEveryNodesViewIsAProof() {
    let emptiness = look([[state()], [state()]])
    #expect(emptiness.allProved)
    #expect(emptiness.isProved(QueueID(0)))
    #expect(stuck([[state()], [state()]]).isEmpty)
  }

  /// A replica that did not answer may hold anything, or nothing.
  @Test func aCountThatIsMissingProvesNothing() {
    #expect(stuck([[state(depth: nil)], [state()]]) == "n1 has no count of the replica on n2")
    #expect(!look([[state(depth: nil)], [state()]]).isProved(QueueID(0)))
    #expect(evidence([[state()], nil]).isOpen)
    #expect(evidence([[state(depth: nil)], [state()]]).isOpen)
    #expect(!evidence([[state(ready: 3)], nil]).isOpen)
    #expect(!evidence([[state(depth: 3)], nil]).isOpen)
    #expect(!evidence([[state()], []]).isOpen)
  }

  @Test func twoLooksInARowAreAProof() {
    let empty = look([[state()], [state()]])
    let stuck = look([[state()], [state(ready: 1)]])
    let views = [[state()], [state()]] as [[QueueState]?]
    let once = evidence(views)
    #expect(once.looks == 1 && once.isOpen && once.isWell == true)
    #expect(once.description == "not everybody could be asked: found empty only once")
    #expect(evidence(views, before: stuck).looks == 1)
    let twice = evidence(views, before: empty)
    #expect(twice.looks == 2 && !twice.isOpen)
    #expect(twice.description == "proved twice on all nodes")
    // A cluster that is not well proves nothing, however empty it looks.
    let unwell = evidence(views, isWell: false, before: empty)
    #expect(unwell.looks == 0 && unwell.isOpen && unwell.isWell == false)
    #expect(evidence([[state()], [state(ready: 1)]], before: empty).looks == 0)
    #expect(evidence([[state(ready: 1)], [state()]], isWell: false).isOpen)
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

  /// Everything that every node said is there as values, zeros too.
  @Test func whatWasCountedIsEvidence() {
    let found = evidence([[state(ready: 3, depth: 2)], nil])
    #expect(
      found
        == EmptinessEvidence(
          looks: 0, isOpen: false, isWell: true, unasked: [NodeID(2)],
          queues: [QueueCount(seenBy: NodeID(1), ready: 3, unacknowledged: 0)],
          replicas: [
            ReplicaCount(seenBy: NodeID(1), replica: NodeID(1), depth: 0),
            ReplicaCount(seenBy: NodeID(1), replica: NodeID(2), depth: 2),
          ]))
    #expect(evidence([[], nil]).strangers == [NodeID(1)])
  }

  @Test func theEventSaysWhatWasProved() {
    let empty = look([[state()], [state()]])
    let drained = empty.event(for: QueueID(0), ClusterHealth(), before: empty)
    #expect(drained.kind == .drained && drained.detail == "proved twice on all nodes")
    #expect(drained.emptiness?.looks == 2 && drained.queue == QueueID(0))
    let undrained = look([[state(ready: 3)], [state()]])
      .event(for: QueueID(0), ClusterHealth(), before: empty)
    #expect(undrained.kind == .undrained)
    #expect(undrained.detail == "n1 counts 3 ready and 0 unacknowledged")
    #expect(undrained.emptiness?.isOpen == false)
  }
}
