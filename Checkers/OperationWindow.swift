import Harness
import Operations

/// What is known of the operations that have been invoked and have not ended.
///
/// Operations are numbered in the order of their invocation and end roughly in that order, so that
/// a sliding window over the numbers finds each in O(1) without a dictionary. Where numbers are
/// left out the window begins anew, and what is still open behind it is found by its number.
struct OperationWindow<Value: Sendable>: Sendable {
  /// The most numbers in a row that the window has room for though nobody uses them.
  private static var widestGap: Int { 8 }

  private var entries: [Value?] = []
  /// The number of the operation in `entries[0]`.
  private var first = 0
  /// Everything before this place has ended.
  private var head = 0
  /// What was open when the window began anew.
  private var stragglers: [Int: Value] = [:]

  /// The value of an open operation, nil if it is not open.
  subscript(operation: OperationID) -> Value? {
    let place = Int(operation.rawValue) - first
    if place >= head, place < entries.count { return entries[place] }
    return stragglers.isEmpty ? nil : stragglers[Int(operation.rawValue)]
  }

  /// What is open, in the order of the invocations.
  var all: [Value] {
    stragglers.keys.sorted().compactMap { stragglers[$0] } + entries[head...].compactMap(\.self)
  }

  /// Whether an operation that is not open may have been before: its number is not above all.
  func isPast(_ operation: OperationID) -> Bool {
    Int(operation.rawValue) < first + entries.count
  }

  /// Adds an operation that was just invoked.
  mutating func open(_ operation: OperationID, _ value: Value) throws(CheckerFailure) {
    let number = Int(operation.rawValue)
    let next = first + entries.count
    guard number >= next else {
      throw CheckerFailure("operation \(operation) is invoked twice or out of order")
    }
    if head == entries.count || number - next > Self.widestGap { begin(at: number) }
    while first + entries.count < number { entries.append(nil) }
    entries.append(value)
  }

  private mutating func begin(at number: Int) {
    for place in head..<entries.count { stragglers[first + place] = entries[place] }
    entries.removeAll(keepingCapacity: true)
    (first, head) = (number, 0)
  }

  /// Replaces the value of an open operation; no effect if it is not open.
  mutating func update(_ operation: OperationID, _ value: Value) {
    let place = Int(operation.rawValue) - first
    if place >= head, place < entries.count {
      if entries[place] != nil { entries[place] = value }
    } else if stragglers[Int(operation.rawValue)] != nil {
      stragglers[Int(operation.rawValue)] = value
    }
  }

  /// Removes an operation that has ended.
  mutating func close(_ operation: OperationID) throws(CheckerFailure) -> Value {
    guard let value = self[operation] else {
      throw CheckerFailure("operation \(operation) ends without having been invoked, or twice")
    }
    let place = Int(operation.rawValue) - first
    guard place >= head else {
      stragglers[Int(operation.rawValue)] = nil
      return value
    }
    entries[place] = nil
    while head < entries.count, entries[head] == nil { head += 1 }
    if head > 1024, head > entries.count / 2 {
      entries.removeFirst(head)
      first += head
      head = 0
    }
    return value
  }
}
