import Environment
import Operations

/// An event of an excerpt with what it is about, so that it can be left out with that.
struct ExcerptAtom: Sendable {
  /// Why an event is in an excerpt.
  enum Kind: Hashable, Sendable {
    /// It is about the atom's messages, and stays while one of them does.
    case message
    /// It is part of a dequeue that has not ended yet.
    case dequeue(OperationID)
    /// It is part of a dequeue that certainly took nothing.
    case idle(OperationID)
    /// It is part of a dequeue from this queue of which nobody knows what it took.
    case doubt(QueueID)
    /// It is part of the start of a consumer of this queue.
    case consume(OperationID, QueueID)
    /// It opens or ends a session.
    case session(SessionID)
    case fault
    case broker
    /// It stays in any case.
    case always
  }

  var timed: TimedEvent
  var kind: Kind
  /// The number of a message that it is about; `none` if it is about none.
  var subject: Int32 = none
  /// The numbers of the others.
  var others: [Int32] = []

  static let none: Int32 = -1

  /// Whether a message that it is about fulfils a condition.
  func isAbout(_ condition: (Int32) -> Bool) -> Bool {
    subject != Self.none && condition(subject) || others.contains(where: condition)
  }
}

extension Event {
  /// The session on which it happened.
  var session: SessionID? {
    switch self {
    case .written(let written): written.session
    case .completed(_, .ok(.message(let receipt))): receipt.session
    case .delivered(let delivery): delivery.receipt.session
    case .settled(let settlement): settlement.session
    case .answered(let answer): answer.session
    case .returned(let session, _): session
    default: nil
    }
  }

  /// The queue that it is about.
  var queue: QueueID? {
    switch self {
    case .invoked(let invocation): invocation.queue
    case .delivered(let delivery): delivery.queue
    default: nil
    }
  }
}

/// A message of an excerpt.
struct ExcerptMessage: Sendable {
  var message: MessageID
  /// Its place among all messages in the order in which they appeared.
  var order: Int
  /// Whether the witness names it.
  var isNamed: Bool
  var operation: OperationID?
  /// The session and number of its publish.
  var number: PublishNumber?
  var isDropped = false
}

/// The number of a publish in its session.
struct PublishNumber: Hashable, Sendable {
  var session: SessionID
  var sequence: UInt64
}
