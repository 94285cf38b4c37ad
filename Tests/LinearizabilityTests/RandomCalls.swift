import Environment
@testable import Linearizability

/// How operations of a model are drawn.
protocol DrawnModel: Model {
  /// An operation that is possible in a state.
  func draw(in state: State, _ draws: inout SeededGenerator) -> Operation
  /// The operation with another result.
  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation
}

/// Draws concurrent operations of a model, of which about half have an order.
struct RandomCalls<M: DrawnModel> {
  /// About so many operations, of which one in `crashes` never returns.
  static func make(
    _ model: M, count: Int, clients: Int = 4, crashes: Int = 5, seed: UInt64
  ) -> [ConcurrentOperation<M.Operation>] {
    var draws = SeededGenerator(seed: seed, stream: 0xCA115)
    var state = model.initial
    var now: Int64 = 0
    var operations: [ConcurrentOperation<M.Operation>] = []
    for number in 0..<count {
      now += Int64(draws.index(of: 3))
      var operation = model.draw(in: state, &draws)
      let from = now - Int64(draws.index(of: clients))
      var to: Int64? = now + Int64(draws.index(of: clients))
      var isEffective = true
      if draws.index(of: crashes) == 0 {
        // What changes nothing stays as it is, and nobody may look at its result.
        operation = model.unfinished(operation) ?? model.mangled(operation, &draws)
        to = nil
        isEffective = model.unfinished(operation) != nil && draws.index(of: 2) == 0
      }
      if isEffective { state = next(model, state, operation, &draws) }
      operations.append(ConcurrentOperation(number: number, operation, from: from, to: to))
    }
    if draws.index(of: 5) > 0 {
      for _ in 0...draws.index(of: 2) {
        let place = draws.index(of: count)
        guard operations[place].to != nil else { continue }
        operations[place].operation = model.mangled(operations[place].operation, &draws)
      }
    }
    draws.shuffle(&operations)
    return operations
  }

  private static func next(
    _ model: M, _ state: M.State, _ operation: M.Operation, _ draws: inout SeededGenerator
  ) -> M.State {
    switch model.step(state, operation) {
    case .none: state
    case .one(let next): next
    case .several(let states): states[draws.index(of: states.count)]
    }
  }
}

extension CASRegister: DrawnModel {
  func draw(in state: Int64?, _ draws: inout SeededGenerator) -> Operation {
    switch draws.index(of: 3) {
    case 0: return .read(state)
    case 1: return .write(Int64(draws.index(of: 3)))
    default:
      let from = Int64(draws.index(of: 3))
      return .compareAndSet(
        from: from, to: Int64(draws.index(of: 3)), succeeded: from == state)
    }
  }

  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation {
    switch operation {
    case .read: .read(Int64(draws.index(of: 3)))
    case .write(let value): .write((value + 1) % 3)
    case .compareAndSet(let from, let to, let succeeded):
      .compareAndSet(from: from, to: to, succeeded: succeeded.map { !$0 })
    }
  }
}

extension Lock: DrawnModel {
  func draw(in state: Bool, _ draws: inout SeededGenerator) -> Operation {
    state ? .release : .acquire
  }

  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation {
    operation == .acquire ? .release : .acquire
  }
}

extension FIFO: DrawnModel {
  func draw(in state: [Int64], _ draws: inout SeededGenerator) -> Operation {
    draws.index(of: 2) == 0 ? .enqueue(Int64(draws.index(of: 4))) : .dequeue(state.first)
  }

  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation {
    switch operation {
    case .enqueue: .enqueue(Int64(draws.index(of: 4)))
    default: .dequeue(draws.index(of: 3) == 0 ? nil : Int64(draws.index(of: 4)))
    }
  }
}

extension NumberSet: DrawnModel {
  func draw(in state: [Int64], _ draws: inout SeededGenerator) -> Operation {
    let number = Int64(draws.index(of: 3))
    return switch draws.index(of: 4) {
    case 0: .add(number)
    case 1: .remove(number, wasIn: state.contains(number))
    case 2: .contains(number, state.contains(number))
    default: .read(state)
    }
  }

  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation {
    switch operation {
    case .add(let number): .add((number + 1) % 3)
    case .remove(let number, let wasIn): .remove(number, wasIn: wasIn.map { !$0 })
    case .contains(let number, let isIn): .contains(number, !isIn)
    case .read(let numbers): .read(Array(numbers.dropFirst()))
    }
  }
}

/// A bag of numbers, whose lost dequeues may have taken any of them.
struct Bag: DrawnModel {
  enum Operation: Hashable {
    case add(Int64)
    case remove(Int64)
    case lostRemove
  }
  let initial: [Int64] = []

  func step(_ state: [Int64], _ operation: Operation) -> Successors<[Int64]> {
    switch operation {
    case .add(let number): return .one((state + [number]).sorted())
    case .remove(let number):
      guard let place = state.firstIndex(of: number) else { return .none }
      var state = state
      state.remove(at: place)
      return .one(state)
    case .lostRemove:
      return .several(
        [state]
          + state.indices.map { place in
            var state = state
            state.remove(at: place)
            return state
          })
    }
  }

  func unfinished(_ operation: Operation) -> Operation? {
    if case .add = operation { operation } else { .lostRemove }
  }

  func digest(of state: [Int64]) -> UInt64 { UInt64(state.count) }

  func draw(in state: [Int64], _ draws: inout SeededGenerator) -> Operation {
    guard let first = state.first, draws.index(of: 2) == 0 else {
      return .add(Int64(draws.index(of: 3)))
    }
    return .remove(draws.index(of: 2) == 0 ? first : state[state.count - 1])
  }

  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation {
    switch operation {
    case .add(let number): .add((number + 1) % 3)
    case .remove(let number): .remove((number + 1) % 3)
    case .lostRemove: operation
    }
  }
}

extension SeededGenerator {
  /// Puts the elements into a drawn order.
  fileprivate mutating func shuffle<Element>(_ elements: inout [Element]) {
    for place in elements.indices.dropFirst() {
      elements.swapAt(place, index(of: place + 1))
    }
  }
}
