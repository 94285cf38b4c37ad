import Environment
import Harness
import Operations

/// Puts what a history says of one queue in order while it is read.
///
/// The returns of an instant wait until it is over, because the invocations of the same instant
/// come before them.
struct QueueRecorder: Sendable {
  /// How an operation returned.
  enum Return: Sendable {
    case publish(Int32)
    /// A dequeue brought a message, which may go back with the session.
    case dequeue(MessageID, Dequeue, session: Int32)
    case empty(Dequeue)
  }
  /// A dequeue that was invoked.
  struct Dequeue: Sendable {
    var operation: Int32
    /// The rank of its invocation.
    var begun: Int32
    /// The drain that it is part of, or that it is; -1 for none.
    var drain: Int32
  }
  /// A drain that has not returned.
  private struct Drain: Sendable {
    var operation: Int32
    /// The last rank at which one of its values was published.
    var latest: Int32 = 0
  }

  /// Of more drains at a time the values are in no order.
  private static let maximumDrains = 256

  private(set) var operations = QueueOperations()
  private(set) var times = RankTimes()
  private(set) var values = ValueTable()
  /// The first dequeue that brought what nobody had begun to publish to the queue, and what it was.
  private(set) var firstStranger: (operation: Int32, message: MessageID)?
  private var now = Instant(nanoseconds: .min)
  /// The returns of this instant, and behind them what is left of earlier ones.
  private var returns: [Return] = []
  private var returnCount = 0
  private var drains: [Drain] = []

  /// How many events there are or will be.
  var eventCount: Int { operations.eventCount + returnCount }

  // MARK: - Invocations

  /// A publish was invoked; the number of its value.
  mutating func beginPublish(
    of message: MessageID, operation: Int32, at: Instant
  ) throws(CheckerFailure) -> Int32 {
    advance(to: at)
    let value = operations.addValues()
    try values.add(message, value)
    _ = operations.beginPublish(value, operation: operation)
    times.append(at)
    return value
  }

  /// A dequeue was invoked, of the kind that it is as long as it does not return.
  mutating func beginDequeue(
    _ kind: QueueEvent.Kind, operation: Int32, drain: Int32, at: Instant
  ) -> Dequeue {
    advance(to: at)
    let begun = operations.beginDequeue(kind, operation: operation)
    times.append(at)
    if kind == .crashedDrain, drains.count < Self.maximumDrains {
      drains.append(Drain(operation: operation))
    }
    return Dequeue(operation: operation, begun: begun, drain: drain)
  }

  // MARK: - Ends

  /// An operation returned.
  mutating func add(_ end: Return, at: Instant) {
    advance(to: at)
    if returnCount < returns.count { returns[returnCount] = end } else { returns.append(end) }
    returnCount += 1
  }

  /// A publish certainly did not happen.
  mutating func withdrawPublish(_ value: Int32) {
    operations.withdrawPublish(value)
  }

  /// A dequeue certainly did nothing.
  mutating func withdrawDequeue(_ dequeue: Dequeue) {
    operations.withdrawDequeue(dequeue.begun)
    leaveInDoubt(dequeue)
  }

  /// A dequeue will never return.
  mutating func leaveInDoubt(_ dequeue: Dequeue) {
    if dequeue.drain == dequeue.operation { _ = finishDrain(dequeue.drain) }
  }

  /// Nothing more comes; `isFinal` says that nothing went back to the queue with a session.
  mutating func finish(isFinal: (Int32) -> Bool) {
    flush()
    operations.excuseReturns(isFinal: isFinal)
  }

  private mutating func advance(to at: Instant) {
    if at == now { return }
    if returnCount > 0 { flush() }
    now = at
  }

  private mutating func flush() {
    for place in 0..<returnCount {
      switch returns[place] {
      case .publish(let value): operations.endPublish(value)
      case .dequeue(let message, let dequeue, let session):
        guard let value = values.value(of: message) else {
          operations.endDequeueOfUnknown(begun: dequeue.begun, operation: dequeue.operation)
          if firstStranger == nil { firstStranger = (dequeue.operation, message) }
          break
        }
        operations.endDequeue(
          value, begun: dequeue.begun, operation: dequeue.operation, session: session,
          isFollowed: isFollowed(place, drain: dequeue.drain))
        note(operations.values[Int(value)].published, of: dequeue.drain)
      case .empty(let dequeue):
        operations.endEmpty(
          begun: dequeue.begun, from: finishDrain(dequeue.drain), operation: dequeue.operation,
          isDrain: dequeue.drain == dequeue.operation)
      }
      times.append(now)
    }
    returnCount = 0
  }

  /// Whether the next return is that of the next dequeue of the same drain.
  private func isFollowed(_ place: Int, drain: Int32) -> Bool {
    guard drain >= 0, place + 1 < returnCount,
      case .dequeue(let message, let next, _) = returns[place + 1]
    else { return false }
    return next.drain == drain && values.value(of: message) != nil
  }

  private mutating func note(_ published: Int32, of drain: Int32) {
    guard drain >= 0, published != QueueOperations.never,
      let place = drains.firstIndex(where: { $0.operation == drain })
    else { return }
    drains[place].latest = max(drains[place].latest, published)
  }

  /// Forgets a drain; the rank from which on it can have found the queue empty.
  private mutating func finishDrain(_ drain: Int32) -> Int32 {
    guard drain >= 0, let place = drains.firstIndex(where: { $0.operation == drain }) else {
      return 0
    }
    return drains.remove(at: place).latest
  }
}
