/// The things that have a model of their own here, by the names that a command line knows.
package enum ModelName: String, Hashable, Sendable, CaseIterable {
  /// A register that is read and written; empty at first.
  case register
  /// A register with a compare-and-set besides; empty at first.
  case casRegister = "cas-register"
  /// A lock that one holder has at a time; free at first.
  case mutex
  /// A set of whole numbers, to which some are added and which is read as a whole; empty at first.
  case set
  /// A first-in-first-out queue of whole numbers, which need not differ; empty at first.
  case fifo
  /// Texts by key; all are empty at first. Keys are judged one by one.
  case kv

  /// What can be done to it, without colons.
  package var functions: [String] {
    switch self {
    case .register: ["read", "write"]
    case .casRegister: ["read", "write", "cas"]
    case .mutex: ["acquire", "release"]
    case .set: ["add", "read"]
    case .fifo: ["enqueue", "dequeue"]
    case .kv: ["get", "put", "append"]
    }
  }

  /// `:read, :write and :cas`.
  var functionList: String {
    let names = functions.map { ":\($0)" }
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }
}
