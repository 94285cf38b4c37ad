import Harness
import Operations

/// What was recorded of one queue; all instants in nanoseconds.
struct QueueDeliveries: Sendable {
  /// An answer that there was nothing in the queue.
  struct Empty: Sendable {
    var operation: UInt32
    var invokedAt: Int64
    var endedAt: Int64
  }
  /// Something that may hold messages that nobody saw.
  struct Hidden: Sendable {
    var since: Int64
    /// How many; `.max` for any number.
    var most: Int
    /// It can only hold what it holds unseen if this session was lost; -1 for none.
    var session: Int32
  }
  /// A delivery that surely was back in the queue again.
  struct Return: Sendable {
    var delivery: Int32
    /// By then, at the latest.
    var doneAt: Int64
  }
  /// The numbers of the messages that were published to it.
  var messages: [Int32] = []
  var confirmed = 0
  var empties: [Empty] = []
  var hidden: [Hidden] = []
  var returns: [Return] = []
  /// When it was proved empty, in order.
  var proofs: [Int64] = []
  /// Takes and drains of which nobody knows what they took, and settlements of what nobody saw.
  var takesInDoubt = 0

  /// A get, take or drain may have brought something that nobody saw.
  mutating func doubt(_ action: Action, since: Int64) {
    switch action {
    case .get: hidden.append(Hidden(since: since, most: 1, session: -1))
    case .take:
      hidden.append(Hidden(since: since, most: 1, session: -1))
      takesInDoubt += 1
    case .drain:
      hidden.append(Hidden(since: since, most: .max, session: -1))
      takesInDoubt += 1
    case .publish, .consume: break
    }
  }
}
