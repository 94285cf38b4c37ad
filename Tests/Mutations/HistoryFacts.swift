import Environment
package import Operations

/// What a whole history says of its messages, sessions and operations, for mutators.
///
/// A *place* is the index of an event. Nothing here is shared with the checkers.
package struct HistoryFacts: Sendable {
  /// A publish and everything that is about it.
  struct Publish: Sendable {
    var message: MessageID
    var operation: OperationID
    var queue: QueueID
    var invoked: Int
    /// Nil if it was never written.
    var session: SessionID?
    var number: UInt64 = 0
    /// Whether no publish that was invoked later was written to the session before.
    var isOrdered = true
    var ended: Int?
    var outcome: Outcome?
    /// The place of the confirm that covers its number.
    var answered: Int?
    /// Where the broker returned it.
    var returned: Int?
    /// The places in `receptions`, in the order of receipt.
    var receptions: [Int] = []
  }
  /// A message as it was received.
  struct Reception: Sendable {
    var place: Int
    var receipt: Receipt
    var queue: QueueID
    /// The get or take that brought it; nil if it was pushed.
    var operation: OperationID?
    var isTake = false
    /// Its settlement, the first that covers its tag.
    var settled: Int?
    var kind: SettlementKind?
  }
  /// A session from its opening to its loss.
  struct Session: Sendable {
    var id: SessionID
    var client: ClientID
    var opened: Int
    /// Nil if it was not lost before the run was done.
    var lost: Int?
    /// Its consumes, in order.
    var consumes: [Consume] = []
    /// The places in `publishes` of what was written to it.
    var publishes: [Int] = []
  }
  /// The start of a consumer.
  struct Consume: Sendable {
    var operation: OperationID
    var invoked: Int
    var written: Int
    var queue: QueueID
    var prefetch: UInt16
  }
  /// A get, take or drain.
  struct Dequeue: Sendable {
    var operation: OperationID
    var action: Action
    var client: ClientID
    var queue: QueueID
    var invoked: Int
    var ended: Int?
    var isInDoubt = true
  }

  /// The history itself.
  package private(set) var history: History
  var publishes: [Publish] = []
  var receptions: [Reception] = []
  var sessions: [Session] = []
  var dequeues: [Dequeue] = []
  /// The places of confirms.
  var answers: [Int] = []
  /// The places where queues were proved empty, with the queues.
  var proofs: [(place: Int, queue: QueueID)] = []
  /// The queues from which something was pushed, or should have been.
  var pushed: Set<QueueID> = []
  var hasFaults = false
  /// The load phase: from its first place up to that of the next phase.
  var load = 0..<0
  /// The end of the run, or of the history.
  var done: Int

  /// Reads a history.
  package init(_ history: History) {
    self.history = history
    done =
      history.events.firstIndex { $0.event == .phase(.done) } ?? history.events.count
    var reader = HistoryFactsReader(self)
    for (place, event) in history.events.enumerated() { reader.observe(event.event, place) }
    self = reader.facts
  }

  func at(_ place: Int) -> Instant { history.events[place].at }

  // MARK: - Queues

  /// The queues through which a message of a queue may pass; nil if there is no end to them.
  func way(of queue: QueueID) -> [QueueID]? {
    var way = [queue]
    while let last = history.header.queues.first(where: { $0.id == way.last }),
      let next = last.deadLetters
    {
      if way.contains(next) { return nil }
      way.append(next)
    }
    return way
  }

  /// Whether no dead letters come into a queue or go out of it.
  func isPlain(_ queue: QueueID) -> Bool {
    !history.header.queues.contains {
      $0.id == queue && $0.deadLetters != nil || $0.deadLetters == queue
    }
  }

  /// Whether a queue is plain and nothing was ever pushed from it.
  func isPolled(_ queue: QueueID) -> Bool { isPlain(queue) && !pushed.contains(queue) }

  /// Whether all queues of a way were proved empty one after the other, the first after an instant.
  func isProvedEmpty(_ way: [QueueID], after instant: Instant) -> Bool {
    var bound: Instant?
    for queue in way {
      let next = proofs.first { proof in
        proof.queue == queue
          && (bound.map { at(proof.place) >= $0 } ?? (at(proof.place) > instant))
      }
      guard let next else { return false }
      bound = at(next.place)
    }
    return true
  }

  /// Whether something that was taken from one of these queues may never have been seen.
  func mayBeTakenUnseen(from queues: [QueueID]) -> Bool {
    dequeues.contains { queues.contains($0.queue) && $0.isInDoubt && $0.action != .get }
  }

  // MARK: - Messages

  func publish(of message: MessageID) -> Publish? { publishes.first { $0.message == message } }

  func received(_ publish: Publish) -> [Reception] { publish.receptions.map { receptions[$0] } }

  /// The receptions of a message's own queue: what comes from elsewhere are its dead letters.
  func receivedAtSource(_ publish: Publish) -> [Reception] {
    received(publish).filter { $0.queue == publish.queue }
  }

  func isConfirmed(_ publish: Publish) -> Bool { publish.outcome == .ok(.confirmed) }

  /// Where a delivery was surely given back: its requeue, or the loss of its session; nil if it was
  /// not.
  func returned(_ reception: Reception) -> Int? {
    if let settled = reception.settled, let kind = reception.kind {
      return kind.isFinal ? nil : settled
    }
    return reception.isTake ? nil : session(reception.receipt.session)?.lost
  }

  /// Whether its consumer was done with it, or the broker forgot it at once.
  func isFinished(_ reception: Reception) -> Bool {
    reception.isTake || reception.kind == .ack
  }

  // MARK: - Sessions and operations

  func session(_ id: SessionID) -> Session? { sessions.first { $0.id == id } }

  /// The places after `place` at which something may happen in a session.
  func life(of session: Session, after place: Int) -> [Int] {
    let end = min(session.lost ?? done, done)
    return place < end ? Array((place + 1)...end) : []
  }

  /// The consumers of a queue that have no drain open at a place.
  func idleClients(of queue: QueueID, at place: Int) -> [ClientDescription] {
    history.header.clients.filter { client in
      client.role == .consumer && client.queue == queue
        && !dequeues.contains {
          $0.client == client.id && $0.action == .drain && $0.invoked < place
            && ($0.ended.map { $0 >= place } ?? true)
        }
    }
  }

  /// Some consumer of a queue.
  func consumer(of queue: QueueID) -> ClientDescription? {
    history.header.clients.first { $0.role == .consumer && $0.queue == queue }
  }
}
