import Environment

/// The invocations and returns of completed operations in order, as a list from which they can be
/// taken out and put back.
struct EventList: Sendable {
  /// The list's beginning and end.
  static let end = 0

  /// By event, from 1: the operation, twice, and one more for its return.
  private var events: [Int32] = [-1]
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var invocations: [Int32]
  private var returns: [Int32]
  /// How many returns are in the list.
  private(set) var returnCount = 0

  /// The events of operations that are in the order of their invocations.
  init<Operation>(_ operations: [ConcurrentOperation<Operation>]) {
    invocations = Array(repeating: 0, count: operations.count)
    returns = invocations
    for event in EventOrder.events(of: operations) {
      let isReturn = event & 1 == 1
      if isReturn {
        returns[event >> 1] = Int32(events.count)
        returnCount += 1
      } else {
        invocations[event >> 1] = Int32(events.count)
      }
      events.append(Int32(event))
    }
    next = events.indices.map { Int32($0 + 1 == events.count ? 0 : $0 + 1) }
    previous = events.indices.map { Int32($0 == 0 ? events.count - 1 : $0 - 1) }
    for operation in returns.indices where returns[operation] == 0 {
      unlink(Int(invocations[operation]))
    }
  }

  var first: Int { Int(next[Self.end]) }
  /// The first return, if there is one.
  var firstReturn: Int {
    var event = first
    while !isReturn(event) { event = self.event(after: event) }
    return event
  }
  func event(after event: Int) -> Int { Int(next[event]) }
  func isReturn(_ event: Int) -> Bool { events[event] & 1 == 1 }
  func operation(_ event: Int) -> Int { Int(events[event] >> 1) }
  func invocation(of operation: Int) -> Int { Int(invocations[operation]) }

  /// Takes both events of a completed operation out.
  mutating func remove(_ operation: Int) {
    unlink(Int(invocations[operation]))
    unlink(Int(returns[operation]))
    returnCount -= 1
  }

  /// Puts back what was removed last.
  mutating func restore(_ operation: Int) {
    relink(returns[operation])
    relink(invocations[operation])
    returnCount += 1
  }

  private mutating func unlink(_ event: Int) {
    next[Int(previous[event])] = next[event]
    previous[Int(next[event])] = previous[event]
  }

  private mutating func relink(_ event: Int32) {
    next[Int(previous[Int(event)])] = event
    previous[Int(next[Int(event)])] = event
  }
}

/// The order of the invocations and returns of operations; of those at the same instant the
/// invocations come first.
enum EventOrder {
  /// The operations in the order of their invocations.
  static func inOrder<Operation>(
    _ operations: [ConcurrentOperation<Operation>]
  ) -> [ConcurrentOperation<Operation>] {
    TimeOrder.places(of: operations.map { $0.from }).map { operations[Int($0)] }
  }

  /// For each event the place of its operation, twice, and one more for its return; the operations
  /// are in the order of their invocations.
  static func events<Operation>(of operations: [ConcurrentOperation<Operation>]) -> [Int] {
    var events: [Int] = []
    events.reserveCapacity(operations.count * 2)
    var begun = 0
    for place in TimeOrder.places(of: operations.map { $0.to }) {
      let end = operations[Int(place)].to ?? .max
      while begun < operations.count, operations[begun].from <= end {
        events.append(begun << 1)
        begun += 1
      }
      events.append(Int(place) << 1 | 1)
    }
    for rest in begun..<operations.count { events.append(rest << 1) }
    return events
  }
}
