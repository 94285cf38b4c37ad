import Environment
import Harness
import Operations

extension Ledger {
  mutating func invoke(_ invocation: Invocation, at: Instant) throws(CheckerFailure) {
    let queue = try index.place(of: invocation.queue)
    guard case .publish(let message) = invocation.action else {
      let epoch = queues[queue].proofs(before: at)
      queues[queue].doubt.begin(invocation.action, epoch: epoch)
      try operations.open(
        invocation.operation,
        .other(OtherOperation(action: invocation.action, queue: queue, at: at, epoch: epoch)))
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
    case .other(var other):
      other.session = written.session
      operations.update(written.operation, .other(other))
    case nil:
      // An operation may be written after its deadline has ended it.
      guard operations.isPast(written.operation) else {
        throw CheckerFailure("operation \(written.operation) is written before it is invoked")
      }
    }
  }

  mutating func complete(
    _ operation: OperationID, _ outcome: Outcome, at: Instant
  ) throws(CheckerFailure) {
    switch try operations.close(operation) {
    case .publish(let slot):
      let end = try Self.end(outcome, of: operation)
      messages[slot].complete(end, at: at)
    case .other(let other): try complete(other, outcome, at: at)
    }
  }

  private mutating func complete(
    _ other: OtherOperation, _ outcome: Outcome, at: Instant
  ) throws(CheckerFailure) {
    if case .info = outcome { return }
    queues[other.queue].doubt.end(other.action, epoch: other.epoch)
    guard case .ok(let answer) = outcome else { return }
    if case .message(let receipt) = answer {
      try receive(receipt, from: other.queue, at: at, sentAfter: other.at)
      // The broker forgets what is taken: as good as an ack that cannot be lost.
      guard other.action == .take else { return }
      try settle(
        Settlement(session: receipt.session, tag: receipt.tag, multiple: false, kind: .ack),
        at: at)
    } else if let session = other.session {
      // The broker answered, so that the session was alive after the operation was invoked.
      try noteLife(of: sessions.place(of: session), after: other.at.nanoseconds)
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
