/// A set of numbers.
package struct NumberSet: Model {
  /// What is done to it.
  package enum Operation: Hashable, Sendable {
    /// Put a number in.
    case add(Int64)
    /// Took a number out, and says whether it was in; nil if nobody knows.
    case remove(Int64, wasIn: Bool?)
    /// Says whether a number is in.
    case contains(Int64, Bool)
    /// Returned all numbers, in order.
    case read([Int64])
  }

  /// It is empty at first.
  package let initial: [Int64] = []

  /// An empty set.
  package init() {}

  /// States are in order.
  package func step(_ state: [Int64], _ operation: Operation) -> Successors<[Int64]> {
    switch operation {
    case .add(let number):
      if state.contains(number) { return .one(state) }
      let place = state.firstIndex { $0 > number } ?? state.count
      return .one(state[..<place] + [number] + state[place...])
    case .remove(let number, let wasIn):
      let isIn = state.contains(number)
      return .one(state.filter { $0 != number }, if: wasIn == nil || wasIn == isIn)
    case .contains(let number, let isIn): return .one(state, if: state.contains(number) == isIn)
    case .read(let numbers): return .one(state, if: numbers == state)
    }
  }

  /// Numbers may come in or go.
  package func unfinished(_ operation: Operation) -> Operation? {
    switch operation {
    case .add: operation
    case .remove(let number, _): .remove(number, wasIn: nil)
    case .contains, .read: nil
    }
  }

  /// Reads, and what was not in.
  package func isReadOnly(_ operation: Operation) -> Bool {
    switch operation {
    case .contains, .read, .remove(_, wasIn: false): true
    default: false
    }
  }

  /// By all numbers.
  package func digest(of state: [Int64]) -> UInt64 { state.digest }

  /// The numbers.
  package func footprint(of state: [Int64]) -> Int { state.footprint }
}

/// A first-in-first-out queue of numbers.
package struct FIFO: Model {
  /// What is done to it.
  package enum Operation: Hashable, Sendable {
    /// Put a number in.
    case enqueue(Int64)
    /// Took a number out; nil if the queue was empty.
    case dequeue(Int64?)
    /// Took the first number out if there was one, and nobody knows which.
    case lostDequeue
  }

  /// It is empty at first.
  package let initial: [Int64] = []

  /// An empty queue.
  package init() {}

  /// The first number of a state goes first.
  package func step(_ state: [Int64], _ operation: Operation) -> Successors<[Int64]> {
    switch operation {
    case .enqueue(let number): .one(Self.appending(number, to: state))
    case .dequeue(let number): .one(Array(state.dropFirst()), if: state.first == number)
    case .lostDequeue: .one(Array(state.dropFirst()))
    }
  }

  /// A state of exactly the capacity that it needs, of which a search keeps many.
  private static func appending(_ number: Int64, to state: [Int64]) -> [Int64] {
    var next: [Int64] = []
    next.reserveCapacity(state.count + 1)
    next += state
    next.append(number)
    return next
  }

  /// Both may take effect.
  package func unfinished(_ operation: Operation) -> Operation? {
    if case .dequeue = operation { .lostDequeue } else { operation }
  }

  /// What found the queue empty.
  package func isReadOnly(_ operation: Operation) -> Bool { operation == .dequeue(nil) }

  /// By all numbers.
  package func digest(of state: [Int64]) -> UInt64 { state.digest }

  /// The numbers.
  package func footprint(of state: [Int64]) -> Int { state.footprint }
}

/// Texts by key, each of which is put, appended to, and got; keys are independent.
package struct KeyValueStore: Model {
  /// What is done to it.
  package enum Operation: Hashable, Sendable {
    /// Returned the text of a key, empty at first.
    case get(key: String, String)
    /// Replaced the text of a key.
    case put(key: String, String)
    /// Added to the text of a key.
    case append(key: String, String)
  }

  /// The text of the one key that a state is about.
  package let initial = ""

  /// A store of empty texts.
  package init() {}

  /// A get returns all that was appended to what was put last.
  package func step(_ state: String, _ operation: Operation) -> Successors<String> {
    switch operation {
    case .get(_, let text): .one(state, if: text == state)
    case .put(_, let text): .one(text)
    case .append(_, let text): .one(state + text)
    }
  }

  /// A put or an append may take effect.
  package func unfinished(_ operation: Operation) -> Operation? {
    if case .get = operation { nil } else { operation }
  }

  /// The key.
  package func part(of operation: Operation) -> String? {
    switch operation {
    case .get(let key, _), .put(let key, _), .append(let key, _): key
    }
  }

  /// By the text.
  package func digest(of state: String) -> UInt64 {
    var digest = StateDigest()
    digest.mix(state)
    return digest.value
  }

  /// The text, if it is too long to lie inside of the value.
  package func footprint(of state: String) -> Int {
    state.utf8.count > 15 ? state.utf8.count + 48 : 0
  }
}

extension [Int64] {
  fileprivate var digest: UInt64 {
    var digest = StateDigest()
    for number in self { digest.mix(number) }
    return digest.value
  }

  fileprivate var footprint: Int {
    isEmpty ? 0 : capacity * MemoryLayout<Int64>.stride + 48
  }
}
