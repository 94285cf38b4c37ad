/// Decides whether a queue's operations are those of one bag, which gives out what is in it in any
/// order, that does each of them at one instant between its invocation and its return.
///
/// One pass over the events, O(n). The members of a batch are in no order here.
package enum LinearizableBag {
  /// The first event at which the operations are wrong; nil if they are linearizable.
  package static func firstViolation(in operations: QueueOperations) -> QueueViolation? {
    var pass = BagPass(operations)
    for rank in operations.events.indices {
      guard let witness = pass.step(at: Int32(rank)) else { continue }
      return QueueViolation(rank: rank, witness: witness)
    }
    return nil
  }
}

private struct BagPass {
  private let operations: QueueOperations
  private let events: [Int32]
  private let values: [QueueOperations.Value]
  /// How many values are surely present and will be returned.
  private var present = 0
  /// How many were surely published and are never returned.
  private var unseen = 0
  private var crashed = 0
  private var heldCrashed = 0
  private var lastEmpty: Int32 = 0

  init(_ operations: QueueOperations) {
    self.operations = operations
    events = operations.events
    values = operations.values
  }

  @inline(__always)
  mutating func step(at rank: Int32) -> QueueWitness? {
    if present <= heldCrashed, present + unseen <= crashed { lastEmpty = rank }
    let event = QueueEvent(rawValue: events[Int(rank)])
    let value = event.payload
    switch event.kind {
    case .nothing: break
    case .publishReturned:
      let taken = values[Int(value)].taken
      if taken == QueueOperations.never { unseen += 1 } else if taken > rank { present += 1 }
    case .takeInvoked: if values[Int(value)].confirmed < rank { present -= 1 }
    case .takeReturned, .takeReturnedInBatch:
      if values[Int(value)].published > rank {
        return .fresh(dequeue: values[Int(value)].taker, value: value)
      }
    case .crashedTake: crashed += 1
    case .crashedHold:
      crashed += 1
      heldCrashed += 1
    case .crashedDrain: crashed += QueueOperations.maximumOperations
    case .emptyReturned:
      if lastEmpty <= operations.empties[Int(value)].from { return emptiness(value, at: rank) }
    case .repeated: return operations.strays[Int(value)].asRepeat(in: operations)
    case .unknown: return operations.strays[Int(value)].asUnknown
    }
    return nil
  }

  private func emptiness(_ place: Int32, at rank: Int32) -> QueueWitness {
    let value = values.firstIndex { $0.confirmed < rank && $0.taken > rank } ?? 0
    let isHeld = present > heldCrashed
    return .empty(
      dequeue: operations.empties[Int(place)].operation,
      present: .init(Int32(value), in: operations),
      .init(
        values: isHeld ? present : present + unseen, crashed: isHeld ? heldCrashed : crashed))
  }
}
