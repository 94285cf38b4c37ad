import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// A broker that keeps its dead letters is never accused, and one that drops some is found out.
@Suite struct LegalLettersTests {
  @Test(arguments: [true, false]) func keptLettersAreNeverAccused(isCalm: Bool) throws {
    var held = 0
    var again = 0
    for seed in 0..<6000 as Range<UInt64> {
      let history = LegalBroker.make(seed: seed, isCalm: isCalm, letters: .kept)
      let report = CheckerSuite.check(history, criteria: Story.criteria)
      try #require(report.failures == [], "seed \(seed)")
      for finding in report.findings {
        try #require(
          finding.judgement != .violated, "seed \(seed): \(finding.guarantee) \(finding.queue)")
      }
      try #require(report.judgement(.atLeastOnce) == .held, "seed \(seed)")
      switch report.judgement(.deadLetters) {
      case .held: held += 1
      case .notExercised: break
      default: Issue.record("seed \(seed): dead letters are in doubt")
      }
      again += report.totals[1][.deadLetteredAgain].deliveries
    }
    #expect(held > 4000)
    #expect(isCalm ? again == 0 : again > 100)
  }

  @Test(arguments: [true, false]) func droppedLettersAreFound(isCalm: Bool) throws {
    var found = 0
    for seed in 0..<3000 as Range<UInt64> {
      let (history, dropped) = LegalBroker.makeWithDrops(
        seed: seed, isCalm: isCalm, letters: .dropped)
      let report = CheckerSuite.check(history, criteria: Story.criteria)
      try #require(report.failures == [], "seed \(seed)")
      let missing = missing(history, among: dropped)
      let finding = try #require(report.finding(.deadLetters, of: QueueID(0)))
      let witnesses = Set(finding.witnesses.compactMap(\.message))
      try #require(finding.violations == witnesses.count, "seed \(seed)")
      // What was read after the proofs of emptiness leaves a doubt.
      try #require(witnesses.isSubset(of: missing), "seed \(seed)")
      if isCalm { try #require(witnesses == missing, "seed \(seed)") }
      if finding.judgement == .violated { found += 1 }
    }
    #expect(found > 500)
  }

  /// The confirmed messages of which some client can tell that a dead letter is missing: nobody
  /// received them, or all that was said of them is that they be thrown away.
  private func missing(_ history: History, among dropped: [MessageID]) -> Set<MessageID> {
    let proof = history.events.first { if case .broker = $0.event { true } else { false } }
    var operations: [OperationID: MessageID] = [:]
    var confirmed: Set<MessageID> = []
    var received: [MessageID: [SettlementKind?]] = [:]
    var places: [SessionID: [UInt64: (MessageID, Int)]] = [:]
    for event in history.events {
      switch event.event {
      case .invoked(let invocation):
        if case .publish(let message) = invocation.action {
          operations[invocation.operation] = message
        }
      case .completed(let operation, .ok(.confirmed)):
        if let message = operations[operation], let proof, event.at < proof.at {
          confirmed.insert(message)
        }
      case .delivered(let delivery):
        let receipt = delivery.receipt
        received[receipt.message, default: []].append(nil)
        let place = (received[receipt.message]?.count ?? 1) - 1
        places[receipt.session, default: [:]][receipt.tag] = (receipt.message, place)
      case .settled(let settlement):
        if let (message, place) = places[settlement.session]?[settlement.tag] {
          received[message]?[place] = settlement.kind
        }
      default: break
      }
    }
    return Set(
      dropped.filter { message in
        let kinds = received[message] ?? []
        return confirmed.contains(message) && !kinds.contains(.ack)
          && (kinds.isEmpty || kinds.contains(.discard))
      })
  }
}
