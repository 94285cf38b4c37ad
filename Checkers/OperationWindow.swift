import Harness
import Operations

/// What is known of the operations that have been invoked and have not ended.
///
/// Operations are numbered in the order of their invocation and end roughly in that order, so that
/// a sliding window over the numbers finds each in O(1) without a dictionary.
struct OperationWindow<Value: Sendable>: Sendable {
  /// The most numbers that a history may leave out while anything is open.
  static var maximumGap: Int { 1_000_000 }

  private var entries: [Value?] = []
  /// The number of the operation in `entries[0]`.
  private var first = 0
  /// Everything before this place has ended.
  private var head = 0
  /// How many numbers were left out since nothing was open.
  private var omitted = 0

  /// The value of an open operation, nil if it is not open.
  subscript(operation: OperationID) -> Value? {
    let place = Int(operation.rawValue) - first
    return place >= head && place < entries.count ? entries[place] : nil
  }

  /// Whether an operation was invoked before, open or not.
  func wasInvoked(_ operation: OperationID) -> Bool {
    Int(operation.rawValue) < first + entries.count
  }

  /// Adds an operation that was just invoked.
  mutating func open(_ operation: OperationID, _ value: Value) throws(CheckerFailure) {
    let number = Int(operation.rawValue)
    let next = first + entries.count
    guard number >= next else {
      throw CheckerFailure("operation \(operation) is invoked twice or out of order")
    }
    if head == entries.count {
      entries.removeAll(keepingCapacity: true)
      (first, head, omitted) = (number, 0, 0)
    } else {
      omitted += number - next
      guard omitted <= Self.maximumGap else {
        let more = omitted > number - next ? ", and more before them" : ""
        throw CheckerFailure("operations \(next) to \(number - 1) are missing\(more)")
      }
    }
    for _ in (first + entries.count)..<number { entries.append(nil) }
    entries.append(value)
  }

  /// Replaces the value of an open operation; no effect if it is not open.
  mutating func update(_ operation: OperationID, _ value: Value) {
    let place = Int(operation.rawValue) - first
    if place >= head, place < entries.count, entries[place] != nil { entries[place] = value }
  }

  /// Removes an operation that has ended.
  mutating func close(_ operation: OperationID) throws(CheckerFailure) -> Value {
    guard let value = self[operation] else {
      throw CheckerFailure("operation \(operation) ends without having been invoked, or twice")
    }
    entries[Int(operation.rawValue) - first] = nil
    while head < entries.count, entries[head] == nil { head += 1 }
    if head > 1024, head > entries.count / 2 {
      entries.removeFirst(head)
      first += head
      head = 0
    }
    return value
  }
}
