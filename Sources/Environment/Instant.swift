/// A point on one run's monotonic clock, in nanoseconds since the run's origin.
///
/// Instants of different runs, or of different controllers, must not be compared.
public struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since the run's origin; negative before it.
  public var nanoseconds: Int64

  /// The origin of the run's clock.
  public static let zero = Instant(nanoseconds: 0)

  /// An instant `nanoseconds` after the origin.
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Earlier on the same clock.
  public static func < (lhs: Instant, rhs: Instant) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// The instant `duration` after `instant`, saturating at the ends of the clock.
  public static func + (instant: Instant, duration: Duration) -> Instant {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    if overflow { return Instant(nanoseconds: duration.nanoseconds < 0 ? .min : .max) }
    return Instant(nanoseconds: sum)
  }

  /// The time from `rhs` to `lhs`, saturating at the range of `Int64` nanoseconds.
  public static func - (lhs: Instant, rhs: Instant) -> Duration {
    let (time, overflow) = lhs.nanoseconds.subtractingReportingOverflow(rhs.nanoseconds)
    return .nanoseconds(overflow ? (lhs < rhs ? .min : .max) : time)
  }
}

extension Duration {
  /// The duration in nanoseconds, saturating at the range of `Int64` (292 years).
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, overflowed) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    if overflowed { return seconds < 0 ? .min : .max }
    return sum
  }

  /// The duration in seconds, for people and for charts.
  public var seconds: Double {
    Double(nanoseconds) / 1e9
  }
}
