/// Whether a thing did its operations as if one after another.
package enum LinearizabilityVerdict<M: Model>: Sendable {
  /// There is an order.
  case linearizable
  /// There is none.
  case notLinearizable(Counterexample<M>)
  /// It was not found out.
  case unknown(UndecidedReason)
}

/// Why it was not found out whether there is an order.
package enum UndecidedReason: Hashable, Sendable {
  /// The time was over.
  case outOfTime
  /// The search would have needed more memory than it may have.
  case outOfMemory
  /// Two algorithms disagree, so that one of them is wrong: a fault of this program.
  case contradicted
}

/// Decides about any thing that has a model; its parts are judged one by one.
///
///     let check = LinearizabilityCheck(CASRegister(), maximumBytes: 1 << 30)
///     let verdict = check.verdict(on: operations) { deadline.hasPassed(at: clock.now()) }
package struct LinearizabilityCheck<M: Model>: Sendable {
  private let model: M
  private let maximumBytes: Int

  /// A check that keeps its tables within so many bytes.
  package init(_ model: M, maximumBytes: Int) {
    self.model = model
    self.maximumBytes = maximumBytes
  }

  /// The verdict; `isOver` says whether the time is over and is asked every few milliseconds.
  ///
  /// One wrong part makes the whole wrong, whatever is unknown about others. What never returned
  /// may be given as it was invoked: its result is not looked at.
  package func verdict(
    on operations: [ConcurrentOperation<M.Operation>], isOver: () -> Bool
  ) -> LinearizabilityVerdict<M> {
    withoutActuallyEscaping(isOver) { isOver in
      verdict(on: operations, within: SearchBounds(maximumBytes: maximumBytes, isOver: isOver))
    }
  }

  private func verdict(
    on operations: [ConcurrentOperation<M.Operation>], within bounds: SearchBounds
  ) -> LinearizabilityVerdict<M> {
    var undecided: UndecidedReason?
    for (part, operations) in parts(of: operations) {
      // A part that is decided within one slice does not look at the clock.
      if bounds.isOver() { return .unknown(.outOfTime) }
      switch search(operations, within: bounds) {
      case .linearizable: break
      case .notLinearizable(let furthest):
        let finder = CounterexampleFinder(
          model, operations, part: part, furthest: furthest, within: bounds)
        return finder.find().map { .notLinearizable($0) } ?? .unknown(.contradicted)
      case .outOfMemory: undecided = undecided ?? .outOfMemory
      case nil: return .unknown(.outOfTime)
      }
    }
    return undecided.map { .unknown($0) } ?? .linearizable
  }

  /// What a search comes to, whose tables are gone then; nil if the time was over.
  private func search(
    _ operations: [ConcurrentOperation<M.Operation>], within bounds: SearchBounds
  ) -> LinearizationSearch<M>.Outcome? {
    var search = LinearizationSearch(model, operations, maximumBytes: maximumBytes)
    while search.advance(by: SearchBounds.slice) == nil, !bounds.isOver() {}
    return search.outcome
  }

  /// The operations of each part in the order of their invocations; parts by their first.
  ///
  /// Of those that never returned only what they may have changed is kept.
  func parts(
    of operations: [ConcurrentOperation<M.Operation>]
  ) -> [(part: String?, operations: [ConcurrentOperation<M.Operation>])] {
    var places: [String?: Int] = [:]
    var parts: [(part: String?, operations: [ConcurrentOperation<M.Operation>])] = []
    for given in EventOrder.inOrder(operations) {
      guard let operation = given.to == nil ? model.unfinished(given) : given else { continue }
      let part = model.part(of: operation.operation)
      let place = places[part] ?? parts.count
      if place == parts.count {
        places[part] = place
        parts.append((part, []))
      }
      parts[place].operations.append(operation)
    }
    return parts
  }
}
