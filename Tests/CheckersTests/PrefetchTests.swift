import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct PrefetchTests {
  private func finding(_ story: Story, _ queue: UInt32 = 0) throws -> Finding {
    let report = CheckerSuite.check(
      story.history, criteria: Story.criteria, checkers: [Prefetch.self])
    #expect(report.failures == [])
    return try #require(report.finding(.prefetch, of: QueueID(queue)))
  }

  /// A consumer of queue 0 with this prefetch, and messages for it.
  private func consuming(_ prefetch: UInt16, messages: Int) -> (Story, [MessageID]) {
    var story = Story()
    story.consume(prefetch: prefetch)
    let published = (0..<messages).map { _ in story.publish() }
    return (story, published)
  }

  @Test func asManyAsAllowedAreHeld() throws {
    var (story, messages) = consuming(2, messages: 3)
    story.deliver(messages[0])
    story.deliver(messages[1])
    story.settle(messages[0])
    story.deliver(messages[2])
    #expect(try finding(story).judgement == .held)
  }

  @Test func oneMoreIsAViolation() throws {
    var (story, messages) = consuming(2, messages: 3)
    for message in messages { story.deliver(message) }
    let finding = try finding(story)
    #expect(finding.judgement == .violated)
    #expect(finding.violations == 1)
    let witness = try #require(finding.witnesses.first)
    #expect(witness.operations == [OperationID(0)])
    #expect(
      witness.text
        == "session 2 (client 2 on n1) held 3 unsettled messages of mirrored at 0.021000 s, and "
        + "its prefetch allows 2: tags 1, 2, 3")
    #expect(witness.from == Instant.zero + .milliseconds(21))
  }

  @Test func eachDeliveryTooManyCounts() throws {
    var (story, messages) = consuming(1, messages: 11)
    for message in messages { story.deliver(message) }
    let finding = try finding(story)
    #expect(finding.violations == 10)
    #expect(
      finding.witnesses.last?.text.hasSuffix("tags 1, 2, 3, 4, 5, 6, 7, 8 and 3 more") == true)
    #expect(story.check().measure(.overPrefetch, of: QueueID(0)) == .count(10))
    #expect(story.check().measure(.overPrefetch, of: QueueID(1)) == .count(0))
  }

  @Test(arguments: SettlementKind.allCases)
  func settlementsOfAnyKindMakeRoom(kind: SettlementKind) throws {
    var (story, messages) = consuming(1, messages: 2)
    story.deliver(messages[0])
    story.settle(messages[0], kind)
    story.deliver(messages[1])
    #expect(try finding(story).judgement == .held)
  }

  @Test func multipleSettlesAllEarlierTags() throws {
    var (story, messages) = consuming(3, messages: 6)
    for message in messages[..<3] { story.deliver(message) }
    story.settle(messages[1], multiple: true)
    story.deliver(messages[3])
    story.deliver(messages[4])
    #expect(try finding(story).judgement == .held)
    story.deliver(messages[5])
    #expect(try finding(story).violations == 1)
    // Tag 0 with `multiple` settles everything.
    story.settle(.foreign, multiple: true)
    story.deliver(messages[0], redelivered: true)
    #expect(try finding(story).violations == 1)
  }

  @Test func aTagThatIsNotHeldMakesNoRoom() throws {
    var (story, messages) = consuming(1, messages: 2)
    story.deliver(messages[0])
    story.settle(messages[0])
    story.deliver(messages[1])
    story.settle(messages[0])
    story.deliver(messages[0], redelivered: true)
    #expect(try finding(story).violations == 1)
  }

  @Test func zeroIsUnlimited() throws {
    var (story, messages) = consuming(0, messages: 9)
    for message in messages { story.deliver(message) }
    #expect(
      try finding(story).judgement
        == .notExercised("no consumer ever held as many messages as its prefetch allows"))
  }

  @Test func aConsumerThatIsNeverFullTestsNothing() throws {
    var (story, messages) = consuming(2, messages: 1)
    story.deliver(messages[0])
    guard case .notExercised = try finding(story).judgement else {
      Issue.record("a limit that was never reached was not put to the test")
      return
    }
  }

  @Test func getsDoNotCount() throws {
    var (story, messages) = consuming(1, messages: 3)
    for message in messages { story.get(message) }
    story.deliver(messages[0], redelivered: true)
    // The tags of gets lie between those of the consumer, and their acks make no room for it.
    story.settle(messages[1])
    #expect(try finding(story).judgement == .held)
    story.deliver(messages[2], redelivered: true)
    #expect(try finding(story).violations == 1)
  }

  @Test func everySessionHasItsOwnLimit() throws {
    var (story, messages) = consuming(1, messages: 4)
    story.consume(3, prefetch: 2)
    story.deliver(messages[0])
    story.deliver(messages[1], to: 3)
    story.deliver(messages[2], to: 3)
    #expect(try finding(story).judgement == .held)
    story.deliver(messages[3], to: 3)
    #expect(try finding(story).violations == 1)
  }

  @Test func aLostSessionHoldsNothing() throws {
    var (story, messages) = consuming(1, messages: 2)
    story.deliver(messages[0])
    story.lose(session: 2)
    story.open(session: 9, client: 2)
    story.consume(prefetch: 1, session: 9)
    story.deliver(messages[0], to: 9, redelivered: true)
    #expect(try finding(story).judgement == .held)
    story.deliver(messages[1], to: 9)
    #expect(try finding(story).violations == 1)
  }

  /// The broker may have cancelled the first consumer and still wait for its acks.
  @Test func consumersOfOneSessionAddUp() throws {
    var (story, messages) = consuming(1, messages: 4)
    story.deliver(messages[0])
    story.consume(prefetch: 2)
    story.deliver(messages[1])
    story.deliver(messages[2])
    #expect(try finding(story).judgement == .held)
    story.deliver(messages[3])
    #expect(try finding(story).violations == 1)
  }

  @Test func anUnlimitedConsumerMakesItsSessionUnlimited() throws {
    var (story, messages) = consuming(1, messages: 3)
    story.consume(prefetch: 0)
    for message in messages { story.deliver(message) }
    #expect(try finding(story).violations == 0)
  }

  @Test func whatCameBeforeTheConsumerIsNotItsOwn() throws {
    var story = Story()
    let messages = (0..<2).map { _ in story.publish() }
    story.deliver(messages[0])
    story.consume(prefetch: 1)
    story.deliver(messages[1])
    #expect(try finding(story).judgement == .held)
  }

  /// A consume that was invoked and not yet written binds nobody; one that was not answered does.
  @Test func theLimitHoldsFromTheWrittenConsumeOn() throws {
    var story = Story()
    let messages = (0..<3).map { _ in story.publish() }
    let operation = story.begin(.consume(prefetch: 1), client: 2, session: nil)
    story.deliver(messages[0])
    story.deliver(messages[1])
    #expect(try finding(story).violations == 0)
    story.add(.written(Written(operation: operation, session: SessionID(2), sequence: 0)))
    story.deliver(messages[2])
    story.deliver(messages[0], redelivered: true)
    #expect(try finding(story).violations == 1)
  }

  /// Nobody knows what was asked for by an operation that had ended before it was written.
  @Test func aConsumeThatIsWrittenTooLateLeavesNoLimit() throws {
    var (story, messages) = consuming(1, messages: 2)
    let operation = story.begin(.consume(prefetch: 1), client: 2, session: nil)
    story.add(.completed(operation, .info(.timeout)))
    story.add(.written(Written(operation: operation, session: SessionID(2), sequence: 0)))
    for message in messages { story.deliver(message) }
    #expect(try finding(story).violations == 0)
  }

  /// What happens at one instant may have happened in any order.
  @Test func aSettlementOfTheSameInstantMayHaveComeFirst() throws {
    var (story, messages) = consuming(1, messages: 2)
    story.deliver(messages[0])
    story.deliver(messages[1])
    story.now = story.now + .milliseconds(-1)
    story.settle(messages[0])
    #expect(try finding(story).judgement == .held)
  }

  @Test func limitsAreJudgedByQueue() throws {
    var (story, messages) = consuming(1, messages: 1)
    let other = [story.publish(4), story.publish(4)]
    story.consume(5, prefetch: 1)
    story.deliver(messages[0])
    for message in other { story.deliver(message, to: 5, queue: 1) }
    #expect(try finding(story).judgement == .held)
    #expect(try finding(story, 1).judgement == .violated)
  }

  @Test func deadLettersExerciseTheirQueue() throws {
    var story = Story(header: Story.letters)
    story.consume(5, prefetch: 1)
    story.deliver(story.publish(), to: 5, queue: 1)
    let criteria = Criteria(minimumConfirmed: 1, unavailabilityBound: .seconds(5))
    #expect(story.check(criteria).judgement(.prefetch, 1) == .held)
  }

  @Test func aHistoryThatContradictsItselfIsNotJudged() {
    var (story, messages) = consuming(1, messages: 1)
    story.lose(session: 2)
    story.deliver(messages[0])
    let report = CheckerSuite.check(
      story.history, criteria: Story.criteria, checkers: [Prefetch.self])
    #expect(report.failures.map(\.reason) == ["session 2 receives tag 1 after it was lost"])
  }

  @Test(arguments: 0..<2 as Range<UInt64>) func theNaiveCountAgrees(part: UInt64) throws {
    var violations = 0
    for seed in (part * 1000)..<((part + 1) * 1000) {
      let history = RandomHistory.make(seed: seed, steps: 150)
      let report = CheckerSuite.check(
        history, criteria: Story.criteria, checkers: [Prefetch.self])
      try #require(report.failures == [], "seed \(seed)")
      let naive = NaivePrefetch(history.events)
      for queue in history.header.queues {
        let finding = try #require(report.finding(.prefetch, of: queue.id))
        let excesses = naive.excesses.filter { $0.queue == queue.id }
        let expected = excesses.reduce(0) { $0 + $1.deliveries }
        try #require(finding.violations == expected, "seed \(seed)")
        try #require(Set(finding.witnesses.map(\.from)) == Set(excesses.map(\.at)), "seed \(seed)")
        if case .notExercised(let reason) = finding.judgement, reason.hasPrefix("no consumer") {
          try #require(!naive.filled.contains(queue.id), "seed \(seed)")
        }
        violations += expected
      }
    }
    #expect(violations > 500)
  }
}
