package import Environment
import Harness

extension MonotonicClock: RunClock {
  /// Waits in real time, to about a millisecond.
  package func sleep(until deadline: Instant) async throws {
    try await ContinuousClock().sleep(
      until: .now + (deadline - now()), tolerance: .milliseconds(1))
  }
}
