/// What became of one publish attempt; every attempt has exactly one fate.
///
/// Fates are decided by the ledger (`Ledger.fate(of:in:)`) and counted in `LedgerTotals`, so that a
/// new one (dropped by a declared policy) is one case here and one line there.
package enum Fate: UInt8, Hashable, Sendable, CaseIterable {
  /// Nothing of the publish was written.
  case refused
  /// The broker returned the message as unroutable.
  case returned
  /// Confirmed, and delivered.
  case delivered
  /// Confirmed, never delivered from its own queue, and delivered from that of its dead letters.
  case deadLettered
  /// Neither confirmed nor refused, and delivered.
  case recovered
  /// Neither confirmed nor refused, never delivered, and the queue was proved empty: allowed.
  case vanished
  /// Confirmed, never delivered, and the queue was proved empty: a broken promise.
  case lost
  /// Written and not delivered, and either the queue was not proved empty or an operation that
  /// ended in doubt may have taken it: nobody can tell.
  case undrained

  /// The measure that counts it.
  package var measure: MeasureName {
    switch self {
    case .refused: .refused
    case .returned: .returned
    case .delivered: .delivered
    case .deadLettered: .deadLettered
    case .recovered: .recovered
    case .vanished: .vanished
    case .lost: .lost
    case .undrained: .undrained
    }
  }
}

/// Something odd about a message, besides its fate; a message may have several.
package enum Anomaly: UInt8, Hashable, Sendable, CaseIterable {
  /// Delivered again with the redelivered flag: allowed.
  case redelivered
  /// Surely delivered again without the redelivered flag.
  case unflagged
  /// Surely delivered again after its ack was settled by a proof of emptiness.
  case resurrected
  /// Delivered again after an ack was sent that no proof of emptiness had settled.
  case deliveredAfterAck
  /// Surely held by two sessions at one instant; counted by pair of holds.
  case overlappingHolds
  /// First delivered after a message that the same session published later.
  case outOfOrder
  /// Delivered although its publish certainly failed; counted by message only.
  case failedYetDelivered
  /// Confirmed, delivered and given back each time, never acked, and gone when the queue was proved
  /// empty; counted by message only.
  case droppedUnacknowledged
  /// Confirmed, discarded, never received from the queue of the dead letters, and gone when all was
  /// proved empty; counted by message only.
  case lostDeadLetter
  /// A dead letter surely delivered again without the redelivered flag: it was moved twice, or the
  /// flag is missing.
  case deadLetteredAgain

  /// The measure that counts the messages that have it.
  package var measure: MeasureName {
    switch self {
    case .redelivered: .redelivered
    case .unflagged: .unflagged
    case .resurrected: .resurrected
    case .deliveredAfterAck: .deliveredAfterAck
    case .overlappingHolds: .overlappingHolds
    case .outOfOrder: .outOfOrder
    case .failedYetDelivered: .failedYetDelivered
    case .droppedUnacknowledged: .droppedUnacknowledged
    case .lostDeadLetter: .lostDeadLetter
    case .deadLetteredAgain: .deadLetteredAgain
    }
  }
}
