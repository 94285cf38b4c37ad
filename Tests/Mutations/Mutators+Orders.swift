import Environment
import Harness
import Operations

/// Messages that came in the wrong order, or not although they were there.
extension HistoryMutator {
  /// Lets two messages of one channel come to one channel the other way round.
  static let swapDeliveries = HistoryMutator(
    "swap-deliveries",
    where: "one session published both, the later one before the earlier one was received; both "
      + "were received once, unflagged, by one session from the queue of the publish, and acked",
    violates: [
      .channelOrder, .linearizableFIFO, .linearizableBag, .emptyWhileReady, .requeuePosition,
    ]
  ) { facts, draws in
    let single = facts.onlyReceptions { $0.kind == .ack }
    var candidates: [(HistoryFacts.Reception, HistoryFacts.Reception, OperationID)] = []
    for (earlier, first) in single {
      for (later, second) in single
      where first.place < second.place && earlier.operation < later.operation
        && earlier.session == later.session && later.invoked < first.place
        && first.receipt.session == second.receipt.session
        && earlier.isOrdered && later.isOrdered
        && (first.operation == nil) == (second.operation == nil)
        && facts.isWritten(later, before: first)
      {
        candidates.append((first, second, later.operation))
      }
    }
    guard let (first, second, publish) = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    editor.swapMessages(first, second)
    let (early, late) = (first.receipt.message, second.receipt.message)
    return HistoryChange(
      editor, .message(early), or: .operation(publish),
      "message \(late) came before message \(early)")
  }

  /// Lets two dequeues, one after the other, bring each other's messages.
  static let swapDequeues = HistoryMutator(
    "swap-dequeues",
    where: "nothing is pushed from the queue and it has no dead letters; the first message was "
      + "confirmed before the second was published, which was before the first dequeue ended, "
      + "which was before the second was invoked; no dequeue was invoked before the first one "
      + "ended that is in doubt; both were received once, unflagged, and taken or acked",
    violates: [
      .linearizableFIFO, .linearizableBag, .channelOrder, .emptyWhileReady, .requeuePosition,
    ]
  ) { facts, draws in
    let single = facts.onlyReceptions { facts.isFinished($0) && facts.isPolled($0.queue) }
    var candidates: [(HistoryFacts.Reception, HistoryFacts.Reception)] = []
    for (earlier, first) in single
    where facts.isConfirmed(earlier)
      && !facts.isInDoubt(earlier.queue, until: facts.at(first.place))
    {
      for (later, second) in single where earlier.queue == later.queue {
        guard let confirmed = earlier.ended, let operation = second.operation,
          let invoked = facts.dequeues.first(where: { $0.operation == operation })?.invoked,
          facts.at(confirmed) < facts.at(later.invoked), later.invoked < first.place,
          facts.at(first.place) < facts.at(invoked)
        else { continue }
        candidates.append((first, second))
      }
    }
    guard let (first, second) = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    editor.swapMessages(first, second)
    let (early, late) = (first.receipt.message, second.receipt.message)
    return HistoryChange(
      editor, .message(early), or: first.operation.map { .operation($0) },
      "message \(late) was dequeued before message \(early)")
  }

  /// Lets a get find a queue empty that is not.
  static let emptyWhileReady = HistoryMutator(
    "empty-while-ready",
    where: "nothing is pushed from the queue and it has no dead letters; the get comes after a "
      + "message was confirmed, and ends before any operation is invoked that received it or is in "
      + "doubt",
    violates: [.linearizableFIFO, .linearizableBag, .emptyWhileReady]
  ) { facts, draws in
    let candidates = facts.publishes.flatMap { publish -> [(HistoryFacts.Publish, Int)] in
      guard facts.isPolled(publish.queue), facts.isConfirmed(publish), let ended = publish.ended,
        let invoked = facts.firstDequeue(of: publish),
        ended < invoked
      else { return [] }
      return ((ended + 1)...invoked).filter {
        !facts.isInDoubt(publish.queue, until: facts.at($0 - 1))
      }
      .map { (publish, $0) }
    }
    guard let (ready, place) = draws.element(of: candidates),
      let client = facts.idleClients(of: ready.queue, at: place).first
    else { return nil }
    var editor = HistoryEditor(facts)
    let operation = editor.perform(.get, by: client, at: place) { _ in .ok(.empty) }
    return HistoryChange(
      editor, .operation(operation),
      "get \(operation) found the queue empty while message \(ready.message) was ready")
  }
}

extension HistoryFacts {
  /// The messages that were received once, unflagged, from the queue of their publish.
  fileprivate func onlyReceptions(
    where isFit: (Reception) -> Bool
  ) -> [(Publish, Reception)] {
    publishes.compactMap { publish in
      guard publish.receptions.count == 1, let reception = received(publish).first,
        !reception.receipt.redelivered, reception.queue == publish.queue,
        publish.session != nil, isFit(reception)
      else { return nil }
      return (publish, reception)
    }
  }

  /// Where the first of the operations was invoked that received a message.
  fileprivate func firstDequeue(of publish: Publish) -> Int? {
    let operations = received(publish).compactMap(\.operation)
    return dequeues.first { operations.contains($0.operation) }?.invoked
  }

  /// Whether a dequeue of a queue is in doubt that was invoked at an instant or before it.
  fileprivate func isInDoubt(_ queue: QueueID, until instant: Instant) -> Bool {
    dequeues.contains { $0.queue == queue && $0.isInDoubt && at($0.invoked) <= instant }
  }

  /// Whether a publish was written before a message was received.
  fileprivate func isWritten(_ publish: Publish, before reception: Reception) -> Bool {
    history.events[..<reception.place].contains {
      if case .written(let written) = $0.event {
        written.operation == publish.operation
      } else {
        false
      }
    }
  }
}
