import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// Queue 0 sends its dead letters to queue 1, of which client 5 is the consumer.
@Suite struct LedgerDeadLetterTests {
  private func totals(_ story: Story) throws -> [LedgerTotals] {
    let report = story.check()
    #expect(report.failures == [])
    return report.totals
  }

  private func anomalies(_ totals: LedgerTotals) -> [Anomaly] {
    Anomaly.allCases.filter { totals[$0].messages > 0 }
  }

  private func fates(_ totals: LedgerTotals) -> [Fate] {
    Fate.allCases.filter { totals[$0] > 0 }
  }

  /// A message is published, and `body` says what becomes of it.
  private func story(
    _ outcome: Outcome = .ok(.confirmed), _ body: (inout Story, MessageID) -> Void
  ) -> Story {
    var story = Story(header: Story.letters)
    let message = story.publish(0, outcome)
    body(&story, message)
    return story
  }

  private func prove(_ story: inout Story) {
    story.drained(0)
    story.drained(1)
  }

  @Test func seenOnlyInTheTargetIsDeadLettered() throws {
    let story = story { story, message in
      story.deliver(message, to: 5, queue: 1)
      story.settle(message, by: 5)
      prove(&story)
    }
    let totals = try totals(story)
    #expect(fates(totals[0]) == [.deadLettered])
    #expect(totals.map(\.phantoms) == [0, 0])
    #expect(totals.map(\.lettersIn) == [0, 1])
    #expect(totals.map(\.lettersOut) == [1, 0])
    #expect(totals.map(\.movedUnseen) == [1, 0])
    #expect(totals.map(\.firstDeliveries) == [0, 1])
    #expect(totals[1].attempts == 0)
    let report = story.check()
    for guarantee in Ledger.guarantees { #expect(report.judgement(guarantee) == .held) }
    #expect(report.measure(.deadLettered, of: QueueID(0)) == .count(1))
    #expect(report.measure(.deadLettersIn, of: QueueID(1)) == .count(1))
    #expect(report.measure(.deadLettersOut, of: QueueID(0)) == .count(1))
  }

  @Test func seenInBothIsDelivered() throws {
    let story = story { story, message in
      story.deliver(message)
      story.settle(message, .discard)
      story.deliver(message, to: 5, queue: 1)
      story.settle(message, by: 5)
      prove(&story)
    }
    let totals = try totals(story)
    #expect(fates(totals[0]) == [.delivered])
    #expect(totals.map(\.firstDeliveries) == [1, 1])
    #expect(totals.map(\.repeats) == [0, 0])
    #expect(totals.flatMap(anomalies) == [])
    #expect(story.check().judgement(.deadLetters) == .held)
  }

  @Test(arguments: [UInt32(0), 1]) func doubtfulAndSeenInEitherIsRecovered(queue: UInt32) throws {
    let story = story(.info(.timeout)) { story, message in
      story.deliver(message, to: queue == 0 ? 2 : 5, queue: queue)
      prove(&story)
    }
    #expect(fates(try totals(story)[0]) == [.recovered])
  }

  @Test func lostNeedsBothProofsInOrder() throws {
    func fate(_ prove: (inout Story) -> Void) throws -> [Fate] {
      fates(try totals(story { story, _ in prove(&story) })[0])
    }
    #expect(try fate { $0.drained(0) } == [.undrained])
    #expect(try fate { $0.drained(1) } == [.undrained])
    #expect(
      try fate { story in
        story.drained(1)
        story.drained(0)
      } == [.undrained])
    #expect(try fate { prove(&$0) } == [.lost])
    // At the same instant the source may have been proved first.
    #expect(
      try fate { story in
        story.drained(1)
        story.now = story.now + .milliseconds(-1)
        story.drained(0)
      } == [.lost])
  }

  @Test func aLostMessageBreaksBothGuarantees() throws {
    let report = story { story, _ in prove(&story) }.check()
    #expect(report.judgement(.atLeastOnce) == .violated)
    #expect(report.judgement(.deadLetters) == .violated)
    let witness = try #require(report.witnesses(.deadLetters).first)
    #expect(
      witness.text.hasSuffix(
        "was never delivered; mirrored was proved empty at 0.010000 s, quorum was proved empty at "
          + "0.011000 s"))
    #expect(witness.to == Instant.zero + .milliseconds(11))
  }

  @Test func undrainedLeavesBothUnknown() {
    let report = story { _, _ in }.check()
    for guarantee in [Guarantee.atLeastOnce, .deadLetters] {
      #expect(
        report.judgement(guarantee)
          == .unknown(
            "1 confirmed messages were not delivered and the queue, or that of its dead letters, "
              + "was not proved empty after them"))
    }
  }

  @Test func whereNothingWasMovedNothingWasTested() {
    let report = story { story, message in
      story.deliver(message)
      story.settle(message)
      prove(&story)
    }.check()
    #expect(
      report.judgement(.deadLetters)
        == .notExercised("no message of the queue expired or was discarded"))
    #expect(report.judgement(.atLeastOnce) == .held)
  }

  @Test func doubtfulAndGoneHasVanished() throws {
    let story = story(.info(.nacked)) { story, _ in prove(&story) }
    #expect(fates(try totals(story)[0]) == [.vanished])
    #expect(story.check().judgement(.atLeastOnce) == .held)
  }

  @Test func discardedAndGoneIsALostDeadLetter() throws {
    let story = story { story, message in
      story.deliver(message)
      story.settle(message, .discard)
      prove(&story)
    }
    let totals = try totals(story)
    #expect(fates(totals[0]) == [.delivered])
    #expect(anomalies(totals[0]) == [.lostDeadLetter])
    let report = story.check()
    #expect(report.judgement(.deadLetters) == .violated)
    #expect(report.judgement(.atLeastOnce) == .held)
    #expect(report.measure(.lostDeadLetter, of: QueueID(0)) == .count(1))
    #expect(
      report.witnesses(.deadLetters).map(\.text) == [
        "message 0.0, published by client 0 on n1 at 0.007000 s, confirmed at 0.009000 s, was "
          + "discarded from mirrored and never delivered as a dead letter; mirrored was proved "
          + "empty at 0.012000 s, quorum was proved empty at 0.013000 s"
      ])
  }

  /// Whoever asks the target for a message and never hears of it may have got the missing one.
  @Test(arguments: [true, false]) func aTakeInDoubtMayHaveIt(isDiscarded: Bool) throws {
    let story = story { story, message in
      if isDiscarded {
        story.deliver(message)
        story.settle(message, .discard)
      }
      _ = story.begin(.take, client: 5, session: 5)
      prove(&story)
    }
    let totals = try totals(story)
    #expect(totals[1].takenInDoubt == 1)
    #expect(totals[0].excused == (isDiscarded ? 0 : 1))
    #expect(totals[0].undrainedLetters == (isDiscarded ? 1 : 0))
    #expect(fates(totals[0]) == [isDiscarded ? .delivered : .undrained])
    #expect(story.check().judgement(.deadLetters)?.name == "unknown")
  }

  @Test func oneTakeInDoubtExplainsOneOfTwo() throws {
    var story = Story(header: Story.letters)
    story.publish()
    story.publish()
    _ = story.begin(.take, client: 5, session: 5)
    prove(&story)
    #expect(try totals(story)[0][.lost] == 1)
    story.drained(0)
    story.add(
      .invoked(
        Invocation(
          operation: OperationID(9), client: ClientID(5), queue: QueueID(1), action: .drain)))
    #expect(try totals(story)[0][.lost] == 0)
  }

  @Test func discardedWithoutProofIsADoubt() throws {
    let story = story { story, message in
      story.deliver(message)
      story.settle(message, .discard)
      story.drained(0)
    }
    #expect(try totals(story)[0].undrainedLetters == 1)
    #expect(
      story.check().judgement(.deadLetters)
        == .unknown(
          "1 messages were discarded and not delivered as dead letters, and nothing proves that "
            + "they are lost"))
  }

  /// The proof of the source has to settle the discard.
  @Test func aProofBeforeTheDiscardSaysNothing() throws {
    let story = story { story, message in
      story.deliver(message)
      story.drained(0)
      story.settle(message, .discard)
      story.drained(1)
    }
    #expect(try totals(story)[0].undrainedLetters == 1)
  }

  @Test func aDiscardThatAnotherConsumersAckFollowsMovesNothing() throws {
    let story = story { story, message in
      story.deliver(message)
      story.settle(message, .discard)
      story.lose(session: 2)
      story.deliver(message, to: 3, redelivered: true)
      story.settle(message, by: 3)
      prove(&story)
    }
    #expect(anomalies(try totals(story)[0]) == [.redelivered, .deliveredAfterAck])
  }

  @Test func aLateDiscardOfAnAckedMessageMovesNothing() throws {
    let story = story { story, message in
      story.deliver(message)
      story.deliver(message, to: 3, redelivered: true)
      story.settle(message, by: 3)
      story.settle(message, .discard)
      prove(&story)
    }
    #expect(try totals(story)[0][.lostDeadLetter].messages == 0)
  }

  @Test func onlyConfirmedDeadLettersArePromised() throws {
    let story = story(.info(.timeout)) { story, message in
      story.deliver(message)
      story.settle(message, .discard)
      prove(&story)
    }
    #expect(anomalies(try totals(story)[0]) == [])
  }

  @Test func whatIsDiscardedWithoutATargetIsDone() throws {
    var story = Story(header: Story.letters)
    let message = story.publish(4)
    story.deliver(message, to: 5, queue: 1)
    story.settle(message, by: 5, .discard)
    prove(&story)
    #expect(anomalies(try totals(story)[1]) == [])
    #expect(story.check().finding(.deadLetters, of: QueueID(1)) == nil)
    #expect(story.check().judgement(.atLeastOnce, 1) == .held)
  }

  @Test func givenBackAndExpiredIsNotDropped() throws {
    let story = story { story, message in
      story.deliver(message)
      story.settle(message, .reject)
      story.deliver(message, to: 5, queue: 1)
      story.settle(message, by: 5)
      prove(&story)
    }
    #expect(try totals(story).flatMap(anomalies) == [])
  }

  @Test func givenBackAndGoneFromBothIsDropped() throws {
    let before = story { story, message in
      story.deliver(message)
      story.settle(message, .requeue)
      prove(&story)
    }
    #expect(anomalies(try totals(before)[0]) == [.droppedUnacknowledged])
    let behind = story { story, message in
      story.deliver(message)
      story.settle(message, .discard)
      story.deliver(message, to: 5, queue: 1)
      story.lose(session: 5)
      prove(&story)
    }
    #expect(anomalies(try totals(behind)[0]) == [.droppedUnacknowledged])
    #expect(behind.check().judgement(.atLeastOnce) == .violated)
  }

  @Test func theTargetsOwnMessagesDoNotComeFromTheSource() throws {
    var story = Story(header: Story.letters)
    story.deliver(story.publish(4))
    #expect(try totals(story)[0].misrouted == 1)
  }

  @Test func aRefusedMessageThatIsDeadLetteredFailedAndWasDelivered() throws {
    let story = story(.fail(.returned)) { story, message in
      story.deliver(message, to: 5, queue: 1)
    }
    #expect(anomalies(try totals(story)[0]) == [.failedYetDelivered])
    #expect(story.check().judgement(.integrity) == .violated)
    #expect(story.check().witnesses(.integrity).map(\.to) == [Instant.zero + .milliseconds(10)])
  }

  @Test func chainsAreFollowedToTheirEnd() throws {
    var story = Story(header: Story.chain)
    let message = story.publish()
    story.deliver(message)
    story.settle(message, .discard)
    story.deliver(message, to: 7, queue: 2)
    story.settle(message, by: 7)
    let totals = try totals(story)
    #expect(totals.map(\.lettersIn) == [0, 0, 1])
    #expect(totals.map(\.lettersOut) == [0, 1, 0])
    #expect(fates(totals[0]) == [.delivered])
    #expect(totals.flatMap(anomalies) == [])

    var lost = Story(header: Story.chain)
    let other = lost.publish()
    lost.deliver(other, to: 5, queue: 1)
    lost.settle(other, by: 5, .discard)
    for queue in 0...2 as ClosedRange<UInt32> { lost.drained(queue) }
    let report = lost.check()
    #expect(report.totals.map { $0[.lostDeadLetter].messages } == [0, 1, 0])
    #expect(report.judgement(.deadLetters, 1) == .violated)
    #expect(report.judgement(.deadLetters, 0) == .held)
  }

  @Test func circlesAreNotFollowed() {
    var header = Story.letters
    header.queues[1].deadLetters = QueueID(0)
    let report = CheckerSuite.check(
      Story(header: header).history, criteria: Story.criteria, checkers: [Ledger.self])
    #expect(
      report.failures.map(\.reason) == [
        "the dead letters of mirrored go round in a circle, so that nobody can tell how often a "
          + "message was moved"
      ])
  }

  @Test func deadLettersCountAsExercise() throws {
    let criteria = Criteria(minimumConfirmed: 1, unavailabilityBound: .seconds(5))
    let report = story { story, message in
      story.deliver(message, to: 5, queue: 1)
      story.settle(message, by: 5)
      prove(&story)
    }.check(criteria)
    for guarantee in [
      Guarantee.integrity, .flaggedRedelivery, .noResurrection, .exclusiveHold, .eventualDrain,
    ] {
      #expect(report.judgement(guarantee, 1) == .held)
    }
    #expect(report.judgement(.atLeastOnce, 1)?.name == "not exercised")
  }
}
