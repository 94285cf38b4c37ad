import Environment
import Operations

/// Changes a history so that only what is meant to be wrong is wrong: delivery tags and operations
/// are numbered anew behind what is put in, and time makes room for it.
struct HistoryEditor {
  /// The time that an insertion gets on each side.
  static let gap = Duration.milliseconds(1)

  private(set) var events: [TimedEvent]
  private let header: HistoryHeader

  init(_ facts: HistoryFacts) {
    events = facts.history.events
    header = facts.history.header
  }

  /// Replaces what happened at a place.
  mutating func replace(_ place: Int, _ event: Event) { events[place].event = event }

  /// Takes out the events at these places.
  mutating func remove(_ places: [Int]) {
    for place in places.sorted().reversed() { events.remove(at: place) }
  }

  /// Lets everything from a place on happen later.
  mutating func delay(from place: Int, by duration: Duration) {
    for index in events.indices[place...] { events[index].at = events[index].at + duration }
  }

  /// Puts events before a place, each at an instant of its own, surely after everything that comes
  /// before and before everything that follows, and after a pause; the instant of the first.
  @discardableResult
  mutating func insert(
    _ inserted: [Event], at place: Int, after pause: Duration = .zero
  ) -> Instant {
    if pause > .zero { delay(from: place, by: pause) }
    let before = (place > 0 ? events[place - 1].at : .zero) + pause
    delay(from: place, by: Self.gap * (inserted.count + 1))
    events.insert(
      contentsOf: inserted.enumerated().map { number, event in
        TimedEvent(at: before + Self.gap * (number + 1), event)
      }, at: place)
    return before + Self.gap
  }

  /// The opening of a session that the history does not have yet.
  func opening(by client: ClientDescription) -> SessionOpening {
    var highest: UInt32 = 0
    for event in events {
      if case .sessionOpened(let opening) = event.event {
        highest = max(highest, opening.session.rawValue + 1)
      }
    }
    return SessionOpening(session: SessionID(highest), client: client.id, node: client.node)
  }

  /// Opens a session and pushes a message to it, which it may ack at once; the instant of the
  /// delivery.
  @discardableResult
  mutating func deliver(
    _ message: MessageID, from queue: QueueID, to client: ClientDescription, at place: Int,
    redelivered: Bool, isAcked: Bool = true
  ) -> Instant {
    let opening = opening(by: client)
    let receipt = Receipt(
      session: opening.session, tag: 1, message: message, redelivered: redelivered)
    let settlement = Settlement(session: opening.session, tag: 1, multiple: false, kind: .ack)
    let events: [Event] = [
      .sessionOpened(opening), .delivered(Delivery(queue: queue, receipt: receipt)),
    ]
    return insert(events + (isAcked ? [.settled(settlement)] : []), at: place) + Self.gap
  }

  /// Pushes a message to a session that is open, and numbers what follows anew; its tag.
  @discardableResult
  mutating func push(
    _ message: MessageID, from queue: QueueID, to session: SessionID, at place: Int,
    redelivered: Bool
  ) -> UInt64 {
    var tag: UInt64 = 1
    for event in events[..<place] {
      if let receipt = event.event.receipt, receipt.session == session { tag = receipt.tag + 1 }
    }
    for index in events.indices[place...] { events[index].event.shift(session, from: tag) }
    let receipt = Receipt(session: session, tag: tag, message: message, redelivered: redelivered)
    insert([.delivered(Delivery(queue: queue, receipt: receipt))], at: place)
    return tag
  }

  /// Makes room for one more operation, which is the next one at a place; its number.
  private mutating func makeOperation(at place: Int) -> OperationID {
    var number: UInt32 = 0
    for event in events[..<place] {
      if case .invoked(let invocation) = event.event {
        number = max(number, invocation.operation.rawValue + 1)
      }
    }
    let operation = OperationID(number)
    for index in events.indices { events[index].event.shiftOperations(from: operation) }
    return operation
  }

  /// A whole operation in a session of its own: opened, invoked, written and answered.
  mutating func perform(
    _ action: Action, by client: ClientDescription, at place: Int,
    _ outcome: (SessionID) -> Outcome
  ) -> OperationID {
    let operation = makeOperation(at: place)
    let opening = opening(by: client)
    insert(
      [
        .sessionOpened(opening),
        .invoked(
          Invocation(
            operation: operation, client: client.id, queue: client.queue, action: action)),
        .written(Written(operation: operation, session: opening.session, sequence: 0)),
        .completed(operation, outcome(opening.session)),
      ], at: place)
    return operation
  }

