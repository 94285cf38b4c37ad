import Environment
import Harness
import Operations

/// Messages that came again and should not have, or not so.
extension HistoryMutator {
  /// Delivers a message a second time without its flag.
  static let duplicateUnflagged = HistoryMutator(
    "duplicate-unflagged",
    where: "the message was received unflagged from the queue of its publish",
    violates: [.flaggedRedelivery, .exclusiveHold, .noResurrection, .exactlyOnceEffect]
  ) { facts, draws in
    let candidates = facts.publishes.flatMap { publish in
      facts.receivedAtSource(publish).filter { !$0.receipt.redelivered && $0.place < facts.done }
    }
    guard let original = draws.element(of: candidates),
      let client = facts.consumer(of: original.queue)
    else { return nil }
    var editor = HistoryEditor(facts)
    let message = original.receipt.message
    let place = original.place + 1 + draws.index(of: facts.done - original.place)
    editor.deliver(message, from: original.queue, to: client, at: place, redelivered: false)
    return HistoryChange(
      editor, .message(message), "message \(message) was delivered once more, unflagged")
  }

  /// Takes the flag away from a message that came again.
  static let unflag = HistoryMutator(
    "unflag",
    where: "the message had been received unflagged from the queue of its publish before",
    violates: [.flaggedRedelivery]
  ) { facts, draws in
    let candidates = facts.publishes.flatMap { publish -> [HistoryFacts.Reception] in
      let received = facts.receivedAtSource(publish)
      guard let first = received.firstIndex(where: { !$0.receipt.redelivered }) else { return [] }
      return received[(first + 1)...].filter { $0.receipt.redelivered }
    }
    guard let victim = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    var receipt = victim.receipt
    receipt.redelivered = false
    editor.receive(receipt, instead: victim)
    return HistoryChange(
      editor, .message(receipt.message),
      "message \(receipt.message) came again without its flag")
  }

  /// Delivers a message to one consumer while another one holds it.
  static let duplicateHeld = HistoryMutator(
    "duplicate-held",
    where: "the queue has no dead letters, the session that holds the message is never lost, and "
      + "it settles it later or never",
    violates: [.exclusiveHold, .feasibleChains], surely: .exclusiveHold
  ) { facts, draws in
    let candidates = facts.receptions.filter { reception in
      !reception.isTake && facts.isPlain(reception.queue) && reception.place < facts.done
        && facts.publish(of: reception.receipt.message)?.queue == reception.queue
        && facts.session(reception.receipt.session).map { $0.lost == nil } ?? false
    }
    guard let held = draws.element(of: candidates),
      let client = facts.consumer(of: held.queue)
    else { return nil }
    let end = min(held.settled ?? facts.done, facts.done)
    var editor = HistoryEditor(facts)
    let message = held.receipt.message
    editor.deliver(
      message, from: held.queue, to: client, at: held.place + 1 + draws.index(of: end - held.place),
      redelivered: true, isAcked: false)
    return HistoryChange(
      editor, .message(message), "message \(message) was delivered while it was held")
  }

  /// Delivers a message again after its ack, in a run in which nothing went wrong.
  static let duplicateAfterAck = HistoryMutator(
    "duplicate-after-ack",
    where: "there is no fault, no session is lost before the run is done, the queue has no dead "
      + "letters, and the message was received once and acked",
    violates: [.noResurrection, .exactlyOnceEffect]
  ) { facts, draws in
    guard !facts.hasFaults, facts.sessions.allSatisfy({ $0.lost == nil }) else { return nil }
    let candidates = facts.publishes.compactMap { publish -> HistoryFacts.Reception? in
      guard publish.receptions.count == 1, facts.isPlain(publish.queue),
        let reception = facts.received(publish).first, reception.kind == .ack,
        reception.settled ?? facts.done < facts.done, reception.queue == publish.queue
      else { return nil }
      return reception
    }
    guard let original = draws.element(of: candidates), let settled = original.settled,
      let client = facts.consumer(of: original.queue)
    else { return nil }
    var editor = HistoryEditor(facts)
    let message = original.receipt.message
    editor.deliver(
      message, from: original.queue, to: client,
      at: settled + 1 + draws.index(of: facts.done - settled), redelivered: true)
    return HistoryChange(
      editor, .message(message), "message \(message) was delivered after its ack")
  }

  /// Delivers a message that was acked before its queue was proved empty.
  static let resurrect = HistoryMutator(
    "resurrect",
    where: "the queue has no dead letters, an ack or discard of the message was sent before the "
      + "queue was proved empty, and the session to which it comes was opened after that",
    violates: [.noResurrection, .exactlyOnceEffect]
  ) { facts, draws in
    let candidates = facts.receptions.compactMap { reception -> (HistoryFacts.Reception, Int)? in
      let message = reception.receipt.message
      guard facts.isPlain(reception.queue), let settled = reception.settled,
        reception.kind?.isFinal == true,
        facts.publish(of: message)?.queue == reception.queue,
        let proof = facts.proofs.first(where: {
          $0.queue == reception.queue && facts.at($0.place) > facts.at(settled)
            && $0.place < facts.done
        })
      else { return nil }
      return (reception, proof.place)
    }
    guard let (original, proof) = draws.element(of: candidates),
      let client = facts.consumer(of: original.queue)
    else { return nil }
    var editor = HistoryEditor(facts)
    let message = original.receipt.message
    editor.deliver(
      message, from: original.queue, to: client,
      at: proof + 1 + draws.index(of: facts.done - proof), redelivered: true)
    return HistoryChange(
      editor, .message(message), "message \(message) came back from the dead")
  }

  /// Lets a second take bring a message that an earlier one had brought.
  static let takeTwice = HistoryMutator(
    "take-twice",
    where: "nothing is pushed from the queue and it has no dead letters, and the second take is "
      + "invoked after the first one has ended",
    violates: [.linearizableFIFO, .linearizableBag, .noResurrection, .exactlyOnceEffect]
  ) { facts, draws in
    let candidates = facts.receptions.filter {
      $0.isTake && facts.isPolled($0.queue) && $0.place < facts.done
        && facts.publish(of: $0.receipt.message)?.queue == $0.queue
    }
    guard let original = draws.element(of: candidates) else { return nil }
    let place = original.place + 1 + draws.index(of: facts.done - original.place)
    guard let client = facts.idleClients(of: original.queue, at: place).first else { return nil }
    var editor = HistoryEditor(facts)
    let message = original.receipt.message
    _ = editor.perform(.take, by: client, at: place) { session in
      .ok(.message(Receipt(session: session, tag: 1, message: message, redelivered: true)))
    }
    return HistoryChange(editor, .message(message), "message \(message) was taken twice")
  }
}
