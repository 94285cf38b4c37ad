import Environment
import Operations

/// What a history says of one queue, read again for each question with dictionaries: slow, and
/// written apart from the checker.
struct NaiveDeliveries {
  struct Message {
    var id: MessageID
    var invokedAt: Int64
    var confirmedAt: Int64?
  }
  struct Delivered {
    var message: MessageID
    var session: SessionID
    var tag: UInt64
    /// Where in the history it is.
    var place: Int
    var at: Int64
    var isFlagged: Bool
    /// What it was asked for by, and when; nil for a push.
    var asked: (action: Action, at: Int64)?
    var endedAt: Int64?
    var endedPlace = Int.max
    var kind: SettlementKind?
  }
  struct Doubt {
    var since: Int64
    var most: Int
    var session: SessionID?
  }

  let history: History
  let queue: QueueID
  private(set) var messages: [MessageID: Message] = [:]
  /// Of this queue and of others, in order.
  private(set) var received: [Delivered] = []
  private(set) var doubts: [Doubt] = []
  private(set) var empties: [(from: Int64, to: Int64)] = []
  private(set) var proofs: [Int64] = []
  private(set) var mayHaveTaken = false
  private(set) var disturbedFrom = Int64.max
  private var invocations: [OperationID: (invocation: Invocation, at: Int64)] = [:]
  private var writes: [OperationID: (session: SessionID, place: Int)] = [:]
  private var ends: [OperationID: (outcome: Outcome, at: Int64, place: Int)] = [:]
  private var published: [MessageID: (at: Int64, place: Int, queue: QueueID)] = [:]
  private var lost: [SessionID: Int] = [:]
  private var opened: [(session: SessionID, at: Int64, place: Int)] = []
  private var doneAt: Int?

  init(_ history: History, queue: QueueID) {
    self.history = history
    self.queue = queue
    doneAt = history.events.firstIndex { $0.event == .phase(.done) }
    for (place, event) in history.events.enumerated() {
      read(event.event, at: event.at.nanoseconds, place)
    }
    findMessages()
    findDoubts()
    settleAll()
    findDisturbance()
  }

  /// The messages of this queue as they were received from it.
  var deliveries: [Delivered] {
    received.filter { delivered in
      published[delivered.message].map { $0.queue == queue && $0.place < delivered.place } ?? false
        && source(of: delivered) == queue
    }
  }

  private func source(of delivered: Delivered) -> QueueID? {
    switch history.events[delivered.place].event {
    case .delivered(let delivery): delivery.queue
    case .completed(let operation, _): invocations[operation]?.invocation.queue
    default: nil
    }
  }

  private mutating func read(_ event: Event, at: Int64, _ place: Int) {
    switch event {
    case .invoked(let invocation):
      invocations[invocation.operation] = (invocation, at)
      if case .publish(let message) = invocation.action {
        published[message] = (at, place, invocation.queue)
      }
    case .written(let written): writes[written.operation] = (written.session, place)
    case .completed(let operation, let outcome):
      ends[operation] = (outcome, at, place)
      if case .ok(.message(let receipt)) = outcome, let known = invocations[operation] {
        add(receipt, at: at, place, asked: (known.invocation.action, known.at))
      }
    case .delivered(let delivery): add(delivery.receipt, at: at, place, asked: nil)
    case .sessionOpened(let opening): opened.append((opening.session, at, place))
    case .sessionLost(let session, _): if doneAt ?? .max > place { lost[session] = place }
    case .broker(let event) where event.kind == .drained && event.queue == queue:
      proofs.append(at)
    case .fault: disturbedFrom = min(disturbedFrom, at)
    default: break
    }
  }

  private mutating func add(
    _ receipt: Receipt, at: Int64, _ place: Int, asked: (action: Action, at: Int64)?
  ) {
    received.append(
      Delivered(
        message: receipt.message, session: receipt.session, tag: receipt.tag, place: place, at: at,
        isFlagged: receipt.redelivered, asked: asked,
        endedAt: asked?.action == .take ? at : nil, kind: asked?.action == .take ? .ack : nil))
  }

  private mutating func findMessages() {
    for (operation, known) in invocations {
      guard case .publish(let message) = known.invocation.action, known.invocation.queue == queue
      else { continue }
      var confirmedAt: Int64?
      if let end = ends[operation], case .ok = end.outcome { confirmedAt = end.at }
      messages[message] = Message(id: message, invokedAt: known.at, confirmedAt: confirmedAt)
    }
  }

  private mutating func findDoubts() {
    for (operation, known) in invocations where known.invocation.queue == queue {
      let end = ends[operation]
      var isOpen = true
      if case .info = end?.outcome { isOpen = true } else if end != nil { isOpen = false }
      var isRefused = false
      if case .fail = end?.outcome { isRefused = true }
      switch known.invocation.action {
      case .consume(let prefetch):
        let write = writes[operation].flatMap { $0.place < end?.place ?? .max ? $0 : nil }
        if isRefused { continue }
        doubts.append(
          Doubt(
            since: known.at, most: prefetch == 0 ? .max : Int(prefetch), session: write?.session))
      case .get, .take, .drain:
        if isOpen {
          let isDrain = known.invocation.action == .drain
          doubts.append(Doubt(since: known.at, most: isDrain ? .max : 1, session: nil))
          if known.invocation.action != .get { mayHaveTaken = true }
        } else if let end, case .ok(let answer) = end.outcome {
          if case .message = answer { continue }
          empties.append((known.at, end.at))
        }
      case .publish: break
      }
    }
  }

