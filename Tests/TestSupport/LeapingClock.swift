package import Environment
import Harness
import Synchronization

/// A clock that leaps: a sleep is over at once, and then it is as late as it should have become.
///
/// Hours pass in no time. Where several tasks sleep at the same time, each leap adds to the
/// others'.
package final class LeapingClock: RunClock {
  private let time = Mutex(Instant.zero)

  /// A clock at its origin.
  package init() {}

  /// The instant that the sleeps so far have led to.
  package func now() -> Instant { time.withLock { $0 } }

  /// Leaps to the deadline; others have their turn before.
  package func sleep(until deadline: Instant) async throws {
    await Task.yield()
    try Task.checkCancellation()
    time.withLock { $0 = max($0, deadline) }
  }
}
