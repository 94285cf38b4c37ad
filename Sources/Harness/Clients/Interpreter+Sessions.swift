import Environment
import Operations

extension Interpreter {
  /// Takes what a client's session reports: records it, then lets the client go on.
  mutating func receive(
    _ event: SessionEvent, of client: ClientID, at now: Instant, into actions: inout [Action]
  ) {
    let index = Int(client.rawValue)
    switch event {
    case .opened(let incarnation):
      let session = newSession()
      clients[index].session = Client.Session(id: session, incarnation: incarnation)
      let opening = SessionOpening(
        session: session, client: client, node: clients[index].description.node)
      record(.sessionOpened(opening), at: now, into: &actions)
    case .lost(let incarnation, let reason):
      lose(incarnation, of: index, reason: reason, at: now, into: &actions)
    case .completed(let operation, let outcome):
      complete(operation, outcome, of: index, at: now, into: &actions)
    case .consumerCancelled:
      clients[index].consumer = .idle(retryAt: now + Self.consumeRetry)
    default:
      note(event, of: index, at: now, into: &actions)
    }
    advance(index, at: now, into: &actions)
  }

  private mutating func lose(
    _ incarnation: UInt32, of index: Int, reason: String, at now: Instant,
    into actions: inout [Action]
  ) {
    guard let session = clients[index].session(of: incarnation) else { return }
    clients[index].session = nil
    clients[index].held.removeAll()
    clients[index].consumer = .idle(retryAt: now + Self.consumeRetry)
    record(.sessionLost(session, reason: reason), at: now, into: &actions)
  }

  /// Events that are recorded and change little else.
  private mutating func note(
    _ event: SessionEvent, of index: Int, at now: Instant, into actions: inout [Action]
  ) {
    switch event {
    case .written(let operation, let incarnation, let sequence):
      guard let session = clients[index].session(of: incarnation) else { return }
      record(
        .written(Written(operation: operation, session: session, sequence: sequence)),
        at: now, into: &actions)
    case .delivered(let incarnation, let receipt):
      deliver(receipt, incarnation: incarnation, to: index, at: now, into: &actions)
    case .settled(let incarnation, let tag, let multiple, let kind):
      guard let session = clients[index].session(of: incarnation) else { return }
      record(
        .settled(Settlement(session: session, tag: tag, multiple: multiple, kind: kind)),
        at: now, into: &actions)
    case .answered(let incarnation, let sequence, let multiple, let positive):
      guard let session = clients[index].session(of: incarnation) else { return }
      record(
        .answered(
          ConfirmAnswer(
            session: session, sequence: sequence, multiple: multiple, positive: positive)),
        at: now, into: &actions)
    case .returned(let incarnation, let message):
      guard let session = clients[index].session(of: incarnation) else { return }
      record(.returned(session, message), at: now, into: &actions)
    case .opened, .lost, .completed, .consumerCancelled, .attemptFailed: break
    }
  }

  private mutating func deliver(
    _ receipt: SessionReceipt, incarnation: UInt32, to index: Int, at now: Instant,
    into actions: inout [Action]
  ) {
    guard let session = clients[index].session(of: incarnation) else { return }
    record(
      .delivered(
        Delivery(
          queue: clients[index].description.queue, receipt: Receipt(receipt, session: session))),
      at: now, into: &actions)
    hold(receipt, incarnation: incarnation, of: index, at: now)
  }

  private mutating func hold(
    _ receipt: SessionReceipt, incarnation: UInt32, of index: Int, at now: Instant
  ) {
    count({ $0.delivered += 1 }, for: index)
    guard case .consume(let consumption) = clients[index].behaviour else { return }
    let choice = consumption.answers.choice(
      of: clients[index].description.id, number: clients[index].received)
    clients[index].received += 1
    clients[index].held.append(
      Client.Held(
        due: now + consumption.hold, incarnation: incarnation, tag: receipt.tag, choice: choice))
  }

  private mutating func complete(
    _ operation: OperationID, _ outcome: SessionOutcome, of index: Int, at now: Instant,
    into actions: inout [Action]
  ) {
    clients[index].outstanding -= 1
    if clients[index].consumer == .asked(operation) { answered(index, outcome, at: now) }
    if outcome == .confirmed { count({ $0.confirmed += 1 }, for: index) }
    record(.completed(operation, history(outcome, of: index)), at: now, into: &actions)
    if case .message(let incarnation, let receipt) = outcome {
      hold(receipt, incarnation: incarnation, of: index, at: now)
    }
  }

  private func history(_ outcome: SessionOutcome, of index: Int) -> Outcome {
    switch outcome {
    case .confirmed: .ok(.confirmed)
    case .empty: .ok(.empty)
    case .accepted: .ok(.accepted)
    case .failed(let failure): .fail(failure)
    case .indefinite(let doubt, _): .info(doubt)
    case .message(let incarnation, let receipt):
      if let session = clients[index].session(of: incarnation) {
        .ok(.message(Receipt(receipt, session: session)))
      } else {
        .info(.connectionLost)
      }
    }
  }
}

extension Receipt {
  init(_ receipt: SessionReceipt, session: SessionID) {
    self.init(
      session: session, tag: receipt.tag, message: receipt.message,
      redelivered: receipt.redelivered)
  }
}
