import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// What is kept of small histories, and what is not.
@Suite struct ExcerptStoryTests {
  private func minimal(
    _ history: History, _ guarantee: Guarantee, _ criteria: Criteria = Story.criteria
  ) throws -> MinimalWitness {
    let report = CheckerSuite.check(history, criteria: criteria)
    let finding = try #require(report.finding(guarantee, of: QueueID(0)))
    try #require(finding.judgement == .violated)
    var selector = ExcerptSelector(header: history.header, finding: finding)
    for event in history.events { selector.observe(event) }
    return selector.finish().minimalWitness(criteria: criteria)
  }

  private func operations(_ minimal: MinimalWitness) -> [Action] {
    minimal.history.events.compactMap { event in
      if case .invoked(let invocation) = event.event { invocation.action } else { nil }
    }
  }

  @Test func aLossNeedsAPublishAndAProof() throws {
    var story = Story()
    story.consume(prefetch: 10)
    for _ in 0..<4 { story.deliver(story.publish()) }
    let lost = story.publish()
    story.deliver(story.publish(1), to: 3)
    story.drained()
    story.drained()
    story.publish(4)
    let minimal = try minimal(story.history, .atLeastOnce)
    #expect(minimal.messages == [lost] && minimal.isVerified && minimal.isMinimal)
    #expect(operations(minimal) == [.publish(lost)])
    #expect(minimal.removedMessages == 6)
    #expect(minimal.witness.message == lost)
    // Its session, the publish in three events, a proof, two phases.
    #expect(minimal.history.events.count == 7)
  }

  /// With two takes in doubt it takes three missing messages to prove that one is lost.
  @Test func whatMayHaveBeenTakenNeedsCompany() throws {
    var story = Story()
    _ = story.begin(.take, client: 2, session: 2)
    _ = story.begin(.take, client: 3, session: 3)
    _ = story.begin(.get, client: 3, session: 3)
    let received = story.publish()
    let missing = (0..<5).map { _ in story.publish(1) }
    story.deliver(received)
    story.drained()
    let minimal = try minimal(story.history, .atLeastOnce)
    #expect(minimal.isVerified && minimal.isMinimal)
    #expect(minimal.messages.count == 3)
    #expect(minimal.messages.allSatisfy { missing.contains($0) })
    #expect(operations(minimal).filter { $0 == .take }.count == 2)
    // Gets give back what they bring.
    #expect(!operations(minimal).contains(.get))
  }

  /// Confirms and acks of several at once say the same of what is left.
  @Test func settlementsOfSeveralStay() throws {
    var story = Story()
    let first = story.publish()
    let second = story.publish()
    story.consume(prefetch: 10)
    story.deliver(first)
    story.deliver(second)
    story.settle(second, multiple: true)
    story.drained()
    story.open(session: 8, client: 3)
    story.deliver(first, to: 8, redelivered: true)
    let minimal = try minimal(story.history, .noResurrection)
    #expect(minimal.messages == [first] && minimal.isMinimal)
    let settled = minimal.history.events.compactMap { event in
      if case .settled(let settlement) = event.event { settlement } else { nil }
    }
    #expect(settled.map(\.tag) == [2] && settled.allSatisfy(\.multiple))
  }

  @Test func numbersOfPublishesHaveNoGaps() throws {
    var story = Story()
    let messages = (0..<6).map { _ in story.publish() }
    for number in 1...6 as ClosedRange<UInt64> {
      story.add(
        .answered(
          ConfirmAnswer(
            session: SessionID(0), sequence: number, multiple: false, positive: true)))
    }
    story.add(
      .answered(
        ConfirmAnswer(session: SessionID(0), sequence: 5, multiple: false, positive: true)))
    let minimal = try minimal(story.history, .confirmProtocol)
    #expect(minimal.isMinimal && minimal.messages == [messages[4]])
    let report = CheckerSuite.check(minimal.history, criteria: Story.criteria)
    #expect(report.failures == [])
    #expect(report.witnesses(.confirmProtocol).map(\.text) == [minimal.witness.text])
    #expect(minimal.witness.text.contains("number 1 to session 0"))
    #expect(minimal.original.text.contains("number 5 to session 0"))
  }

  /// What a drain took stays only as far as it is about a message that stays.
  @Test func aDrainKeepsWhatIsKept() throws {
    var story = Story()
    let messages = (0..<5).map { _ in story.publish() }
    let drain = story.begin(.drain, client: 2, session: 2)
    for message in messages + [messages[2]] {
      let take = story.begin(.take, client: 2, session: 2)
      let receipt = story.receipt(message, 2, redelivered: false)
      story.add(.completed(take, .ok(.message(receipt))))
    }
    story.add(.completed(drain, .ok(.empty)))
    let minimal = try minimal(story.history, .linearizableBag)
    #expect(minimal.isMinimal && minimal.messages == [messages[2]])
    #expect(minimal.witness.text.hasPrefix("REPEAT"))
    #expect(operations(minimal) == [.publish(messages[2]), .take, .take])
  }

