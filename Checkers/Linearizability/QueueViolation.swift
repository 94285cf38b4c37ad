/// Why a queue's operations have no legal order: a few operations that contradict each other.
package enum QueueWitness: Hashable, Sendable {
  /// A value with its publish and the first dequeue that returned it, if any did.
  package struct Element: Hashable, Sendable {
    /// The value's number.
    package var value: Int32
    /// The operation that published it.
    package var publish: Int32
    /// The operation that returned it first.
    package var dequeue: Int32?

    /// A value.
    package init(value: Int32, publish: Int32, dequeue: Int32?) {
      self.value = value
      self.publish = publish
      self.dequeue = dequeue
    }
  }

  /// That so many values must have been taken by dequeues that never returned, and that fewer such
  /// dequeues can have done so.
  package struct Shortage: Hashable, Sendable {
    /// How many values must have been taken.
    package var values: Int
    /// How many dequeues there were by then that can have taken them.
    package var crashed: Int

    /// A shortage.
    package init(values: Int, crashed: Int) {
      self.values = values
      self.crashed = crashed
    }
  }

  /// FRESH: a dequeue returned what nobody had begun to publish by then; the value, if it was
  /// published at all.
  case fresh(dequeue: Int32, value: Int32?)
  /// REPEAT: two dequeues returned the same value.
  case repeated(value: Int32, first: Int32, second: Int32)
  /// ORDER: `earlier` was in the queue before `later` was published, and `later` left it before
  /// anybody asked for what turned out to be `earlier`.
  ///
  /// The shortage counts what may have been taken and given back in between.
  case order(earlier: Element, later: Element, Shortage)
  /// LOST: `missing` was in the queue before `later` was published, `later` left it, and `missing`
  /// never did.
  case lost(missing: Element, later: Element, Shortage)
  /// EMPTY: a dequeue found the queue empty, and at no instant of its interval can it have been;
  /// at its end `present` was in it, unless a dequeue that never returned had taken it.
  case empty(dequeue: Int32, present: Element, Shortage)

  /// The name: `FRESH`, `REPEAT`, `ORDER`, `LOST` or `EMPTY`.
  package var name: String {
    switch self {
    case .fresh: "FRESH"
    case .repeated: "REPEAT"
    case .order: "ORDER"
    case .lost: "LOST"
    case .empty: "EMPTY"
    }
  }

  /// The operations that contradict each other, in the order in which they are named above.
  package var operations: [Int32] {
    switch self {
    case .fresh(let dequeue, _): [dequeue]
    case .repeated(_, let first, let second): [first, second]
    case .order(let earlier, let later, _): earlier.operations + later.operations
    case .lost(let missing, let later, _): missing.operations + later.operations
    case .empty(let dequeue, let present, _): [dequeue] + present.operations
    }
  }
}

extension QueueWitness.Element {
  fileprivate var operations: [Int32] { [publish] + (dequeue.map { [$0] } ?? []) }

  /// A value that was surely published.
  init(_ value: Int32, in operations: QueueOperations) {
    self.init(
      value: value, publish: operations.publisher(of: value) ?? -1,
      dequeue: operations.taker(of: value))
  }
}

/// The first event of a queue's operations at which they turn out to be wrong.
package struct QueueViolation: Hashable, Sendable {
  /// The rank of that event.
  package var rank: Int
  /// What contradicts what.
  package var witness: QueueWitness
}
