/// A register that is read and written.
package struct Register: Model {
  /// What is done to it.
  package enum Operation: Hashable, Sendable {
    /// Returned this value; nil if there was none.
    case read(Int64?)
    /// Put this value in.
    case write(Int64)
  }

  /// The value at first; nil for none.
  package var initial: Int64?

  /// A register with a value.
  package init(initial: Int64? = nil) {
    self.initial = initial
  }

  /// A read returns what was written last.
  package func step(_ state: Int64?, _ operation: Operation) -> Successors<Int64?> {
    switch operation {
    case .read(let value): .one(state, if: value == state)
    case .write(let value): .one(value)
    }
  }

  /// A write may take effect.
  package func unfinished(_ operation: Operation) -> Operation? {
    if case .write = operation { operation } else { nil }
  }

  /// By value.
  package func digest(of state: Int64?) -> UInt64 {
    StateDigest(state ?? 0, state == nil ? 0 : 1).value
  }
}

/// A register that is read, written, and set to a value if it has another one.
package struct CASRegister: Model {
  /// What is done to it.
  package enum Operation: Hashable, Sendable {
    /// Returned this value; nil if there was none.
    case read(Int64?)
    /// Put this value in.
    case write(Int64)
    /// Replaced `from` by `to`, or found that it is not `from`; nil if nobody knows.
    case compareAndSet(from: Int64, to: Int64, succeeded: Bool?)
  }

  /// The value at first; nil for none.
  package var initial: Int64?

  /// A register with a value.
  package init(initial: Int64? = nil) {
    self.initial = initial
  }

  /// A read returns what was written last; a compare-and-set succeeds where the value is the same.
  package func step(_ state: Int64?, _ operation: Operation) -> Successors<Int64?> {
    switch operation {
    case .read(let value): return .one(state, if: value == state)
    case .write(let value): return .one(value)
    case .compareAndSet(let from, let to, let succeeded):
      let isSame = state == from
      return .one(isSame ? to : state, if: succeeded == nil || succeeded == isSame)
    }
  }

  /// A write or a compare-and-set may take effect.
  package func unfinished(_ operation: Operation) -> Operation? {
    switch operation {
    case .read: nil
    case .write: operation
    case .compareAndSet(let from, let to, _):
      .compareAndSet(from: from, to: to, succeeded: nil)
    }
  }

  /// Reads, and what found another value.
  package func isReadOnly(_ operation: Operation) -> Bool {
    switch operation {
    case .read, .compareAndSet(_, _, succeeded: false): true
    default: false
    }
  }

  /// By value.
  package func digest(of state: Int64?) -> UInt64 {
    StateDigest(state ?? 0, state == nil ? 0 : 1).value
  }
}

/// A lock that one holder has at a time.
package struct Lock: Model {
  /// What is done to it.
  package enum Operation: Hashable, Sendable {
    /// Got the lock.
    case acquire
    /// Gave it back.
    case release
  }

  /// Nobody has it at first.
  package let initial = false

  /// A lock that nobody has.
  package init() {}

  /// Only what is free can be acquired, only what is held released.
  package func step(_ state: Bool, _ operation: Operation) -> Successors<Bool> {
    .one(!state, if: state == (operation == .release))
  }

  /// Both may take effect.
  package func unfinished(_ operation: Operation) -> Operation? { operation }

  /// By whether it is held.
  package func digest(of state: Bool) -> UInt64 { StateDigest(state ? 1 : 0).value }
}
