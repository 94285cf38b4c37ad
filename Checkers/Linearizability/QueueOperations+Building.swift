/// Events are added in the order of their ranks.
extension QueueOperations {
  /// The session of a dequeue whose value never comes back.
  static let final: Int32 = -1

  private var nextRank: Int32 { Int32(events.count) }

  private mutating func append(_ kind: QueueEvent.Kind, _ payload: Int32) {
    events.appendToLong(QueueEvent(kind, payload).rawValue)
  }

  /// Adds values that nobody has published yet; returns the first of them.
  @discardableResult
  mutating func addValues(_ count: Int = 1) -> Int32 {
    let first = Int32(valueCount)
    for _ in 0..<count { values.appendToLong(Value()) }
    return first
  }

  // MARK: - Publishes

  /// A publish was invoked; false if there was one of the value before.
  mutating func beginPublish(_ value: Int32, operation: Int32) -> Bool {
    guard values[Int(value)].published == Self.never else { return false }
    values[Int(value)].published = nextRank
    append(.nothing, operation)
    return true
  }

  /// A publish returned.
  mutating func endPublish(_ value: Int32) {
    values[Int(value)].confirmed = nextRank
    append(.publishReturned, value)
  }

  /// A publish certainly did not happen.
  mutating func withdrawPublish(_ value: Int32) {
    values[Int(value)].published = Self.never
  }

  // MARK: - Dequeues

  /// A dequeue was invoked, of the kind that it is as long as it does not return; its rank.
  mutating func beginDequeue(_ kind: QueueEvent.Kind, operation: Int32) -> Int32 {
    defer { append(kind, operation) }
    return nextRank
  }

  /// A dequeue certainly took nothing and saw nothing.
  mutating func withdrawDequeue(_ begun: Int32) {
    events[Int(begun)] = QueueEvent(.nothing, 0).rawValue
  }

  /// A dequeue returned a value, which may come back if `session` is one.
  ///
  /// `isFollowed` says that the next event is the return of the next dequeue of the same batch.
  mutating func endDequeue(
    _ value: Int32, begun: Int32, operation: Int32, session: Int32 = final,
    isFollowed: Bool = false
  ) {
    withdrawDequeue(begun)
    let place = Int(value)
    let first = values[place]
    if first.taker < 0 {
      values[place].taker = operation
      hold(value, session)
      append(isFollowed ? .takeReturnedInBatch : .takeReturned, value)
    } else {
      addStray(value, .repeated, operation, session)
    }
    // Whichever was invoked first may have been the first to take it.
    if begun < first.taken {
      if first.taken != Self.never { withdrawDequeue(first.taken) }
      values[place].taken = begun
      events[Int(begun)] = QueueEvent(.takeInvoked, value).rawValue
    }
  }

  /// A dequeue returned what was never published to the queue.
  mutating func endDequeueOfUnknown(begun: Int32, operation: Int32) {
    withdrawDequeue(begun)
    addStray(Self.noValue, .unknown, operation, Self.final)
  }

  /// A dequeue found the queue empty, at the earliest at the rank `from`.
  mutating func endEmpty(begun: Int32, from: Int32, operation: Int32, isDrain: Bool = false) {
    withdrawDequeue(begun)
    let place = Int32(empties.count)
    empties.append(Empty(operation: operation, from: max(begun, from), isDrain: isDrain))
    append(.emptyReturned, place)
  }

  private mutating func addStray(
    _ value: Int32, _ kind: QueueEvent.Kind, _ operation: Int32, _ session: Int32
  ) {
    let place = Int32(strays.count)
    strays.append(Stray(operation: operation, value: value, session: session, rank: nextRank))
    append(kind, place)
  }

  private mutating func hold(_ value: Int32, _ session: Int32) {
    let missing = Int(value) + 1 - holders.count
    if session == Self.final, missing > 0 { return }
    if missing > 0 { holders.append(contentsOf: repeatElement(Self.final, count: missing)) }
    holders[Int(value)] = session
  }

  /// Forgets the repeated returns that a value may owe to having gone back in between.
  ///
  /// `isFinal` says that nothing went back with a session. Two returns of a value are wrong if it
  /// went back with neither of them.
  mutating func excuseReturns(isFinal: (Int32) -> Bool) {
    for stray in strays where stray.value != Self.noValue {
      let place = Int(stray.value)
      let holder = place < holders.count ? holders[place] : Self.final
      let isFirstFinal = holder == Self.final || isFinal(holder)
      let isFinal = stray.session == Self.final || isFinal(stray.session)
      if isFinal, isFirstFinal { continue }
      if isFinal { hold(stray.value, stray.session) }
      withdrawDequeue(stray.rank)
    }
  }
}
