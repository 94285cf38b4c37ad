import Checkers
import Environment
import Harness
import Operations
import Testing

/// The smallest histories of what clean and mutated histories have shown the checkers to get wrong.
@Suite struct FoundByMutationTests {
  /// Clean history 1474: what was given back may be taken by an operation that ends in doubt, and
  /// then nobody ever sees it again.
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
}
