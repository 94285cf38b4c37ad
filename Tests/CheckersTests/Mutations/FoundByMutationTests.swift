import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// The smallest histories of what clean and mutated histories have shown the checkers to get wrong.
@Suite struct FoundByMutationTests {
  /// Early clean histories showed it: what was given back may be taken by an operation in doubt,
  /// and then nobody ever sees it again.
  @Test(arguments: [Action.take, .drain]) func givenBackAndPerhapsTakenIsNotDropped(
    action: Action
  ) throws {
    var story = Story()
    let message = story.publish()
    story.get(message)
    story.settle(message, .reject)
    _ = story.begin(action, client: 3, session: 3)
    story.drained()
    let report = story.check()
    #expect(report.totals.first?[.droppedUnacknowledged].messages == 0)
    #expect(
      report.judgement(.atLeastOnce)
        == .unknown(
          "1 confirmed messages were given back, never delivered again, and may have been taken by "
            + "operations that ended in doubt"))
  }

  /// Clean history 10, cut off in the middle: where a history ends before the run is done, the loss
  /// of a session may be missing from it, so that nobody can tell whether the session was alive.
  @Test func whereTheHistoryEndsASessionMayBeLost() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.deliver(message, to: 3, redelivered: true)
    let report = CheckerSuite.check(
      History(header: Story.header, events: story.events), criteria: Story.criteria)
    #expect(report.totals.first?[.overlappingHolds].messages == 0)
    #expect(report.totals.first?.possibleOverlaps == 1)
    #expect(
      report.judgement(.exclusiveHold) == .unknown("the history ends before the run was done"))
    #expect(story.check().judgement(.exclusiveHold) == .violated)
  }

  /// The same of an ack that went into a session whose loss is missing.
  @Test func whereTheHistoryEndsAnAckMayBeLost() throws {
    var story = Story()
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    story.deliver(message, to: 3, redelivered: true)
    let report = CheckerSuite.check(
      History(header: Story.header, events: story.events), criteria: Story.criteria)
    #expect(report.judgement(.noResurrection)?.verdict == .unknown)
    #expect(story.check().judgement(.noResurrection) == .violated)
  }
}
