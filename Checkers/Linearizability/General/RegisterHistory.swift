package import Operations

/// That a history has an operation that is not done to a register.
package struct NotOfRegister: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place of its invocation in the history, from 0.
  package var place: Int
  /// What was done, without the colon.
  package var function: String

  /// For people: what it is and what a register knows.
  package var description: String {
    "operation \(place): :\(function) with such a value is not done to a register, which knows "
      + ":read, :write and :cas"
  }
}

extension CASRegister {
  /// The operations of a register in a history of Jepsen's; numbers are those of the invocations.
  ///
  /// What failed did not happen; what is in doubt or has no end never returned. A read that
  /// returned `nil` found no value. Throws the first operation that is none of a register.
  package static func operations(
    of history: JepsenHistory
  ) throws(NotOfRegister) -> [ConcurrentOperation<Operation>] {
    var operations: [ConcurrentOperation<Operation>] = []
    for (place, invocation) in history.operations.enumerated() where invocation.type == .invoke {
      guard invocation.process != .nemesis else { continue }
      let end = history.end(of: place)
      if end?.type == .fail { continue }
      let isReturned = end?.type == .ok
      guard let operation = Operation(isReturned ? end ?? invocation : invocation) else {
        throw NotOfRegister(place: place, function: invocation.functionName)
      }
      let number = invocation.index.map { Int($0) } ?? place
      let from = Int64(place)
      if isReturned {
        operations.append(
          ConcurrentOperation(
            number: number, operation, from: from, to: Int64(history.partners[place])))
      } else if let unfinished = CASRegister().unfinished(operation) {
        operations.append(ConcurrentOperation(number: number, unfinished, from: from, to: nil))
      }
    }
    return operations
  }
}

extension CASRegister.Operation {
  /// What a line says; nil if it is nothing that is done to a register.
  fileprivate init?(_ line: JepsenOperation) {
    switch (line.functionName, line.value) {
    case ("read", .none): self = .read(nil)
    case ("read", .integer(let value)): self = .read(value)
    case ("write", .integer(let value)): self = .write(value)
    case ("cas", .pair(let from, let to)):
      self = .compareAndSet(from: from, to: to, succeeded: true)
    default: return nil
    }
  }
}
