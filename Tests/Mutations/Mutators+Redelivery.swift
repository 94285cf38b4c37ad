import Environment
import Harness
import Operations

/// Messages that came while they were held, and acks that were forgotten.
extension HistoryMutator {
  /// Pushes a message once more to the session that holds it; the copy is settled like the first
  /// one, and right after it.
  static let repeatToHolder = HistoryMutator(
    "repeat-to-holder",
    where:
      "nothing has disturbed the brokers, the message was pushed from the queue of its publish "
      + "to a session whose consumers have no limit, which settles it later or never, and is not "
      + "lost before the copy",
    violates: [.feasibleChains, .requeuePosition], surely: .feasibleChains
  ) { facts, draws in
    guard
      let (held, place) = facts.drawHold(
        using: &draws,
        where: { held, session in
          held.operation == nil && session.consumes.allSatisfy { $0.prefetch == 0 }
        })
    else { return nil }
    var editor = HistoryEditor(facts)
    let (message, session) = (held.receipt.message, held.receipt.session)
    let tag = editor.push(message, from: held.queue, to: session, at: place, redelivered: true)
    if let settled = held.settled, let kind = held.kind,
      case .settled(let settlement) = facts.history.events[settled].event,
      !settlement.multiple || 1..<tag ~= settlement.tag
    {
      // The copy has moved the settlement.
      let copy = Settlement(session: session, tag: tag, multiple: false, kind: kind)
      editor.insert([.settled(copy)], at: settled + 2)
    }
    return HistoryChange(
      editor, .message(message), "session \(session) held message \(message) and got it again")
  }

  /// Gives a message that is held to a session that is lost right after.
  static let lendToDying = HistoryMutator(
    "lend-to-dying",
    where: "nothing has disturbed the brokers, the message was received from the queue of its "
      + "publish by a session that is never lost, which settles it later or never, and the other "
      + "session is opened in between",
    violates: [.feasibleChains, .requeuePosition], surely: .feasibleChains
  ) { facts, draws in
    guard let (held, place) = facts.drawHold(using: &draws, where: { $1.lost == nil }),
      let client = facts.consumer(of: held.queue)
    else { return nil }
    var editor = HistoryEditor(facts)
    let message = held.receipt.message
    let session = editor.opening(by: client).session
    editor.deliver(
      message, from: held.queue, to: client, at: place, redelivered: true, isAcked: false)
    editor.insert([.sessionLost(session, reason: "reset")], at: place + 2)
    return HistoryChange(
      editor, .message(message),
      "message \(message) was given to session \(session), which was lost, while it was held")
  }

  /// Delivers a message again that was acked before its queue was proved empty, to a session that
  /// was open then, and which acks it again.
  static let secondEffect = HistoryMutator(
    "second-effect",
    where: "the queue has no dead letters, the message was acked or taken before the queue was "
      + "proved empty, and the session was open then, is never lost and has no limit",
    violates: [.exactlyOnceEffect, .noResurrection], surely: .exactlyOnceEffect
  ) { facts, draws in
    guard let effect = draws.element(of: facts.settledEffects) else { return nil }
    let sessions = facts.sessions.filter { session in
      session.opened < effect.proof && session.lost == nil
        && session.consumes.allSatisfy { $0.prefetch == 0 }
        && facts.history.header.clients.contains {
          $0.id == session.client && $0.role == .consumer && $0.queue == effect.queue
        }
    }
    guard let session = draws.element(of: sessions) else { return nil }
    var editor = HistoryEditor(facts)
    let message = effect.message
    let place = effect.proof + 1 + draws.index(of: facts.done - effect.proof)
    let tag = editor.push(
      message, from: effect.queue, to: session.id, at: place, redelivered: true)
    let ack = Settlement(session: session.id, tag: tag, multiple: false, kind: .ack)
    editor.insert([.settled(ack)], at: place + 1)
    return HistoryChange(
      editor, .message(message), "message \(message) was acked, and acked again after a proof")
  }

  /// The same with a session that is lost: only that its prefetch had no room before tells that
  /// what came last was sent after the proof.
  static let secondEffectByRoom = HistoryMutator(
    "second-effect-by-room",
    where:
      "nothing has disturbed the brokers, the queue has no dead letters, the message was acked "
      + "or taken before the queue was proved empty, and a consumer that had got nothing by then "
      + "gets and acks it once more often than its prefetch allows it to hold",
    violates: [.exactlyOnceEffect], surely: .exactlyOnceEffect
  ) { facts, draws in
    let last = min(facts.disturbed, facts.done)
    let candidates = facts.settledEffects.filter { $0.proof < last }
    guard let effect = draws.element(of: candidates),
      let client = facts.consumer(of: effect.queue)
    else { return nil }
    let prefetch = 1 + draws.index(of: 3)
    let begin = effect.end + 1 + draws.index(of: effect.proof - effect.end)
    let place = effect.proof + 1 + draws.index(of: last - effect.proof)
    var editor = HistoryEditor(facts)
    let message = effect.message
    let (session, shift) = editor.consume(by: client, prefetch: UInt16(prefetch), at: begin)
    var events = (1...UInt64(prefetch + 1)).flatMap { tag -> [Event] in
      let receipt = Receipt(session: session, tag: tag, message: message, redelivered: true)
      let ack = Settlement(session: session, tag: tag, multiple: false, kind: .ack)
      return [.delivered(Delivery(queue: effect.queue, receipt: receipt)), .settled(ack)]
    }
    events.append(.sessionLost(session, reason: "reset"))
    editor.insert(events, at: place + shift)
    return HistoryChange(
      editor, .message(message),
      "message \(message) was acked, and acked again where there had been no room before a proof")
  }
}

extension HistoryFacts {
  /// An effect that a proof of emptiness has settled, with the places of both.
  fileprivate struct SettledEffect {
    var message: MessageID
    var queue: QueueID
    var end: Int
    var proof: Int
  }

  /// What was held before anything disturbed the brokers, with a place at which it still was.
  fileprivate func drawHold(
    using draws: inout SeededGenerator, where isFit: (Reception, Session) -> Bool
  ) -> (Reception, place: Int)? {
    let end = min(disturbed, done)
    let candidates = receptions.filter { reception in
      guard !reception.isTake, reception.place < end,
        publish(of: reception.receipt.message)?.queue == reception.queue,
        let session = session(reception.receipt.session)
      else { return false }
      return isFit(reception, session)
    }
    guard let held = draws.element(of: candidates) else { return nil }
    let lost = session(held.receipt.session)?.lost
    let last = min(held.settled ?? end, lost ?? end, end)
    return (held, held.place + 1 + draws.index(of: last - held.place))
  }

  /// The acked deliveries and the takes from queues without dead letters that a proof settled.
  fileprivate var settledEffects: [SettledEffect] {
    receptions.compactMap { reception in
      let message = reception.receipt.message
      guard isFinished(reception), isPlain(reception.queue),
        publish(of: message)?.queue == reception.queue,
        let end = reception.isTake ? reception.place : reception.settled,
        let proof = proofs.first(where: {
          $0.queue == reception.queue && at($0.place) > at(end) && $0.place < done
        })
      else { return nil }
      return SettledEffect(
        message: message, queue: reception.queue, end: end, proof: proof.place)
    }
  }
}
