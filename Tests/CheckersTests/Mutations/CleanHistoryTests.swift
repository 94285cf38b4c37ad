import Checkers
import Environment
import Foundation
import Harness
@testable import Judging
import Operations
import Testing

/// Histories of a correct broker with everything that a correct broker may do: nobody is accused.
@Suite struct CleanHistoryTests {
  /// How many histories are drawn; `STOAT_CLEAN_HISTORIES` sets it.
  static let histories =
    ProcessInfo.processInfo.environment["STOAT_CLEAN_HISTORIES"].flatMap(UInt64.init) ?? 10_000

  @Test(arguments: 0..<2 as Range<UInt64>) func nobodyIsAccused(part: UInt64) throws {
    var held: [Guarantee: Int] = [:]
    let count = Self.histories / 2
    for seed in (part * count)..<((part + 1) * count) {
      let history = LegalBroker.makeQuirky(seed: seed).history
      let report = CheckerSuite.check(history, criteria: Story.criteria)
      try #require(report.failures == [], "seed \(seed)")
      for finding in report.findings {
        try #require(
          finding.judgement != .violated,
          "seed \(seed): \(finding.guarantee) \(finding.witnesses.map(\.text))")
        if finding.judgement == .held { held[finding.guarantee, default: 0] += 1 }
      }
    }
    // The temptations were there: everything was put to the test, but for a bound on silence that
    // is longer than these histories; `stallPublishes` breaks it.
    for guarantee in CheckerSuite.all.flatMap({ $0.guarantees })
    where guarantee != .boundedUnavailability {
      #expect(held[guarantee, default: 0] > Int(count) / 20, "\(guarantee): \(held)")
    }
  }

  /// Nothing that a correct broker does is taken for a broken file.
  @Test func cleanHistoriesContradictNothing() {
    for seed in 0..<2_000 as Range<UInt64> {
      let history = LegalBroker.makeQuirky(seed: seed).history
      #expect(HistoryValidator.problem(with: history.header) == nil)
      var validator = HistoryValidator(history.header)
      for event in history.events {
        let problem = validator.problem(with: event)
        #expect(problem == nil, "seed \(seed)")
      }
    }
  }

  @Test func everyQuirkOccurs() {
    var counts: [Quirk: Int] = [:]
    var shown: [Quirk: Int] = [:]
    for seed in 0..<2000 as Range<UInt64> {
      let (history, forced, unseen) = LegalBroker.makeQuirky(seed: seed)
      let census = QuirkCensus(history)
      for quirk in Quirk.allCases {
        let count = census[quirk] + unseen[quirk, default: 0]
        counts[quirk, default: 0] += count
        if quirk == forced, count > 0 { shown[quirk, default: 0] += 1 }
      }
    }
    for quirk in Quirk.allCases {
      // Each was forced in a hundred of them.
      #expect(shown[quirk, default: 0] > 45, "\(quirk): \(shown)")
      #expect(counts[quirk, default: 0] > 200, "\(quirk): \(counts)")
    }
  }
}
