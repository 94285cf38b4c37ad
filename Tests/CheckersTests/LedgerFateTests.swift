import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct LedgerFateTests {
  private func totals(_ story: Story) throws -> LedgerTotals {
    let report = story.check()
    #expect(report.failures == [])
    return try #require(report.totals.first)
  }

  private func expect(_ fate: Fate, _ story: Story) throws {
    let totals = try totals(story)
    #expect(totals.attempts == 1)
    #expect(Fate.allCases.filter { totals[$0] > 0 } == [fate])
  }

  @Test func nothingWrittenIsRefused() throws {
    var story = Story()
    story.publish(0, .fail(.notWritten))
    try expect(.refused, story)
  }

  @Test func unroutableIsReturned() throws {
    var story = Story()
    story.publish(0, .fail(.returned))
    try expect(.returned, story)
  }

  @Test(arguments: [false, true]) func confirmedAndSeenIsDelivered(byGet: Bool) throws {
    var story = Story()
    let message = story.publish()
    if byGet { story.get(message) } else { story.deliver(message) }
    story.settle(message)
    story.drained()
    try expect(.delivered, story)
    #expect(story.check().judgement(.atLeastOnce) == .held)
  }

  @Test func deliveredBeforeItsConfirmIsDelivered() throws {
    var story = Story()
    let message = story.begin()
    story.deliver(message)
    story.end(message)
    try expect(.delivered, story)
  }

  static let doubts: [Doubt] = [
    .timeout, .connectionLost, .channelClosed(code: 404), .nacked, .runEnded,
  ]

  @Test(arguments: doubts) func doubtfulAndSeenIsRecovered(doubt: Doubt) throws {
    var story = Story()
    story.deliver(story.publish(0, .info(doubt)))
    try expect(.recovered, story)
  }

  @Test(arguments: doubts) func doubtfulAndGoneIsVanished(doubt: Doubt) throws {
    var story = Story()
    story.publish(0, .info(doubt))
    story.drained()
    try expect(.vanished, story)
    #expect(story.check().judgement(.atLeastOnce) == .held)
  }

  @Test func confirmedAndGoneIsLost() throws {
    var story = Story()
    story.publish()
    story.drained()
    try expect(.lost, story)
    let report = story.check()
    #expect(report.judgement(.atLeastOnce) == .violated)
    let witness = try #require(report.witnesses(.atLeastOnce).first)
    #expect(witness.message == MessageID(client: ClientID(0), sequence: 0))
    #expect(witness.operations == [OperationID(0)])
    #expect(witness.from == Instant.zero + .milliseconds(7))
    #expect(witness.to == Instant.zero + .milliseconds(10))
    #expect(
      witness.text
        == "message 0.0, published by client 0 on n1 at 0.007000 s, confirmed at 0.009000 s, was "
        + "never delivered; mirrored was proved empty at 0.010000 s")
  }

  @Test func confirmedWithoutProofIsUndrained() throws {
    var story = Story()
    story.publish()
    try expect(.undrained, story)
    guard case .unknown(let reason)? = story.check().judgement(.atLeastOnce) else {
      Issue.record("an undrained message must leave the guarantee unknown")
      return
    }
    #expect(reason.hasPrefix("1 confirmed messages"))
  }

  @Test func doubtfulWithoutProofIsUndrainedAndBreaksNothing() throws {
    var story = Story()
    story.publish(0, .info(.timeout))
    try expect(.undrained, story)
    #expect(story.check().judgement(.atLeastOnce) == .held)
  }

  @Test func aProofBeforeTheConfirmSaysNothing() throws {
    var story = Story()
    let message = story.begin()
    story.drained()
    story.end(message)
    try expect(.undrained, story)
  }

  @Test func aProofAtTheInstantOfTheConfirmSaysNothing() throws {
    var story = Story()
    let message = story.begin()
    story.end(message)
    story.now = story.now + .milliseconds(-1)
    story.drained()
    try expect(.undrained, story)
  }

  @Test func aProofOfAnotherQueueSaysNothing() throws {
    var story = Story()
    story.publish()
    story.drained(1)
    try expect(.undrained, story)
  }

  @Test func aPublishWithoutAnEndCountsAsDoubtful() throws {
    var story = Story()
    _ = story.begin()
    try expect(.undrained, story)
    story.drained()
    try expect(.vanished, story)
    #expect(try totals(story).doubtful == 1)
    var seen = Story()
    seen.deliver(seen.begin())
    try expect(.recovered, seen)
  }

  @Test func givenBackAndGoneIsDropped() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.lose(session: 2)
    story.drained()
    try expect(.delivered, story)
    #expect(try totals(story)[.droppedUnacknowledged].messages == 1)
    #expect(story.check().judgement(.atLeastOnce) == .violated)
  }

  @Test func requeuedAndGoneIsDropped() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message, .requeue)
    story.drained()
    #expect(try totals(story)[.droppedUnacknowledged].messages == 1)
  }

  @Test func ackedOrHeldOrComeBackIsNotDropped() throws {
    var acked = Story()
    let first = acked.publish()
    acked.deliver(first)
    acked.lose(session: 2)
    acked.deliver(first, to: 3, redelivered: true)
    acked.settle(first, by: 3)
    acked.drained()
    #expect(try totals(acked)[.droppedUnacknowledged].messages == 0)

    var held = Story()
    held.deliver(held.publish())
    held.drained()
    #expect(try totals(held)[.droppedUnacknowledged].messages == 0)

    var back = Story()
    let second = back.publish()
    back.deliver(second)
    back.lose(session: 2)
    back.drained()
    back.deliver(second, to: 3, redelivered: true)
    back.lose(session: 3)
    #expect(try totals(back)[.droppedUnacknowledged].messages == 0)
  }

  @Test func queuesAreJudgedApart() throws {
    var story = Story()
    story.publish(0)
    story.publish(1)
    let kept = story.publish(4)
    story.deliver(kept, to: 5, queue: 1)
    story.settle(kept, by: 5)
    story.drained(0)
    story.drained(1)
    let report = story.check()
    #expect(report.totals.map { $0[.lost] } == [2, 0])
    #expect(report.judgement(.atLeastOnce, 0) == .violated)
    #expect(report.judgement(.atLeastOnce, 1) == .held)
    #expect(report.measure(.lost, of: QueueID(0)) == .count(2))
    #expect(report.measure(.lost, of: QueueID(1)) == .count(0))
  }

  @Test func witnessesAreLimitedAndTheCountIsNot() throws {
    var story = Story()
    for _ in 0..<30 { story.publish(story.events.count % 2 == 0 ? 0 : 1) }
    story.drained()
    let criteria = Criteria(
      minimumConfirmed: 0, unavailabilityBound: .seconds(5), witnessLimit: 3)
    let finding = try #require(
      story.check(criteria).finding(.atLeastOnce, of: QueueID(0)))
    #expect(finding.violations == 30)
    #expect(finding.witnesses.flatMap(\.operations) == [0, 1, 2].map { OperationID($0) })
  }
}
