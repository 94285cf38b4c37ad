import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct LedgerPropertyTests {
  /// 100,000 histories in four parts that run side by side.
  @Test(arguments: 0..<4 as Range<UInt64>) func theNaiveLedgerAgrees(part: UInt64) throws {
    var seen: [String: Int] = [:]
    for seed in (part * 25_000)..<((part + 1) * 25_000) {
      let history = RandomHistory.make(seed: seed)
      let report = CheckerSuite.check(
        history, criteria: Story.criteria, checkers: [Ledger.self])
      try #require(report.failures == [], "seed \(seed)")
      var naive = NaiveLedger(history)
      let account = naive.account()
      for totals in report.totals {
        let named = totals.named
        try #require(named == account[totals.queue] ?? [:], "seed \(seed), queue \(totals.queue)")
        for (name, count) in named { seen[name, default: 0] += count }
      }
    }
    // The histories must show everything often enough for the agreement to mean something.
    for name in Self.names { #expect(seen[name, default: 0] > 100, "\(name) is hardly ever seen") }
  }

  private static let names =
    Fate.allCases.map(\.measure.rawValue) + Anomaly.allCases.map(\.measure.rawValue) + [
      "ambiguous-repeats", "possible-overlaps", "foreign", "never-invoked", "misrouted",
      "duplicated", "abandoned", "held", "settled", "undrained-confirmed", "taken-in-doubt",
      "excused", "dead-letters-in", "dead-letters-out", "moved-unseen", "undrained-letters",
    ]

  /// Long enough for every window and page to move on.
  @Test(arguments: 0..<6 as Range<UInt64>) func itAgreesOnLongHistoriesToo(seed: UInt64) {
    for history in [
      RandomHistory.make(seed: seed, steps: 4000),
      LegalBroker.make(seed: seed, steps: 8000),
      LegalBroker.make(seed: seed, isCalm: true, steps: 8000),
      LegalBroker.make(seed: seed, letters: .kept, steps: 8000),
      LegalBroker.make(seed: seed, letters: .dropped, steps: 8000),
    ] {
      let report = CheckerSuite.check(history, criteria: Story.criteria, checkers: [Ledger.self])
      #expect(report.failures == [])
      var naive = NaiveLedger(history)
      let account = naive.account()
      for totals in report.totals {
        #expect(totals.deliveries > 200 || totals.queue != QueueID(0))
        #expect(totals.named == account[totals.queue] ?? [:])
      }
    }
  }

  @Test func theSameHistoryGivesTheSameReport() {
    for seed in 0..<200 as Range<UInt64> {
      let history = RandomHistory.make(seed: seed)
      #expect(
        CheckerSuite.check(history, criteria: Story.criteria)
          == CheckerSuite.check(history, criteria: Story.criteria))
    }
  }
}
