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
  /// How many steps are made between two looks at the clock: a few milliseconds.
  private static var slice: Int { 4096 }

  private let model: M
  private let maximumBytes: Int

  /// A check that keeps its tables within so many bytes.
  package init(_ model: M, maximumBytes: Int) {
    self.model = model
    self.maximumBytes = maximumBytes
  }

  /// The verdict; `isOver` says whether the time is over and is asked every few milliseconds.
  ///
  /// One wrong part makes the whole wrong, whatever is unknown about others.
  package func verdict(
    on operations: [ConcurrentOperation<M.Operation>], isOver: () -> Bool
  ) -> LinearizabilityVerdict<M> {
    var undecided: UndecidedReason?
    for (part, operations) in parts(of: operations) {
      switch search(operations, isOver: isOver) {
      case .linearizable: break
      case .notLinearizable(let furthest):
        let finder = CounterexampleFinder(
          model, operations, part: part, furthest: furthest, maximumBytes: maximumBytes)
        return finder.find(slice: Self.slice, isOver: isOver).map { .notLinearizable($0) }
          ?? .unknown(.contradicted)
      case .outOfMemory: undecided = undecided ?? .outOfMemory
      case nil: return .unknown(.outOfTime)
      }
    }
    return undecided.map { .unknown($0) } ?? .linearizable
  }

  /// What a search comes to, whose tables are gone then; nil if the time was over.
  private func search(
    _ operations: [ConcurrentOperation<M.Operation>], isOver: () -> Bool
  ) -> LinearizationSearch<M>.Outcome? {
    var search = LinearizationSearch(model, operations, maximumBytes: maximumBytes)
    while search.advance(by: Self.slice) == nil, !isOver() {}
    return search.outcome
  }

  /// The operations of each part in the order of their invocations; parts by their first.
  private func parts(
    of operations: [ConcurrentOperation<M.Operation>]
  ) -> [(part: String?, operations: [ConcurrentOperation<M.Operation>])] {
    var places: [String?: Int] = [:]
    var parts: [(part: String?, operations: [ConcurrentOperation<M.Operation>])] = []
    for operation in EventOrder.inOrder(operations) {
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
