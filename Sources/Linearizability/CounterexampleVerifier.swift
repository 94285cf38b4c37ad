/// Judges a counterexample by what it says alone, with the sweep instead of the search.
package struct CounterexampleVerifier<M: Model> {
  enum Judgement: Hashable {
    case holds
    /// There was no time or no memory.
    case undecided
    case refuted(Refutation)
  }
  /// What is wrong with a counterexample.
  enum Refutation: Hashable {
    /// Its last operation is none of the history, or never returned.
    case unknownOperation
    /// The beginning that it ends has an order.
    case hasOrder
    /// The beginning without its return has none either.
    case isNotShortest
    /// These are not the operations that were open or came since it was calm, or they took effect
    /// at other times.
    case otherWindow
    /// These are not the states in which the thing can have been.
    case otherStates
    /// The search finds an order of the window.
    case windowHasOrder
  }

  private let beginnings: Beginnings<M>
  private let bounds: SearchBounds

  /// A verifier of counterexamples of operations.
  init(_ beginnings: Beginnings<M>, within bounds: SearchBounds) {
    self.beginnings = beginnings
    self.bounds = bounds
  }

  func judge(_ example: Counterexample<M>) -> Judgement {
    let events = beginnings.events
    guard let place = beginnings.operations.firstIndex(of: example.last),
      let end = events.firstIndex(of: place << 1 | 1)
    else { return .refuted(.unknownOperation) }
    let beginning = beginnings.beginning(through: end)
    let sweep = beginnings.sweep(beginning, within: bounds)
    switch sweep.outcome {
    case nil, .outOfMemory: return .undecided
    case .survives: return .refuted(.hasOrder)
    // It may fail at an earlier event: the last result can rule out what explained that one.
    case .fails: break
    }
    switch beginnings.sweep(beginnings.beginning(through: end - 1), within: bounds).outcome {
    case nil, .outOfMemory: return .undecided
    case .fails: return .refuted(.isNotShortest)
    case .survives: break
    }
    if sweep.window.map({ beginning[$0] }) != example.window
      || sweep.calm.effects(of: sweep.window) != example.effects
    {
      return .refuted(.otherWindow)
    }
    if Set(sweep.calm.states) != Set(example.states)
      || Set(sweep.statesAtReturn) != Set(example.statesAtReturn)
    {
      return .refuted(.otherStates)
    }
    return judgeWindow(of: sweep, beginning)
  }

  /// The search, too, finds no order of the window, from whatever the thing was like before.
  private func judgeWindow(
    of sweep: ConfigurationSweep<M>, _ beginning: [ConcurrentOperation<M.Operation>]
  ) -> Judgement {
    for possibility in sweep.calm.possibilities {
      let left = sweep.window.filter { !possibility.effective.contains(Int32($0)) }
      let rest = left.map { beginning[$0] }
      switch beginnings.haveNoOrder(rest, from: possibility.state, within: bounds) {
      case true?: continue
      case false?: return .refuted(.windowHasOrder)
      case nil: return .undecided
      }
    }
    return .holds
  }
}
