import Environment
import Harness
import Operations

extension Ledger {
  mutating func invoke(_ invocation: Invocation, at: Instant) throws(CheckerFailure) {
    let queue = try index.place(of: invocation.queue)
    guard case .publish(let message) = invocation.action else {
      try operations.open(invocation.operation, .other(queue: queue, at: at, session: nil))
      return
    }
    var state = MessageState()
    state.invokedAt = at.nanoseconds
    state.operation = invocation.operation.rawValue
    state.queue = UInt16(queue)
    guard index.client(message.client) != nil else {
      throw CheckerFailure("message \(message) is published by a client that the header omits")
    }
    let slot = try messages.add(message, state)
    try operations.open(invocation.operation, .publish(slot))
    queues[queue].totals.attempts += 1
  }

  mutating func write(_ written: Written) throws(CheckerFailure) {
    let place = try sessions.place(of: written.session)
    switch operations[written.operation] {
    case .publish(let slot):
      messages[slot].session = written.session.rawValue
      if let last = sessions[place].lastWritten, last > written.operation.rawValue {
        messages[slot].flags.insert(.unordered)
      } else {
        sessions[place].lastWritten = written.operation.rawValue
      }
    case .other(let queue, let at, _):
      operations.update(
        written.operation, .other(queue: queue, at: at, session: written.session))
    case nil:
      // An operation may be written after its deadline has ended it.
      guard operations.wasInvoked(written.operation) else {
        throw CheckerFailure("operation \(written.operation) is written before it is invoked")
      }
    }
  }

  mutating func complete(
    _ operation: OperationID, _ outcome: Outcome, at: Instant
  ) throws(CheckerFailure) {
    switch try operations.close(operation) {
    case .publish(let slot):
      messages[slot].endedAt = at
      messages[slot].end = try Self.end(outcome, of: operation)
    case .other(let queue, let invokedAt, let session):
      guard case .ok(let answer) = outcome else { return }
      if case .message(let receipt) = answer {
        try receive(receipt, from: queue, at: at, sentAfter: invokedAt)
      } else if let session {
        // The broker answered, so that the session was alive after the operation was invoked.
        try noteLife(of: sessions.place(of: session), after: invokedAt.nanoseconds)
      }
    }
  }

  private static func end(
    _ outcome: Outcome, of operation: OperationID
  ) throws(CheckerFailure) -> PublishEnd {
    switch outcome {
    case .ok(.confirmed): return .confirmed
    case .ok(let answer):
      throw CheckerFailure("publish \(operation) ends with the answer \(answer), not a confirm")
    case .fail(.notWritten): return .refused
    case .fail(.returned): return .returned
    case .info: return .doubtful
    }
  }
}
