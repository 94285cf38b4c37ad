import Environment
import Harness
import Operations

extension LinearizableQueueChecker.QueueState {
  /// The violation with messages and instants, for people.
  func witness(of violation: QueueViolation) -> Witness {
    let end = time(violation.rank)
    return Witness(
      message: message(of: violation.witness),
      operations: violation.witness.operations.map { OperationID(UInt32($0)) },
      from: start(of: violation.witness) ?? end, to: end,
      text: "\(violation.witness.name): \(text(of: violation))")
  }

  private func text(of violation: QueueViolation) -> WitnessText {
    let end = time(violation.rank).text
    switch violation.witness {
    case .fresh(let dequeue, let value):
      return "\(dequeue: dequeue) returned \(stranger(violation.witness)) at \(end), and "
        + "\(absence(of: value ?? laterValue(of: violation.witness)))"
    case .repeated(let value, let first, let second):
      return "\(name(value)) was returned by \(dequeue: first), and at \(end) again by "
        + "\(dequeue: second); it had not gone back in between"
    case .order(let earlier, let later, let shortage):
      return "\(published(earlier)) before \(name(later.value)) began to be published, which was "
        + "dequeued by \(end), before \(overtaken(earlier.value, at: violation.rank))"
        + "\(excuse(shortage))"
    case .lost(let missing, let later, let shortage):
      return "\(published(missing)) before \(name(later.value)) began to be published, which was "
        + "dequeued by \(end), and nothing ever returned \(name(missing.value))\(excuse(shortage))"
    case .empty(let dequeue, let present, let shortage):
      return "\(finder(dequeue)) found the queue empty by \(end), which at no instant since its "
        + "invocation it can have been; at the end \(published(present)) and had not been "
        + "dequeued\(excuse(shortage))"
    }
  }

  /// What came too late of a value that should have come before another one.
  private func overtaken(_ value: Int32, at rank: Int) -> WitnessText {
    // Of two values of one drain both takes are invoked before either returns.
    if recorder.operations.values[Int(value)].taken < rank { return "\(name(value)), in one drain" }
    return "anything that dequeued \(name(value)) was invoked"
  }

  /// The operation that found the queue empty.
  private func finder(_ number: Int32) -> WitnessText {
    let isDrain = recorder.operations.empties.contains { $0.operation == number && $0.isDrain }
    return isDrain ? "\(drain: number)" : "\(dequeue: number)"
  }

  /// What was returned that was not in the queue.
  private func stranger(_ witness: QueueWitness) -> WitnessText {
    guard let message = message(of: witness), message != .foreign else {
      return "a message without an id of this run"
    }
    return "\(message)"
  }

  /// What a message that came before anybody published it became when somebody did.
  private func laterValue(of witness: QueueWitness) -> Int32? {
    message(of: witness).flatMap { recorder.values.value(of: $0) }
  }

  /// Why a value was not in the queue.
  private func absence(of value: Int32?) -> String {
    guard let value else { return "nobody ever published it to this queue" }
    let rank = recorder.operations.values[Int(value)].published
    return rank == QueueOperations.never
      ? "its publish certainly failed"
      : "no publish of it to this queue that may have happened began before "
        + time(Int(rank)).text
  }

  /// How many values dequeues in doubt would have had to take.
  private func excuse(_ shortage: QueueWitness.Shortage) -> String {
    if shortage.crashed == 0 { return "" }
    return
      "; of \(shortage.values) such messages the \(shortage.crashed) dequeues in doubt can have "
      + "taken no more than one each"
  }

  private func published(_ element: QueueWitness.Element) -> WitnessText {
    let rank = recorder.operations.values[Int(element.value)].confirmed
    let when = rank == QueueOperations.never ? "" : " at \(time(Int(rank)).text)"
    return "\(name(element.value)) was confirmed\(when)"
  }

  private func name(_ value: Int32) -> WitnessText {
    recorder.values.message(of: value).map { "\($0)" } ?? "a message"
  }

  private func time(_ rank: Int) -> Instant { recorder.times.instant(of: rank) ?? .zero }

  private func message(of witness: QueueWitness) -> MessageID? {
    if case .fresh(let dequeue, nil) = witness {
      return recorder.firstStranger.flatMap { $0.operation == dequeue ? $0.message : nil }
    }
    let value: Int32? =
      switch witness {
      case .fresh(_, let value): value
      case .repeated(let value, _, _): value
      case .order(let element, _, _), .lost(let element, _, _), .empty(_, let element, _):
        element.value
      }
    return value.flatMap { recorder.values.message(of: $0) }
  }

  /// When the message that it is about began to be published.
  private func start(of witness: QueueWitness) -> Instant? {
    let value: Int32? =
      switch witness {
      case .fresh: nil
      case .repeated(let value, _, _): value
      case .order(let element, _, _), .lost(let element, _, _), .empty(_, let element, _):
        element.value
      }
    guard let value else { return nil }
    let rank = recorder.operations.values[Int(value)].published
    return rank == QueueOperations.never ? nil : recorder.times.instant(of: Int(rank))
  }
}
