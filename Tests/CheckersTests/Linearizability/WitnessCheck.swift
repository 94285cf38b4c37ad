import Checkers

/// Looks whether what a witness says of its operations is true, by their times.
struct WitnessCheck {
  private let operations: [QueueOperation]
  private let isOrdered: Bool

  init(_ operations: [QueueOperation], isOrdered: Bool) {
    self.operations = operations
    self.isOrdered = isOrdered
  }

  func confirms(_ witness: QueueWitness) -> Bool {
    switch witness {
    case .fresh(let dequeue, let value):
      let operation = operations[Int(dequeue)]
      guard operation.action != .publish, operation.value == value else { return false }
      guard let published = publish(of: operation.value) else { return true }
      return published.from > operation.to
    case .repeated(let value, let first, let second):
      return first != second
        && [first, second].allSatisfy {
          operations[Int($0)].value == value && operations[Int($0)].action != .publish
        }
    case .order(let earlier, let later, let shortage):
      guard let first = earlier.dequeue, let second = later.dequeue, isOrdered else { return false }
      let isBefore = operations[Int(second)].to < operations[Int(first)].from
      return isSound(earlier) && isSound(later) && isBefore != isBatch(second, first)
        && publish(earlier).to < publish(later).from && shortage.values > shortage.crashed
    case .lost(let missing, let later, let shortage):
      guard let dequeue = later.dequeue, missing.dequeue == nil, isOrdered else { return false }
      return isSound(missing) && isSound(later)
        && publish(missing).to < publish(later).from
        && shortage.crashed == crashed(by: operations[Int(dequeue)].to)
        && shortage.values <= unseen(by: publish(missing).to + 1)
        && shortage.values > shortage.crashed
    case .empty(let dequeue, let present, let shortage):
      let operation = operations[Int(dequeue)]
      let left = present.dequeue.map { operations[Int($0)].from } ?? QueueOperation.never
      return operation.action != .publish && operation.value == QueueOperation.noValue
        && isSound(present) && publish(present).to <= operation.to && left >= operation.to
        && shortage.values > shortage.crashed
    }
  }

  private func publish(of value: Int32) -> QueueOperation? {
    operations.first { $0.action == .publish && $0.value == value }
  }

  private func publish(_ element: QueueWitness.Element) -> QueueOperation {
    operations[Int(element.publish)]
  }

  /// Whether a value's operations are its own.
  private func isSound(_ element: QueueWitness.Element) -> Bool {
    let publish = publish(element)
    guard publish.action == .publish, publish.value == element.value else { return false }
    let dequeue = element.dequeue.map { operations[Int($0)] }
    return dequeue.map { $0.action != .publish && $0.value == element.value }
      ?? !operations.contains { $0.action != .publish && $0.value == element.value }
  }

  private func isBatch(_ first: Int32, _ second: Int32) -> Bool {
    first < second && operations[(Int(first) + 1)...Int(second)].allSatisfy(\.isNext)
  }

  private func crashed(by instant: Int64) -> Int {
    operations.count {
      $0.action != .publish && $0.to == QueueOperation.never && $0.from <= instant
    }
  }

  /// How many values were surely published before an instant and never returned.
  private func unseen(by instant: Int64) -> Int {
    operations.count { operation in
      operation.action == .publish && operation.to < instant
        && !operations.contains { $0.action != .publish && $0.value == operation.value }
    }
  }
}
