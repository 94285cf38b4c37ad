import Checkers

/// Decides about operations of a queue by what their definitions say of each pair of values, in
/// O(n²), and by matching each missing value with a crashed dequeue. Nothing here is in ranks.
struct QueueConditions {
  private struct Value {
    var publish: QueueOperation?
    var dequeues: [Int] = []
  }

  private let operations: [QueueOperation]
  private var values: [Value]
  private let crashes: [QueueOperation]

  init(_ operations: [QueueOperation], values: Int) {
    self.operations = operations
    crashes = operations.filter { $0.action != .publish && $0.to == QueueOperation.never }
    self.values = Array(repeating: Value(), count: values)
    for (place, operation) in operations.enumerated() where operation.value >= 0 {
      if operation.action == .publish {
        self.values[Int(operation.value)].publish = operation
      } else {
        self.values[Int(operation.value)].dequeues.append(place)
      }
    }
  }

  /// The kinds of witness that there are in the operations of a first-in-first-out queue.
  func violations() -> Set<String> {
    var found: Set<String> = []
    if hasFresh { found.insert("FRESH") }
    if values.contains(where: { $0.dequeues.count > 1 }) { found.insert("REPEAT") }
    guard found.isEmpty else { return found }
    if hasOrder { found.insert("ORDER") }
    let instants = self.instants.filter { canBeEmpty(at: $0) }
    let chosen = emptinesses.map { interval in
      instants.last { $0 >= interval.from && $0 <= interval.to }
    }
    if chosen.contains(nil) { found.insert("EMPTY") }
    if !canBeMatched(emptyAt: chosen.compactMap(\.self)) { found.insert("LOST") }
    return found
  }

  private var hasFresh: Bool {
    operations.contains { operation in
      guard operation.action != .publish, operation.value >= 0 else { return false }
      guard let publish = values[Int(operation.value)].publish else { return true }
      return operation.to < publish.from
    }
  }

  private func dequeue(of value: Value) -> QueueOperation? {
    value.dequeues.first.map { operations[$0] }
  }

  private var hasOrder: Bool {
    for earlier in values {
      guard let publish = earlier.publish, let dequeue = earlier.dequeues.first else { continue }
      for later in values {
        guard let other = later.publish, publish.to < other.from,
          let otherDequeue = later.dequeues.first
        else { continue }
        if operations[otherDequeue].to < operations[dequeue].from { return true }
        if isBatch(otherDequeue, before: dequeue) { return true }
      }
    }
    return false
  }

  private func isBatch(_ first: Int, before second: Int) -> Bool {
    first < second && operations[(first + 1)...second].allSatisfy(\.isNext)
  }

  /// All instants at which anything changes, and one between each two, in half units.
  private var instants: [Int64] {
    let times = operations.flatMap { [$0.from, $0.to] }.filter { $0 != QueueOperation.never }
    let ordered = Set(times).sorted().map { $0 * 2 }
    return zip(ordered, ordered.dropFirst()).flatMap { [$0, ($0 + $1) / 2] } + ordered.suffix(1)
  }

  /// From when to when, in half units, a dequeue can have found the queue empty.
  private var emptinesses: [(from: Int64, to: Int64)] {
    operations.indices.compactMap { place in
      let operation = operations[place]
      guard operation.action != .publish, operation.value < 0,
        operation.to != QueueOperation.never
      else { return nil }
      var from = operation.from
      var member = place
      while operations[member].isNext {
        member -= 1
        from = max(from, values[Int(operations[member].value)].publish?.from ?? from)
      }
      return (from * 2, operation.to * 2)
    }
  }

  private func isSure(_ publish: QueueOperation?, at instant: Int64) -> Bool {
    guard let publish, publish.to != QueueOperation.never else { return false }
    return publish.to * 2 < instant
  }

  private func canBeEmpty(at instant: Int64) -> Bool {
    var missing = 0
    for value in values where isSure(value.publish, at: instant) {
      guard let dequeue = dequeue(of: value) else {
        missing += 1
        continue
      }
      if dequeue.from * 2 > instant { return false }
    }
    return missing <= crashed(until: instant)
  }

  private func crashed(until instant: Int64) -> Int {
    crashes.reduce(0) { sum, crash in
      sum + (crash.from * 2 > instant ? 0 : crash.action == .drain ? values.count : 1)
    }
  }

  /// Gives each value that must have been taken unseen, by its deadline, any dequeue that is left.
  private func canBeMatched(emptyAt instants: [Int64]) -> Bool {
    var deadlines: [Int64] = []
    for value in values where value.dequeues.isEmpty {
      guard let publish = value.publish, publish.to != QueueOperation.never else { continue }
      var deadline = instants.filter { publish.to * 2 < $0 }.min() ?? .max
      for later in values {
        guard let other = later.publish, publish.to < other.from, let dequeue = dequeue(of: later)
        else { continue }
        deadline = min(deadline, dequeue.to * 2)
      }
      if deadline != .max { deadlines.append(deadline) }
    }
    var left = crashes.flatMap { crash in
      Array(repeating: crash.from * 2, count: crash.action == .drain ? values.count : 1)
    }
    left.sort()
    var used = 0
    for deadline in deadlines.sorted() {
      guard used < left.count, left[used] <= deadline else { return false }
      used += 1
    }
    return true
  }
}
