import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// A correct broker is never accused, and each wrong made to its histories is found.
@Suite struct LegalBrokerTests {
  private let guarantees =
    Ledger.guarantees.filter { $0 != .deadLetters } + ConfirmProtocol.guarantees

  @Test(arguments: 0..<2 as Range<UInt64>) func isNeverAccused(part: UInt64) throws {
    var repeats = 0
    var ambiguous = 0
    var possible = 0
    var filled = 0
    for seed in (part * 10_000)..<((part + 1) * 10_000) {
      let report = CheckerSuite.check(LegalBroker.make(seed: seed), criteria: Story.criteria)
      try #require(report.failures == [], "seed \(seed)")
      for guarantee in guarantees {
        try #require(report.judgement(guarantee) == .held, "seed \(seed): \(guarantee)")
      }
      // Where no consumer was ever full, its prefetch was not put to the test.
      try #require(report.judgement(.prefetch) != .violated, "seed \(seed)")
      if report.judgement(.prefetch) == .held { filled += 1 }
      let totals = try #require(report.totals.first)
      repeats += totals.repeats
      ambiguous += totals.ambiguousRepeats + totals[.deliveredAfterAck].deliveries
      possible += totals.possibleOverlaps
    }
    // The temptations were there.
    #expect(repeats > 1000)
    #expect(ambiguous > 100)
    #expect(possible > 100)
    #expect(filled > 1000)
  }

