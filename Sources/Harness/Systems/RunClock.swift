package import Environment

/// The time of a run: the real one, or a simulated one.
package protocol RunClock: Sendable {
  /// Now, from the run's origin.
  func now() -> Instant
  /// Waits until an instant; throws CancellationError if the task is cancelled first.
  func sleep(until deadline: Instant) async throws
}

extension RunClock {
  /// Waits for so long; throws CancellationError if the task is cancelled first.
  package func sleep(for duration: Duration) async throws {
    try await sleep(until: now() + duration)
  }
}
