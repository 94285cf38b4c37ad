import Harness
import Operations

/// What is known of the operations that have been invoked and have not ended.
///
/// Operations are numbered in the order of their invocation and end roughly in that order, so that
/// a sliding window over the last numbers finds almost all in O(1) without a dictionary. What is
/// still open when the window moves on, or where many numbers are left out, is found by its number.
struct OperationWindow<Value: Sendable>: Sendable {
  /// The most numbers in a row that the window has room for though nobody uses them.
  private static var widestGap: Int { 8 }
  /// How wide the window is at least before it moves on.
  private static var leastWidth: Int { 1_024 }

  private var entries: [Value?] = []
  /// The number of the operation in `entries[0]`.
  private var first = 0
  private var width = leastWidth
  /// What was open when the window moved on.
  private var stragglers: [Int: Value] = [:]

  /// The value of an open operation, nil if it is not open.
  subscript(operation: OperationID) -> Value? {
    let place = Int(operation.rawValue) - first
    if place >= 0 { return place < entries.count ? entries[place] : nil }
    return stragglers.isEmpty ? nil : stragglers[Int(operation.rawValue)]
  }

  /// What is open, in the order of the invocations.
  var all: [Value] {
    stragglers.keys.sorted().compactMap { stragglers[$0] } + entries.compactMap(\.self)
  }

  /// Whether an operation that is not open may have been before: its number is not above all.
  func isPast(_ operation: OperationID) -> Bool {
    Int(operation.rawValue) < first + entries.count
  }

  /// Adds an operation that was just invoked.
  @inline(__always)
  mutating func open(_ operation: OperationID, _ value: Value) throws(CheckerFailure) {
    let number = Int(operation.rawValue)
    if number != first + entries.count || entries.count >= width { try makeRoom(for: number) }
    entries.append(value)
  }

  /// Makes `number` the next one.
  private mutating func makeRoom(for number: Int) throws(CheckerFailure) {
    let gap = number - (first + entries.count)
    guard gap >= 0 else {
      throw CheckerFailure("operation \(number) is invoked twice or out of order")
    }
    if gap > Self.widestGap {
      forget(entries.count)
      first = number
    } else {
      if entries.count >= width { slide() }
      entries.append(contentsOf: repeatElement(nil, count: gap))
    }
  }

  /// Leaves the older half behind, or is twice as wide if much of it is open.
  private mutating func slide() {
    let half = entries.count / 2
    if entries[..<half].count(where: { $0 != nil }) > half / 8 {
      width *= 2
    } else {
      forget(half)
    }
  }

  /// How many numbers are in the window now.
  var span: Int { entries.count }

  private mutating func forget(_ count: Int) {
    for place in 0..<count {
      if let value = entries[place] { stragglers[first + place] = value }
    }
    entries.removeFirst(count)
    first += count
  }

  /// Replaces the value of an open operation; no effect if it is not open.
  mutating func update(_ operation: OperationID, _ value: Value) {
    let place = Int(operation.rawValue) - first
    if place >= 0 {
      if place < entries.count, entries[place] != nil { entries[place] = value }
    } else if stragglers[Int(operation.rawValue)] != nil {
      stragglers[Int(operation.rawValue)] = value
    }
  }

  /// Removes an operation that has ended.
  @inline(__always)
  mutating func close(_ operation: OperationID) throws(CheckerFailure) -> Value {
    let place = Int(operation.rawValue) - first
    guard place >= 0, place < entries.count, let value = entries[place] else {
      return try closeStraggler(operation)
    }
    entries[place] = nil
    return value
  }

  private mutating func closeStraggler(
    _ operation: OperationID
  ) throws(CheckerFailure) -> Value {
    guard let value = stragglers.removeValue(forKey: Int(operation.rawValue)) else {
      throw CheckerFailure("operation \(operation) ends without having been invoked, or twice")
    }
    return value
  }
}