  /// Without any loss of a session every delivery is the first one or was requeued.
  @Test func aCalmBrokerHasNoAnomaliesAtAll() throws {
    for seed in 0..<3000 as Range<UInt64> {
      let history = LegalBroker.make(seed: seed, isCalm: true)
      let totals = try #require(
        CheckerSuite.check(history, criteria: Story.criteria).totals.first)
      let shown = Anomaly.allCases.filter { totals[$0].messages > 0 }
      try #require(shown.allSatisfy { $0 == .redelivered }, "seed \(seed): \(shown)")
      try #require(totals.ambiguousRepeats + totals.possibleOverlaps == 0, "seed \(seed)")
    }
  }

  /// Applies `change` to legal histories and expects it to be found wherever it applies.
  private func expect(
    _ guarantee: Guarantee, isCalm: Bool = true, after change: (inout [TimedEvent]) -> Bool
  ) throws {
    var changed = 0
    for seed in 0..<500 as Range<UInt64> {
      var history = LegalBroker.make(seed: seed, isCalm: isCalm)
      guard change(&history.events) else { continue }
      changed += 1
      let report = CheckerSuite.check(history, criteria: Story.criteria)
      try #require(report.failures == [], "seed \(seed)")
      try #require(report.judgement(guarantee) == .violated, "seed \(seed)")
    }
    #expect(changed > 100)
  }

  /// The messages that were confirmed surely before the proof of emptiness.
  private func confirmed(_ events: [TimedEvent]) -> [MessageID] {
    let proof = events.last { if case .broker = $0.event { true } else { false } }
    var messages: [OperationID: MessageID] = [:]
    var confirmed: [MessageID] = []
    for event in events {
      if case .invoked(let invocation) = event.event,
        case .publish(let message) = invocation.action
      {
        messages[invocation.operation] = message
      }
      if case .completed(let operation, .ok(.confirmed)) = event.event,
        let message = messages[operation], let proof, event.at < proof.at
      {
        confirmed.append(message)
      }
    }
    return confirmed
  }

  private func receipt(_ event: TimedEvent) -> Receipt? {
    if case .delivered(let delivery) = event.event { delivery.receipt } else { nil }
  }

  @Test(arguments: [true, false]) func aDroppedMessageIsFound(isCalm: Bool) throws {
    try expect(.atLeastOnce, isCalm: isCalm) { events in
      guard let victim = confirmed(events).last else { return false }
      events.removeAll { receipt($0)?.message == victim }
      return true
    }
  }

  @Test func aDeliveryWithoutItsFlagIsFound() throws {
    try expect(.flaggedRedelivery) { events in
      for place in events.indices {
        guard case .delivered(var delivery) = events[place].event, delivery.receipt.redelivered
        else { continue }
        delivery.receipt.redelivered = false
        events[place].event = .delivered(delivery)
        return true
      }
      return false
    }
  }

  @Test func aStrangeMessageIsFound() throws {
    try expect(.integrity) { events in
      for place in events.indices.reversed() {
        guard case .delivered(var delivery) = events[place].event else { continue }
        delivery.receipt = Receipt(
          session: delivery.receipt.session, tag: delivery.receipt.tag, message: .foreign,
          redelivered: false)
        events[place].event = .delivered(delivery)
        return true
      }
      return false
    }
  }

  @Test func aSwappedPairIsFound() throws {
    try expect(.channelOrder) { events in
      var first: (place: Int, delivery: Delivery)?
      for place in events.indices {
        guard case .delivered(var delivery) = events[place].event, !delivery.receipt.redelivered
        else { continue }
        guard let (earlier, before) = first, before.receipt.session == delivery.receipt.session,
          before.receipt.message.client == delivery.receipt.message.client,
          isOnly(before.receipt, in: events), isOnly(delivery.receipt, in: events),
          wasPublished(delivery.receipt.message, before: earlier, in: events)
        else {
          first = (place, delivery)
          continue
        }
        var swapped = before
        swapped.receipt.message = delivery.receipt.message
        events[earlier].event = .delivered(swapped)
        delivery.receipt.message = before.receipt.message
        events[place].event = .delivered(delivery)
        return true
      }
      return false
    }
  }

  private func isOnly(_ only: Receipt, in events: [TimedEvent]) -> Bool {
    events.count { receipt($0)?.message == only.message } == 1
  }

  private func wasPublished(
    _ message: MessageID, before place: Int, in events: [TimedEvent]
  ) -> Bool {
    events[..<place].contains {
      if case .invoked(let invocation) = $0.event {
        invocation.action == .publish(message)
      } else {
        false
      }
    }
  }

  /// Sends the first message that was acked once more, after the proof, to a new session.
  @Test(arguments: [true, false]) func aResurrectionIsFound(isCalm: Bool) throws {
    try expect(.noResurrection, isCalm: isCalm) { events in
      guard let message = firstAcked(events), let end = events.last?.at else { return false }
      let session = SessionID(1000)
      let receipt = Receipt(session: session, tag: 1, message: message, redelivered: true)
      let later = end + .milliseconds(1)
      events.insert(
        contentsOf: [
          TimedEvent(
            at: later,
            .sessionOpened(
              SessionOpening(session: session, client: ClientID(2), node: NodeID(1)))),
          TimedEvent(at: later, .delivered(Delivery(queue: QueueID(0), receipt: receipt))),
        ], at: events.count - 1)
      return true
    }
  }

  private func firstAcked(_ events: [TimedEvent]) -> MessageID? {
    for (place, event) in events.enumerated() {
      guard case .settled(let settlement) = event.event, settlement.kind == .ack else { continue }
      for earlier in events[..<place] {
        if let receipt = receipt(earlier), receipt.session == settlement.session,
          receipt.tag == settlement.tag
        {
          return receipt.message
        }
      }
    }
    return nil
  }

  /// Delivers a message that one consumer holds to another one at the same time.
  @Test func aMessageHeldTwiceIsFound() throws {
    try expect(.exclusiveHold) { events in
      guard let place = events.firstIndex(where: { receipt($0) != nil }),
        let held = receipt(events[place])
      else { return false }
      let session = SessionID(1000)
      let at = events[place].at
      events.insert(
        contentsOf: [
          TimedEvent(
            at: at,
            .sessionOpened(
              SessionOpening(session: session, client: ClientID(3), node: NodeID(2)))),
          TimedEvent(
            at: at,
            .delivered(
              Delivery(
                queue: QueueID(0),
                receipt: Receipt(
                  session: session, tag: 1, message: held.message, redelivered: true)))),
        ], at: place + 1)
      return !isSettled(held, at: at, in: events)
    }
  }

  private func isSettled(_ held: Receipt, at: Instant, in events: [TimedEvent]) -> Bool {
    events.contains {
      if case .settled(let settlement) = $0.event, $0.at == at {
        settlement.session == held.session && settlement.tag == held.tag
      } else {
        false
      }
    }
  }

  /// Takes the first settlement away of a consumer that is full again at once.
  @Test(arguments: [true, false]) func aDeliveryBeyondThePrefetchIsFound(isCalm: Bool) throws {
    try expect(.prefetch, isCalm: isCalm) { events in
      for place in events.indices {
        guard case .settled(let settlement) = events[place].event else { continue }
        var changed = events
        changed.remove(at: place)
        guard NaivePrefetch(changed).peak(of: settlement.session) == .tooHigh else { continue }
        events = changed
        return true
      }
      return false
    }
  }

  @Test func aSecondConfirmIsFound() throws {
    try expect(.confirmProtocol, isCalm: false) { events in
      guard
        let place = events.lastIndex(where: {
          if case .answered = $0.event { true } else { false }
        })
      else { return false }
      events.insert(events[place], at: place + 1)
      return true
    }
  }
}
