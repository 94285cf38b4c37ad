package import Environment
import Harness

extension MonotonicClock: RunClock {
  /// Waits in real time, to the millisecond.
  package func sleep(until deadline: Instant) async throws {
    let clock = ContinuousClock()
    try await clock.sleep(until: clock.now + (deadline - now()), tolerance: .milliseconds(1))
  }
}
