import Operations

/// Counts the quirks that a history shows.
struct QuirkCensus {
  private struct Message {
    /// How its publish ended; nil if it did not.
    var outcome: Outcome?
    var receipts = 0
    /// It was given back by its consumer, or its session was lost, since it was received last.
    var wasGivenBack = false
    var wasLost = false
    var wasAcked = false
  }
  private struct Session {
    var tags: [UInt64: MessageID] = [:]
    var numbers: [UInt64: OperationID] = [:]
    var prefetches: [UInt16] = []
    var pushed: Set<UInt64> = []
    /// What was given back together since something was received.
    var givenBack: Set<MessageID> = []
  }

  private(set) var counts: [Quirk: Int] = [:]
  private var messages: [MessageID: Message] = [:]
  private var operations: [OperationID: Action] = [:]
  private var ended: Set<OperationID> = []
  private var sessions: [SessionID: Session] = [:]

  init(_ history: History) {
    for event in history.events { observe(event.event) }
    counts[.neverStored] = messages.values.count { message in
      if case .info(let doubt) = message.outcome {
        doubt != .nacked && message.receipts == 0
      } else {
        false
      }
    }
    counts[.nacked] = messages.values.count { $0.outcome == .info(.nacked) && $0.receipts == 0 }
  }

  subscript(quirk: Quirk) -> Int { counts[quirk, default: 0] }

  private mutating func note(_ quirk: Quirk) { counts[quirk, default: 0] += 1 }

  private mutating func observe(_ event: Event) {
    switch event {
    case .invoked(let invocation):
      operations[invocation.operation] = invocation.action
      if case .publish(let message) = invocation.action { messages[message] = Message() }
    case .written(let written): write(written)
    case .completed(let operation, let outcome): complete(operation, outcome)
    case .delivered(let delivery):
      receive(delivery.receipt)
      push(delivery.receipt)
    case .settled(let settlement): settle(settlement)
    case .answered(let answer): receive(answer)
    case .sessionLost(let session, _):
      for message in sessions[session, default: Session()].tags.values {
        messages[message]?.wasLost = true
      }
      sessions[session] = nil
    case .returned, .sessionOpened, .fault, .broker, .watched, .phase: break
    }
  }

  private mutating func write(_ written: Written) {
    if written.sequence > 0 {
      sessions[written.session, default: Session()].numbers[written.sequence] = written.operation
    }
    guard case .consume(let prefetch) = operations[written.operation] else { return }
    sessions[written.session, default: Session()].prefetches.append(prefetch)
    if sessions[written.session]?.prefetches.count ?? 0 > 1,
      sessions[written.session]?.pushed.isEmpty == false
    {
      note(.cancelledInFlight)
    }
  }

  private mutating func complete(_ operation: OperationID, _ outcome: Outcome) {
    ended.insert(operation)
    switch (operations[operation], outcome) {
    case (.publish(let message), _):
      messages[message]?.outcome = outcome
      if outcome == .fail(.returned) { note(.returned) }
      if outcome == .fail(.notWritten) { note(.refused) }
    case (.drain, .info): note(.crashedDrain)
    case (.get, .info): note(.unansweredGet)
    case (_, .ok(.message(let receipt))):
      if sessions[receipt.session]?.givenBack.contains(receipt.message) == true {
        note(.getAfterReturns)
      }
      receive(receipt)
    default: break
    }
  }

  private mutating func receive(_ receipt: Receipt) {
    guard var message = messages[receipt.message] else { return }
    if message.receipts == 0 {
      if receipt.redelivered { note(.hiddenDelivery) }
      if message.outcome == .info(.nacked) { note(.nackedYetStored) }
      if message.outcome == .info(.timeout) { note(.lateAnswer) }
    } else if message.wasAcked {
      note(.lostAck)
    } else if message.wasLost {
      note(.redeliveryAfterLoss)
    } else if message.wasGivenBack {
      note(.requeue)
    }
    message.receipts += 1
    (message.wasGivenBack, message.wasLost) = (false, false)
    messages[receipt.message] = message
    sessions[receipt.session, default: Session()].tags[receipt.tag] = receipt.message
    sessions[receipt.session]?.givenBack = []
  }

  private mutating func push(_ receipt: Receipt) {
    sessions[receipt.session]?.pushed.insert(receipt.tag)
    guard let session = sessions[receipt.session], session.prefetches.count == 1,
      let prefetch = session.prefetches.first, prefetch > 0
    else { return }
    if session.pushed.count == Int(prefetch) { note(.fullPrefetch) }
  }

  private mutating func settle(_ settlement: Settlement) {
    guard let session = sessions[settlement.session] else { return }
    let tags = session.tags.keys.filter {
      $0 == settlement.tag || settlement.multiple && $0 < settlement.tag
    }
    if tags.count > 1 { note(.multipleAck) }
    for tag in tags {
      guard let message = sessions[settlement.session]?.tags.removeValue(forKey: tag) else {
        continue
      }
      sessions[settlement.session]?.pushed.remove(tag)
      if settlement.kind == .ack { messages[message]?.wasAcked = true }
      if settlement.kind.isFinal { continue }
      messages[message]?.wasGivenBack = true
      if tags.count > 1 { sessions[settlement.session]?.givenBack.insert(message) }
    }
  }

  private mutating func receive(_ answer: ConfirmAnswer) {
    guard let session = sessions[answer.session] else { return }
    let numbers = session.numbers.keys.filter {
      $0 == answer.sequence || answer.multiple && $0 < answer.sequence
    }
    if numbers.count > 1 { note(.multipleConfirm) }
    for number in numbers {
      let operation = sessions[answer.session]?.numbers.removeValue(forKey: number)
      if let operation, ended.contains(operation) { note(.lateConfirm) }
    }
  }
}
