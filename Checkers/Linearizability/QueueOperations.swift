/// Everything that was done to one queue, in order of time, as `Int32`s: 8 bytes an operation and
/// 16 bytes a value.
///
/// Values have dense numbers. The *rank* of an instant is the place of its event. Of events at the
/// same instant the invocations come first: intervals are closed, and equal times overlap.
package struct QueueOperations: Sendable {
  /// The most operations of one queue.
  package static let maximumOperations = QueueEvent.limit
  /// The rank of what never happened.
  static let never = Int32.max
  /// No value.
  static let noValue: Int32 = -1

  /// What became of a value.
  struct Value: Sendable {
    /// The rank of the invocation of its publish.
    var published = never
    /// The rank of the return of its publish.
    var confirmed = never
    /// The rank of the first invocation of a dequeue that returned it.
    var taken = never
    /// The first dequeue that returned it, -1 for none.
    var taker: Int32 = -1
  }
  /// A dequeue that found the queue empty.
  struct Empty: Sendable {
    var operation: Int32
    /// From which rank on it can have found it empty.
    var from: Int32
    var isDrain = false
  }
  /// A dequeue whose value was never published, or had been returned before.
  struct Stray: Sendable {
    var operation: Int32
    var value: Int32
    /// The session with which the value may have gone back; `final` if it cannot.
    var session: Int32
    /// The rank of its return.
    var rank: Int32
  }

  /// The events as raw values of `QueueEvent`, by rank.
  var events: [Int32] = []
  /// What became of each value.
  var values: [Value] = []
  var empties: [Empty] = []
  var strays: [Stray] = []
  /// By value: the session with which it may have gone back; empty while none can.
  var holders: [Int32] = []

  /// Nothing was done yet; there is room for so many operations and values.
  package init(operations: Int = 0, values: Int = 0) {
    events.reserveCapacity(operations * 2)
    self.values.reserveCapacity(values)
  }

  /// How many events there are.
  package var eventCount: Int { events.count }

  /// How many values there are.
  package var valueCount: Int { values.count }

  /// How many bytes its arrays take.
  package var byteCount: Int {
    (events.count + holders.count) * MemoryLayout<Int32>.stride
      + values.count * MemoryLayout<Value>.stride + empties.count * MemoryLayout<Empty>.stride
      + strays.count * MemoryLayout<Stray>.stride
  }

  /// How many dequeues returned a value or found the queue empty.
  package var answeredDequeues: Int {
    values.count { $0.taker >= 0 } + strays.count + empties.count
  }

  /// The publish of a value; nil if it was never published.
  func publisher(of value: Int32) -> Int32? {
    let rank = values[Int(value)].published
    return rank == Self.never ? nil : QueueEvent(rawValue: events[Int(rank)]).payload
  }

  /// The first dequeue that returned a value; nil if none did.
  func taker(of value: Int32) -> Int32? {
    let operation = values[Int(value)].taker
    return operation < 0 ? nil : operation
  }
}
