import Operations

/// A publish to a queue under test; all instants in nanoseconds.
struct MessageRecord: Sendable {
  var message: MessageID
  /// The place of the queue in the header.
  var queue: UInt16
  var operation: UInt32
  var invokedAt: Int64
  /// When it was confirmed in time; `.max` if it was not.
  var confirmedAt = Int64.max
  /// Its latest delivery from the queue that it was published to; -1 for none.
  var last: Int32 = -1

  /// Whether the broker promised anything.
  var isConfirmed: Bool { confirmedAt != .max }
}

/// A message as it was received from the queue that it was published to; all instants in
/// nanoseconds.
struct DeliveryRecord: Sendable {
  /// What became of it.
  enum End: UInt8, Sendable {
    /// It was neither settled nor lost with its session.
    case held
    /// Its session was lost first.
    case abandoned
    case acked, requeued, discarded
    /// The broker forgot it as it sent it.
    case taken

    init(_ kind: SettlementKind) {
      switch kind {
      case .ack: self = .acked
      case .requeue, .reject: self = .requeued
      case .discard: self = .discarded
      }
    }
  }
  /// The number of its message.
  var message: Int32
  var session: Int32
  /// The broker sent it no earlier than that, whatever happened to the brokers.
  var sentAfter: Int64
  /// The same if the broker has kept to the prefetch all the time: never earlier.
  var roomAfter: Int64
  var receivedAt: Int64
  /// When it was settled; `.max` if it was not.
  var endedAt = Int64.max
  /// The delivery of the same message that was received before; -1 for none.
  var previous: Int32
  var end = End.held
  var isFlagged: Bool

  /// Whether its consumer did what the message asked for.
  var isEffect: Bool { end == .acked || end == .taken }
}
