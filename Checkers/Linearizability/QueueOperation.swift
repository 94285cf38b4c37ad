/// One operation of a queue, to be put in order with others.
package struct QueueOperation: Hashable, Sendable {
  /// What was done.
  package enum Action: UInt8, Hashable, Sendable {
    /// Put the value into the queue.
    case publish
    /// Took the value, or nothing if there is no value, for good.
    case dequeue
    /// The same; if it never returned, what it took may be back in the queue.
    case get
    /// Found the queue empty in the end; if it never returned, it may have taken any number.
    case drain
  }

  /// No value.
  package static let noValue: Int32 = QueueOperations.noValue
  /// The instant of what never happened.
  package static let never = Int64.max

  /// What was done.
  package var action: Action
  /// Whether it is the next of a batch: a dequeue or drain in the same interval as the operation
  /// before it in the array, and after it.
  package var isNext: Bool
  /// The number of the value, from 0; `noValue` for none.
  package var value: Int32
  /// When it was invoked.
  package var from: Int64
  /// When it returned; `never` if it did not.
  package var to: Int64

  /// An operation.
  package init(
    _ action: Action, value: Int32 = noValue, from: Int64, to: Int64 = never, isNext: Bool = false
  ) {
    self.action = action
    self.isNext = isNext
    self.value = value
    self.from = from
    self.to = to
  }
}

/// Why an array of operations is none of a queue.
package enum QueueOperationsError: Error, Hashable, Sendable {
  /// The operation at this place publishes a value that another one publishes too.
  case publishedTwice(place: Int)
  /// The value of the operation at this place is none of `0..<count`, or it needs one or must not
  /// have one.
  case value(place: Int)
  /// The operation at this place returns before it is invoked.
  case returnsEarly(place: Int)
  /// The operation at this place cannot be the next of a batch.
  case batch(place: Int)
  /// There are more operations than can be numbered.
  case tooMany
}

extension QueueOperation {
  /// Whether it returned.
  var isReturned: Bool { to != Self.never }

  /// Checks that it can be one of an array's operations, behind `before`.
  func validate(
    at place: Int, after before: QueueOperation?, values: Int
  ) throws(QueueOperationsError) {
    let hasValue = value != Self.noValue
    if hasValue, value < 0 || Int(value) >= values { throw .value(place: place) }
    switch action {
    case .publish: if !hasValue { throw .value(place: place) }
    case .drain: if hasValue { throw .value(place: place) }
    case .dequeue, .get: if hasValue && !isReturned { throw .value(place: place) }
    }
    if to < from { throw .returnsEarly(place: place) }
    guard isNext else { return }
    guard let before, before.action != .publish, action != .publish, isReturned,
      (before.from, before.to) == (from, to), before.value != Self.noValue
    else { throw .batch(place: place) }
  }
}
