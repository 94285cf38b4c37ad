import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// A history that contradicts itself is never judged, and never brings a checker down.
@Suite struct MalformedHistoryTests {
  private func failure(
    header: HistoryHeader = Story.header, _ change: (inout Story) -> Void
  ) -> String? {
    var story = Story()
    change(&story)
    let report = CheckerSuite.check(
      History(header: header, events: story.history.events), criteria: Story.criteria,
      checkers: [Ledger.self])
    return report.failures.first?.reason
  }

  @Test func operationsEndOnce() {
    let reason = failure { story in
      let message = story.publish()
      story.end(message)
    }
    #expect(reason == "operation 0 ends without having been invoked, or twice")
  }

  @Test func operationsAreInvokedInOrder() {
    let reason = failure { story in
      story.publish()
      let again = Action.get
      story.add(
        .invoked(
          Invocation(
            operation: OperationID(0), client: ClientID(2), queue: QueueID(0), action: again)))
    }
    #expect(reason == "operation 0 is invoked twice or out of order")
  }

  @Test func messagesArePublishedOnce() {
    let reason = failure { story in
      let message = story.publish()
      _ = story.begin(.publish(message), client: 0, session: nil)
    }
    #expect(reason == "message 0.0 is published twice")
  }

  @Test func onlyInvokedOperationsAreWritten() {
    let reason = failure { story in
      story.add(.written(Written(operation: OperationID(5), session: SessionID(0), sequence: 1)))
    }
    #expect(reason == "operation 5 is written before it is invoked")
  }

  @Test func tagsGrow() {
    let reason = failure { story in
      let receipt = Receipt(
        session: SessionID(2), tag: 4, message: .foreign, redelivered: false)
      for _ in 0..<2 {
        story.add(.delivered(Delivery(queue: QueueID(0), receipt: receipt)))
      }
    }
    #expect(reason == "delivery tag 4 comes after 4 in one session")
  }

  @Test func lostSessionsReceiveNothing() {
    let reason = failure { story in
      story.lose(session: 2)
      story.deliver(.foreign)
    }
    #expect(reason == "session 2 receives tag 1 after it was lost")
  }

  @Test func publishesAreConfirmedAndNothingElse() {
    let reason = failure { $0.publish(0, .ok(.empty)) }
    #expect(reason?.hasPrefix("publish 0 ends with the answer") == true)
  }

  @Test func eventsNameTheHeadersQueuesAndClients() {
    #expect(
      failure { $0.publish(0, queue: 9) }
        == "an event names queue 9, which the header does not list")
    let stranger = failure { story in
      let message = MessageID(client: ClientID(7), sequence: 0)
      _ = story.begin(.publish(message), client: 0, session: nil)
    }
    #expect(stranger == "message 7.0 is published by a client that the header omits")
    #expect(
      failure { $0.add(.broker(BrokerEvent(kind: .drained))) }
        == "a drained or undrained event at 0.007000 s names no queue")
  }

  @Test func numbersFarFromDenseAreRefused() {
    #expect(
      failure { $0.lose(session: 4_000_000_000) } == "session number 4000000000 is too high")
    var header = Story.header
    header.clients[0].id = ClientID(4_000_000_000)
    #expect(failure(header: header) { _ in } == "the header's client number 4000000000 is too high")
    header.clients[0].id = ClientID(1)
    #expect(failure(header: header) { _ in } == "the header lists client 1 twice")
  }

  @Test func theHighestSequenceIsAMessageLikeAnyOther() throws {
    var story = Story()
    let message = MessageID(client: ClientID(0), sequence: .max)
    let operation = story.begin(.publish(message), client: 0, session: 0)
    story.deliver(message)
    story.add(.completed(operation, .ok(.confirmed)))
    let totals = try #require(story.check().totals.first)
    #expect(totals[.delivered] == 1)
  }

  /// Every history with a few events taken out, doubled or swapped is read to its end.
  @Test func mutilatedHistoriesAreSurvived() {
    var draws = SeededGenerator(seed: 0xBAD)
    var failures = 0
    for seed in 0..<5000 as Range<UInt64> {
      var history = RandomHistory.make(seed: seed)
      for _ in 0..<3 {
        let place = draws.index(of: history.events.count)
        switch draws.index(of: 3) {
        case 0: history.events.remove(at: place)
        case 1: history.events.insert(history.events[place], at: place)
        default: history.events.swapAt(place, draws.index(of: history.events.count))
        }
      }
      let report = CheckerSuite.check(history, criteria: Story.criteria)
      let judged = history.header.queues.map { queue in
        Guarantee.allCases.count { $0.applies(to: queue) }
      }
      #expect(report.findings.count == judged.reduce(0, +))
      failures += report.failures.count
    }
    #expect(failures > 1000)
  }
}
