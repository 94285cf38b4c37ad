import Environment
import Operations

/// When messages were surely ready in their queues, and who may hold messages that nobody saw.
extension HistoryFacts {
  /// A message that was surely ready when something is put in at one of these places.
  struct Ready: Sendable {
    var publish: Publish
    /// Nothing that is put in there comes before it was ready, or after it may have been sent.
    var places: ClosedRange<Int>
  }
  /// Something that may hold messages unseen, put in behind a place or later.
  private struct Unseen {
    var since: Int
    /// Nil for any number.
    var most: Int?
  }

  /// The place of the first sign that the brokers were disturbed; that of the first event if nobody
  /// knows since when they were, and one behind the last if they were not.
  var disturbed: Int {
    var leaders: [QueueID: NodeID?] = [:]
    for (place, event) in history.events.enumerated() {
      switch event.event {
      case .fault: return place
      case .broker(let event) where [.nodeDown, .partitioned, .bootRetried].contains(event.kind):
        return 0
      case .broker(let event) where event.kind == .leader:
        guard let queue = event.queue else { continue }
        if let known = leaders[queue], known != event.node { return 0 }
        leaders[queue] = .some(event.node)
      default: break
      }
    }
    return history.events.count
  }

  // MARK: - When things were sent

  /// By reception: the place of an event before which the broker surely did not send it.
  func sendBounds(until disturbed: Int) -> [Int] {
    var last: [SessionID: Int] = [:]
    let end = disturbed < history.events.count ? at(disturbed) : nil
    return receptions.map { reception in
      // Events of the same instant may have happened in either order.
      let isCalm = end.map { at(reception.place) < $0 } ?? true
      let id = reception.receipt.session
      let bounds = [
        session(id)?.opened, publish(of: reception.receipt.message)?.invoked,
        asked(for: reception)?.invoked,
        isCalm ? roomMade(for: reception) : nil,
        // A channel keeps its order.
        last[id],
      ]
      let bound = bounds.compactMap { $0 }.filter { $0 < reception.place }.max() ?? 0
      last[id] = bound
      return bound
    }
  }

  /// What a reception answers, if anything: its get, or the first consumer of its session.
  private func asked(for reception: Reception) -> (operation: OperationID, invoked: Int)? {
    if let operation = reception.operation {
      return dequeues.first { $0.operation == operation }.map { (operation, $0.invoked) }
    }
    return session(reception.receipt.session)?.consumes.map { ($0.operation, $0.invoked) }
      .min { $0.1 < $1.1 }
  }

  /// The settlement without which the prefetch of the only consumer of a session leaves no room.
  private func roomMade(for reception: Reception) -> Int? {
    guard reception.operation == nil, let session = session(reception.receipt.session),
      session.consumes.count == 1, let consume = session.consumes.first, consume.prefetch > 0
    else { return nil }
    let received = receptions.filter { $0.receipt.session == session.id }
    guard received.allSatisfy({ $0.operation == nil && $0.place > consume.written }) else {
      return nil
    }
    let needed = received.count { $0.place < reception.place } - Int(consume.prefetch)
    let settled = received.compactMap(\.settled).sorted()
    return settled.indices.contains(needed) ? settled[needed] : nil
  }

  // MARK: - What was ready

  /// The messages of queues without dead letters that were confirmed and received later, with the
  /// places between their confirm and anything after which they may have been sent.
  func readyAtFirst(_ bounds: [Int]) -> [Ready] {
    publishes.compactMap { publish in
      guard isPlain(publish.queue), isConfirmed(publish), let ended = publish.ended,
        let sent = publish.receptions.map({ bounds[$0] }).min(),
        ended < min(sent, done)
      else { return nil }
      return Ready(publish: publish, places: (ended + 1)...min(sent, done))
    }
  }

  /// The same of messages that were given back, from an answer that the same session got to a get
  /// that it invoked after that, before anything disturbed the brokers.
  func readyAgain(_ bounds: [Int], until disturbed: Int) -> [Ready] {
    publishes.flatMap { publish -> [Ready] in
      guard isPlain(publish.queue), isConfirmed(publish), let ended = publish.ended else {
        return []
      }
      return received(publish).compactMap { reception in
        guard let settled = reception.settled, reception.kind?.isFinal == false,
          let back = answer(to: reception.receipt.session, askedAfter: settled),
          let sent = publish.receptions.filter({ receptions[$0].place > settled })
            .map({ bounds[$0] }).min()
        else { return nil }
        let (from, to) = (max(back, ended) + 1, min(sent, done, disturbed))
        return from <= to ? Ready(publish: publish, places: from...to) : nil
      }
    }
  }

  /// Where a get of a session was answered that was invoked later than a place.
  private func answer(to session: SessionID, askedAfter place: Int) -> Int? {
    let written = history.events.compactMap { event -> OperationID? in
      guard case .written(let written) = event.event, written.session == session else { return nil }
      return written.operation
    }
    return dequeues.filter { dequeue in
      written.contains(dequeue.operation) && dequeue.action != .drain && !dequeue.isInDoubt
        && at(dequeue.invoked) > at(place)
    }.compactMap(\.ended).min()
  }

  /// Places at which more of these messages were surely ready in a queue than may have been held
  /// unseen, each with one of them.
  func surelyReady(
    _ ready: [Ready], disturbed: Int, where isFit: (QueueID) -> Bool = { _ in true }
  ) -> [(message: MessageID, queue: QueueID, place: Int)] {
    history.header.queues.map(\.id).filter(isFit).flatMap { queue in
      let ready = ready.filter { $0.publish.queue == queue }
      let unseen = unseen(from: queue, disturbed: disturbed)
      return ready.flatMap { one in
        one.places.filter { place in
          let present = ready.filter { $0.places.contains(place) }.map(\.publish.message)
          guard let hidden = count(unseen, at: place) else { return false }
          return Set(present).count > hidden
        }.map { (one.publish.message, queue, $0) }
      }
    }
  }

  // MARK: - What nobody saw

  /// How many may be held unseen when something is put in at a place; nil for any number.
  private func count(_ unseen: [Unseen], at place: Int) -> Int? {
    var sum = 0
    for one in unseen where one.since < place {
      guard let most = one.most else { return nil }
      sum += most
    }
    return sum
  }

  /// Whether nobody may hold anything unseen when something is put in at a place.
  func isAllSeen(from queue: QueueID, at place: Int, disturbed: Int) -> Bool {
    !unseen(from: queue, disturbed: disturbed).contains { $0.since < place }
  }

  private func unseen(from queue: QueueID, disturbed: Int) -> [Unseen] {
    let doubts = dequeues.filter { $0.queue == queue && $0.isInDoubt }.map {
      Unseen(since: $0.invoked, most: $0.action == .drain ? nil : 1)
    }
    // What a session got and never read goes back only with the session, or by a disturbance.
    let alive = sessions.filter { $0.lost == nil }.flatMap(\.consumes).map(\.operation)
    let consumers = history.events.enumerated().compactMap { place, event -> Unseen? in
      guard case .invoked(let invocation) = event.event, invocation.queue == queue,
        case .consume(let prefetch) = invocation.action
      else { return nil }
      let isAlive = alive.contains(invocation.operation)
      return Unseen(
        since: isAlive ? max(place, disturbed) : place, most: prefetch == 0 ? nil : Int(prefetch))
    }
    return doubts + consumers
  }
}
