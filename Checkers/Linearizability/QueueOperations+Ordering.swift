import Environment

extension QueueOperations {
  /// Puts operations in order; their numbers are their places in the array.
  ///
  /// O(n): what is not in order already is sorted by radix. Values are `0..<values`.
  package init(
    ordering operations: [QueueOperation], values: Int
  ) throws(QueueOperationsError) {
    guard operations.count < Self.maximumOperations, values < Self.maximumOperations else {
      throw .tooMany
    }
    for (place, operation) in operations.enumerated() {
      let before = place > 0 ? operations[place - 1] : nil
      try operation.validate(at: place, after: before, values: values)
    }
    let starts = TimeOrder.places(of: operations.map { $0.from })
    let ends = TimeOrder.places(of: operations.map { $0.isReturned ? $0.to : nil })
    self.init(operations: operations.count, values: values)
    addValues(values)
    try merge(operations, starts: starts, ends: ends)
  }

  /// Adds the events of all operations, of those at one instant the invocations first.
  private mutating func merge(
    _ operations: [QueueOperation], starts: [Int32], ends: [Int32]
  ) throws(QueueOperationsError) {
    var ranks = Array(repeating: 0 as Int32, count: operations.count)
    var begun = 0
    var latest: Int32 = 0
    for end in ends {
      let place = Int(end)
      let operation = operations[place]
      while begun < starts.count, operations[Int(starts[begun])].from <= operation.to {
        try begin(operations[Int(starts[begun])], at: Int(starts[begun]), &ranks)
        begun += 1
      }
      let isFollowed = place + 1 < operations.count && operations[place + 1].isNext
      if !operation.isNext { latest = 0 }
      finish(operation, at: place, begun: ranks[place], latest: latest, isFollowed: isFollowed)
      if operation.value != Self.noValue, values[Int(operation.value)].published != Self.never {
        latest = max(latest, values[Int(operation.value)].published)
      }
    }
    for start in starts[begun...] { try begin(operations[Int(start)], at: Int(start), &ranks) }
  }

  private mutating func begin(
    _ operation: QueueOperation, at place: Int, _ ranks: inout [Int32]
  ) throws(QueueOperationsError) {
    let number = Int32(place)
    switch operation.action {
    case .publish:
      guard beginPublish(operation.value, operation: number) else {
        throw .publishedTwice(place: place)
      }
    case .dequeue: ranks[place] = beginDequeue(.crashedTake, operation: number)
    case .get: ranks[place] = beginDequeue(.crashedHold, operation: number)
    case .drain: ranks[place] = beginDequeue(.crashedDrain, operation: number)
    }
  }

  /// Ends an operation; `latest` is the last rank at which a value of its batch was published.
  private mutating func finish(
    _ operation: QueueOperation, at place: Int, begun: Int32, latest: Int32, isFollowed: Bool
  ) {
    if operation.action == .publish {
      endPublish(operation.value)
    } else if operation.value == Self.noValue {
      endEmpty(begun: begun, from: latest, operation: Int32(place))
    } else {
      endDequeue(operation.value, begun: begun, operation: Int32(place), isFollowed: isFollowed)
    }
  }
}
