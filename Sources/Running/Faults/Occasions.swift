import Environment
package import Harness
package import Operations
import Synchronization

/// Watches a history as it is recorded and wakes the steps of a schedule that wait for something
/// to happen in it.
package final class Occasions: Sendable {
  private struct State {
    var book: OccasionBook
    var wakers: [FaultID: AsyncStream<Void>.Continuation] = [:]
  }
  private let state: Mutex<State>
  private let streams: [FaultID: AsyncStream<Void>]
  /// Whether any step waits for an occasion; if not, there is no need to observe anything.
  package let isNeeded: Bool

  /// The occasions of a schedule for these queues.
  package init(_ schedule: FaultSchedule, queues: [QueueDescription]) {
    let book = OccasionBook(schedule, queues: queues)
    var streams: [FaultID: AsyncStream<Void>] = [:]
    var state = State(book: book)
    for step in book.steps {
      (streams[step], state.wakers[step]) = AsyncStream.makeStream(of: Void.self)
    }
    isNeeded = !book.steps.isEmpty
    self.streams = streams
    self.state = Mutex(state)
  }

  /// Takes the next event of the history.
  package func observe(_ event: Event) {
    if !isNeeded { return }
    let woken = state.withLock { state in
      state.book.observe(event).compactMap { state.wakers.removeValue(forKey: $0) }
    }
    for waker in woken { waker.finish() }
  }

  /// Waits for the occasion of a step; false if it does not come in time.
  func await(_ step: FaultID, until deadline: Instant, _ clock: any RunClock) async -> Bool {
    guard let stream = streams[step] else { return false }
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        for await _ in stream {}
        return !Task.isCancelled
      }
      group.addTask {
        try? await clock.sleep(until: deadline)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }
}

/// Which occasions of a schedule have happened, as a function of the history.
package struct OccasionBook: Sendable {
  private var waiting: [(step: FaultID, occasion: Occasion)]
  private let queues: [QueueDescription]
  private var leaders: [QueueID: NodeID] = [:]
  private var unanswered: [OperationID: QueueKind] = [:]
  private var counts: [QueueKind: Int] = [:]
  private var isLoading = false

  /// A book of the steps that wait for something.
  package init(_ schedule: FaultSchedule, queues: [QueueDescription]) {
    self.queues = queues
    waiting = schedule.steps.compactMap { step in
      if case .on(let occasion, _, _) = step.trigger { (step.id, occasion) } else { nil }
    }
  }

  /// The steps whose occasions have not happened.
  package var steps: [FaultID] { waiting.map(\.step) }

  /// Takes the next event and returns the steps whose occasion it is.
  package mutating func observe(_ event: Event) -> [FaultID] {
    if case .phase(let phase) = event { isLoading = phase == .load }
    let happened = take(event)
    guard isLoading, !happened.isEmpty else { return [] }
    let woken = waiting.filter { happened.contains($0.occasion) }.map(\.step)
    waiting.removeAll { woken.contains($0.step) }
    return woken
  }

  private mutating func take(_ event: Event) -> [Occasion] {
    switch event {
    case .invoked(let invocation):
      guard case .publish = invocation.action, let kind = kind(of: invocation.queue) else {
        return []
      }
      unanswered[invocation.operation] = kind
      let count = counts[kind, default: 0] + 1
      counts[kind] = count
      return [.unconfirmed(kind, count: count)]
    case .completed(let operation, _):
      if let kind = unanswered.removeValue(forKey: operation) { counts[kind, default: 1] -= 1 }
      return []
    case .fault(let fault): return fault.stage == .proved ? [.proved(fault.fault)] : []
    case .broker(let broker): return take(broker)
    default: return []
    }
  }

  private mutating func take(_ broker: BrokerEvent) -> [Occasion] {
    guard let queue = broker.queue, let kind = kind(of: queue) else { return [] }
    switch broker.kind {
    case .leader:
      guard let node = broker.node else { return [] }
      let before = leaders.updateValue(node, forKey: queue)
      return before == nil || before == node || !isFirst(queue, of: kind)
        ? [] : [.leaderChange(kind)]
    case .unsynchronised: return isFirst(queue, of: kind) ? [.unsynchronised(kind)] : []
    default: return []
    }
  }

  private func kind(of queue: QueueID) -> QueueKind? { queues.first { $0.id == queue }?.kind }

  private func isFirst(_ queue: QueueID, of kind: QueueKind) -> Bool {
    queues.first { $0.kind == kind }?.id == queue
  }
}

extension Occasion {
  /// The occasion in words.
  var words: String {
    switch self {
    case .leaderChange(let kind): "a change of the \(kind.rawValue) queue's leader"
    case .unsynchronised(let kind): "an unsynchronised replica of the \(kind.rawValue) queue"
    case .unconfirmed(let kind, let count):
      "\(count) unconfirmed publishes to the \(kind.rawValue) queue"
    case .proved(let step): "the evidence of fault \(step)"
    }
  }
}
