import Environment

/// The state of one shaped direction, which all its links and connections share.
final class Shaper {
  let shape: LinkShape
  let since: Instant
  var wire: WireClock
  private(set) var stalls: StallCycle?

  /// `shape` from `now` on.
  init(_ shape: LinkShape, at now: Instant) {
    self.shape = shape
    since = now
    wire = WireClock(bytesPerSecond: shape.bytesPerSecond)
    stalls = shape.stallEvery.map { StallCycle(every: $0, length: shape.stallFor, from: now) }
  }

  /// Whether the direction stands still.
  var standsStill: Bool { stalls?.isStanding ?? false }

  /// When the direction begins or ceases to stand still without a further command.
  var nextChange: Instant? { stalls?.nextChange }

  /// Begins or ends a stall whose time has come by `now`.
  func advance(to now: Instant) {
    stalls?.advance(to: now)
  }

  /// What the shape did to the flows that `tally` counted.
  func status(_ tally: HoldTally, at now: Instant) -> ShapeStatus {
    ShapeStatus(
      shape: shape, age: now - since, tally: tally, standsStill: standsStill,
      stalls: stalls?.done ?? 0, stoodStill: stalls?.total ?? .zero)
  }
}
