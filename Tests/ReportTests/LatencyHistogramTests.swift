import Environment
import Testing

@testable import Report

struct LatencyHistogramTests {
  /// The value of nearest rank in a sorted list.
  private static func naive(_ sorted: [Int64], perMille: Int) -> Int64 {
    sorted[max(1, (sorted.count * perMille + 999) / 1000) - 1]
  }

  private static func times(_ seed: UInt64, count: Int) -> [Int64] {
    var draws = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let magnitude = Int64(1) << draws.draw(in: 0...37)
      return draws.draw(in: 0...magnitude)
    }
  }

  @Test(arguments: [1, 2, 3, 10, 999, 5_000])
  func quantilesAreThoseOfTheSortedList(count: Int) throws {
    let times = Self.times(UInt64(count), count: count)
    var histogram = LatencyHistogram()
    for time in times { histogram.record(.nanoseconds(time)) }
    let sorted = times.sorted()
    for perMille in [0, 1, 10, 250, 500, 900, 990, 999, 1000] {
      let exact = Self.naive(sorted, perMille: perMille)
      let found = try #require(histogram.quantile(perMille: perMille)).nanoseconds
      #expect(found >= exact)
      #expect(found <= exact + exact / 64 + 1024)
    }
    #expect(histogram.count == count)
    #expect(histogram.longest.nanoseconds == sorted.last)
    #expect(histogram.quantile(perMille: 1000) == histogram.longest)
  }

  @Test func addingIsRecordingBoth() {
    let times = Self.times(7, count: 2_000)
    var whole = LatencyHistogram()
    var parts = [LatencyHistogram(), LatencyHistogram()]
    for (place, time) in times.enumerated() {
      whole.record(.nanoseconds(time))
      parts[place % 2].record(.nanoseconds(time))
    }
    parts[0].add(parts[1])
    #expect(parts[0] == whole)
  }

  @Test func extremesAreTaken() {
    var histogram = LatencyHistogram()
    #expect(histogram.quantile(perMille: 500) == nil)
    histogram.record(.nanoseconds(Int64.max))
    histogram.record(.nanoseconds(-5))
    histogram.record(.zero)
    #expect(histogram.count == 3)
    #expect(histogram.quantile(perMille: 1000) == .nanoseconds(Int64.max))
    #expect(histogram.quantile(perMille: 500) == .nanoseconds(1023))
  }
}
