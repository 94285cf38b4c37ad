/// Decides whether a queue's operations are those of one first-in-first-out queue that does each of
/// them at one instant between its invocation and its return.
///
/// One pass over the events, O(n). A publish that never returned takes effect at any instant after
/// its invocation, or never; a dequeue that never returned takes the head at any instant after its
/// invocation, or nothing. Why pairs of values and two counters suffice: docs/checkers.md.
package enum LinearizableFIFO {
  /// What the pass keeps for each value besides the operations, in bytes.
  package static let bytesPerValue = 2 * MemoryLayout<Int32>.stride

  /// The first event at which the operations are wrong; nil if they are linearizable.
  package static func firstViolation(in operations: QueueOperations) -> QueueViolation? {
    var pass = FIFOPass(operations)
    guard let (rank, offence) = pass.run() else { return nil }
    return QueueViolation(rank: rank, witness: pass.witness(of: offence, in: operations))
  }
}

private struct FIFOPass {
  /// What is wrong, by the numbers of values or of entries in the operations' lists.
  enum Offence {
    case unpublished(Int32)
    case unknown(Int32)
    case repeated(Int32)
    case order(Int32, Int32)
    case lost(Int32, Int32)
    case empty(Int32)
  }

  private static let none: Int32 = -1
  private static let unlinked: Int32 = -2

  private let events: [Int32]
  private let values: [QueueOperations.Value]
  private let empties: [QueueOperations.Empty]

  /// The neighbours of a value in its list.
  private struct Link {
    var next = none
    var previous = unlinked
  }

  /// What is surely present and will be returned, in the order of the publishes' returns.
  private var links: [Link]
  private var head = none
  private var tail = none
  private var present = 0

  /// What was surely published and is never returned, linked in the same order.
  private var unseenHead = none
  private var unseenTail = none
  /// How many there ever were of those.
  private var unseen = 0

  /// How many values must have been taken by crashed dequeues, and of them by such as give back.
  private var need = 0
  private var heldNeed = 0
  /// How many crashed dequeues were invoked, and of them such as give back.
  private var crashed = 0
  private var heldCrashed = 0
  /// The last rank right before which the queue may have been empty.
  private var lastEmpty: Int32 = 0

  init(_ operations: QueueOperations) {
    events = operations.events
    values = operations.values
    empties = operations.empties
    links = Array(repeating: Link(), count: operations.valueCount)
  }

  mutating func run() -> (rank: Int, Offence)? {
    for rank in events.indices {
      let surely = heldNeed + present
      if surely <= heldCrashed, surely + unseen <= crashed { lastEmpty = Int32(rank) }
      let event = QueueEvent(rawValue: events[rank])
      var offence: Offence?
      switch event.kind {
      case .nothing: continue
      case .publishReturned: add(event.payload, at: Int32(rank))
      case .takeInvoked:
        if links[Int(event.payload)].previous != Self.unlinked { unlink(event.payload) }
      case .takeReturned: offence = take(event.payload, at: Int32(rank))
      case .takeReturnedInBatch:
        offence = judgeBatch(from: rank) ?? take(event.payload, at: Int32(rank))
      case .crashedTake: crashed += 1
      case .crashedHold:
        crashed += 1
        heldCrashed += 1
      case .crashedDrain: crashed += QueueOperations.maximumOperations
      case .emptyReturned:
        if lastEmpty <= empties[Int(event.payload)].from { offence = .empty(event.payload) }
      case .repeated: offence = .repeated(event.payload)
      case .unknown: offence = .unknown(event.payload)
      }
      if let offence { return (rank, offence) }
    }
    return nil
  }

  @inline(__always)
  private mutating func add(_ value: Int32, at rank: Int32) {
    let taken = values[Int(value)].taken
    if taken == QueueOperations.never {
      if unseenTail == Self.none { unseenHead = value } else { links[Int(unseenTail)].next = value }
      unseenTail = value
      unseen += 1
    } else if taken > rank {
      links[Int(value)].previous = tail
      if tail == Self.none { head = value } else { links[Int(tail)].next = value }
      tail = value
      present += 1
    }
  }

