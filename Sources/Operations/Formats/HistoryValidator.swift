import Environment

/// Looks for what no recording can hold, whatever clients and brokers did: times that go back,
/// operations that end without having begun, ids that are used twice or stand for nothing.
///
/// It takes about a byte for every few operations. What it lets pass may still be wrong in ways
/// that only a checker sees; that checker then judges nothing.
package struct HistoryValidator: Sendable {
  private var queues = SparseBits()
  private var clients = SparseBits()
  private var last = Instant(nanoseconds: .min)
  private var nextOperation: UInt64 = 0
  private var phase: Phase?
  /// Twice the number of an operation that was invoked, and one more if it has ended.
  private var operations = SparseBits()
  private var published = SparseBits()
  private var opened = SparseBits()
  private var lost = SparseBits()

  /// A validator that knows no queue and no client.
  init() {}

  /// A validator for the events behind a header.
  package init(_ header: HistoryHeader) {
    for queue in header.queues { _ = queues.insert(UInt64(queue.id.rawValue)) }
    for client in header.clients { _ = clients.insert(UInt64(client.id.rawValue)) }
  }

  /// What is wrong with a header by itself; nil if nothing is.
  package static func problem(with header: HistoryHeader) -> String? {
    var queues: Set<QueueID> = []
    for queue in header.queues where !queues.insert(queue.id).inserted {
      return "the header lists queue \(queue.id) twice"
    }
    var clients: Set<ClientID> = []
    for client in header.clients {
      guard clients.insert(client.id).inserted else {
        return "the header lists client \(client.id) twice"
      }
      guard queues.contains(client.queue) else {
        return
          "client \(client.id) belongs to queue \(client.queue), which the header does not list"
      }
    }
    return nil
  }

  /// What is wrong with the next event; nil if nothing is.
  package mutating func problem(with timed: TimedEvent) -> String? {
    guard timed.at >= last else {
      return "the time \(timed.at.nanoseconds) is earlier than \(last.nanoseconds) before it"
    }
    last = timed.at
    switch timed.event {
    case .invoked(let invocation): return problem(with: invocation)
    case .written(let written):
      guard operations.contains(2 * UInt64(written.operation.rawValue)) else {
        return "operation \(written.operation) is written and was never invoked"
      }
      return problem(with: written.session)
    case .completed(let operation, let outcome): return problem(with: operation, outcome)
    case .delivered(let delivery):
      return problem(with: delivery.queue) ?? problem(with: delivery.receipt.session)
    case .settled(let settlement): return problem(with: settlement.session)
    case .answered(let answer): return problem(with: answer.session)
    case .returned(let session, _): return problem(with: session)
    case .sessionOpened(let opening):
      guard opened.insert(UInt64(opening.session.rawValue)) else {
        return "session \(opening.session) is opened twice"
      }
      return problem(with: opening.client)
    case .sessionLost(let session, _):
      if let problem = problem(with: session) { return problem }
      return lost.insert(UInt64(session.rawValue)) ? nil : "session \(session) is lost twice"
    case .broker(let event):
      if let evidence = event.evidence, !evidence.belongs(to: event.kind) {
        return "a \(event.kind.name) event carries evidence that is not of its kind"
      }
      guard let queue = event.queue else { return nil }
      return problem(with: queue)
    case .phase(let next):
      let before = phase
      phase = next
      guard let before, next <= before else { return nil }
      return "the \(next.name) phase begins after the \(before.name) phase"
    case .watched(let watch): return watch.problem
    case .fault: return nil
    }
  }

  private mutating func problem(with invocation: Invocation) -> String? {
    let number = UInt64(invocation.operation.rawValue)
    guard number >= nextOperation else {
      return "operation \(number) is invoked twice or out of order"
    }
    nextOperation = number + 1
    _ = operations.insert(2 * number)
    if case .publish(let message) = invocation.action, message != .foreign,
      !published.insert(message.rawValue)
    {
      return "message \(message) is published twice"
    }
    if case .publish(let message) = invocation.action, message.client != invocation.client,
      message != .foreign
    {
      return "message \(message) is published by client \(invocation.client)"
    }
    return problem(with: invocation.queue) ?? problem(with: invocation.client)
  }

  private mutating func problem(with operation: OperationID, _ outcome: Outcome) -> String? {
    // A history with a problem is not read on, so that it does not matter what is noted of it.
    let (isNew, isInvoked) = operations.insert(odd: 2 * UInt64(operation.rawValue) + 1)
    guard isInvoked else { return "operation \(operation) ends and was never invoked" }
    guard isNew else { return "operation \(operation) ends twice" }
    guard case .ok(.message(let receipt)) = outcome else { return nil }
    return problem(with: receipt.session)
  }

  private mutating func problem(with queue: QueueID) -> String? {
    queues.contains(UInt64(queue.rawValue)) ? nil : "queue \(queue) is none of the header's"
  }

  private mutating func problem(with client: ClientID) -> String? {
    clients.contains(UInt64(client.rawValue)) ? nil : "client \(client) is none of the header's"
  }

  private mutating func problem(with session: SessionID) -> String? {
    opened.contains(UInt64(session.rawValue)) ? nil : "session \(session) was never opened"
  }
}

extension HarnessWatch {
  /// What cannot be; nil if everything can.
  fileprivate var problem: String? {
    if let share = stolenPerMille, share > 1_000 {
      return "\(share) thousandths of the processor time were stolen"
    }
    let isNegative = [loopLag, relayLag].contains { $0.map { $0 < .zero } ?? false }
    return isNegative ? "the harness was early rather than late" : nil
  }
}