  /// A whole publish in a session of its own, which is confirmed; the place behind it.
  mutating func publish(
    _ message: MessageID, by client: ClientDescription, at place: Int
  ) -> Int {
    let operation = makeOperation(at: place)
    let opening = opening(by: client)
    let answer = ConfirmAnswer(
      session: opening.session, sequence: 1, multiple: false, positive: true)
    let publish: [Event] = [
      .sessionOpened(opening),
      .invoked(
        Invocation(
          operation: operation, client: client.id, queue: client.queue, action: .publish(message))),
      .written(Written(operation: operation, session: opening.session, sequence: 1)),
      .answered(answer),
      .completed(operation, .ok(.confirmed)),
    ]
    insert(publish, at: place)
    return place + publish.count
  }

  /// Starts a consumer in a session of its own; the session, and how many events were put in.
  mutating func consume(
    by client: ClientDescription, prefetch: UInt16, at place: Int
  ) -> (session: SessionID, events: Int) {
    let operation = makeOperation(at: place)
    let opening = opening(by: client)
    let consume: [Event] = [
      .sessionOpened(opening),
      .invoked(
        Invocation(
          operation: operation, client: client.id, queue: client.queue,
          action: .consume(prefetch: prefetch))),
      .written(Written(operation: operation, session: opening.session, sequence: 0)),
      .completed(operation, .ok(.accepted)),
    ]
    insert(consume, at: place)
    return (opening.session, consume.count)
  }

  /// Takes out that a message was received: its deliveries, what was said of them, and the answers
  /// to gets, which end in doubt.
  mutating func forget(_ receptions: [HistoryFacts.Reception]) {
    var places: [Int] = []
    for reception in receptions {
      if let operation = reception.operation {
        replace(reception.place, .completed(operation, .info(.timeout)))
      } else {
        places.append(reception.place)
      }
      if let settled = reception.settled, case .settled(let settlement) = events[settled].event,
        !settlement.multiple
      {
        places.append(settled)
      }
    }
    remove(places)
  }

  /// Lets two receptions bring each other's messages.
  mutating func swapMessages(
    _ first: HistoryFacts.Reception, _ second: HistoryFacts.Reception
  ) {
    for (here, there) in [(first, second), (second, first)] {
      var receipt = here.receipt
      receipt.message = there.receipt.message
      receive(receipt, instead: here)
    }
  }

  /// Puts a receipt in the place of another one.
  mutating func receive(_ receipt: Receipt, instead reception: HistoryFacts.Reception) {
    if let operation = reception.operation {
      replace(reception.place, .completed(operation, .ok(.message(receipt))))
    } else {
      replace(
        reception.place, .delivered(Delivery(queue: reception.queue, receipt: receipt)))
    }
  }
}

extension Event {
  /// The message that the event brings.
  fileprivate var receipt: Receipt? {
    switch self {
    case .delivered(let delivery): delivery.receipt
    case .completed(_, .ok(.message(let receipt))): receipt
    default: nil
    }
  }

  /// Raises the delivery tags of a session from `tag` on by one.
  fileprivate mutating func shift(_ session: SessionID, from tag: UInt64) {
    switch self {
    case .delivered(var delivery) where delivery.receipt.session == session:
      if delivery.receipt.tag >= tag { delivery.receipt.tag += 1 }
      self = .delivered(delivery)
    case .completed(let operation, .ok(.message(var receipt))) where receipt.session == session:
      if receipt.tag >= tag { receipt.tag += 1 }
      self = .completed(operation, .ok(.message(receipt)))
    case .settled(var settlement) where settlement.session == session:
      if settlement.tag >= tag { settlement.tag += 1 }
      self = .settled(settlement)
    default: break
    }
  }

  /// Raises all operations from `operation` on by one.
  fileprivate mutating func shiftOperations(from operation: OperationID) {
    func shifted(_ other: OperationID) -> OperationID {
      other < operation ? other : OperationID(other.rawValue + 1)
    }
    switch self {
    case .invoked(var invocation):
      invocation.operation = shifted(invocation.operation)
      self = .invoked(invocation)
    case .written(var written):
      written.operation = shifted(written.operation)
      self = .written(written)
    case .completed(let other, let outcome): self = .completed(shifted(other), outcome)
    default: break
    }
  }
}
