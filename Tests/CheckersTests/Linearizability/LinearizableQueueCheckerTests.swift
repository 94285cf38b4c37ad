import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// What of a history is a queue's, and what is said about it.
@Suite struct LinearizableQueueCheckerTests {
  private func check(_ history: History) -> SuiteReport {
    CheckerSuite.check(
      history, criteria: Story.criteria, checkers: [LinearizableQueueChecker.self])
  }

  private func judgements(_ story: Story) -> [Judgement?] {
    let report = check(story.history)
    #expect(report.failures == [])
    return [report.judgement(.linearizableFIFO), report.judgement(.linearizableBag)]
  }

  @Test func getsInOrderAreHeld() {
    var story = Story()
    let (first, second) = (story.publish(), story.publish(1))
    story.get(first)
    story.get(second, client: 3)
    #expect(judgements(story) == [.held, .held])
  }

  @Test func getsOutOfOrderAreNot() throws {
    var story = Story()
    let (first, second) = (story.publish(), story.publish(1))
    story.get(second)
    story.get(first, client: 3)
    #expect(judgements(story) == [.violated, .held])
    let witness = try #require(check(story.history).witnesses(.linearizableFIFO).first)
    #expect(witness.message == first)
    #expect(witness.operations == [0, 3, 1, 2].map { OperationID($0) })
    #expect(witness.from == Instant(nanoseconds: 7_000_000))
    #expect(witness.to == Instant(nanoseconds: 15_000_000))
    #expect(
      witness.text
        == "ORDER: message 0.0 was confirmed at 0.009000 s before message 1.0 began to be "
        + "published, which was dequeued by 0.015000 s, before anything that dequeued message 0.0 "
        + "was invoked")
  }

  @Test func aQueueThatIsSaidToBeEmptyAndIsNot() {
    var story = Story()
    let message = story.publish()
    let operation = story.begin(.get, client: 2, session: 2)
    story.add(.completed(operation, .ok(.empty)))
    story.get(message)
    #expect(judgements(story) == [.violated, .violated])
  }

  /// The witness tells which of the three it was.
  @Test func freshMessagesWereNeverPublishedOrFailedOrCameTooEarly() throws {
    func text(_ story: Story) throws -> String {
      try #require(check(story.history).witnesses(.linearizableFIFO).first).text
    }
    var failed = Story()
    failed.get(failed.publish(0, .fail(.returned)))
    #expect(
      try text(failed)
        == "FRESH: dequeue 1 returned message 0.0 at 0.012000 s, and its publish certainly failed")
    var unpublished = Story()
    unpublished.get(MessageID(client: ClientID(0), sequence: 7))
    #expect(
      try text(unpublished)
        == "FRESH: dequeue 0 returned message 0.7 at 0.009000 s, and nobody ever published it to "
        + "this queue")
    var early = Story()
    early.get(MessageID(client: ClientID(0), sequence: 0))
    _ = early.publish(0)
    #expect(
      try text(early)
        == "FRESH: dequeue 0 returned message 0.0 at 0.009000 s, and no publish of it to this "
        + "queue that may have happened began before 0.010000 s")
    var foreign = Story()
    foreign.get(.foreign)
    #expect(
      try text(foreign).hasPrefix("FRESH: dequeue 0 returned a message without an id of this run"))
  }

  @Test func whatWasReturnedOrNeverPublishedMustNotCome() {
    var story = Story()
    story.get(story.publish(0, .fail(.returned)))
    #expect(judgements(story) == [.violated, .violated])
    var other = Story()
    other.get(other.publish(4))
    #expect(judgements(other) == [.violated, .violated])
    var foreign = Story()
    foreign.get(.foreign)
    #expect(judgements(foreign) == [.violated, .violated])
  }

  @Test(arguments: [
    Outcome.info(.timeout), .info(.nacked), .info(.connectionLost), .info(.runEnded),
  ]) func aPublishInDoubtMayComeOrNot(outcome: Outcome) {
    var story = Story()
    let (first, second) = (story.publish(0, outcome), story.publish())
    story.get(second)
    story.get(first)
    #expect(judgements(story) == [.held, .held])
  }

  // MARK: - What comes back

  /// A whole get and what the second delivery of its message is then called.
  private func again(_ between: (inout Story, MessageID) -> Void) -> Judgement? {
    var story = Story()
    let message = story.publish()
    story.get(message)
    between(&story, message)
    story.get(message, client: 3, redelivered: true)
    return judgements(story)[1]
  }

  @Test func aMessageComesTwiceOnlyIfItWentBack() {
    #expect(again { _, _ in } == .violated)
    #expect(again { $0.settle($1) } == .violated)
    #expect(again { $0.settle($1, .discard) } == .violated)
    #expect(again { $0.settle($1, .requeue) } == .held)
    #expect(again { $0.settle($1, .reject) } == .held)
    #expect(again { story, _ in story.lose(session: 2) } == .held)
  }

  @Test func twoOfThreeReturnsMustBeExplained() {
    var story = Story()
    let message = story.publish()
    story.get(message, client: 3)
    story.get(message)
    story.lose(session: 3)
    #expect(judgements(story) == [.held, .held])
    story.get(message)
    #expect(judgements(story) == [.violated, .violated])
  }

  @Test func aSessionThatIsLostLaterMayHaveBeenTheFirstToGetIt() {
    var story = Story()
    let message = story.publish()
    story.get(message)
    story.get(message, client: 3)
    story.lose(session: 3)
    #expect(judgements(story) == [.held, .held])
    // The end of the run loses nothing.
    var other = Story()
    other.get(other.publish())
    other.get(MessageID(client: ClientID(0), sequence: 0), client: 3)
    other.add(.phase(.done))
    other.lose(session: 3)
    #expect(
      check(History(header: Story.header, events: other.events))
        .judgement(.linearizableBag) == .violated)
  }

  /// What a get in doubt took may be back, and then it was away in between.
  @Test func aGetInDoubtExplainsOneMessage() {
    func story(doubts: Int) -> Story {
      var story = Story()
      let (first, second, third) = (story.publish(), story.publish(), story.publish())
      for _ in 0..<doubts {
        let operation = story.begin(.get, client: 3, session: 3)
        story.add(.completed(operation, .info(.timeout)))
      }
      for message in [third, first, second] { story.get(message) }
      return story
    }
    #expect(judgements(story(doubts: 1)) == [.violated, .held])
    #expect(judgements(story(doubts: 2)) == [.held, .held])
  }

  // MARK: - What is not judged

  private func reason(_ story: Story, queue: UInt32 = 0) -> Judgement? {
    check(story.history).judgement(.linearizableFIFO, queue)
  }

  @Test func pushedMessagesAreNotJudged() {
    var story = Story()
    story.deliver(story.publish())
    let reason =
      "messages were pushed to consumers; only gets and takes are dequeues that begin and end"
    #expect(self.reason(story) == .notExercised(reason))
    var consumer = Story()
    consumer.get(consumer.publish())
    _ = consumer.begin(.consume(prefetch: 1), client: 3, session: 3)
    #expect(self.reason(consumer) == .notExercised(reason))
    #expect(
      self.reason(consumer, queue: 1) == .notExercised("no get and no take was answered"))
  }

  @Test func deadLettersAreNotJudged() {
    var story = Story()
    story.get(story.publish())
    var history = story.history
    history.header.queues[0].deadLetters = QueueID(1)
    let report = check(history)
    #expect(report.judgement(.linearizableFIFO, 0)?.name == "not exercised")
    #expect(report.judgement(.linearizableFIFO, 1)?.name == "not exercised")
  }

  @Test func historiesThatContradictThemselvesAreUnknown() {
    var story = Story()
    let message = story.publish()
    story.add(
      .invoked(
        Invocation(
          operation: OperationID(9), client: ClientID(0), queue: QueueID(0),
          action: .publish(message))))
    let report = check(story.history)
    #expect(report.failures.map(\.reason) == ["message 0.0 is published twice"])
  }

  // MARK: - Histories and operations

  /// The checker says the same of a history as the passes say of the operations in it.
  @Test func historiesAreReadAsTheirOperations() throws {
    let shapes = [
      RandomQueueOperations.Shape(operations: 12, batches: 2),
      .init(operations: 30, clients: 3, crashes: 9, batches: 3),
      .init(operations: 20, clients: 3, crashes: 9, batches: 2, givesBack: true),
    ]
    var seen: [Judgement?: Int] = [:]
    for seed in 0..<6000 as Range<UInt64> {
      var (operations, values) = RandomQueueOperations.any(
        shapes[Int(seed % 3)], seed: seed)
      operations = QueueHistory.completingBatches(operations)
      let log = try QueueOperations(ordering: operations, values: values)
      let report = check(QueueHistory.make(operations, seed: seed))
      try #require(report.failures == [], "seed \(seed)")
      guard report.judgement(.linearizableFIFO)?.name != "not exercised" else { continue }
      let expected = [
        LinearizableFIFO.firstViolation(in: log), LinearizableBag.firstViolation(in: log),
      ].map { $0 == nil ? Judgement.held : .violated }
      let found = [Guarantee.linearizableFIFO, .linearizableBag].map { report.judgement($0) }
      try #require(found == expected, "seed \(seed): \(operations)")
      for judgement in found { seen[judgement, default: 0] += 1 }
    }
    #expect(seen.count == 2)
    #expect(seen.values.allSatisfy { $0 > 2000 }, "\(seen)")
  }

  @Test func aBrokerThatLendsMessagesIsNeverAccused() throws {
    var (repeats, doubts, empties) = (0, 0, 0)
    for seed in 0..<10_000 as Range<UInt64> {
      let history = LendingBroker.make(seed: seed)
      let report = check(history)
      try #require(report.failures == [], "seed \(seed)")
      for guarantee in LinearizableQueueChecker.guarantees {
        let finding = try #require(report.finding(guarantee, of: QueueID(0)))
        try #require(finding.judgement == .held, "seed \(seed): \(finding)")
      }
      let figures = LendingBroker.figures(of: history)
      repeats += figures.repeats
      doubts += figures.doubts
      empties += figures.empties
    }
    #expect(repeats > 2000 && doubts > 5000 && empties > 5000, "\(repeats) \(doubts) \(empties)")
  }
}
