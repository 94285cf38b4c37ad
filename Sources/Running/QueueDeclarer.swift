import Environment
package import Harness
package import NIOCore
import Operations

/// Declares the queues of a plan through one session to the node that is to lead them.
///
/// `@unchecked Sendable`: everything mutable is touched on the event loop only.
package final class QueueDeclarer: @unchecked Sendable {
  private let queues: [QueuePlan]
  private let done: EventLoopPromise<Void>
  private var session: (any BrokerSession)?
  private var next = 0
  private var isOver = false
  private var lastTrouble = "the session did not open"

  private init(queues: [QueuePlan], loop: any EventLoop) {
    self.queues = queues
    done = loop.makePromise()
  }

  /// Declares all queues, in order; throws if that takes longer than `timeout`.
  package static func declare(
    _ queues: [QueuePlan], loop: any EventLoop, timeout: Duration,
    makeSession:
      @escaping @Sendable (any EventLoop, @escaping (SessionEvent) -> Void) -> any BrokerSession
  ) async throws {
    let declarer = QueueDeclarer(queues: queues, loop: loop)
    let expiry = loop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
      declarer.finish(
        .failure(
          SystemFailure(
            .timedOut,
            "declaring the queues took longer than \(timeout): \(declarer.lastTrouble)")))
    }
    loop.execute {
      let session = makeSession(loop) { declarer.receive($0) }
      declarer.session = session
      session.start()
    }
    defer { expiry.cancel() }
    try await declarer.done.futureResult.get()
  }

  private func receive(_ event: SessionEvent) {
    switch event {
    case .opened: declareNext()
    case .lost(_, let reason), .attemptFailed(let reason): lastTrouble = reason
    case .completed(_, .accepted):
      next += 1
      if next == queues.count { finish(.success(())) } else { declareNext() }
    case .completed(_, .indefinite(_, let reason)): lastTrouble = reason
    default: break
    }
  }

  private func declareNext() {
    guard !isOver, next < queues.count else { return }
    let queue = queues[next]
    let target = queue.options.deadLetters.map { queues[Int($0.rawValue)].name }
    session?.submit(.declare(OperationID(UInt32(next)), queue: queue, deadLetters: target))
  }

  private func finish(_ result: Result<Void, any Error>) {
    if isOver { return }
    isOver = true
    done.completeWith(result)
    session?.stop()
    session = nil
  }
}
