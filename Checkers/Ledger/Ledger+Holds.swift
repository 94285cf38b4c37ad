import Environment
import Harness
import Operations

extension Ledger {
  mutating func settle(_ settlement: Settlement, at: Instant) throws(CheckerFailure) {
    let session = try sessions.place(of: settlement.session)
    if settlement.multiple {
      let bound = settlement.tag == 0 ? .max : settlement.tag
      while let held = sessions[session].held.takeFirst(through: bound) {
        release(held, settlement.kind, session: session, at: at)
      }
    } else if let held = sessions[session].held.take(settlement.tag) {
      release(held, settlement.kind, session: session, at: at)
    }
  }

  private mutating func release(
    _ held: HeldTag, _ kind: SettlementKind, session: Int, at: Instant
  ) {
    queues[Int(held.queue)].totals.settled += 1
    guard held.slot != .none else { return }
    messages[held.slot].holds -= 1
    if kind.isFinal { finish(held, kind) }
    // Events of the same instant may have happened in any order: a hold that ends when the other
    // one begins does not surely overlap it.
    for number in sessions[session].waitingLatestFirst {
      let suspicion = suspicions[number]
      guard suspicion.at == at.nanoseconds else { break }
      if suspicion.slot == held.slot, suspicion.sessions.earlier == session,
        case .overlap = suspicion.kind
      {
        suspicions.dismiss(number)
      }
    }
  }

  private mutating func finish(_ held: HeldTag, _ kind: SettlementKind) {
    if kind == .ack { messages[held.slot].flags.remove(.discarded) }
    guard !messages[held.slot].flags.contains(.finished) else { return }
    messages[held.slot].flags.insert(.finished)
    messages[held.slot].finishEpoch = queues[Int(held.queue)].epoch
    if kind == .discard { messages[held.slot].flags.insert(.discarded) }
  }

  /// Notes that the broker sent something to a session after `instant` (in nanoseconds).
  mutating func noteLife(of session: Int, after instant: Int64) {
    guard instant > sessions[session].sentAfter else { return }
    sessions[session].sentAfter = instant
    while let number = sessions[session].firstWaiting, suspicions[number].at < instant {
      sessions[session].removeFirstWaiting()
      resolve(number, alive: true)
    }
  }

  /// A session that was not lost by the end of the run was alive all the time. Of a history that
  /// ends before, nobody can tell which sessions were about to be lost.
  mutating func decideLiveSessions() {
    for session in sessions.live {
      while let number = sessions[session].firstWaiting {
        sessions[session].removeFirstWaiting()
        resolve(number, alive: isOver)
      }
    }
  }

  mutating func resolve(_ number: UInt32, alive: Bool) {
    guard let suspicion = suspicions.resolve(number, alive: alive) else { return }
    if !suspicion.isDismissed {
      confirm(suspicion)
    } else if case .overlap = suspicion.kind {
      queues[Int(messages[suspicion.slot].queue)].totals.possibleOverlaps += 1
    } else {
      markAfterAck(
        suspicion.message, suspicion.slot, session: Int(suspicion.sessions.later),
        at: Instant(nanoseconds: suspicion.at))
    }
  }

  mutating func confirm(_ suspicion: Suspicion) {
    let queue = Int(messages[suspicion.slot].queue)
    let at = Instant(nanoseconds: suspicion.at)
    let (earlier, later) = (Int(suspicion.sessions.earlier), Int(suspicion.sessions.later))
    let operation = OperationID(messages[suspicion.slot].operation)
    switch suspicion.kind {
    case .overlap:
      mark(.overlappingHolds, suspicion.slot)
      report(isLetter(suspicion.slot) ? \.letterOverlaps : \.overlaps, of: queue) {
        Witness(
          message: suspicion.message, operations: [operation], from: at, to: at,
          text: "\(suspicion.message) was delivered to \($0.sessions.name(of: later)) at "
            + "\(at.text) while \($0.sessions.name(of: earlier)) held it")
      }
    case .resurrection(let settledAt):
      let settled = Instant(nanoseconds: settledAt)
      mark(.resurrected, suspicion.slot)
      report(\.resurrected, of: queue) {
        Witness(
          message: suspicion.message, operations: [operation], from: settled, to: at,
          text: "\(suspicion.message) had been acked when the queue was proved empty at "
            + "\(settled.text) and was delivered to \($0.sessions.name(of: later)) at \(at.text)")
      }
    }
  }

  mutating func markAfterAck(
    _ message: MessageID, _ slot: MessageSlot, session: Int, at: Instant
  ) {
    mark(.deliveredAfterAck, slot)
    report(\.deliveredAfterAck, of: Int(messages[slot].queue)) {
      Witness(
        message: message, operations: [OperationID($0.messages[slot].operation)], from: at, to: at,
        text: "\(message) was delivered to \($0.sessions.name(of: session)) at \(at.text) "
          + "after an ack of it had been sent, in a run without any fault")
    }
  }

  /// Counts an anomaly that a delivery has shown.
  mutating func mark(_ anomaly: Anomaly, _ slot: MessageSlot) {
    let queue = Int(messages[slot].queue)
    queues[queue].totals[anomaly].deliveries += 1
    if !messages[slot].flags.contains(MessageFlags(anomaly)) {
      messages[slot].flags.insert(MessageFlags(anomaly))
      queues[queue].totals[anomaly].messages += 1
    }
  }
}
