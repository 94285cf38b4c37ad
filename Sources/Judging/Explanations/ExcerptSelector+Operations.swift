import Checkers
import Environment
import Harness
import Operations

/// A get, take or drain of which an excerpt keeps the events as long as it may need them.
struct ExcerptDequeue: Sendable {
  enum End: Sendable {
    case open
    /// It brought a message that is kept, with its number and order.
    case brought(Int32, order: Int)
    /// It brought another one, or took nothing from a queue that does not matter.
    case foreign
    case idle
    case doubt
  }

  var action: Action
  var queue: QueueID
  var session: SessionID?
  var end = End.open
}

/// A message that a session holds.
struct HeldMessage: Sendable {
  var tag: UInt64
  var number: Int32
}

extension ExcerptSelector {
  mutating func invoke(_ invocation: Invocation, _ event: TimedEvent) {
    let operation = invocation.operation
    switch invocation.action {
    case .publish(let message):
      wholeMessages += 1
      guard let number = publish(message, invocation, at: event.at) else { return }
      publishes[operation] = number
      messages[Int(number)].operation = operation
      add(event, .message, number)
    case .get, .take, .drain:
      dequeues[operation] = ExcerptDequeue(
        action: invocation.action, queue: invocation.queue)
      add(event, .dequeue(operation))
    case .consume:
      consumes[operation] = invocation.queue
      add(event, .consume(operation, invocation.queue))
    }
  }

  mutating func write(_ written: Written, _ event: TimedEvent) {
    let operation = written.operation
    if rules.keeps.contains(.answers), written.sequence > 0 {
      let entry = UnansweredPublishes.Entry(message: nil, operation: operation)
      // Numbers that are out of order stop the checker, so that there is nothing to be explained.
      try? unanswered[written.session, default: UnansweredPublishes()]
        .assign(written.sequence, entry)
    }
    if let number = publishes[operation] {
      let place = PublishNumber(session: written.session, sequence: written.sequence)
      messages[Int(number)].number = place
      byNumber[place] = number
      add(event, .message, number)
    } else if let queue = consumes[operation] {
      add(event, .consume(operation, queue))
    } else if let dequeue = dequeues[operation] {
      dequeues[operation]?.session = written.session
      var kind = ExcerptAtom.Kind.dequeue(operation)
      if case .doubt = dequeue.end { kind = .doubt(dequeue.queue) }
      add(event, kind)
    }
  }

  mutating func complete(
    _ operation: OperationID, _ outcome: Outcome, _ event: TimedEvent
  ) {
    if let number = publishes[operation] { return add(event, .message, number) }
    if let queue = consumes[operation] { return add(event, .consume(operation, queue)) }
    guard var dequeue = dequeues[operation] else { return }
    add(event, .dequeue(operation))
    switch outcome {
    case .ok(.message(let receipt)):
      dequeue.end = .foreign
      if let number = numberReceived(receipt.message, at: event.at) {
        dequeue.end = .brought(number, order: messages[Int(number)].order)
        let isFinal = dequeue.action == .take
        receive(receipt, event, kind: nil, isFinal: isFinal)
      }
    case .ok, .fail: dequeue.end = related.contains(dequeue.queue) ? .idle : .foreign
    case .info:
      dequeue.end = rules.explains(dequeue.action) ? .doubt : .foreign
      if dequeue.action == .get, let session = dequeue.session { unseen.insert(session) }
    }
    dequeues[operation] = dequeue
  }

  /// Takes a delivery; with `kind` nil the event is there already.
  mutating func receive(
    _ receipt: Receipt, _ event: TimedEvent, kind: ExcerptAtom.Kind?, isFinal: Bool
  ) {
    guard let number = numberReceived(receipt.message, at: event.at) else { return }
    if let kind { add(event, kind, number) }
    if case .unreceived = rules.companions, !messages[Int(number)].isNamed {
      return dropIfUnneeded(number)
    }
    if isFinal { return finishMessage(number, at: event.at) }
    held[receipt.session, default: []].append(HeldMessage(tag: receipt.tag, number: number))
  }

  mutating func settle(_ settlement: Settlement, _ event: TimedEvent) {
    let isMeant = { (held: HeldMessage) in
      settlement.multiple
        ? settlement.tag == 0 || held.tag <= settlement.tag : held.tag == settlement.tag
    }
    let settled = (held[settlement.session] ?? []).filter(isMeant)
      .filter { !messages[Int($0.number)].isDropped }
    if !settled.isEmpty { held[settlement.session]?.removeAll(where: isMeant) }
    if rules.keeps.contains(.unseenSettlements), settlement.multiple, settlement.kind.isFinal,
      unseen.contains(settlement.session)
    {
      add(event, .always)
    } else if let first = settled.first {
      var atom = ExcerptAtom(timed: event, kind: .message, subject: first.number)
      atom.others = settled.dropFirst().map(\.number)
      atoms.append(atom)
    }
    guard settlement.kind.isFinal else { return }
    for message in settled { finishMessage(message.number, at: event.at) }
  }

  /// Somebody was done with a message.
  private mutating func finishMessage(_ number: Int32, at: Instant) {
    noteFinished(number, isEarly: at < witness.from)
  }

  /// Takes a confirm; one of several numbers becomes one for each message that is kept.
  mutating func take(_ answer: ConfirmAnswer, at: Instant) {
    var known = unanswered[answer.session] ?? UnansweredPublishes()
    let last = known.last
    let isAll = answer.multiple && answer.sequence == 0
    let sequence = isAll ? last : answer.sequence
    let isGiven = sequence > 0 && sequence <= last
    var pending: [UInt64] = []
    if isGiven, isAll || known.isUnanswered(sequence) {
      pending =
        answer.multiple ? known.unansweredNumbers(through: sequence) : [sequence]
      for number in pending { _ = known.answer(number) }
      unanswered[answer.session] = known
    }
    let isSound = isGiven && !pending.isEmpty
    guard isSound else {
      return keepWrong(answer, number: sequence, isGiven: isGiven, at: at)
    }
    for number in pending {
      let place = PublishNumber(session: answer.session, sequence: number)
      guard let message = byNumber[place] else { continue }
      let single = ConfirmAnswer(
        session: answer.session, sequence: number, multiple: false, positive: answer.positive)
      add(TimedEvent(at: at, .answered(single)), .message, message)
    }
  }

  /// Keeps an answer that answers nothing, with the message that has its number if one has.
  private mutating func keepWrong(
    _ answer: ConfirmAnswer, number: UInt64, isGiven: Bool, at: Instant
  ) {
    let place = PublishNumber(session: answer.session, sequence: number)
    let event = TimedEvent(at: at, .answered(answer))
    if !isGiven { return add(event, .always) }
    guard let message = byNumber[place] else { return }
    if at == witness.from { name(message) }
    add(event, .message, message)
  }

  /// Whether what was learnt of the broker may be needed.
  func isNeeded(_ event: BrokerEvent) -> Bool {
    switch event.kind {
    case .drained, .undrained: event.queue.map { related.contains($0) } ?? true
    case .leader, .nodeDown, .partitioned, .bootRetried: true
    case .logged: rules.keeps.contains(.logs)
    case .unsynchronised, .synchronised: guarantee == .replicasAgree
    case .nodeUp, .nodeState, .healed: false
    }
  }
}

extension ExcerptAtom {
  /// Forgets the messages that do not fulfil a condition; one of them does.
  mutating func keepOnly(_ condition: (Int32) -> Bool) {
    let kept = ([subject] + others).filter(condition)
    subject = kept.first ?? Self.none
    others = Array(kept.dropFirst())
  }
}
