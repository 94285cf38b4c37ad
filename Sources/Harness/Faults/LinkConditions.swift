/// How bad a link is, in each direction, as a plan says it: any system may make it so.
///
/// A relay has a type of its own for what it is told (`LinkShape`: bounds, whole microseconds, a
/// seed), because a relay knows no plans.
public struct LinkConditions: Hashable, Sendable {
  /// Added to the way of every byte.
  public var delay: Duration
  /// At most so much more, drawn anew for what is read at once; the order stays.
  public var jitter: Duration
  /// Bytes a second; 0 for no limit.
  public var bandwidth: Int
  /// How often nothing passes for a while; zero for never.
  public var stallEvery: Duration
  /// For how long nothing passes then.
  public var stallFor: Duration

  /// Conditions.
  public init(
    delay: Duration = .zero, jitter: Duration = .zero, bandwidth: Int = 0,
    stallEvery: Duration = .zero, stallFor: Duration = .zero
  ) {
    self.delay = delay
    self.jitter = jitter
    self.bandwidth = bandwidth
    self.stallEvery = stallEvery
    self.stallFor = stallFor
  }
}
