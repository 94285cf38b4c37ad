/// Makes a counterexample of operations that have no order.
///
/// Whether beginnings have an order only changes once, so that the shortest bad one is found by
/// bisection; the search knows that what ends before its furthest event has one.
struct CounterexampleFinder<M: Model> {
  private let beginnings: Beginnings<M>
  private let part: String?
  private let furthest: Int
  private let bounds: SearchBounds

  init(
    _ model: M, _ operations: [ConcurrentOperation<M.Operation>], part: String?, furthest: Int,
    within bounds: SearchBounds
  ) {
    beginnings = Beginnings(model, operations)
    self.part = part
    self.furthest = furthest
    self.bounds = bounds
  }

  /// The counterexample; nil if the two algorithms disagree.
  func find() -> Counterexample<M>? {
    let (end, isShortest) = shortest()
    let beginning = beginnings.beginning(through: end)
    let last = beginnings.operations[beginnings.events[end] >> 1]
    let unverified = Counterexample<M>(
      part: part, last: last, window: beginning, effects: beginning.map { _ in .none },
      states: [], statesAtReturn: [], certainty: .notVerified)
    guard isShortest else { return unverified }
    let sweep = beginnings.sweep(beginning, within: bounds)
    switch sweep.outcome {
    case .survives: return nil
    case nil, .outOfMemory: return unverified
    case .fails: break
    }
    var example = unverified
    example.window = sweep.window.map { beginning[$0] }
    example.effects = sweep.calm.effects(of: sweep.window)
    example.states = sweep.calm.states
    example.statesAtReturn = sweep.statesAtReturn
    let verifier = CounterexampleVerifier(beginnings, within: bounds)
    switch verifier.judge(example) {
    case .refuted: return nil
    case .undecided: return example
    case .holds:
      example.certainty = .verified
      return example
    }
  }

  /// The event at which the shortest beginning without an order ends, or if there was no time or no
  /// memory to find it, one that has none either.
  private func shortest() -> (end: Int, isShortest: Bool) {
    let events = beginnings.events
    // What never returns at all ends nothing.
    let ends = events.indices.filter { events[$0] & 1 == 1 && $0 >= furthest }
    var (low, high) = (0, ends.count - 1)
    // Mostly it is the first.
    var middle = 0
    while low < high {
      let beginning = beginnings.beginning(through: ends[middle])
      guard let isBad = beginnings.haveNoOrder(beginning, within: bounds) else {
        return (ends[high], false)
      }
      if isBad { high = middle } else { low = middle + 1 }
      middle = (low + high) / 2
    }
    return (ends[high], true)
  }
}
