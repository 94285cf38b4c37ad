@testable import Linearizability

/// Looks for an order of a few operations of anything by trying all, without any shortcut.
struct OrderSearch<M: Model> {
  private struct Situation: Hashable {
    var done: UInt32
    var state: M.State
  }

  private let model: M
  private let operations: [ConcurrentOperation<M.Operation>]
  private var seen: Set<Situation> = []

  private init(_ model: M, _ operations: [ConcurrentOperation<M.Operation>]) {
    self.model = model
    self.operations = operations
  }

  /// Whether there is one.
  static func exists(_ model: M, _ operations: [ConcurrentOperation<M.Operation>]) -> Bool {
    // A result that did not come back says nothing.
    let operations = operations.compactMap { call in
      var call = call
      guard call.to == nil else { return call }
      guard let unfinished = model.unfinished(call.operation) else {
        return nil as ConcurrentOperation<M.Operation>?
      }
      call.operation = unfinished
      return call
    }
    var search = OrderSearch(model, operations)
    return search.succeeds(Situation(done: 0, state: model.initial))
  }

  /// The operation whose return makes the shortest beginning that has no order; nil if all have.
  static func culprit(
    _ model: M, _ operations: [ConcurrentOperation<M.Operation>]
  ) -> ConcurrentOperation<M.Operation>? {
    let returned = operations.indices.filter { operations[$0].to != nil }.sorted {
      (operations[$0].to ?? 0, operations[$0].from, $0)
        < (operations[$1].to ?? 0, operations[$1].from, $1)
    }
    for count in returned.indices {
      let known = Set(returned[...count])
      let end = operations[returned[count]].to ?? 0
      let beginning = operations.indices.compactMap { place in
        var operation = operations[place]
        if known.contains(place) { return operation }
        guard operation.from <= end, let unfinished = model.unfinished(operation.operation) else {
          return nil as ConcurrentOperation<M.Operation>?
        }
        operation.operation = unfinished
        operation.to = nil
        return operation
      }
      if !exists(model, beginning) { return operations[returned[count]] }
    }
    return nil
  }

  private mutating func succeeds(_ situation: Situation) -> Bool {
    let left = operations.indices.filter { situation.done >> UInt32($0) & 1 == 0 }
    if left.allSatisfy({ operations[$0].to == nil }) { return true }
    guard seen.insert(situation).inserted else { return false }
    for place in left {
      let isLate = left.contains { operations[$0].to ?? .max < operations[place].from }
      if isLate { continue }
      let states: [M.State] =
        switch model.step(situation.state, operations[place].operation) {
        case .none: []
        case .one(let state): [state]
        case .several(let states): states
        }
      for state in states
      where succeeds(Situation(done: situation.done | 1 << UInt32(place), state: state)) {
        return true
      }
    }
    return false
  }
}
