/// The instant by which something has to be over.
public struct Deadline: Hashable, Comparable, Sendable {
  /// The last instant that still counts as in time.
  public var at: Instant

  /// A deadline at `at`.
  public init(at: Instant) {
    self.at = at
  }

  /// A deadline `timeout` after `now`.
  public init(after timeout: Duration, from now: Instant) {
    at = now + timeout
  }

  /// Whether the deadline lies before `now`.
  public func hasPassed(at now: Instant) -> Bool {
    now > at
  }

  /// What is left at `now`; zero once the deadline has passed.
  public func remaining(at now: Instant) -> Duration {
    max(.zero, at - now)
  }

  /// The earlier of two deadlines comes first.
  public static func < (lhs: Deadline, rhs: Deadline) -> Bool {
    lhs.at < rhs.at
  }
}
