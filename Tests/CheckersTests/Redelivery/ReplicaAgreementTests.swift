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

  /// A queue that was not proved empty, after a while in which nothing moved.
  private func story(_ detail: String, pause: Duration = .seconds(5)) -> Story {
    var story = Story()
    story.publish()
    story.wait(pause)
    story.add(.broker(BrokerEvent(kind: .undrained, queue: QueueID(0), detail: detail)))
    return story
  }

  private let first = "n1 counts 7 ready and 0 unacknowledged; n1 counts 7 messages on the replica"

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
    let story = story(
      "\(first) of n1; n1 counts 4 messages on the replica of n2; n2 counts 7 messages on the "
        + "replica of n1; n2 counts 4 messages on the replica of n2")
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
    let story = story("\(first) of n1; n1 counts 7 messages on the replica of n2")
    #expect(
      judgement(story)
        == .unknown("the queue was not proved empty, and not all replicas were counted"))
  }

  @Test func aReplicaThatLacksMessagesIsFound() {
    var story = Story()
    story.publish()
    story.add(.broker(BrokerEvent(kind: .unsynchronised, node: NodeID(2), queue: QueueID(0))))
    story.wait(.seconds(6))
    let detail = "\(first) of n1"
    story.add(.broker(BrokerEvent(kind: .undrained, queue: QueueID(0), detail: detail)))
    #expect(judgement(story) == .violated)
    var synchronised = story
    synchronised.add(.broker(BrokerEvent(kind: .synchronised, queue: QueueID(0))))
    synchronised.add(.broker(BrokerEvent(kind: .undrained, queue: QueueID(0), detail: detail)))
    #expect(judgement(synchronised)?.name == "unknown")
  }

  @Test(arguments: [
    ("of n1; n1 counts 4 messages on the replica of n2; n3 did not answer", 5),
    ("of n1; n1 counts 4 messages on the replica of n2; n1 sees the replica on n3 offline", 5),
    ("of n1; n1 counts 4 messages on the replica of n2; n2 reports a partition from [n1]", 5),
    (
      "of n1; n1 counts 4 messages on the replica of n2; n2 counts 5 messages on the replica of n2",
      5
    ),
    ("of n1; n1 counts 4 messages on the replica of n2", 4),
  ]) func whatMovesIsNotCompared(rest: String, seconds: Int) {
    #expect(judgement(story("\(first) \(rest)", pause: .seconds(seconds)))?.name == "unknown")
  }
}
