package import Environment
package import Operations

/// All clients of a run: the interpreter and its sessions, wherever they live.
///
/// One pool serves one run: queues are declared, the run enters `setup`, the pool is started,
/// phases follow, and it is stopped. Every event of the history goes to the sink that the pool was
/// made with, one at a time and in order; some may still come after `stop`, while sessions close.
package protocol ClientPool: Sendable {
  /// Declares queues through one session to the node that is to lead them, in order; throws
  /// `SystemFailure` if that takes longer than `timeout`.
  func declare(
    _ queues: [QueuePlan], on node: NodeID, within timeout: Duration
  ) async throws
  /// Opens all sessions and begins to watch how late the pool itself is.
  func start() async throws
  /// Enters a phase.
  func enter(_ phase: Phase) async throws
  /// Puts an event of the nemesis or of the system into the history.
  func observe(_ event: Event)
  /// Closes all sessions; their last events are still recorded.
  func stop() async throws
  /// What the clients are at.
  func snapshot() async throws -> Snapshot
}

/// What a run is at, for progress lines and for waiting.
package struct Snapshot: Hashable, Sendable {
  /// When it was taken.
  package var now: Instant
  /// The phase.
  package var phase: Phase
  /// Counters by queue.
  package var progress: Progress
  /// Publishes without an answer.
  package var unansweredPublishes: Int
  /// Clients without an open session.
  package var withoutSession: [ClientDescription]
  /// By how much the pool was late at worst.
  package var largestLag: Duration

  /// What the clients of `interpreter` are at.
  package init(_ interpreter: Interpreter, now: Instant, largestLag: Duration) {
    self.now = now
    self.largestLag = largestLag
    phase = interpreter.phase
    progress = interpreter.progress
    unansweredPublishes = interpreter.unansweredPublishes
    withoutSession = interpreter.clientsWithoutSession
  }
}

extension ClientDescription {
  /// What its sessions are called in the broker's lists: `publisher-3`.
  package var sessionName: String { "\(role.rawValue)-\(id)" }
}
