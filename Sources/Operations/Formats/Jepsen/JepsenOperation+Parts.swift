/// The values of `:type`.
package enum JepsenType: UInt8, Hashable, Sendable, CaseIterable {
  /// It began.
  case invoke
  /// It happened.
  case ok
  /// It certainly did not happen.
  case fail
  /// It may have happened, may still happen, or may never; the process does nothing more.
  case info

  /// The keyword without its colon.
  package var name: String {
    switch self {
    case .invoke: "invoke"
    case .ok: "ok"
    case .fail: "fail"
    case .info: "info"
    }
  }
}

/// The values of `:process`.
package enum JepsenProcess: Hashable, Sendable, CustomStringConvertible {
  /// A client that does one thing after another; not `Int64.min`.
  case client(Int64)
  /// What injects the faults.
  case nemesis

  /// The number, or `:nemesis`.
  package var description: String {
    switch self {
    case .client(let number): String(number)
    case .nemesis: ":nemesis"
    }
  }
}

/// The values of `:f`.
package enum JepsenFunction: UInt8, Hashable, Sendable, CaseIterable {
  /// Puts a value into a queue.
  case enqueue
  /// Takes a value out of a queue.
  case dequeue
  /// Takes values out of a queue until it is empty.
  case drain
  /// Reads a register, or a set.
  case read
  /// Writes a register.
  case write
  /// Compares a register with a value and, if it is equal, puts another in its place.
  case cas
  /// Takes a lock.
  case acquire
  /// Gives a lock back.
  case release
  /// Adds an element to a set.
  case add
  /// Anything else; the operation has its name.
  case other

  static let named = allCases.filter { $0 != .other }

  /// The keyword without its colon; nil for `other`.
  package var name: String? {
    switch self {
    case .enqueue: "enqueue"
    case .dequeue: "dequeue"
    case .drain: "drain"
    case .read: "read"
    case .write: "write"
    case .cas: "cas"
    case .acquire: "acquire"
    case .release: "release"
    case .add: "add"
    case .other: nil
    }
  }
}

/// The values of `:value`.
package enum JepsenValue: Hashable, Sendable {
  /// `nil`, or no value at all.
  case none
  /// A whole number.
  case integer(Int64)
  /// What a `cas` expects and what it puts in its place.
  case pair(Int64, Int64)
  /// A vector, list or set of whole numbers.
  case list([Int64])
  /// Anything else, as the EDN that it was.
  case text(String)
}
