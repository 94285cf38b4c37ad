/// Makes a counterexample of operations that have no order.
///
/// Whether beginnings have an order only changes once, so that the shortest bad one is found by
/// bisection; the search knows that what ends before its furthest event has one.
struct CounterexampleFinder<M: Model> {
  private let model: M
  private let operations: [ConcurrentOperation<M.Operation>]
  private let part: String?
  private let furthest: Int
  private let maximumBytes: Int
  private let events: [Int]

  init(
    _ model: M, _ operations: [ConcurrentOperation<M.Operation>], part: String?, furthest: Int,
    maximumBytes: Int
  ) {
    self.model = model
    self.operations = operations
    self.part = part
    self.furthest = furthest
    self.maximumBytes = maximumBytes
    events = EventOrder.events(of: operations)
  }

  /// The counterexample; nil if the two algorithms disagree.
  func find(slice: Int, isOver: () -> Bool) -> Counterexample<M>? {
    guard let end = shortest(slice: slice, isOver: isOver) else {
      return unverified(through: furthest)
    }
    let beginning = beginning(through: end)
    let (calm, outcome) = sweep(beginning, slice, isOver)
    // Without the last return there must be an order.
    let (_, outcomeBefore) = sweep(self.beginning(through: end - 1), slice, isOver)
    guard let outcome, let outcomeBefore, outcome != .outOfMemory, outcomeBefore != .outOfMemory
    else { return unverified(through: end) }
    guard case .fails = outcome, outcomeBefore == .survives else { return nil }
    return counterexample(through: end, beginning, calm, slice: slice, isOver: isOver)
  }

  private func sweep(
    _ operations: [ConcurrentOperation<M.Operation>], _ slice: Int, _ isOver: () -> Bool
  ) -> (ConfigurationSweep<M>.Calm, ConfigurationSweep<M>.Outcome?) {
    var sweep = ConfigurationSweep(model, operations, maximumBytes: maximumBytes)
    // A step looks at all open operations.
    while sweep.advance(by: max(1, slice / 64)) == nil, !isOver() {}
    return (sweep.calm, sweep.outcome)
  }

  /// The event at which the shortest beginning without an order ends; nil if there was no time.
  private func shortest(slice: Int, isOver: () -> Bool) -> Int? {
    // What never returns at all ends nothing.
    let ends = events.indices.filter { events[$0] & 1 == 1 && $0 >= furthest }
    var (low, high) = (0, ends.count - 1)
    // Mostly it is the first.
    var middle = 0
    while low < high {
      guard let isBad = hasNoOrder(beginning(through: ends[middle]), slice, isOver) else {
        return nil
      }
      if isBad { high = middle } else { low = middle + 1 }
      middle = (low + high) / 2
    }
    return ends.indices.contains(low) ? ends[low] : nil
  }

  private func hasNoOrder(
    _ operations: [ConcurrentOperation<M.Operation>], _ slice: Int, _ isOver: () -> Bool,
    from state: M.State? = nil
  ) -> Bool? {
    var search = LinearizationSearch(model, operations, from: state, maximumBytes: maximumBytes)
    while !isOver() {
      switch search.advance(by: slice) {
      case .linearizable: return false
      case .notLinearizable: return true
      case .outOfMemory: return nil
      case nil: continue
      }
    }
    return nil
  }

  /// What had happened by an event: what was open then did not return and may have had any result.
  private func beginning(through end: Int) -> [ConcurrentOperation<M.Operation>] {
    var isInvoked = Array(repeating: false, count: operations.count)
    var isReturned = isInvoked
    for event in events[...end] {
      if event & 1 == 0 { isInvoked[event >> 1] = true } else { isReturned[event >> 1] = true }
    }
    return operations.indices.compactMap { place in
      guard isInvoked[place] else { return nil }
      var operation = operations[place]
      if isReturned[place] || operation.to == nil { return operation }
      guard let unfinished = model.unfinished(operation.operation) else { return nil }
      operation.operation = unfinished
      operation.to = nil
      return operation
    }
  }

  private func unverified(through end: Int) -> Counterexample<M> {
    Counterexample(
      part: part, last: operations[events[end] >> 1], window: beginning(through: end),
      states: [model.initial], certainty: .notVerified)
  }

  private func counterexample(
    through end: Int, _ beginning: [ConcurrentOperation<M.Operation>],
    _ calm: ConfigurationSweep<M>.Calm, slice: Int, isOver: () -> Bool
  ) -> Counterexample<M>? {
    let events = EventOrder.events(of: beginning)
    var example = unverified(through: end)
    // What had returned before the calm has become part of the states.
    let past = Set(events[..<calm.event].compactMap { $0 & 1 == 1 ? $0 >> 1 : nil })
    let places = beginning.indices.filter { !past.contains($0) }
    example.window = places.map { beginning[$0] }
    example.states = []
    for possibility in calm.possibilities where !example.states.contains(possibility.state) {
      example.states.append(possibility.state)
    }
    example.certainty = .verified
    for possibility in calm.possibilities {
      let rest = places.filter { !possibility.effective.contains(Int32($0)) }.map { beginning[$0] }
      switch hasNoOrder(rest, slice, isOver, from: possibility.state) {
      case true?: continue
      case false?: return nil
      case nil: example.certainty = .notVerified
      }
    }
    return example
  }
}
