import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct LedgerAnomalyTests {
  private func totals(_ story: Story) throws -> LedgerTotals {
    let report = story.check()
    #expect(report.failures == [])
    return try #require(report.totals.first)
  }

  private func anomalies(_ story: Story) throws -> [Anomaly] {
    let totals = try totals(story)
    return Anomaly.allCases.filter { totals[$0].messages > 0 }
  }

  @Test func aPlainDeliveryHasNone() throws {
    var story = Story()
    for _ in 0..<3 {
      let message = story.publish()
      story.deliver(message)
      story.settle(message)
    }
    story.drained()
    #expect(try anomalies(story) == [])
    let report = story.check()
    for guarantee in Ledger.guarantees where guarantee != .deadLetters {
      #expect(report.judgement(guarantee) == .held)
    }
  }

  @Test func aFlaggedRepeatAfterALostSessionIsAllowed() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.lose(session: 2)
    story.deliver(message, to: 3, redelivered: true)
    story.settle(message, by: 3)
    #expect(try anomalies(story) == [.redelivered])
    #expect(try totals(story).duplicated == 1)
    #expect(story.check().judgement(.flaggedRedelivery) == .held)
  }

  @Test func aFlaggedFirstDeliveryIsAllowed() throws {
    var story = Story()
    story.deliver(story.publish(), redelivered: true)
    #expect(try anomalies(story) == [])
    #expect(try totals(story).flaggedFirstDeliveries == 1)
  }

  @Test func twoUnflaggedDeliveriesAreAViolation() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.lose(session: 2)
    story.deliver(message, to: 3)
    #expect(try anomalies(story) == [.unflagged])
    #expect(story.check().judgement(.flaggedRedelivery) == .violated)
    #expect(story.check().witnesses(.flaggedRedelivery).map(\.message) == [message])
  }

  /// The unflagged delivery may have been sent first and read late.
  @Test func anUnflaggedDeliveryAfterAFlaggedOneMayHaveBeenSentFirst() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message, to: 3, redelivered: true)
    story.deliver(message, to: 2)
    #expect(try anomalies(story).contains(.unflagged) == false)
    #expect(try totals(story).ambiguousRepeats == 1)
    #expect(story.check().judgement(.flaggedRedelivery) == .held)
  }

  @Test func anUnflaggedDeliveryToASessionOpenedLaterWasSentLater() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message, to: 3, redelivered: true)
    story.open(session: 6, client: 2)
    story.deliver(message, to: 6)
    #expect(try anomalies(story).contains(.unflagged))
  }

  @Test func anUnflaggedGetInvokedLaterWasSentLater() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message, to: 3, redelivered: true)
    story.lose(session: 3)
    story.get(message)
    #expect(try anomalies(story) == [.unflagged])
  }

  @Test func anUnflaggedDeliveryBehindANewerMessageWasSentLater() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message, to: 3, redelivered: true)
    story.lose(session: 3)
    let newer = story.publish()
    story.deliver(newer)
    story.deliver(message)
    #expect(try anomalies(story).contains(.unflagged))
  }

  @Test func deliveredAfterASettledAckIsResurrected() throws {
    var story = Story()
    story.fault(0, "kill", .proved)
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    story.drained()
    story.deliver(message, to: 3, redelivered: true)
    #expect(try anomalies(story) == [.redelivered, .resurrected])
    #expect(story.check().judgement(.noResurrection) == .violated)
  }

  /// A delivery that was sent before the proof and given up by the broker may be read after it.
  @Test func aLateReadOnADyingSessionIsNoResurrection() throws {
    var story = Story()
    story.fault(0, "kill", .proved)
    let message = story.publish()
    story.deliver(message, redelivered: true)
    story.settle(message)
    story.drained()
    story.deliver(message, to: 3)
    story.lose(session: 3)
    #expect(try anomalies(story) == [.deliveredAfterAck])
    #expect(story.check().judgement(.noResurrection) == .held)
  }

  @Test func aSessionOpenedAfterTheProofSettlesIt() throws {
    var story = Story()
    story.fault(0, "kill", .proved)
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    story.drained()
    story.open(session: 6, client: 2)
    story.deliver(message, to: 6, redelivered: true)
    story.lose(session: 6)
    #expect(try anomalies(story).contains(.resurrected))
  }

  @Test func anUnsettledAckIsAViolationOnlyWithoutFaults() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    story.deliver(message, to: 3, redelivered: true)
    story.settle(message, by: 3)
    story.drained()
    #expect(try anomalies(story) == [.redelivered, .deliveredAfterAck])
    #expect(story.check().judgement(.noResurrection) == .violated)
    var faulty = story
    faulty.fault(0, "kill", .proved)
    #expect(try anomalies(faulty) == [.redelivered, .deliveredAfterAck])
    #expect(faulty.check().judgement(.noResurrection) == .held)
  }

  @Test func anAckMayBeLostWithItsSession() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    story.lose(session: 2)
    story.deliver(message, to: 3, redelivered: true)
    story.settle(message, by: 3)
    story.drained()
    #expect(try anomalies(story) == [.redelivered, .deliveredAfterAck])
    #expect(story.check().judgement(.noResurrection) == .held)
  }

  @Test func anAckOfManyIsAnAckOfEach() throws {
    var story = Story()
    let messages = (0..<3).map { _ in story.publish() }
    for message in messages { story.deliver(message) }
    story.settle(messages[1], multiple: true)
    story.drained()
    for message in messages { story.deliver(message, to: 3, redelivered: true) }
    let totals = try totals(story)
    #expect(totals[.resurrected].messages == 2)
    #expect(totals[.overlappingHolds].messages == 1)
    #expect(totals.settled == 2)
    #expect(totals.held == 4)
  }

  @Test func noProofMeansThatNothingWasSettled() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    guard case .unknown? = story.check().judgement(.noResurrection) else {
      Issue.record("without a proof of emptiness no ack is settled")
      return
    }
  }

  @Test func outOfOrderIsJudgedBySessionPair() throws {
    var story = Story()
    let messages = (0..<4).map { _ in story.publish() }
    let other = story.publish(1)
    story.deliver(messages[0])
    story.deliver(messages[2])
    story.deliver(other)
    story.deliver(messages[3], to: 3)
    #expect(try anomalies(story) == [])
    #expect(story.check().judgement(.channelOrder) == .held)
    story.deliver(messages[1])
    #expect(try anomalies(story) == [.outOfOrder])
    let witness = try #require(story.check().witnesses(.channelOrder).first)
    #expect(witness.operations == [OperationID(1), OperationID(2)])
  }

  @Test func flaggedAndRepeatedDeliveriesHaveNoOrder() throws {
    var story = Story()
    let messages = (0..<3).map { _ in story.publish() }
    story.deliver(messages[0])
    story.deliver(messages[2])
    story.settle(messages[0], .requeue)
    story.deliver(messages[0], redelivered: true)
    story.deliver(messages[1], redelivered: true)
    #expect(try anomalies(story) == [.redelivered])
  }

  @Test func sessionsOfOnePublisherAreNotOrdered() throws {
    var story = Story()
    let first = story.publish()
    story.lose(session: 0)
    story.open(session: 6, client: 0)
    let second = story.begin(0, session: 6)
    story.end(second)
    story.deliver(second)
    story.deliver(first)
    #expect(try anomalies(story) == [])
  }

  @Test func whatWasWrittenOutOfOrderHasNoOrder() throws {
    var story = Story()
    let first = story.begin(0, session: nil)
    let second = story.begin(0, session: 0)
    story.add(.written(Written(operation: OperationID(0), session: SessionID(0), sequence: 2)))
    story.end(first)
    story.end(second)
    story.deliver(second)
    story.deliver(first)
    let totals = try #require(story.ledger.totals.first)
    #expect(totals[.outOfOrder].messages == 0)
  }

  @Test(arguments: [Failure.notWritten, .returned])
  func aFailedMessageMustNotBeDelivered(failure: Failure) throws {
    var story = Story()
    let before = story.begin(0, session: nil)
    story.deliver(before)
    story.end(before, .fail(failure))
    story.deliver(story.publish(0, .fail(failure)))
    let totals = try totals(story)
    #expect(totals[.failedYetDelivered].messages == 2)
    #expect(totals[.refused] + totals[.returned] == 2)
    #expect(story.check().judgement(.integrity) == .violated)
  }

  @Test func phantomsAreCountedByDelivery() throws {
    var story = Story()
    story.deliver(.foreign)
    story.deliver(.foreign)
    story.deliver(MessageID(client: ClientID(0), sequence: 7))
    story.deliver(MessageID(client: ClientID(900), sequence: 0))
    let elsewhere = story.publish(4)
    story.deliver(elsewhere)
    story.deliver(elsewhere, to: 5, queue: 1)
    let totals = try totals(story)
    #expect([totals.foreign, totals.neverInvoked, totals.misrouted] == [2, 2, 1])
    let report = story.check()
    #expect(report.finding(.integrity, of: QueueID(0))?.violations == 5)
    #expect(report.judgement(.integrity, 1) == .held)
  }

  @Test func aMessageDeliveredBeforeItsPublishIsAPhantom() throws {
    var story = Story()
    let message = MessageID(client: ClientID(0), sequence: 0)
    story.deliver(message)
    story.publish()
    #expect(try totals(story).neverInvoked == 1)
  }
}

extension Story {
  /// The ledger alone, for histories that break a rule of another checker.
  var ledger: SuiteReport {
    CheckerSuite.check(history, criteria: Story.criteria, checkers: [Ledger.self])
  }
}
