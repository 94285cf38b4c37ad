import Harness
import Operations

/// A session on a cluster that belongs to somebody else: its queues have names of their own and
/// expire.
final class GuestSession: BrokerSession {
  private let base: any BrokerSession
  private let guest: GuestQueues

  /// `base`, as a guest.
  init(_ base: any BrokerSession, as guest: GuestQueues) {
    self.base = base
    self.guest = guest
  }

  func start() { base.start() }
  func stop() { base.stop() }

  func submit(_ command: SessionCommand) {
    base.submit(guest.own(command))
  }
}

extension GuestQueues {
  /// The command for the run's own queues.
  func own(_ command: SessionCommand) -> SessionCommand {
    switch command {
    case .publish(let operation, let queue, let message, let bytes):
      return .publish(operation, queue: queue + suffix, message: message, bytes: bytes)
    case .get(let operation, let queue): return .get(operation, queue: queue + suffix)
    case .consume(let operation, let queue, let prefetch):
      return .consume(operation, queue: queue + suffix, prefetch: prefetch)
    case .declare(let operation, var queue, let deadLetters):
      queue.name += suffix
      queue.options.expiry = expiry
      return .declare(operation, queue: queue, deadLetters: deadLetters.map { $0 + suffix })
    case .settle, .drop: return command
    }
  }
}
