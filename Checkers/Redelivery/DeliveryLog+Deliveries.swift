import Environment
import Harness
import Operations

extension DeliveryLog {
  /// Ends a get, take or drain.
  mutating func end(
    _ question: Question, _ operation: OperationID, of queue: Int, _ outcome: Outcome, at: Int64
  ) throws(CheckerFailure) {
    if case .info = outcome {
      queues[queue].doubt(question.action, since: question.invokedAt)
      if question.action == .get, let session = question.session {
        let place = try place(of: session)
        if !sessions[place].unseen.contains(UInt16(queue)) {
          sessions[place].unseen.append(UInt16(queue))
        }
      }
    }
    guard case .ok(let answer) = outcome else { return }
    if case .message(let receipt) = answer {
      let place = deliveries.count
      try receive(receipt, from: queue, at: at, asked: question)
      if question.action == .take {
        let taken = Settlement(
          session: receipt.session, tag: receipt.tag, multiple: false, kind: .ack)
        try settle(taken, at: at)
        if deliveries.count > place { deliveries[place].end = .taken }
      }
    } else {
      queues[queue].empties.append(
        .init(operation: operation.rawValue, invokedAt: question.invokedAt, endedAt: at))
      if let session = question.session {
        sessions[try place(of: session)].noteLife(after: question.invokedAt)
      }
    }
    if let session = question.session, question.action != .drain {
      try finishReturns(of: session, before: question.invokedAt, of: queue, at: at)
    }
  }

  /// Takes a delivery; for what was asked for, with the question.
  mutating func receive(
    _ receipt: Receipt, from queue: Int, at: Int64, asked: Question?
  ) throws(CheckerFailure) {
    let session = try place(of: receipt.session)
    guard !sessions[session].isLost else {
      throw CheckerFailure("session \(session) receives tag \(receipt.tag) after it was lost")
    }
    guard deliveries.count < Self.maximumRecords else {
      throw CheckerFailure("the history has more deliveries than the checker can hold")
    }
    let number = table.value(of: receipt.message).map(Int.init)
    let publishedAt = number.map { messages[$0].invokedAt } ?? .min
    let sent =
      asked.map { sessions[session].fetch(invokedAt: $0.invokedAt, publishedAt: publishedAt) }
      ?? sessions[session].push(publishedAt: publishedAt)
    if disturbedFrom == .max { sessions[session].noteReceipt(at: at) }
    let sentAfter = max(sent.sentAfter, sessions[session].roomBefore)
    var slot = MessageSlot.none
    if let number, Int(messages[number].queue) == queue {
      slot = MessageSlot(rawValue: UInt32(deliveries.count))
      deliveries.appendToLong(
        DeliveryRecord(
          message: Int32(number), session: Int32(session), sentAfter: min(sentAfter, at),
          roomAfter: min(sent.roomAfter, at), receivedAt: at, previous: messages[number].last,
          isFlagged: receipt.redelivered))
      messages[number].last = Int32(deliveries.count - 1)
    }
    try sessions[session].held.append(HeldTag(tag: receipt.tag, slot: slot, queue: queue))
  }

  /// Takes a settlement of any kind.
  mutating func settle(_ settlement: Settlement, at: Int64) throws(CheckerFailure) {
    let session = try place(of: settlement.session)
    if settlement.multiple {
      let bound = settlement.tag == 0 ? .max : settlement.tag
      if settlement.kind.isFinal {
        for queue in sessions[session].unseen { queues[Int(queue)].takesInDoubt += 1 }
      }
      while let held = sessions[session].held.takeFirst(through: bound) {
        release(held, DeliveryRecord.End(settlement.kind), of: session, at: at)
      }
    } else if let held = sessions[session].held.take(settlement.tag) {
      release(held, DeliveryRecord.End(settlement.kind), of: session, at: at)
    }
  }

  private mutating func release(
    _ held: HeldTag, _ end: DeliveryRecord.End, of session: Int, at: Int64
  ) {
    sessions[session].free(at: at)
    guard held.slot != .none else { return }
    let delivery = Int(held.slot.rawValue)
    deliveries[delivery].endedAt = at
    deliveries[delivery].end = end
    if end == .requeued { sessions[session].returning.append(Int32(delivery)) }
  }

  mutating func lose(_ session: SessionID) throws(CheckerFailure) {
    let place = try place(of: session)
    // Sessions that the harness closes after the run tell nothing about the broker.
    guard !isOver, !sessions[place].isLost else { return }
    while let held = sessions[place].held.takeFirst(through: .max) {
      if held.slot != .none { deliveries[Int(held.slot.rawValue)].end = .abandoned }
    }
    sessions[place].lose()
  }

  /// A question was answered that went to the queue after deliveries that the same channel gave
  /// back: the channel keeps its order, so that these are back.
  private mutating func finishReturns(
    of session: SessionID, before invokedAt: Int64, of queue: Int, at: Int64
  ) throws(CheckerFailure) {
    let place = try place(of: session)
    guard !sessions[place].returning.isEmpty else { return }
    let returning = sessions[place].returning
    sessions[place].returning = []
    if disturbedFrom != .max { return }
    for delivery in returning {
      if deliveries[Int(delivery)].endedAt < invokedAt, self.queue(of: delivery) == queue {
        queues[queue].returns.append(.init(delivery: delivery, doneAt: at))
      } else {
        sessions[place].returning.append(delivery)
      }
    }
  }

  private func queue(of delivery: Int32) -> Int {
    Int(messages[Int(deliveries[Int(delivery)].message)].queue)
  }

  // MARK: - What was recorded

  /// From when on the broker can have sent a delivery, in nanoseconds.
  ///
  /// The room that a prefetch leaves counts only where nothing made the broker count again, and for
  /// what the channel passed on after such a delivery.
  func sent(_ delivery: DeliveryRecord) -> Int64 {
    delivery.receivedAt < disturbedFrom ? delivery.roomAfter : delivery.sentAfter
  }

  /// The deliveries of a message, the latest first.
  func deliveries(of message: MessageRecord, _ body: (Int32, DeliveryRecord) -> Void) {
    var number = message.last
    while number >= 0 {
      let delivery = deliveries[Int(number)]
      body(number, delivery)
      number = delivery.previous
    }
  }

  /// The earliest instant at which a message may have left its queue for a consumer that was seen
  /// to get it, in nanoseconds; `.max` if nobody was.
  func firstSent(_ message: MessageRecord) -> Int64 {
    var first = Int64.max
    deliveries(of: message) { first = min(first, sent($1)) }
    return first
  }

  /// Until when a session was surely alive at the broker, in nanoseconds. Of a history that is cut
  /// off nobody knows which sessions were lost after its end.
  func aliveUntil(_ session: Int32) -> Int64 {
    let known = sessions[Int(session)]
    return known.isLost || !isOver ? known.sentAfter : .max
  }

  /// A session for people: its number, its client and its node.
  func name(ofSession session: Int32) -> WitnessText {
    "\(SessionID(UInt32(session)), of: sessions[Int(session)].owner)"
  }

  /// An instant for people.
  func text(_ nanoseconds: Int64) -> String { Instant(nanoseconds: nanoseconds).text }
}
