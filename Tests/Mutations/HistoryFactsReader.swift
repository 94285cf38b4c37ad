import Operations

/// Reads a history event by event into facts.
struct HistoryFactsReader {
  private enum Known {
    case publish(Int)
    case dequeue(Int)
    case consume(Invocation, place: Int)
  }

  private(set) var facts: HistoryFacts
  private var operations: [OperationID: Known] = [:]
  private var messages: [MessageID: Int] = [:]
  private var sessions: [SessionID: Int] = [:]
  /// By session: the places of its unsettled receptions.
  private var held: [SessionID: [Int]] = [:]
  /// By session: the last publish that was written to it.
  private var lastWritten: [SessionID: OperationID] = [:]

  init(_ facts: HistoryFacts) {
    self.facts = facts
  }

  mutating func observe(_ event: Event, _ place: Int) {
    switch event {
    case .invoked(let invocation): invoke(invocation, place)
    case .written(let written): write(written, place)
    case .completed(let operation, let outcome): complete(operation, outcome, place)
    case .delivered(let delivery):
      facts.pushed.insert(delivery.queue)
      receive(
        HistoryFacts.Reception(place: place, receipt: delivery.receipt, queue: delivery.queue))
    case .settled(let settlement): settle(settlement, place)
    case .answered(let answer): receive(answer, place)
    case .sessionOpened(let opening):
      sessions[opening.session] = facts.sessions.count
      facts.sessions.append(
        HistoryFacts.Session(id: opening.session, client: opening.client, opened: place))
    case .sessionLost(let session, _):
      if place < facts.done, let index = sessions[session] { facts.sessions[index].lost = place }
    case .fault: facts.hasFaults = true
    case .broker(let event):
      if event.kind == .drained, let queue = event.queue { facts.proofs.append((place, queue)) }
    case .phase(let phase): enter(phase, place)
    case .watched: break
    case .returned(_, let message):
      if let index = messages[message] { facts.publishes[index].returned = place }
    }
  }

  private mutating func enter(_ phase: Phase, _ place: Int) {
    if phase == .load {
      facts.load = place..<facts.history.events.count
    } else if facts.load.upperBound > place {
      facts.load = facts.load.lowerBound..<max(facts.load.lowerBound, place)
    }
  }

  private mutating func invoke(_ invocation: Invocation, _ place: Int) {
    switch invocation.action {
    case .publish(let message):
      operations[invocation.operation] = .publish(facts.publishes.count)
      messages[message] = facts.publishes.count
      facts.publishes.append(
        HistoryFacts.Publish(
          message: message, operation: invocation.operation, queue: invocation.queue,
          invoked: place))
    case .get, .take, .drain:
      operations[invocation.operation] = .dequeue(facts.dequeues.count)
      facts.dequeues.append(
        HistoryFacts.Dequeue(
          operation: invocation.operation, action: invocation.action, client: invocation.client,
          queue: invocation.queue, invoked: place))
    case .consume:
      facts.pushed.insert(invocation.queue)
      operations[invocation.operation] = .consume(invocation, place: place)
    }
  }

  private mutating func write(_ written: Written, _ place: Int) {
    guard let session = sessions[written.session] else { return }
    switch operations[written.operation] {
    case .publish(let index):
      facts.publishes[index].session = written.session
      facts.publishes[index].number = written.sequence
      facts.sessions[session].publishes.append(index)
      if let last = lastWritten[written.session], last > written.operation {
        facts.publishes[index].isOrdered = false
      } else {
        lastWritten[written.session] = written.operation
      }
    case .consume(let invocation, let invoked):
      guard case .consume(let prefetch) = invocation.action else { return }
      facts.sessions[session].consumes.append(
        HistoryFacts.Consume(
          operation: invocation.operation, invoked: invoked, written: place,
          queue: invocation.queue, prefetch: prefetch))
    case .dequeue, nil: break
    }
  }

  private mutating func complete(_ operation: OperationID, _ outcome: Outcome, _ place: Int) {
    switch operations[operation] {
    case .publish(let index):
      facts.publishes[index].ended = place
      facts.publishes[index].outcome = outcome
    case .dequeue(let index):
      facts.dequeues[index].ended = place
      if case .info = outcome { return }
      facts.dequeues[index].isInDoubt = false
      guard case .ok(.message(let receipt)) = outcome else { return }
      let dequeue = facts.dequeues[index]
      receive(
        HistoryFacts.Reception(
          place: place, receipt: receipt, queue: dequeue.queue, operation: operation,
          isTake: dequeue.action == .take))
    case .consume, nil: break
    }
  }

  private mutating func receive(_ reception: HistoryFacts.Reception) {
    let index = facts.receptions.count
    facts.receptions.append(reception)
    if let publish = messages[reception.receipt.message] {
      facts.publishes[publish].receptions.append(index)
    }
    if !reception.isTake { held[reception.receipt.session, default: []].append(index) }
  }

  private mutating func settle(_ settlement: Settlement, _ place: Int) {
    for index in held[settlement.session] ?? [] {
      let tag = facts.receptions[index].receipt.tag
      let isMeant =
        settlement.multiple
        ? settlement.tag == 0 || tag <= settlement.tag : tag == settlement.tag
      guard isMeant, facts.receptions[index].settled == nil else { continue }
      facts.receptions[index].settled = place
      facts.receptions[index].kind = settlement.kind
    }
  }

  private mutating func receive(_ answer: ConfirmAnswer, _ place: Int) {
    facts.answers.append(place)
    guard let session = sessions[answer.session] else { return }
    for index in facts.sessions[session].publishes where facts.publishes[index].answered == nil {
      let number = facts.publishes[index].number
      let isMeant =
        answer.multiple
        ? answer.sequence == 0 || number <= answer.sequence : number == answer.sequence
      if isMeant { facts.publishes[index].answered = place }
    }
  }
}
