/// The machine's monotonic clock, read relative to an origin; for shells only, never for machines.
public struct MonotonicClock: Sendable {
  private let origin: ContinuousClock.Instant

  /// A clock whose origin is now.
  public init() {
    origin = ContinuousClock.now
  }

  /// The present instant.
  public func now() -> Instant {
    Instant(nanoseconds: origin.duration(to: .now).nanoseconds)
  }
}
