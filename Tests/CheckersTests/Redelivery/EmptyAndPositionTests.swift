import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// Empty answers and places in the queue, one story each.
@Suite struct EmptyAndPositionTests {
  private func check(_ story: Story) -> SuiteReport {
    CheckerSuite.check(story.history, criteria: Story.criteria, checkers: [Redelivery.self])
  }

  private func judgement(_ story: Story) -> Judgement? {
    let report = check(story)
    #expect(report.failures == [])
    return report.judgement(.emptyWhileReady)
  }

  private func findEmpty(_ story: inout Story, _ action: Action = .get, client: UInt32 = 3) {
    let operation = story.begin(action, client: client, session: client)
    story.add(.completed(operation, .ok(.empty)))
  }

  private func leaveInDoubt(_ story: inout Story, _ action: Action) {
    let operation = story.begin(action, client: 3, session: 3)
    story.add(.completed(operation, .info(.timeout)))
  }

  // MARK: - Empty while ready

  @Test(arguments: [Action.get, .take, .drain])
  func aReadyMessageIsNotPassedOver(action: Action) throws {
    var story = Story()
    let message = story.publish()
    findEmpty(&story, action)
    story.get(message)
    #expect(judgement(story) == .violated)
    let witness = try #require(check(story).witnesses(.emptyWhileReady).first)
    #expect(witness.message == message)
    #expect(
      witness.text
        == "operation 1, invoked at 0.010000 s, found the queue empty by 0.012000 s, which at no "
        + "instant in between it can have been: message 0.0 was surely ready from 0.009000 s until "
        + "it was sent after 0.013000 s")
  }

  @Test func anInstantIsEnough() {
    // The publish may take effect after the get.
    var late = Story()
    let message = late.begin()
    let operation = late.begin(.get, client: 3, session: 3)
    late.end(message)
    late.add(.completed(operation, .ok(.empty)))
    late.get(message)
    #expect(judgement(late) == .held)
    // The message may have been sent before.
    var sent = Story()
    let other = sent.publish()
    findEmpty(&sent)
    sent.deliver(other)
    #expect(judgement(sent) == .held)
    // Events of the same instant come in any order.
    var same = Story()
    let third = same.begin()
    same.end(third)
    same.now = same.now + .milliseconds(-1)
    let get = same.begin(.get, client: 3, session: nil)
    same.add(.completed(get, .ok(.empty)))
    same.get(third)
    #expect(judgement(same) == .held)
  }

  @Test func whatIsNeverReceivedMayHaveExpired() {
    var story = Story()
    story.publish()
    findEmpty(&story)
    #expect(judgement(story) == .held)
  }

  @Test func aChainOfMessagesKeepsTheQueueFull() {
    var story = Story()
    let first = story.publish()
    let empty = story.begin(.get, client: 3, session: 3)
    let second = story.publish()
    story.get(first)
    story.add(.completed(empty, .ok(.empty)))
    story.get(second)
    #expect(judgement(story) == .violated)
  }

  @Test func operationsInDoubtMayHoldOneMessageEach() {
    func story(_ actions: [Action], ready: Int) -> Story {
      var story = Story()
      let messages = (0..<ready).map { _ in story.publish() }
      actions.forEach { leaveInDoubt(&story, $0) }
      findEmpty(&story)
      messages.forEach { story.get($0) }
      return story
    }
    #expect(judgement(story([], ready: 1)) == .violated)
    #expect(judgement(story([.get], ready: 1)) == .held)
    #expect(judgement(story([.get], ready: 2)) == .violated)
    #expect(judgement(story([.get, .take], ready: 2)) == .held)
    #expect(judgement(story([.drain], ready: 5))?.name == "not exercised")
    // What is in doubt only after the answer held nothing before it.
    var late = Story()
    let message = late.publish()
    findEmpty(&late)
    leaveInDoubt(&late, .get)
    late.get(message)
    #expect(judgement(late) == .violated)
  }

  /// A consumer that is lost later may have held what it never read.
  @Test func lostConsumersMayHoldTheirPrefetch() {
    func story(prefetch: UInt16, ready: Int, isLost: Bool, fault: Bool = false) -> Story {
      var story = Story()
      story.consume(3, prefetch: prefetch)
      let messages = (0..<ready).map { _ in story.publish() }
      if fault { story.fault(0, "kill", .proved) }
      findEmpty(&story, client: 2)
      if isLost { story.lose(session: 3) }
      messages.forEach { story.get($0) }
      return story
    }
    #expect(judgement(story(prefetch: 2, ready: 2, isLost: true)) == .held)
    #expect(judgement(story(prefetch: 2, ready: 3, isLost: true)) == .violated)
    #expect(judgement(story(prefetch: 2, ready: 1, isLost: false)) == .violated)
    #expect(judgement(story(prefetch: 2, ready: 1, isLost: false, fault: true)) == .held)
    #expect(judgement(story(prefetch: 0, ready: 9, isLost: true))?.name == "not exercised")
  }

  /// Mutated clean histories showed it: what comes after a fault was sent after what came before it
  /// on the same channel, for which there had been no room.
  @Test(arguments: [true, false]) func roomBeforeAFaultCountsAfterIt(isLimited: Bool) {
    var story = Story()
    story.consume(2, prefetch: isLimited ? 1 : 0)
    let (first, second) = (story.publish(), story.publish(0, .info(.timeout)))
    let ready = story.publish()
    story.deliver(first)
    findEmpty(&story)
    story.settle(first)
    story.deliver(second)
    story.fault(0, "kill", .proved)
    story.settle(second)
    story.deliver(ready)
    #expect(judgement(story) == (isLimited ? .violated : .held))
  }

  @Test func whatWasGivenBackIsReadyOnceTheSameChannelWasAnswered() {
    func story(isAnswered: Bool) -> Story {
      var story = Story()
      let (message, other) = (story.publish(), story.publish())
      story.get(message)
      story.settle(message, .requeue)
      story.get(other, client: isAnswered ? 2 : 3)
      findEmpty(&story)
      story.get(message, redelivered: true)
      return story
    }
    #expect(judgement(story(isAnswered: true)) == .violated)
    #expect(judgement(story(isAnswered: false)) == .held)
  }

  // MARK: - Places

  private func position(
    _ story: Story, _ policy: RequeuePolicy = .original
  ) throws -> (Finding, overtaken: MeasureValue?) {
    var checker = Redelivery(header: story.header, criteria: Story.criteria, policy: policy)
    for event in story.history.events { try checker.observe(event) }
    let report = try checker.conclude()
    return (
      try #require(report.findings.first { $0.guarantee == .requeuePosition }),
      report.measures.first { $0.key == .whole(.mostOvertaken) }?.value
    )
  }

  /// Three messages, of which the first is given back and then asked for again.
  private func story(order: [Int]) -> Story {
    var story = Story()
    let messages = (0..<3).map { _ in story.publish() }
    story.get(messages[0])
    story.settle(messages[0], .requeue)
    for place in order { story.get(messages[place], redelivered: place == 0) }
    return story
  }

  @Test func whatWasNeverSentIsNotOvertaken() throws {
    var story = Story()
    let messages = (0..<3).map { _ in story.publish() }
    story.get(messages[2])
    story.settle(messages[2], .requeue)
    for message in messages { story.get(message, redelivered: message == messages[2]) }
    let (finding, most) = try position(story)
    #expect(finding.judgement == .violated)
    #expect(finding.violations == 1)
    #expect(most == .count(2))
    #expect(
      finding.witnesses.first?.text
        == "message 0.2 was delivered to session 2 (client 2 on n1) at 0.018000 s and overtook "
        + "message 0.0, which was before it and surely ready from 0.009000 s until it was sent "
        + "after 0.020000 s; at least 2 in all, where what is given back goes to its original "
        + "position")
  }

  /// 0 is given back, 1 comes while nobody knows whether 0 is there; when 2 comes before 0, 0 had
  /// been back for sure and was overtaken.
  @Test func policiesDiffer() throws {
    let atOnce = story(order: [0, 1, 2])
    let behind = story(order: [1, 2, 0])
    for policy in [RequeuePolicy.original, .front] {
      #expect(try position(atOnce, policy).0.judgement == .held)
      #expect(try position(behind, policy).0.judgement == .violated)
    }
    #expect(try position(behind, .back).0.judgement == .held)
    #expect(try position(atOnce, .back).0.judgement == .violated)
    #expect(try position(atOnce, .back).overtaken == .count(2))
  }

  /// Of two that were given back the policy `original` knows the order, `front` does not.
  @Test func theFrontIsNoPlaceOfItsOwn() throws {
    var story = Story()
    let messages = (0..<3).map { _ in story.publish() }
    story.get(messages[0])
    story.get(messages[1])
    story.settle(messages[0], .requeue)
    story.settle(messages[1], .requeue)
    let operation = story.begin(.get, client: 2, session: 2)
    story.add(.completed(operation, .ok(.empty)))
    story.get(messages[1], redelivered: true)
    story.get(messages[0], redelivered: true)
    story.get(messages[2])
    #expect(try position(story, .original).0.judgement == .violated)
    #expect(try position(story, .front).0.judgement == .held)
  }

  @Test func onlyWhatWasGivenBackPutsItToTheTest() throws {
    var story = Story()
    story.get(story.publish())
    #expect(
      try position(story).0.judgement
        == .notExercised("nothing was given back before something disturbed the brokers"))
  }

  @Test func nothingIsJudgedAfterADisturbance() throws {
    var story = Story()
    let messages = (0..<2).map { _ in story.publish() }
    story.fault(0, "kill", .proved)
    story.get(messages[1])
    story.settle(messages[1], .requeue)
    for message in messages { story.get(message, redelivered: message == messages[1]) }
    #expect(try position(story).0.violations == 0)
  }

  @Test func aLostConsumerMayHaveHeldWhatSeemsOvertaken() throws {
    func story(isLost: Bool) -> Story {
      var story = Story()
      story.consume(3, prefetch: 1)
      let messages = (0..<2).map { _ in story.publish() }
      story.get(messages[1])
      story.settle(messages[1], .requeue)
      if isLost { story.lose(session: 3) }
      for message in messages { story.get(message, redelivered: message == messages[1]) }
      return story
    }
    #expect(try position(story(isLost: false)).0.violations == 1)
    #expect(try position(story(isLost: true)).0.violations == 0)
  }
}
