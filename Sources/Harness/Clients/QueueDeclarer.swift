package import Environment
import Operations

/// Declares the queues of a plan through one session, in order. A value without a session: the
/// shell hands it what the session reports and does what it says.
///
/// A session that is lost begins again with the queue that was not accepted.
package struct QueueDeclarer: Sendable {
  /// What is to be done next.
  package enum Step: Hashable, Sendable {
    /// Wait for the next event.
    case wait
    /// Hand this to the session.
    case submit(SessionCommand)
    /// Every queue was accepted: close the session.
    case finish
  }

  private let queues: [QueuePlan]
  private var next = 0
  /// What went wrong last, for people.
  package private(set) var lastTrouble = "the session did not open"

  /// A declarer of these queues, of which there is at least one.
  package init(_ queues: [QueuePlan]) {
    self.queues = queues
  }

  /// Takes what the session reported.
  package mutating func receive(_ event: SessionEvent) -> Step {
    switch event {
    case .opened: return declaration
    case .lost(_, let reason), .attemptFailed(let reason): lastTrouble = reason
    case .completed(_, .indefinite(_, let reason)): lastTrouble = reason
    case .completed(_, .accepted):
      next += 1
      return declaration
    default: break
    }
    return .wait
  }

  private var declaration: Step {
    guard next < queues.count else { return .finish }
    let queue = queues[next]
    let target = queue.options.deadLetters.map { queues[Int($0.rawValue)].name }
    return .submit(.declare(OperationID(UInt32(next)), queue: queue, deadLetters: target))
  }

  /// Why the queues are not declared after `timeout`.
  package func failure(after timeout: Duration) -> SystemFailure {
    SystemFailure(
      .timedOut, "declaring the queues took longer than \(timeout): \(lastTrouble)")
  }
}
