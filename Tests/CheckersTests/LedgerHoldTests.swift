import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct LedgerHoldTests {
  private func overlaps(_ story: Story) throws -> [Int] {
    let report = story.check()
    #expect(report.failures == [])
    let totals = try #require(report.totals.first)
    let overlaps = totals[.overlappingHolds]
    return [overlaps.messages, overlaps.deliveries, totals.possibleOverlaps]
  }

  @Test func twoLiveSessionsWithOneMessageOverlap() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    #expect(try overlaps(story) == [1, 1, 0])
    let report = story.check()
    #expect(report.judgement(.exclusiveHold) == .violated)
    #expect(
      report.witnesses(.exclusiveHold).map(\.text) == [
        "message 0.0 was delivered to session 3 (client 3 on n2) at 0.011000 s while session 2 "
          + "(client 2 on n1) held it"
      ])
  }

  @Test(arguments: SettlementKind.allCases)
  func aSettledDeliveryIsNotHeld(kind: SettlementKind) throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message, kind)
    story.deliver(message, to: 3, redelivered: true)
    #expect(try overlaps(story) == [0, 0, 0])
    #expect(story.check().judgement(.exclusiveHold) == .held)
  }

  @Test func aLostSessionHoldsNothing() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.lose(session: 2)
    story.deliver(message, to: 3, redelivered: true)
    #expect(try overlaps(story) == [0, 0, 0])
  }

  /// The broker may have known of the loss before the client did.
  @Test func aSessionLostLaterMayHaveBeenLostAlready() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    story.lose(session: 2)
    #expect(try overlaps(story) == [0, 0, 1])
    #expect(story.check().judgement(.exclusiveHold) == .held)
  }

  @Test func aSettlementSentLaterProvesNothing() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    story.settle(message)
    story.lose(session: 2)
    #expect(try overlaps(story) == [0, 0, 1])
  }

  @Test func aNewerMessageProvesThatTheSessionLived() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    let newer = story.publish()
    story.deliver(newer)
    story.lose(session: 2)
    #expect(try overlaps(story) == [1, 1, 0])
  }

  @Test func anOlderMessageProvesNothing() throws {
    var story = Story()
    let message = story.publish()
    let older = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    story.deliver(older)
    story.lose(session: 2)
    #expect(try overlaps(story) == [0, 0, 1])
  }

  @Test func anAnsweredOperationProvesThatTheSessionLived() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    let early = story.begin(.get, client: 2, session: 2)
    story.deliver(message, to: 3, redelivered: true)
    var unproved = story
    unproved.add(.completed(early, .ok(.empty)))
    unproved.lose(session: 2)
    #expect(try overlaps(unproved) == [0, 0, 1])
    let late = story.begin(.get, client: 2, session: 2)
    story.add(.completed(late, .ok(.empty)))
    story.lose(session: 2)
    #expect(try overlaps(story) == [1, 1, 0])
  }

  /// The second consumer reads a delivery that the broker has already given up.
  @Test func aDyingSecondHolderProvesNothing() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message, redelivered: true)
    story.deliver(message, to: 3)
    story.lose(session: 3)
    #expect(try overlaps(story) == [0, 0, 1])
  }

  @Test func aHoldThatEndsAtTheSameInstantDoesNotOverlap() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    story.now = story.now + .milliseconds(-1)
    story.settle(message)
    #expect(try overlaps(story) == [0, 0, 1])
  }

  @Test func oneSessionHoldingTwiceIsOneHolder() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, redelivered: true)
    #expect(try overlaps(story) == [0, 0, 0])
  }

  @Test func pairsOfHoldsAreCounted() throws {
    var story = Story()
    let message = story.publish()
    story.open(session: 6, client: 2)
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    story.deliver(message, to: 6, redelivered: true)
    #expect(try overlaps(story) == [1, 3, 0])
  }

  @Test func sessionsClosedAfterTheRunWereNotLost() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    story.add(.phase(.done))
    story.lose(session: 2)
    story.lose(session: 3)
    #expect(try overlaps(story) == [1, 1, 0])
  }
}
