import Environment
@testable import Linearizability

extension Register: DrawnModel {
  func draw(in state: Int64?, _ draws: inout SeededGenerator) -> Operation {
    draws.index(of: 2) == 0 ? .read(state) : .write(Int64(draws.index(of: 3)))
  }

  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation {
    switch operation {
    case .read: .read(draws.index(of: 4) == 0 ? nil : Int64(draws.index(of: 3)))
    case .write(let value): .write((value + 1) % 3)
    }
  }
}

extension KeyValueStore: DrawnModel {
  /// Two keys; what is drawn may be impossible in the text of its key.
  func draw(in state: String, _ draws: inout SeededGenerator) -> Operation {
    let key = draws.index(of: 4) == 0 ? "b" : "a"
    switch draws.index(of: 3) {
    case 0: return .get(key: key, key == "a" ? state : "")
    case 1: return .put(key: key, "\(draws.index(of: 3))")
    default: return .append(key: key, "\(draws.index(of: 3))")
    }
  }

  func mangled(_ operation: Operation, _ draws: inout SeededGenerator) -> Operation {
    switch operation {
    case .get(let key, let text): .get(key: key, text + "\(draws.index(of: 3))")
    case .put(let key, let text): .append(key: key, text)
    case .append(let key, let text): .put(key: key, text)
    }
  }
}

/// The same store, as one thing with all its keys.
struct WholeStore: Model {
  let initial: [String: String] = [:]

  func step(
    _ state: [String: String], _ operation: KeyValueStore.Operation
  ) -> Successors<[String: String]> {
    let store = KeyValueStore()
    guard let key = store.part(of: operation),
      case .one(let text) = store.step(state[key] ?? "", operation)
    else { return .none }
    var state = state
    state[key] = text
    return .one(state)
  }

  func unfinished(_ operation: KeyValueStore.Operation) -> KeyValueStore.Operation? {
    KeyValueStore().unfinished(operation)
  }

  func digest(of state: [String: String]) -> UInt64 { UInt64(state.count) }
}
