import Checkers
import Environment
@testable import Judging
import Testing

@Suite struct StatisticsTests {
  private func isClose(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    abs(a - b) <= tolerance
  }

  /// No event in n runs: 1 - 0.05^(1/n), one-sided (Hanley and Lippman-Hand, JAMA 249, 1983).
  @Test(
    arguments: [
      (1, 0.95), (2, 0.776393202250021), (5, 0.450719728346941), (10, 0.258865550893052),
      (20, 0.139108340668265), (50, 0.058155079116972), (100, 0.029513049607040),
      (1000, 0.002991249545095),
    ])
  func noEventInSoManyRuns(runs: Int, bound: Double) {
    #expect(
      isClose(ExactBinomial.upperBound(events: 0, runs: runs), bound, within: 1e-12))
  }

  /// Two-sided 95 % limits as printed in tables and by R's `binom.test`.
  @Test(
    arguments: [
      (682, 925, 0.7076683, 0.7654066), (0, 10, 0.0, 0.3084971), (1, 10, 0.002528579, 0.4450161),
      (5, 10, 0.1870860, 0.8129140), (10, 10, 0.6915029, 1.0), (4, 20, 0.0573340, 0.4366140),
      (2, 30, 0.008178134, 0.2207354),
    ])
  func publishedIntervals(events: Int, runs: Int, low: Double, high: Double) {
    let interval = ExactBinomial.interval(events: events, runs: runs)
    #expect(isClose(interval.lowerBound, low, within: 5.1e-7))
    #expect(isClose(interval.upperBound, high, within: 5.1e-7))
  }

  @Test func limitsAreWhereTheTailReachesItsProbability() {
    for (events, runs) in [(0, 3), (3, 17), (499, 1000), (12, 100_000), (99_990, 100_000)] {
      let bound = ExactBinomial.upperBound(events: events, runs: runs, confidence: 0.99)
      let tail = ExactBinomial.probability(atMost: events, of: runs, rate: bound)
      #expect(isClose(tail, 0.01, within: 1e-8))
    }
  }

  @Test func boundsAreOrdered() {
    var last = 0.0
    for events in 0...40 {
      let bound = ExactBinomial.upperBound(events: events, runs: 40)
      #expect(bound > last && bound > Double(events) / 40 || bound == 1)
      last = bound
    }
    #expect(ExactBinomial.upperBound(events: 40, runs: 40) == 1)
    #expect(ExactBinomial.lowerBound(events: 0, runs: 40) == 0)
  }

  @Test func hugeCountsNeitherOverflowNorVanish() {
    let bound = ExactBinomial.upperBound(events: 0, runs: 1_000_000)
    #expect(isClose(bound, 2.995727786353e-6, within: 1e-12))
    let half = ExactBinomial.interval(events: 500_000, runs: 1_000_000)
    #expect(isClose(half.lowerBound, 0.499019, within: 2e-6))
    #expect(isClose(half.upperBound, 0.500981, within: 2e-6))
  }

  /// R: quantile(x, type = 7).
  @Test func quantilesInterpolate() {
    let values = [10.0, 1, 9, 2, 8, 3, 7, 4, 6, 5]
    #expect(Quantile.median(values) == 5.5)
    #expect(Quantile.of(values, 0.25) == 3.25)
    #expect(Quantile.of(values, 0.75) == 7.75)
    #expect(Quantile.of(values, 0) == 1)
    #expect(Quantile.of(values, 1) == 10)
    #expect(Quantile.median([4.0]) == 4)
    #expect(Quantile.median([]) == nil)
    #expect(Quantile.of([.seconds(3), .seconds(1)], 0.5) == Duration.seconds(2))
    #expect(Quantile.of([Duration](), 0.5) == nil)
  }

  private func rate(_ runs: [(lost: Int, confirmed: Int)]) -> Double? {
    let confirmed = runs.reduce(0) { $0 + $1.confirmed }
    guard confirmed > 0 else { return nil }
    return Double(runs.reduce(0) { $0 + $1.lost }) / Double(confirmed)
  }

  /// Ten runs of which five lose a tenth each: the interval is that of five in ten runs, not that
  /// of 500 in 10,000 messages.
  @Test func theBootstrapResamplesRuns() throws {
    let runs = (0..<10).map { (lost: $0 % 2 * 100, confirmed: 1000) }
    var generator = SeededGenerator(seed: 42)
    let interval = try #require(
      Bootstrap.interval(over: runs, resamples: 4000, using: &generator, statistic: rate))
    #expect(isClose(interval.lowerBound, 0.02, within: 0.0101))
    #expect(isClose(interval.upperBound, 0.08, within: 0.0101))
  }

  @Test func theBootstrapIsAFunctionOfItsSeed() {
    let runs = (0..<20).map { (lost: $0 * $0 % 7, confirmed: 100) }
    var first = SeededGenerator(seed: 1)
    var second = SeededGenerator(seed: 1)
    let one = Bootstrap.interval(over: runs, resamples: 500, using: &first, statistic: rate)
    #expect(one == Bootstrap.interval(over: runs, resamples: 500, using: &second, statistic: rate))
    #expect(first == second)
  }

  @Test func runsThatAreAllAlikeLeaveNoDoubt() {
    var generator = SeededGenerator(seed: 9)
    let runs = Array(repeating: (lost: 3, confirmed: 4), count: 6)
    #expect(
      Bootstrap.interval(over: runs, resamples: 100, using: &generator, statistic: rate)
        == 0.75...0.75)
    let none = Bootstrap.interval(
      over: [(lost: Int, confirmed: Int)](), using: &generator, statistic: rate)
    #expect(none == nil)
    let empty = Bootstrap.interval(
      over: [(lost: 0, confirmed: 0)], resamples: 10, using: &generator, statistic: rate)
    #expect(empty == nil)
  }
}
