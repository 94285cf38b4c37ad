import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// A dead letter is a new message in its queue, and may be moved there twice where something fails.
@Suite struct LedgerMovedTwiceTests {
  private let flags = Guarantee.flaggedRedelivery

  private func check(_ story: Story) -> SuiteReport {
    let report = story.check()
    #expect(report.failures == [])
    return report
  }

  private func anomalies(_ story: Story, _ queue: Int = 1) -> [Anomaly] {
    let report = check(story)
    return Anomaly.allCases.filter { report.totals[queue][$0].messages > 0 }
  }

  /// A message that was received as a dead letter by session 5.
  private func moved() -> (Story, MessageID) {
    var story = Story(header: Story.letters)
    let message = story.publish()
    story.deliver(message, to: 5, queue: 1)
    return (story, message)
  }

  @Test func aSecondCopyIsAViolationWhereNothingFailed() {
    var (story, message) = moved()
    story.settle(message, by: 5)
    story.deliver(message, to: 5, queue: 1)
    #expect(anomalies(story) == [.deliveredAfterAck, .deadLetteredAgain])
    #expect(check(story).judgement(flags, 1) == .violated)
    #expect(check(story).totals[1][.unflagged].messages == 0)
    story.fault(0, "kill", .proved)
    #expect(check(story).judgement(flags, 1) == .held)
    #expect(anomalies(story) == [.deliveredAfterAck, .deadLetteredAgain])
  }

  @Test func aFlaggedCopyIsARedelivery() {
    var (story, message) = moved()
    story.settle(message, by: 5, .requeue)
    story.deliver(message, to: 5, redelivered: true, queue: 1)
    #expect(anomalies(story) == [.redelivered])
    #expect(check(story).judgement(flags, 1) == .held)
  }

  @Test func theSourceIsJudgedByItself() {
    var (story, message) = moved()
    story.settle(message, by: 5)
    story.fault(0, "kill", .proved)
    // The source has it again: it is new to its consumers, whatever the flag says.
    story.deliver(message)
    #expect(anomalies(story, 0) == [])
    story.deliver(message)
    #expect(anomalies(story, 0) == [.unflagged])
    #expect(check(story).judgement(flags, 0) == .violated)
  }

  @Test func twoHoldersOfOneQueueMayHaveTwoCopies() {
    var (story, message) = moved()
    story.open(session: 9, client: 5)
    story.deliver(message, to: 9, queue: 1)
    #expect(anomalies(story) == [.overlappingHolds, .deadLetteredAgain])
    #expect(check(story).judgement(.exclusiveHold, 1) == .violated)
    story.fault(0, "kill", .proved)
    #expect(check(story).judgement(.exclusiveHold, 1) == .held)
  }

  @Test func holdersOfDifferentQueuesDoNotOverlap() {
    var (story, message) = moved()
    story.deliver(message)
    #expect(anomalies(story, 0) == [])
    #expect(anomalies(story, 1) == [])
  }

  @Test func anAckedDeadLetterThatComesBackAfterAllProofsIsResurrected() {
    func story(_ prove: (inout Story) -> Void) -> Story {
      var (story, message) = moved()
      story.fault(0, "kill", .proved)
      story.settle(message, by: 5)
      prove(&story)
      story.open(session: 9, client: 5)
      story.deliver(message, to: 9, redelivered: true, queue: 1)
      return story
    }
    let settled = story { story in
      story.drained(0)
      story.drained(1)
    }
    #expect(anomalies(settled) == [.redelivered, .resurrected])
    #expect(check(settled).judgement(.noResurrection, 1) == .violated)
    // Without a proof of the source it may have been moved once more.
    let open = story { $0.drained(1) }
    #expect(anomalies(open) == [.redelivered, .deliveredAfterAck])
    #expect(check(open).judgement(.noResurrection, 1) == .held)
    let swapped = story { story in
      story.drained(1)
      story.drained(0)
    }
    #expect(anomalies(swapped) == [.redelivered, .deliveredAfterAck])
  }

  @Test func deadLettersComeInAnyOrder() {
    var story = Story(header: Story.letters)
    let messages = (0..<2).map { _ in story.publish() }
    story.deliver(messages[1], to: 5, queue: 1)
    story.deliver(messages[0], to: 5, queue: 1)
    #expect(anomalies(story) == [])
    #expect(check(story).judgement(.channelOrder, 0) == .held)
  }
}
