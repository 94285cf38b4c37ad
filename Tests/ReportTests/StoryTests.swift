import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct StoryTests {
  private static let lost = MessageID(client: ClientID(3), sequence: 210)
  private static let repeated = MessageID(client: ClientID(3), sequence: 17)

  /// The sample's run with these events as its history.
  private static func teller(_ events: [(Double, Event)]) -> StoryTeller {
    let queues = SampleResult.faulted.queues.map(\.description)
    var traces = RunTraces(of: SampleResult.faulted, queues: queues)
    for (at, event) in events { traces.observe(TimedEvent(at: SampleResult.at(at), event)) }
    return StoryTeller(SampleResult.faulted, traces)
  }

  private static func stories(_ events: [(Double, Event)], of guarantee: Guarantee) throws
    -> [Story]
  {
    let violations = SampleResult.faulted.violations
    let violation = try #require(violations.first { $0.finding.guarantee == guarantee })
    return teller(events).stories(of: violation)
  }

  private static func open(_ session: UInt32, client: UInt32, node: UInt32) -> Event {
    .sessionOpened(
      SessionOpening(session: SessionID(session), client: ClientID(client), node: NodeID(node)))
  }

  private static func publish(_ operation: UInt32, _ message: MessageID, number: UInt64) -> [Event]
  {
    [
      .invoked(
        Invocation(
          operation: OperationID(operation), client: message.client, queue: QueueID(1),
          action: .publish(message))),
      .written(Written(operation: OperationID(operation), session: SessionID(0), sequence: number)),
    ]
  }

  private static func deliver(
    _ message: MessageID, session: UInt32, tag: UInt64, redelivered: Bool = false
  ) -> Event {
    let receipt = Receipt(
      session: SessionID(session), tag: tag, message: message, redelivered: redelivered)
    return .delivered(Delivery(queue: QueueID(1), receipt: receipt))
  }

  private static func leader(_ node: UInt32) -> Event {
    .broker(BrokerEvent(kind: .leader, node: NodeID(node), queue: QueueID(1)))
  }

  private static let losing: [(Double, Event)] =
    [(0.2, open(0, client: 3, node: 1)), (0.5, leader(1))]
    + publish(911, lost, number: 57).map { (16.204, $0) } + [
      (
        16.216,
        .answered(
          ConfirmAnswer(session: SessionID(0), sequence: 60, multiple: true, positive: true))
      ),
      (16.216, .completed(OperationID(911), .ok(.confirmed))),
      (17.5, leader(2)),
      (18, .broker(BrokerEvent(kind: .leader, node: NodeID(3), queue: QueueID(2)))),
      (71, .broker(BrokerEvent(kind: .drained, queue: QueueID(1), detail: "3 replicas"))),
    ]

  @Test func theLifeOfALostMessage() throws {
    let story = try #require(try Self.stories(Self.losing, of: .atLeastOnce).first)
    #expect(story.title == "Message 3.210 (operation 911)")
    #expect(story.gist == "published at 16.204 s, confirmed, never received")
    #expect(
      story.sentences == [
        "Client 3, connected to n1, published it at 16.204 s.", "It was confirmed 12.0 ms later.",
        "In force then: isolate n1 (since 5.800 s); later kill n1 (since 22.800 s). The queue was "
          + "led by n1, as last seen at 0.500 s, then by n2 from 17.500 s.",
        "No consumer ever received it.", "The queue was proved empty at 71.000 s (3 replicas).",
      ])
    #expect(story.marks.map(\.name) == ["published", "confirmed", "proved empty: lost"])
    #expect(story.marks.map(\.shape) == [.plain, .good, .bad])
  }

  @Test func itsStepsAreInOrderAndNameWhatWentOnAround() throws {
    let story = try #require(try Self.stories(Self.losing, of: .atLeastOnce).first)
    #expect(
      story.steps.map(\.text) == [
        "client 3 decided to publish it to the mirrored queue",
        "first byte handed to the connection to n1, as publish 57 of that session", "confirmed",
        "n2 was seen to lead the queue", "heal began",
        "heal proved (0 of 4 links hold bytes back)", "kill n1 began",
        "kill n1 proved (process 4711 is gone)", "start n1 began",
        "start n1 proved (process 4890 accepts clients)", "the recovery phase began",
        "the drain phase began", "the queue was proved empty (3 replicas)",
      ])
    #expect(story.steps.map(\.at) == story.steps.map(\.at).sorted())
    #expect(story.steps.filter { $0.kind == .key }.map(\.text).count == 2)
    #expect(story.omittedSteps == 0)
  }

  @Test func theLifeOfAMessageThatCameTwice() throws {
    let events: [(Double, Event)] =
      [
        (0.1, Self.open(0, client: 3, node: 1)), (0.1, Self.open(1, client: 4, node: 1)),
        (0.1, Self.open(2, client: 7, node: 2)),
      ]
      + Self.publish(80, Self.repeated, number: 18).map { (4.8, $0) } + [
        (4.81, .completed(OperationID(80), .info(.timeout))),
        (
          4.82,
          .answered(
            ConfirmAnswer(session: SessionID(0), sequence: 18, multiple: false, positive: true))
        ),
        (4.9, Self.deliver(Self.repeated, session: 1, tag: 6)),
        (9, .sessionLost(SessionID(1), reason: "reset")),
        (20.1, Self.deliver(Self.repeated, session: 2, tag: 3)),
        (
          20.2,
          .settled(Settlement(session: SessionID(2), tag: 5, multiple: true, kind: .ack))
        ),
      ]
    let story = try #require(try Self.stories(events, of: .flaggedRedelivery).first)
    #expect(story.gist == "published at 4.800 s, in doubt, received twice")
    let message = story.steps.filter { $0.kind != .context }.map(\.text)
    #expect(
      message == [
        "client 3 decided to publish it to the mirrored queue",
        "first byte handed to the connection to n1, as publish 18 of that session",
        "the publish ended in doubt: no answer before the deadline",
        "n1 confirmed it, when the publish had another end already",
        "delivered from the mirrored queue to client 4 on n1, tag 6, not marked as redelivered",
        "client 4 on n1 lost its session (reset) with the message unsettled",
        "delivered again from the mirrored queue to client 7 on n2, tag 3, not marked as "
          + "redelivered",
        "client 7 acknowledged it",
      ])
    #expect(story.sentences.contains { $0.hasPrefix("No fault was in force then; later isolate") })
    #expect(
      story.sentences.contains(
        "It was delivered to client 4 on n1 at 4.900 s and to client 7 on n2 at 20.100 s. It was "
          + "acknowledged."))
  }

  @Test func aSpanWithoutAMessageTellsWhatOverlappedIt() throws {
    let story = try #require(try Self.stories(Self.losing, of: .boundedUnavailability).first)
    #expect(story.title == "From 5.400 s to 41.200 s")
    #expect(story.marks.isEmpty)
    #expect(story.steps.first?.text == "isolate n1 began")
    #expect(
      story.sentences.first?.hasPrefix("No fault was in force then; later isolate n1") == true)
  }

  @Test func sessionsThatTheHarnessClosesAfterTheRunAreNoLoss() throws {
    var events = Self.losing + [(20, Self.open(1, client: 4, node: 2))]
    events += [
      (71.5, Self.deliver(Self.lost, session: 1, tag: 1)), (72, .phase(.done)),
      (72.1, .sessionLost(SessionID(1), reason: "closed")),
    ]
    let teller = Self.teller(events)
    let life = try #require(teller.traces.stories.life(of: Self.lost))
    #expect(life.events.count == 5)
  }

  @Test func onlyWitnessesAreCollectedAndEachLifeIsBounded() throws {
    var events: [(Double, Event)] = [(0.1, Self.open(1, client: 4, node: 1))]
    let other = MessageID(client: ClientID(3), sequence: 1)
    for tag in 1...10_000 as ClosedRange<UInt64> {
      events.append((Double(tag) / 1000, Self.deliver(Self.lost, session: 1, tag: tag)))
      events.append((Double(tag) / 1000, Self.deliver(other, session: 1, tag: tag)))
    }
    let stories = Self.teller(events).traces.stories
    #expect(stories.lives.map(\.message.sequence).sorted() == [17, 210, 211])
    #expect(stories.life(of: other) == nil)
    let life = try #require(stories.life(of: Self.lost))
    #expect(life.events.count == MessageLife.eventLimit)
    #expect(life.omittedEvents == 10_000 - MessageLife.eventLimit)
    #expect(life.events.last?.at == SampleResult.at(10))
    #expect(life.events.first?.at == SampleResult.at(0.001))
  }

  @Test func fiveWitnessesAViolationAreChosenFromTheWholeList() {
    let witnesses = (0..<20 as Range<UInt32>).map { sequence in
      Witness(
        message: MessageID(client: ClientID(1), sequence: sequence / 2), from: .zero, to: .zero,
        text: "")
    }
    let finding = SampleResult.finding(
      1, .atLeastOnce, .violated, violations: 97, witnesses: witnesses)
    let violation = Violation(queue: SampleResult.mirrored, finding: finding)
    #expect(violation.storyWitnesses.map(\.message?.sequence) == [0, 2, 4, 6, 9])
  }

  @Test func storiesStayBoundedWhenLeadersChangeAllTheTime() throws {
    var events = Self.losing
    events.removeLast()
    for change in 0..<5_000 {
      events.append((17 + Double(change) / 100, Self.leader(UInt32(1 + change % 3))))
    }
    let story = try #require(try Self.stories(events, of: .atLeastOnce).first)
    #expect(story.steps.count == Story.stepLimit)
    #expect(story.omittedSteps > 1_000)
    #expect(story.steps.contains { $0.text == "confirmed" })
    #expect(story.sentences.contains { $0.contains("the leader changed") })
  }
}
