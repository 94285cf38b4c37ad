import Environment
import Harness
import Operations

/// Dates every message, delivery and answer of a history, for all that is said about redelivery.
///
/// It keeps about 40 bytes a message and 48 a delivery.
struct DeliveryLog: Sendable {
  /// An operation that has not ended.
  enum OpenOperation: Sendable {
    case publish(queue: Int, Int32)
    case question(queue: Int, Question)
    case consume(queue: Int, prefetch: UInt16, invokedAt: Int64, hidden: Int)
  }
  /// A get, take or drain that has not ended.
  struct Question: Sendable {
    var action: Action
    var invokedAt: Int64
    var session: SessionID?
  }
  /// The most messages, and the most deliveries, that can be followed.
  static let maximumRecords = Int(Int32.max)

  let index: HistoryIndex
  var messages: [MessageRecord] = []
  var deliveries: [DeliveryRecord] = []
  var queues: [QueueDeliveries]
  var sessions: [DeliverySession] = []
  /// The brokers may have taken deliveries back by themselves from then on, in nanoseconds; `.max`
  /// if nothing disturbed them, `.min` if nobody knows since when something did.
  var disturbedFrom = Int64.max
  var leaders: [NodeID?]
  var table = ValueTable()
  var operations = OperationWindow<OpenOperation>()
  var isOver = false

  init(header: HistoryHeader) {
    index = HistoryIndex(header: header)
    queues = header.queues.map { _ in QueueDeliveries() }
    leaders = header.queues.map { _ in nil }
  }

  /// Takes the next event.
  mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    let at = event.at.nanoseconds
    switch event.event {
    case .invoked(let invocation): try invoke(invocation, at: at)
    case .written(let written): try write(written)
    case .completed(let operation, let outcome): try complete(operation, outcome, at: at)
    case .delivered(let delivery):
      try receive(delivery.receipt, from: index.place(of: delivery.queue), at: at, asked: nil)
    case .settled(let settlement): try settle(settlement, at: at)
    case .sessionOpened(let opening):
      let place = try place(of: opening.session)
      sessions[place].owner = opening
      sessions[place].noteLife(after: at)
    case .sessionLost(let session, _): try lose(session)
    case .fault: disturb(from: at)
    case .broker(let event): try learn(event, at: at)
    case .phase(.done): isOver = true
    case .answered, .returned, .watched, .phase: break
    }
  }

  /// Nothing more comes.
  mutating func finish() throws(CheckerFailure) {
    try index.validate()
    for case .question(let queue, let question) in operations.all {
      queues[queue].doubt(question.action, since: question.invokedAt)
    }
  }

  // MARK: - Operations

  private mutating func invoke(_ invocation: Invocation, at: Int64) throws(CheckerFailure) {
    let queue = try index.place(of: invocation.queue)
    let open: OpenOperation
    switch invocation.action {
    case .publish(let message):
      guard index.client(message.client) != nil else {
        throw CheckerFailure("message \(message) is published by a client that the header omits")
      }
      guard messages.count < Self.maximumRecords else {
        throw CheckerFailure("the history has more messages than the checker can hold")
      }
      let number = Int32(messages.count)
      try table.add(message, number)
      open = .publish(queue: queue, number)
      messages.appendToLong(
        MessageRecord(
          message: message, queue: UInt16(queue), operation: invocation.operation.rawValue,
          invokedAt: at))
      queues[queue].messages.appendToLong(number)
    case .consume(let prefetch):
      open = .consume(
        queue: queue, prefetch: prefetch, invokedAt: at, hidden: queues[queue].hidden.count)
      let most = prefetch == 0 ? Int.max : Int(prefetch)
      queues[queue].hidden.append(.init(since: at, most: most, session: -1))
    case .get, .take, .drain:
      open = .question(queue: queue, Question(action: invocation.action, invokedAt: at))
    }
    try operations.open(invocation.operation, open)
  }

  private mutating func write(_ written: Written) throws(CheckerFailure) {
    switch operations[written.operation] {
    case .question(let queue, var question):
      question.session = written.session
      operations.update(written.operation, .question(queue: queue, question))
    case .consume(let queue, let prefetch, let invokedAt, let hidden):
      let place = try place(of: written.session)
      sessions[place].consume(prefetch: prefetch, invokedAt: invokedAt)
      queues[queue].hidden[hidden].session = Int32(place)
    case .publish: break
    case nil:
      guard operations.isPast(written.operation) else {
        throw CheckerFailure("operation \(written.operation) is written before it is invoked")
      }
      // It had ended before it was written, so that a consumer may have started unnoticed.
      if written.sequence == 0 { sessions[try place(of: written.session)].consumeUnseen() }
    }
  }

  private mutating func complete(
    _ operation: OperationID, _ outcome: Outcome, at: Int64
  ) throws(CheckerFailure) {
    switch try operations.close(operation) {
    case .publish(let queue, let message):
      guard case .ok = outcome else { return }
      messages[Int(message)].confirmedAt = at
      queues[queue].confirmed += 1
    case .consume(let queue, _, let invokedAt, let hidden):
      if case .fail = outcome { queues[queue].hidden[hidden].most = 0 }
      if case .ok(.message(let receipt)) = outcome {
        let question = Question(action: .get, invokedAt: invokedAt)
        try receive(receipt, from: queue, at: at, asked: question)
      }
    case .question(let queue, let question):
      try end(question, operation, of: queue, outcome, at: at)
    }
  }

  private mutating func learn(_ event: BrokerEvent, at: Int64) throws(CheckerFailure) {
    var isDisturbed = false
    switch event.kind {
    case .drained:
      guard let queue = event.queue else {
        throw CheckerFailure("a drained event names no queue")
      }
      queues[try index.place(of: queue)].proofs.append(at)
    case .leader:
      guard let queue = event.queue else { return }
      let place = try index.place(of: queue)
      isDisturbed = leaders[place] != nil && leaders[place] != event.node
      leaders[place] = event.node
    case .nodeDown, .partitioned, .bootRetried: isDisturbed = true
    default: break
    }
    // Nobody knows how long before it was seen it began.
    if isDisturbed, disturbedFrom == .max, !deliveries.isEmpty { disturbedFrom = .min }
  }

  private mutating func disturb(from instant: Int64) {
    guard instant < disturbedFrom else { return }
    disturbedFrom = instant
    for place in sessions.indices { sessions[place].disturb(from: instant) }
    // What came at the same instant may have come after it.
    for number in deliveries.indices.reversed() {
      guard deliveries[number].receivedAt >= instant else { return }
      let room = sessions[Int(deliveries[number].session)].roomBefore
      deliveries[number].sentAfter = max(deliveries[number].sentAfter, room)
    }
  }

  /// The place of a session, which need not have been opened in the history.
  mutating func place(of session: SessionID) throws(CheckerFailure) -> Int {
    let place = Int(session.rawValue)
    guard place < HistoryIndex.maximumSession else {
      throw CheckerFailure("session number \(session) is too high")
    }
    while sessions.count <= place { sessions.append(DeliverySession()) }
    return place
  }
}
