package import Environment
import Harness

/// The time of a virtual run.
package struct VirtualClock: RunClock {
  private let executor: VirtualExecutor

  /// The clock of an executor.
  package init(_ executor: VirtualExecutor) {
    self.executor = executor
  }

  /// Virtual time since the executor was made.
  package func now() -> Instant { executor.now }

  /// Waits in virtual time.
  package func sleep(until deadline: Instant) async throws {
    try await executor.sleep(until: deadline)
  }
}
