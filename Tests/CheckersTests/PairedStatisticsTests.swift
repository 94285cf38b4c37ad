import Checkers
@testable import Judging
import Testing

@Suite struct PairedStatisticsTests {
  /// R: binom.test(min(b, c), b + c)$p.value, which is the exact test of McNemar.
  @Test(arguments: [
    (0, 0, 1.0), (1, 0, 1), (0, 5, 0.0625), (6, 0, 0.03125), (0, 10, 0.001953125),
    (1, 9, 0.021484375), (9, 1, 0.021484375), (3, 3, 1), (2, 3, 1), (4, 12, 0.076812744140625),
  ]) func theTestOfMcNemar(first: Int, second: Int, expected: Double) {
    #expect(abs(McNemar.pValue(onlyFirst: first, onlySecond: second) - expected) < 1e-12)
  }

  @Test func theRateIsThatOfAllRunsTogether() throws {
    let runs = [RunLosses(lost: 0, confirmed: 100), RunLosses(lost: 30, confirmed: 200)]
    #expect(LossRate.rate(of: runs) == 0.1)
    #expect(LossRate.rate(of: [RunLosses(lost: 0, confirmed: 0)]) == nil)
    #expect(LossRate.rate(of: []) == nil)
    #expect(LossRate.interval(of: runs) == 0...0.15)
    #expect(LossRate.interval(of: [runs[1]]) == nil)
  }

  @Test func differencesKeepPairsTogether() throws {
    // What varies from run to run is common to both, so that the difference does not vary.
    let pairs = (1...8).map { factor in
      (
        first: RunLosses(lost: 10 * factor + 100, confirmed: 1000),
        second: RunLosses(lost: 10 * factor, confirmed: 1000)
      )
    }
    let interval = try #require(LossRate.interval(ofDifference: pairs))
    #expect(abs(interval.lowerBound - 0.1) < 1e-12 && abs(interval.upperBound - 0.1) < 1e-12)
    let alone = try #require(LossRate.interval(of: pairs.map(\.first)))
    #expect(alone.upperBound - alone.lowerBound > 0.01)
    #expect(LossRate.interval(ofDifference: [pairs[0]]) == nil)
  }
}
