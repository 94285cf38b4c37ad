import Environment

/// Counts lengths of time in buckets, each at most 1/64 as wide as the times in it.
///
/// The layout is that of HdrHistogram with two significant digits: below 2^17 ns buckets of 1024
/// ns, above 64 buckets for every doubling. Only buckets up to the longest time take memory: 4
/// bytes each, 6 KB for a minute.
package struct LatencyHistogram: Hashable, Sendable {
  private static let unitBits = 10
  private static let halfBits = 6

  private var counts: [UInt32] = []
  /// How many times were recorded.
  package private(set) var count = 0
  /// The longest time; zero if there is none.
  package private(set) var longest = Duration.zero

  /// A histogram of nothing.
  package init() {}

  /// Counts a time; a negative one counts as zero.
  package mutating func record(_ time: Duration) {
    let nanoseconds = max(0, time.nanoseconds)
    let bucket = Self.bucket(of: UInt64(nanoseconds))
    grow(to: bucket + 1)
    if counts[bucket] < .max { counts[bucket] += 1 }
    count += 1
    if nanoseconds > longest.nanoseconds { longest = .nanoseconds(nanoseconds) }
  }

  /// Counts all that another one has counted.
  package mutating func add(_ other: LatencyHistogram) {
    grow(to: other.counts.count)
    for bucket in other.counts.indices {
      let (sum, overflow) = counts[bucket].addingReportingOverflow(other.counts[bucket])
      counts[bucket] = overflow ? .max : sum
    }
    count += other.count
    longest = max(longest, other.longest)
  }

  /// The time that so many thousandths of the recorded times do not exceed, by nearest rank; at
  /// most 1/64 and 1024 ns too long. Nil if nothing was recorded.
  package func quantile(perMille: Int) -> Duration? {
    guard count > 0 else { return nil }
    let rank = max(1, (count * perMille + 999) / 1000)
    var seen = 0
    for bucket in counts.indices {
      seen += Int(counts[bucket])
      if seen >= rank { return min(longest, Self.end(of: bucket)) }
    }
    return longest
  }

  private mutating func grow(to buckets: Int) {
    let missing = buckets - counts.count
    if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
  }

  private static func bucket(of nanoseconds: UInt64) -> Int {
    let units = nanoseconds >> unitBits
    let width = UInt64.bitWidth - units.leadingZeroBitCount
    let shift = max(0, width - halfBits - 1)
    return (shift << halfBits) + Int(units >> UInt64(shift))
  }

  /// The longest time that falls into a bucket.
  private static func end(of bucket: Int) -> Duration {
    let shift = max(0, (bucket >> halfBits) - 1)
    let units = UInt64(bucket - (shift << halfBits)) + 1
    let nanoseconds = (units << UInt64(shift + unitBits)) - 1
    return .nanoseconds(Int64(clamping: nanoseconds))
  }
}
