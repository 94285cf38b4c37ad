package import Environment

/// When a direction stands still: every so often, and each time for at least so long. No IO.
///
/// A stall lasts from when it really began, so that a late loop makes it longer, never shorter;
/// one that was missed altogether is left out and not counted.
package struct StallCycle: Hashable, Sendable {
  private let every: Duration
  private let length: Duration
  private var nextBegin: Instant
  private var beganAt: Instant?
  /// Stalls that are over.
  package private(set) var done: UInt64 = 0
  /// How long they lasted together.
  package private(set) var total: Duration = .zero

  /// A stall of `length` after every `every`, counted from `start`.
  package init(every: Duration, length: Duration, from start: Instant) {
    precondition(length > .zero && every > length, "a stall must end before the next one")
    self.every = every
    self.length = length
    nextBegin = start + every
  }

  /// Whether the direction stands still.
  package var isStanding: Bool { beganAt != nil }

  /// When `advance` has to be called next.
  package var nextChange: Instant { beganAt.map { $0 + length } ?? nextBegin }

  /// Ends a stall whose time is over by `now`, or begins one whose time has come.
  package mutating func advance(to now: Instant) {
    guard now >= nextChange else { return }
    guard let began = beganAt else {
      beganAt = now
      return
    }
    done += 1
    total += now - began
    beganAt = nil
    let passed = (now - nextBegin).nanoseconds / every.nanoseconds
    nextBegin = nextBegin + .nanoseconds((passed + 1) * every.nanoseconds)
  }
}
