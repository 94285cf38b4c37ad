import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct LedgerBalanceTests {
  private static func queue(_ counts: [(MeasureName, Int)]) -> QueueResult {
    SampleResult.queue(
      0, .quorum, required: [], findings: [],
      counts.map { Measure($0.0, queue: QueueID(0), .count($0.1)) })
  }

  private static let fates: [(MeasureName, Int)] = [
    (.refused, 1), (.returned, 2), (.delivered, 30), (.recovered, 4), (.vanished, 5),
    (.lost, 6), (.undrained, 7),
  ]

  @Test func sumsAreShownAsFigures() {
    let lines = LedgerBalance(Self.queue(Self.fates + [(.attempts, 55)])).lines
    #expect(lines[0].holds == true)
    #expect(lines[0].figures == "55 = 1 + 2 + 30 + 4 + 5 + 6 + 7")
    #expect(
      lines[0].rule
        == "attempts = refused + returned + delivered + recovered + vanished + lost + undrained")
    #expect(lines[1].holds == nil)
  }

  @Test func aSumThatIsWrongIsSeen() {
    let lines = LedgerBalance(Self.queue(Self.fates + [(.attempts, 56)])).lines
    #expect(lines[0].holds == false)
    #expect(lines[0].figures.hasPrefix("56 ≠ 1 + 2"))
  }

  @Test func deadLettersAreAFateOfTheirOwn() {
    let counts = Self.fates + [(.deadLettered, 3), (.attempts, 58), (.deadLettersIn, 3)]
    let lines = LedgerBalance(Self.queue(counts)).lines
    #expect(lines.map(\.holds) == [true, nil])
    #expect(lines[0].rule.hasSuffix("undrained + dead-lettered"))
  }

  @Test func nonsenseDoesNotTrap() {
    let huge = Self.fates.map { ($0.0, Int.max) } + [(.attempts, 1)]
    #expect(LedgerBalance(Self.queue(huge)).lines[0].holds == false)
  }
}
