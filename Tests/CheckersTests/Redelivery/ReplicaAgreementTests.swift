import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct ReplicaAgreementTests {
  private func check(_ story: Story) -> SuiteReport {
    CheckerSuite.check(story.history, criteria: Story.criteria, checkers: [ReplicaAgreement.self])
  }

  private func judgement(_ story: Story, _ queue: UInt32 = 0) -> Judgement? {
    check(story).judgement(.replicasAgree, queue)
  }

  /// What was counted when a queue was not proved empty: by whoever counts, how many messages each
  /// replica holds, from that of n1 on.
  private static func counts(_ depths: [UInt32: [Int]]) -> EmptinessEvidence {
    var evidence = EmptinessEvidence(looks: 0, isOpen: false, isWell: true)
    for (node, depths) in depths.sorted(by: { $0.key < $1.key }) {
      evidence.queues.append(QueueCount(seenBy: NodeID(node), ready: 7, unacknowledged: 0))
      evidence.replicas += depths.enumerated().map { place, depth in
        ReplicaCount(seenBy: NodeID(node), replica: NodeID(UInt32(place) + 1), depth: depth)
      }
    }
    return evidence
  }

  private static func undrained(_ evidence: EmptinessEvidence) -> Event {
    .broker(BrokerEvent(kind: .undrained, queue: QueueID(0), evidence: .emptiness(evidence)))
  }

  /// A queue that was not proved empty, after a while in which nothing moved.
  private func story(_ evidence: EmptinessEvidence, pause: Duration = .seconds(5)) -> Story {
    var story = Story()
    story.publish()
    story.wait(pause)
    story.add(Self.undrained(evidence))
    return story
  }

  @Test func whatWasProvedEmptyAgrees() {
    var story = Story()
    story.publish()
    #expect(judgement(story) == .notExercised("nobody counted what the replicas hold"))
    story.drained()
    #expect(judgement(story) == .held)
    #expect(judgement(story, 1) == .notExercised("nobody counted what the replicas hold"))
  }

  @Test func aPlainQueueHasOneReplica() {
    var story = Story(header: Story.chain)
    story.drained(2)
    #expect(judgement(story, 2) == .notExercised("a plain queue has one replica"))
  }

  @Test func differentCountsAreFound() {
    let story = story(Self.counts([1: [7, 4], 2: [7, 4]]))
    #expect(judgement(story) == .violated)
    #expect(
      check(story).witnesses(.replicasAgree).map(\.text) == [
        "the replica of mirrored on n1 held 7 messages at 5.010000 s, and that on n2 4"
      ])
    var emptied = story
    emptied.drained()
    #expect(judgement(emptied) == .held)
  }

  @Test func theSameCountsAreNoProof() {
    #expect(
      judgement(story(Self.counts([1: [7, 7]])))
        == .unknown("the queue was not proved empty, and not all replicas were counted"))
  }

  /// A mirror that has just joined holds nothing and is behind nobody.
  @Test func aReplicaThatHoldsNothingIsNotCompared() {
    #expect(judgement(story(Self.counts([1: [7, 0], 2: [7, 0]])))?.name == "unknown")
  }

  @Test func aReplicaThatLacksMessagesIsFound() {
    var story = Story()
    story.publish()
    story.add(.broker(BrokerEvent(kind: .unsynchronised, node: NodeID(2), queue: QueueID(0))))
    story.wait(.seconds(6))
    let undrained = Self.undrained(Self.counts([1: [7]]))
    story.add(undrained)
    #expect(judgement(story) == .violated)
    var synchronised = story
    synchronised.add(.broker(BrokerEvent(kind: .synchronised, queue: QueueID(0))))
    synchronised.add(undrained)
    #expect(judgement(synchronised)?.name == "unknown")
  }

  private static func changed(
    _ change: (inout EmptinessEvidence) -> Void
  ) -> EmptinessEvidence {
    var evidence = counts([1: [7, 4]])
    change(&evidence)
    return evidence
  }

  private static let moving: [EmptinessEvidence] = [
    changed { $0.unasked = [NodeID(3)] },
    changed { $0.strangers = [NodeID(3)] },
    changed { evidence in
      evidence.replicas.append(
        ReplicaCount(seenBy: NodeID(1), replica: NodeID(3), depth: nil, isOnline: false))
    },
    changed { evidence in
      evidence.replicas.append(ReplicaCount(seenBy: NodeID(1), replica: NodeID(3), depth: nil))
    },
    changed { $0.queues[0].ready = nil },
    changed { $0.isWell = false },
    changed { $0.isWell = nil },
    changed { $0.looks = nil },
    counts([1: [7, 4], 2: [7, 5]]),
  ]

  @Test(arguments: moving) func whatMovesIsNotCompared(evidence: EmptinessEvidence) {
    #expect(judgement(story(evidence))?.name == "unknown")
  }

  @Test func whatMovedJustBeforeIsNotCompared() {
    let counts = Self.counts([1: [7, 4]])
    #expect(judgement(story(counts)) == .violated)
    #expect(judgement(story(counts, pause: .seconds(4)))?.name == "unknown")
  }

  /// Without evidence nothing is known, whatever the words say.
  @Test func aProofWithoutEvidenceProvesNothing() {
    var story = story(Self.counts([:]))
    story.add(
      .broker(
        BrokerEvent(
          kind: .undrained, queue: QueueID(0),
          detail: "n1 counts 7 messages on the replica of n1; n1 counts 4 messages on the replica "
            + "of n2")))
    #expect(judgement(story)?.name == "unknown")
  }
}
