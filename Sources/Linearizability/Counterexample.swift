/// Why operations have no order: the shortest beginning that has none, and of it the window that
/// contradicts itself.
package struct Counterexample<M: Model>: Sendable {
  /// How sure it is; that there is no order is certain in each case.
  package enum Certainty: Hashable, Sendable {
    /// Another algorithm has found that this beginning has no order and every shorter one has, and
    /// the search itself that the window has none from any of its states.
    case verified
    /// There was no time or no memory for that; a shorter beginning may have no order either.
    case notVerified
  }

  /// Whether an operation of the window, which had not returned by then, took effect before it.
  package enum EarlierEffect: Hashable, Sendable {
    /// It did not.
    case none
    /// It did in some of the states that are possible.
    case possible
    /// It did in all of them, so that it explains nothing in the window.
    case certain
  }

  /// The part of the thing, if it has parts.
  package var part: String?
  /// The operation whose return makes the beginning wrong.
  package var last: ConcurrentOperation<M.Operation>
  /// What is in the window, in the order of the invocations: everything that was open or was
  /// invoked since the last moment at which only operations were open that never returned.
  ///
  /// What had not returned at the end counts as if it never did.
  package var window: [ConcurrentOperation<M.Operation>]
  /// Whether they took effect before the window, in the same order.
  package var effects: [EarlierEffect]
  /// The states in which the thing can have been when the window began, each once; none if there
  /// was no time or no memory to find them.
  package var states: [M.State]
  /// The states in which it can have been when the last operation returned, had that done nothing:
  /// in none of them it returns what it did. Some of them if there are very many; none if the last
  /// result made an earlier one impossible, which another result of this operation had explained.
  package var statesAtReturn: [M.State]
  /// How sure it is.
  package var certainty: Certainty
}

extension Counterexample: Equatable {
  /// Whether they are about the same operations and states.
  package static func == (lhs: Counterexample, rhs: Counterexample) -> Bool {
    lhs.part == rhs.part && lhs.last == rhs.last && lhs.window == rhs.window
      && lhs.effects == rhs.effects && lhs.states == rhs.states
      && lhs.statesAtReturn == rhs.statesAtReturn
      && lhs.certainty == rhs.certainty
  }
}

/// What had happened to a thing by an event, of operations in the order of their invocations.
package struct Beginnings<M: Model> {
  let model: M
  let operations: [ConcurrentOperation<M.Operation>]
  /// As `EventOrder` has them.
  let events: [Int]

  init(_ model: M, _ operations: [ConcurrentOperation<M.Operation>]) {
    self.model = model
    self.operations = operations
    events = EventOrder.events(of: operations)
  }

  /// What had happened by an event: what was open then did not return and may have any result.
  func beginning(through end: Int) -> [ConcurrentOperation<M.Operation>] {
    var isInvoked = Array(repeating: false, count: operations.count)
    var isReturned = isInvoked
    for event in events[...end] {
      if event & 1 == 0 { isInvoked[event >> 1] = true } else { isReturned[event >> 1] = true }
    }
    return operations.indices.compactMap { place in
      guard isInvoked[place] else { return nil }
      return isReturned[place] ? operations[place] : model.unfinished(operations[place])
    }
  }

  /// Whether operations have no order, by the search; nil if there was no time or no memory.
  func haveNoOrder(
    _ operations: [ConcurrentOperation<M.Operation>], from state: M.State? = nil,
    within bounds: SearchBounds
  ) -> Bool? {
    var search = LinearizationSearch(
      model, operations, from: state, maximumBytes: bounds.maximumBytes)
    while !bounds.isOver() {
      switch search.advance(by: SearchBounds.slice) {
      case .linearizable: return false
      case .notLinearizable: return true
      case .outOfMemory: return nil
      case nil: continue
      }
    }
    return nil
  }

  /// How a sweep over operations ended; its outcome is nil if the time was over.
  func sweep(
    _ operations: [ConcurrentOperation<M.Operation>], within bounds: SearchBounds
  ) -> ConfigurationSweep<M> {
    var sweep = ConfigurationSweep(model, operations, maximumBytes: bounds.maximumBytes)
    // A step looks at all open operations.
    while sweep.advance(by: SearchBounds.slice / 64) == nil, !bounds.isOver() {}
    return sweep
  }
}

/// What a search may use.
package struct SearchBounds {
  /// How many steps are made between two looks at the clock: a few milliseconds.
  static let slice = 4096

  var maximumBytes: Int
  var isOver: () -> Bool
}