  private mutating func settleAll() {
    for (place, event) in history.events.enumerated() {
      guard case .settled(let settlement) = event.event else { continue }
      if lost[settlement.session] ?? .max < place { continue }
      for number in received.indices
      where received[number].session == settlement.session && received[number].place < place
        && received[number].endedAt == nil
        && (received[number].tag == settlement.tag
          || settlement.multiple
            && (settlement.tag == 0 || received[number].tag < settlement.tag))
      {
        received[number].endedAt = event.at.nanoseconds
        received[number].endedPlace = place
        received[number].kind = settlement.kind
      }
      guard settlement.multiple, settlement.kind.isFinal else { continue }
      for (operation, known) in invocations
      where known.invocation.action == .get && known.invocation.queue == queue {
        guard let write = writes[operation], write.session == settlement.session,
          let end = ends[operation], case .info = end.outcome, write.place < end.place,
          end.place < place
        else { continue }
        mayHaveTaken = true
      }
    }
  }

  private mutating func findDisturbance() {
    var leader: [QueueID: NodeID?] = [:]
    for (place, event) in history.events.enumerated() {
      guard case .broker(let found) = event.event else { continue }
      var isDisturbed = [.nodeDown, .partitioned, .bootRetried].contains(found.kind)
      if found.kind == .leader, let queue = found.queue {
        isDisturbed = leader[queue].map { $0 != nil && $0 != found.node } ?? false
        leader[queue] = found.node
      }
      let hadFault = history.events[..<place].contains {
        if case .fault = $0.event { true } else { false }
      }
      let hadDelivery = received.contains { delivered in
        delivered.place < place
          && published[delivered.message].map {
            $0.place < delivered.place && $0.queue == source(of: delivered)
          } ?? false
      }
      if isDisturbed, !hadFault, hadDelivery { disturbedFrom = .min }
    }
  }

  // MARK: - Times

  /// Whether a session was lost before the run was over.
  func isLost(_ session: SessionID) -> Bool { lost[session] != nil }

  /// Until when a session was surely alive.
  func aliveUntil(_ session: SessionID) -> Int64 {
    guard lost[session] != nil || doneAt == nil else { return .max }
    return sentBound(of: session, through: history.events.count, push: nil)
  }

  /// From when on the broker can have sent a delivery, not counting the room in a prefetch.
  func sent(_ delivered: Delivered) -> Int64 {
    min(delivered.at, sentBound(of: delivered.session, through: delivered.place, push: delivered))
  }

  private func sentBound(of session: SessionID, through last: Int, push: Delivered?) -> Int64 {
    var bound = Int64.min
    for opening in opened where opening.session == session && opening.place <= last {
      bound = max(bound, opening.at)
    }
    for other in received where other.session == session && other.place <= last {
      if let known = published[other.message], known.place < other.place {
        bound = max(bound, known.at)
      }
      bound = max(bound, other.asked?.at ?? consumerBound(of: session, before: other.place))
    }
    for (operation, end) in ends where end.place <= last {
      guard case .ok(let answer) = end.outcome, let known = invocations[operation],
        let write = writes[operation], write.session == session, write.place < end.place
      else { continue }
      if case .message = answer { continue }
      switch known.invocation.action {
      case .get, .take, .drain: bound = max(bound, known.at)
      default: break
      }
    }
    return bound
  }

  private func consumerBound(of session: SessionID, before place: Int) -> Int64 {
    var bound = Int64.max
    for (operation, write) in writes where write.session == session && write.place < place {
      guard let known = invocations[operation] else { continue }
      let isLate = ends[operation].map { $0.place < write.place } ?? false
      switch known.invocation.action {
      case .publish: break
      case .consume where !isLate: bound = min(bound, known.at)
      default: if isLate { bound = .min }
      }
    }
    return bound == .max ? .min : bound
  }

  /// The consumer of a session, if it had one and no other before a place.
  func onlyConsumer(of session: SessionID, before last: Int) -> (place: Int, prefetch: Int)? {
    var consumers: [(place: Int, prefetch: Int)] = []
    for (operation, write) in writes where write.session == session && write.place < last {
      guard let known = invocations[operation] else { continue }
      let isLate = ends[operation].map { $0.place < write.place } ?? false
      if case .publish = known.invocation.action { continue }
      if case .consume(let prefetch) = known.invocation.action, !isLate {
        consumers.append((write.place, Int(prefetch)))
      } else if isLate {
        consumers.append((write.place, 0))
      }
    }
    guard consumers.count == 1, consumers[0].prefetch > 0 else { return nil }
    return consumers[0]
  }

  /// The answers to gets and takes of a session about this queue, in order.
  func answers(to session: SessionID) -> [(askedAt: Int64, at: Int64, place: Int)] {
    invocations.values.filter { [.get, .take].contains($0.invocation.action) }
      .compactMap { known in
        guard known.invocation.queue == queue, let write = writes[known.invocation.operation],
          write.session == session, let end = ends[known.invocation.operation],
          write.place < end.place, case .ok = end.outcome
        else { return nil }
        return (known.at, end.at, end.place)
      }.sorted { $0.place < $1.place }
  }
}