  @inline(__always)
  private mutating func unlink(_ value: Int32) {
    let (previous, next) = (links[Int(value)].previous, links[Int(value)].next)
    if previous == Self.none { head = next } else { links[Int(previous)].next = next }
    if next == Self.none { tail = previous } else { links[Int(next)].previous = previous }
    links[Int(value)].previous = Self.unlinked
    present -= 1
  }

  /// A dequeue returned `later`: what was surely in the queue before `later` must be gone.
  @inline(__always)
  private mutating func take(_ later: Int32, at rank: Int32) -> Offence? {
    let start = values[Int(later)].published
    if start > rank { return .unpublished(later) }
    while head != Self.none, values[Int(head)].confirmed < start {
      heldNeed += 1
      need += 1
      if heldNeed > heldCrashed || need > crashed { return .order(head, later) }
      unlink(head)
    }
    while unseenHead != Self.none, values[Int(unseenHead)].confirmed < start {
      need += 1
      if need > crashed { return .lost(unseenHead, later) }
      unseenHead = links[Int(unseenHead)].next
      if unseenHead == Self.none { unseenTail = Self.none }
    }
    return nil
  }

  /// In a batch no value comes before one that was surely in the queue before it; `rank` is that of
  /// the batch's first return or of a later one, of which nothing is left to say.
  private func judgeBatch(from first: Int) -> Offence? {
    if first > 0, QueueEvent(rawValue: events[first - 1]).kind == .takeReturnedInBatch {
      return nil
    }
    var last = first
    while last + 1 < events.count,
      QueueEvent(rawValue: events[last]).kind == .takeReturnedInBatch
    {
      last += 1
    }
    var earliest = Self.none
    for rank in stride(from: last, through: first, by: -1) {
      let event = QueueEvent(rawValue: events[rank])
      guard event.kind == .takeReturned || event.kind == .takeReturnedInBatch else { continue }
      let value = event.payload
      let start = values[Int(value)].published
      if earliest != Self.none, start < rank, values[Int(earliest)].confirmed < start {
        return .order(earliest, value)
      }
      if earliest == Self.none || values[Int(value)].confirmed < values[Int(earliest)].confirmed {
        earliest = value
      }
    }
    return nil
  }

  /// What is missing of dequeues that give back, or, if there are enough of those, of all.
  private func shortage(held: Int, all: Int) -> QueueWitness.Shortage {
    held > heldCrashed
      ? .init(values: held, crashed: heldCrashed) : .init(values: all, crashed: crashed)
  }

  func witness(of offence: Offence, in operations: QueueOperations) -> QueueWitness {
    func element(_ value: Int32) -> QueueWitness.Element { .init(value, in: operations) }
    switch offence {
    case .unpublished(let value):
      return .fresh(dequeue: values[Int(value)].taker, value: value)
    case .unknown(let place): return operations.strays[Int(place)].asUnknown
    case .repeated(let place): return operations.strays[Int(place)].asRepeat(in: operations)
    case .order(let earlier, let later):
      let isInBatch = heldNeed <= heldCrashed && need <= crashed
      return .order(
        earlier: element(earlier), later: element(later),
        isInBatch ? .init(values: 1, crashed: 0) : shortage(held: heldNeed, all: need))
    case .lost(let missing, let later):
      return .lost(
        missing: element(missing), later: element(later), .init(values: need, crashed: crashed))
    case .empty(let place):
      let held = heldNeed + present
      return .empty(
        dequeue: operations.empties[Int(place)].operation,
        present: element(head == Self.none ? unseenHead : head),
        shortage(held: held, all: held + unseen))
    }
  }
}

extension QueueOperations.Stray {
  var asUnknown: QueueWitness { .fresh(dequeue: operation, value: nil) }

  func asRepeat(in operations: QueueOperations) -> QueueWitness {
    .repeated(
      value: value, first: operations.taker(of: value) ?? operation, second: operation)
  }
}
