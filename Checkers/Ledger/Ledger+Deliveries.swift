import Environment
import Harness
import Operations

extension Ledger {
  /// One receipt of a message of this run, on its way through the judgements.
  private struct Arrival {
    var receipt: Receipt
    var slot: MessageSlot
    var queue: Int
    var session: Int
    var at: Instant
    var isFirst: Bool
  }

  /// Takes a delivery; for a get `sentAfter` is when it was invoked.
  mutating func receive(
    _ receipt: Receipt, from queue: Int, at: Instant, sentAfter: Instant? = nil
  ) throws(CheckerFailure) {
    let session = try sessions.place(of: receipt.session)
    guard !sessions[session].isLost else {
      throw CheckerFailure("session \(session) receives tag \(receipt.tag) after it was lost")
    }
    queues[queue].totals.deliveries += 1
    sessions[session].isConsuming = true
    if let sentAfter { noteLife(of: session, after: sentAfter.nanoseconds) }
    let published = messages.slot(of: receipt.message)
    var slot: MessageSlot?
    if let published {
      slot = try self.slot(of: receipt.message, publishedAs: published, in: queue)
    }
    if let slot {
      try take(
        Arrival(
          receipt: receipt, slot: slot, queue: queue, session: session, at: at,
          isFirst: !messages[slot].flags.contains(.seen)))
    } else {
      countPhantom(receipt, from: queue, isMisrouted: published != nil, at: at)
    }
    try sessions[session].held.append(
      HeldTag(tag: receipt.tag, slot: slot ?? .none, queue: queue))
  }

  private mutating func take(_ arrival: Arrival) throws(CheckerFailure) {
    noteLife(of: arrival.session, after: messages[arrival.slot].invokedAt)
    judgeRepeat(arrival)
    if arrival.isFirst { judgeOrder(arrival) } else { judgeFinished(arrival) }
    suspectOverlaps(arrival)
    var state = messages[arrival.slot]
    if arrival.isFirst {
      state.flags.insert(.seen)
      state.seenAt = arrival.at
    }
    state.seenEpoch = queues[arrival.queue].epoch
    if !arrival.receipt.redelivered { state.flags.insert(.seenUnflagged) }
    guard state.holds < .max else {
      throw CheckerFailure("message \(arrival.receipt.message) is held too often to follow")
    }
    state.holds += 1
    messages[arrival.slot] = state
  }

  private mutating func countPhantom(
    _ receipt: Receipt, from queue: Int, isMisrouted: Bool, at: Instant
  ) {
    let what: WitnessText
    if receipt.message == .foreign {
      queues[queue].totals.foreign += 1
      what = "a message that carries no id of this run"
    } else if isMisrouted {
      queues[queue].totals.misrouted += 1
      what = "\(receipt.message), which was published to another queue,"
    } else {
      queues[queue].totals.neverInvoked += 1
      what = "\(receipt.message), which nobody had published,"
    }
    report(\.integrity, of: queue) {
      let who = $0.sessions.name(of: Int(receipt.session.rawValue))
      return Witness(
        message: receipt.message, from: at, to: at,
        text: "\(what) was delivered from \($0.queues[queue].description.name) to \(who)"
          + "\(asTag: receipt.tag) at \(at.text)")
    }
  }

  private mutating func judgeRepeat(_ arrival: Arrival) {
    let flagged = arrival.receipt.redelivered
    if arrival.isFirst {
      queues[arrival.queue].totals.firstDeliveries += 1
      if flagged { queues[arrival.queue].totals.flaggedFirstDeliveries += 1 }
      return
    }
    queues[arrival.queue].totals.repeats += 1
    let state = messages[arrival.slot]
    if !state.flags.contains(.duplicated) {
      messages[arrival.slot].flags.insert(.duplicated)
      queues[arrival.queue].totals.duplicated += 1
    }
    if flagged {
      mark(.redelivered, arrival.slot)
    } else if isSurelyRepeat(arrival, of: state) {
      let isLetter = isLetter(arrival.slot)
      mark(isLetter ? .deadLetteredAgain : .unflagged, arrival.slot)
      report(isLetter ? \.repeatedLetters : \.unflagged, of: arrival.queue) {
        $0.witness(
          arrival, from: state.seenAt,
          "was delivered again without the redelivered flag to "
            + $0.sessions.name(of: arrival.session))
      }
    } else {
      queues[arrival.queue].totals.ambiguousRepeats += 1
    }
  }

  /// Whether an unflagged delivery that was received later was also sent later.
  private func isSurelyRepeat(_ arrival: Arrival, of state: MessageState) -> Bool {
    if state.flags.contains(.seenUnflagged) { return true }
    guard let seenAt = state.seenAt else { return false }
    return sessions[arrival.session].sentAfter > seenAt.nanoseconds
  }

  private mutating func judgeOrder(_ arrival: Arrival) {
    let state = messages[arrival.slot]
    guard !arrival.receipt.redelivered, state.session != .max, !state.flags.contains(.unordered)
    else { return }
    let last = sessions[arrival.session].lastFirst[state.session]
    if let last, last > state.operation {
      mark(.outOfOrder, arrival.slot)
      report(\.outOfOrder, of: arrival.queue) {
        var witness = $0.witness(
          arrival, from: nil,
          "was first delivered after the message of \(OperationID(last)), which "
            + "\(SessionID(state.session), of: nil) published later, to "
            + $0.sessions.name(of: arrival.session))
        witness.operations.append(OperationID(last))
        return witness
      }
    } else {
      sessions[arrival.session].lastFirst[state.session] = state.operation
    }
  }

  private mutating func judgeFinished(_ arrival: Arrival) {
    let state = messages[arrival.slot]
    guard state.flags.contains(.finished) else { return }
    guard let settledAt = settlement(of: arrival.receipt.message, arrival.slot) else {
      markAfterAck(arrival.receipt.message, arrival.slot, session: arrival.session, at: arrival.at)
      return
    }
    let place = UInt32(arrival.session)
    let suspicion = Suspicion(
      kind: .resurrection(settledAt: settledAt), message: arrival.receipt.message,
      slot: arrival.slot, at: arrival.at.nanoseconds, sessions: (place, place), sidesLeft: 1)
    if sessions[arrival.session].sentAfter > settledAt {
      confirm(suspicion)
    } else {
      sessions[arrival.session].waiting.append(suspicions.add(suspicion))
    }
  }

  private mutating func suspectOverlaps(_ arrival: Arrival) {
    guard messages[arrival.slot].holds > 0 else { return }
    for other in sessions.live
    where other != arrival.session && sessions[other].held.contains(arrival.slot) {
      let number = suspicions.add(
        Suspicion(
          kind: .overlap, message: arrival.receipt.message, slot: arrival.slot,
          at: arrival.at.nanoseconds, sessions: (UInt32(other), UInt32(arrival.session)),
          sidesLeft: 2))
      sessions[other].waiting.append(number)
      sessions[arrival.session].waiting.append(number)
    }
  }

  private func witness(_ arrival: Arrival, from: Instant?, _ text: WitnessText) -> Witness {
    Witness(
      message: arrival.receipt.message,
      operations: [OperationID(messages[arrival.slot].operation)],
      from: from ?? arrival.at, to: arrival.at,
      text: "\(arrival.receipt.message) \(text) at \(arrival.at.text)")
  }
}
