import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// Chains and effects of messages, one story each.
@Suite struct RedeliveryTests {
  private func check(_ story: Story) -> SuiteReport {
    CheckerSuite.check(story.history, criteria: Story.criteria, checkers: [Redelivery.self])
  }

  private func count(_ story: Story, _ guarantee: Guarantee) -> Int? {
    let report = check(story)
    #expect(report.failures == [])
    return report.finding(guarantee, of: QueueID(0))?.violations
  }

  // MARK: - Chains

  @Test func aMessageThatWasGivenBackComesAgain() {
    for kind in [SettlementKind.requeue, .reject] {
      var story = Story()
      let message = story.publish()
      story.deliver(message)
      story.settle(message, kind)
      story.deliver(message, redelivered: true)
      #expect(count(story, .feasibleChains) == 0)
      #expect(check(story).judgement(.feasibleChains) == .held)
    }
  }

  @Test func aSessionThatHoldsAMessageDoesNotGetItAgain() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, redelivered: true)
    let report = check(story)
    #expect(report.judgement(.feasibleChains) == .violated)
    let witness = try #require(report.witnesses(.feasibleChains).first)
    #expect(witness.message == message)
    #expect(
      witness.text
        == "message 0.0 was delivered again to session 2 (client 2 on n1) at 0.011000 s, and "
        + "session 2 (client 2 on n1) had got it at 0.010000 s and did not give back")
  }

  /// Nothing is sent to a session that is lost; so it was alive, and held the message.
  @Test func aSessionThatIsLostLaterDoesNotGetAMessageAgainEither() {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, redelivered: true)
    var settled = story
    settled.settle(message, .requeue)
    for var story in [story, settled] {
      story.lose(session: 2)
      #expect(count(story, .feasibleChains) == 1)
      story.deliver(message, to: 3, redelivered: true)
      #expect(count(story, .feasibleChains) == 1)
    }
    // The brokers may have taken it back.
    var disturbed = Story()
    let other = disturbed.publish()
    disturbed.deliver(other)
    disturbed.fault(0, "kill", .proved)
    disturbed.deliver(other, redelivered: true)
    disturbed.lose(session: 2)
    #expect(count(disturbed, .feasibleChains) == 0)
  }

  @Test func multipleSettlementsGiveBackEverythingBefore() {
    var story = Story()
    let (first, second) = (story.publish(), story.publish())
    story.deliver(first)
    story.deliver(second)
    story.settle(second, .requeue, multiple: true)
    story.deliver(first, redelivered: true)
    #expect(count(story, .feasibleChains) == 0)
  }

  /// What two sessions hold together that both live on is for exclusive-hold.
  @Test func twoHoldersAreCountedOnce() {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    #expect(count(story, .feasibleChains) == 0)
    #expect(story.check().judgement(.exclusiveHold) == .violated)
  }

  /// A dead session's message goes to another one, and the client of the dead one reads it late.
  @Test func aLateReadIsNoCollision() {
    var story = Story()
    let message = story.publish()
    story.deliver(message, to: 3, redelivered: true)
    story.deliver(message)
    story.lose(session: 2)
    story.settle(message, by: 3)
    #expect(count(story, .feasibleChains) == 0)
  }

  /// The second session is lost at once, but what it got was surely sent while the first one, which
  /// lives on, held the message: it only just opened.
  @Test func aDeliveryThatWasSurelySentDuringAnotherHold() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.open(session: 9, client: 3)
    story.deliver(message, to: 9, redelivered: true)
    story.lose(session: 9)
    let report = check(story)
    #expect(report.judgement(.feasibleChains) == .violated)
    #expect(story.check().finding(.exclusiveHold, of: QueueID(0))?.violations == 0)
    let witness = try #require(report.witnesses(.feasibleChains).first)
    #expect(
      witness.text
        == "message 0.0 was delivered to session 9 (client 3 on n2), sent no earlier than "
        + "0.011000 s, at 0.012000 s, and session 2 (client 2 on n1) had got it at 0.010000 s and "
        + "did not give back")
    // If the first one is lost too, the broker may have taken the message back.
    story.lose(session: 2)
    #expect(count(story, .feasibleChains) == 0)
  }

  /// A new master gives everything out again, and a quorum queue what a cut-off node has.
  @Test func afterADisturbanceTheBrokersMayTakeBack() {
    var story = Story()
    let (early, late) = (story.publish(), story.publish())
    story.deliver(late)
    story.fault(0, "isolate", .began)
    story.deliver(late, redelivered: true)
    #expect(count(story, .feasibleChains) == 0)
    #expect(
      check(story).judgement(.feasibleChains)
        == .notExercised("fault 0 (isolate) began and the history does not say that it took effect")
    )
    story.fault(0, "isolate", .proved)
    #expect(
      check(story).judgement(.feasibleChains)
        == .notExercised("no message came again before something disturbed the brokers"))
    var other = Story()
    let message = other.publish()
    other.deliver(message)
    other.add(.broker(BrokerEvent(kind: .nodeDown, node: NodeID(1))))
    other.deliver(message, redelivered: true)
    #expect(count(other, .feasibleChains) == 0)
    _ = early
  }

  /// What was wrong before the fault stays wrong.
  @Test func aDisturbanceExcusesNothingBeforeIt() {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, redelivered: true)
    story.fault(0, "isolate", .began)
    #expect(count(story, .feasibleChains) == 1)
  }

  /// With room for one, the next message is sent only after the first one was settled: so it was
  /// sent while another session held it.
  @Test func aPrefetchDatesDeliveries() {
    func story(prefetch: UInt16) -> Story {
      var story = Story()
      story.consume(3, prefetch: prefetch)
      let (message, other) = (story.publish(), story.publish())
      story.deliver(other, to: 3)
      story.deliver(message)
      story.settle(other, by: 3)
      story.deliver(message, to: 3, redelivered: true)
      story.lose(session: 3)
      return story
    }
    #expect(count(story(prefetch: 1), .feasibleChains) == 1)
    #expect(count(story(prefetch: 2), .feasibleChains) == 0)
    #expect(count(story(prefetch: 0), .feasibleChains) == 0)
  }

  // MARK: - Effects

  @Test func everyMessageHasOneEffect() {
    var story = Story()
    let message = story.publish()
    story.publish(0, .info(.timeout))
    story.deliver(message)
    story.settle(message, .requeue)
    story.deliver(message, redelivered: true)
    story.settle(message)
    story.drained()
    let report = check(story)
    #expect(report.judgement(.exactlyOnceEffect) == .held)
    #expect(report.measure(.effects, of: QueueID(0)) == .count(1))
  }

  /// Whoever remembers a message until its ack is settled has no second effect before that.
  @Test func aSecondAckBeforeTheProofHasNoEffect() {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    story.lose(session: 2)
    story.deliver(message, to: 3, redelivered: true)
    story.settle(message, by: 3)
    story.drained()
    let report = check(story)
    #expect(report.judgement(.exactlyOnceEffect) == .held)
    #expect(report.measure(.ackedAgain, of: QueueID(0)) == .count(1))
    #expect(report.measure(.mostAcks, of: QueueID(0)) == .count(2))
  }

  @Test func anEffectAfterASettledAckIsTheBrokersFault() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    story.drained()
    story.deliver(message, to: 3, redelivered: true)
    story.settle(message, by: 3)
    let report = check(story)
    #expect(report.judgement(.exactlyOnceEffect) == .violated)
    let witness = try #require(report.witnesses(.exactlyOnceEffect).first)
    #expect(
      witness.text
        == "message 0.0 was acked at 0.011000 s, which the empty queue settled at 0.012000 s, and "
        + "was delivered to session 3 (client 3 on n2) at 0.013000 s and acked again: a second "
        + "effect")
    // It may have been sent before the proof to a session that was given up before it.
    story.lose(session: 3)
    story.drained()
    #expect(check(story).judgement(.exactlyOnceEffect) == .held)
  }

  @Test func aConfirmedMessageWithoutAnEffectIsMissing() throws {
    var story = Story()
    let (never, returned) = (story.publish(), story.publish())
    story.deliver(returned)
    story.settle(returned, .requeue)
    story.drained()
    let report = check(story)
    #expect(report.finding(.exactlyOnceEffect, of: QueueID(0))?.violations == 2)
    #expect(
      report.witnesses(.exactlyOnceEffect).map(\.text) == [
        "message \(never), confirmed at 0.009000 s, was never delivered, so that it had no effect, "
          + "and gone when the queue was proved empty at 0.015000 s",
        "message \(returned), confirmed at 0.012000 s, was delivered and never acked, so that it "
          + "had no effect, and gone when the queue was proved empty at 0.015000 s",
      ])
  }

  @Test func whatMayStillComeIsUnknown() {
    var story = Story()
    let message = story.publish()
    #expect(
      check(story).judgement(.exactlyOnceEffect)
        == .unknown(
          "1 confirmed messages had no effect, and nobody can tell whether they still may"))
    story.deliver(message)
    story.drained()
    #expect(check(story).judgement(.exactlyOnceEffect)?.name == "unknown")
    var acked = Story()
    let other = acked.publish()
    acked.deliver(other)
    acked.settle(other)
    #expect(
      check(acked).judgement(.exactlyOnceEffect)
        == .unknown("no ack was ever settled: the queue was not proved empty"))
  }

  @Test func discardedMessagesAndTakesInDoubtAccuseNobody() {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message, .discard)
    story.drained()
    #expect(check(story).judgement(.exactlyOnceEffect) == .held)
    story.publish()
    let take = story.begin(.take, client: 2, session: 2)
    story.add(.completed(take, .info(.connectionLost)))
    story.drained()
    #expect(check(story).judgement(.exactlyOnceEffect)?.name == "unknown")
  }

  @Test func deadLettersAreNotJudged() {
    var story = Story(header: Story.letters)
    story.publish()
    story.drained()
    for guarantee in [Guarantee.emptyWhileReady, .exactlyOnceEffect, .requeuePosition] {
      #expect(check(story).judgement(guarantee, 0)?.name == "not exercised")
      #expect(check(story).judgement(guarantee, 1)?.name == "not exercised")
    }
  }
}