  /// A double delivery excuses itself by the loss of a consumer of which the excerpt does not tell.
  @Test func whatExcusesTheWholeExcusesTheExcerpt() throws {
    func story(losing isLost: Bool) -> (history: History, message: MessageID) {
      var story = Story()
      let (message, other) = (story.publish(), story.publish())
      story.deliver(message)
      story.settle(message)
      story.deliver(message, to: 3, redelivered: true)
      story.open(session: 8, client: 2)
      story.deliver(other, to: 8)
      if isLost { story.lose(session: 8) }
      return (story.history, message)
    }
    for isLost in [false, true] {
      let (history, message) = story(losing: isLost)
      var selector = ExcerptSelector(
        header: history.header, guarantee: .noResurrection, queue: QueueID(0),
        witness: Witness(message: message, from: .zero, to: .zero, text: ""))
      for event in history.events { selector.observe(event) }
      let minimal = selector.finish().minimalWitness(criteria: Story.criteria)
      #expect(minimal.isVerified == !isLost)
    }
  }

  @Test func otherQueuesAreLeftOut() throws {
    var story = Story()
    let lost = story.publish()
    story.get(story.publish(4), client: 5)
    _ = story.begin(.take, client: 5, session: 5)
    story.drained(1)
    story.drained(0)
    let minimal = try minimal(story.history, .atLeastOnce)
    #expect(minimal.messages == [lost])
    #expect(operations(minimal) == [.publish(lost)])
    #expect(
      !minimal.history.events.contains {
        if case .broker(let event) = $0.event { event.queue == QueueID(1) } else { false }
      })
  }

  @Test func aSpanOfSilenceNeedsTheWholeHistory() throws {
    var story = Story()
    story.publish()
    _ = story.begin()
    story.wait(.seconds(20))
    story.publish(1)
    let minimal = try minimal(story.history, .boundedUnavailability)
    guard case .wholeHistory(let reason) = minimal.evidence else {
      Issue.record("\(minimal.evidence)")
      return
    }
    #expect(!minimal.isVerified && !reason.isEmpty)
    #expect(minimal.witness == minimal.original)
  }

  @Test func guaranteesAboutNoMessageNeedNone() throws {
    var story = Story()
    for _ in 0..<3 { story.deliver(story.publish()) }
    story.log(1, .matched(LogLine(pattern: "crash", line: "a")))
    story.log(2, .matched(LogLine(pattern: "crash", line: "b")))
    story.undrained(0, "3 ready")
    let logs = try minimal(story.history, .cleanLogs)
    #expect(logs.isMinimal && logs.messages == [])
    let lines = logs.history.events.filter { if case .broker = $0.event { true } else { false } }
    #expect(lines.count == 1)
    let drain = try minimal(story.history, .eventualDrain)
    #expect(drain.isMinimal && drain.messages == [] && operations(drain) == [])
  }

  /// Long histories pass through bounded memory: companions that are not needed are forgotten.
  @Test func manyMessagesPass() throws {
    var story = Story()
    story.consume(prefetch: 0)
    for number in 0..<12_000 {
      let message = story.publish()
      if number == 6_000 { continue }
      story.deliver(message)
      story.settle(message)
    }
    _ = story.begin(.take, client: 3, session: 3)
    let late = story.publish()
    story.drained()
    let report = CheckerSuite.check(story.history, criteria: Story.criteria)
    let finding = try #require(report.finding(.atLeastOnce, of: QueueID(0)))
    let minimal = try minimal(story.history, .atLeastOnce)
    #expect(finding.violations == 1 && minimal.isMinimal)
    #expect(minimal.messages.count == 2 && minimal.messages.contains(late))
    #expect(minimal.runs < 100)
  }

  @Test func itIsAHistoryFile() throws {
    var story = Story()
    let message = story.publish()
    story.get(message)
    story.get(message, client: 3)
    let minimal = try minimal(story.history, .exclusiveHold)
    #expect(try History.decode(lines: minimal.history.lines) == minimal.history)
    let (decoded, ending) = try History.decode(minimal.history.encoded())
    #expect(decoded == minimal.history && ending.isComplete)
  }

  /// What a consumer holds may have been published long before it was delivered.
  @Test func whatWaitedLongIsFound() throws {
    var story = Story()
    let waiting = (0..<9_000).map { _ in story.publish() }
    story.consume(prefetch: 1)
    for message in waiting.prefix(4_000) {
      story.deliver(message)
      story.settle(message)
    }
    story.deliver(waiting[4_000])
    story.deliver(waiting[4_001])
    story.settle(waiting[4_001], multiple: true)
    story.consume(3, prefetch: 5)
    let minimal = try minimal(story.history, .prefetch)
    #expect(minimal.isMinimal && minimal.messages == [waiting[4_000], waiting[4_001]])
    #expect(!operations(minimal).contains(.consume(prefetch: 5)))
    #expect(minimal.runs < 60)
  }
}
