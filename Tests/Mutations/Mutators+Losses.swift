import Environment
import Harness
import Operations

/// Messages that should have come and did not.
extension HistoryMutator {
  /// Takes out all that was received of a confirmed message.
  static let dropDeliveries = HistoryMutator(
    "drop-deliveries",
    where: "the message was confirmed, all queues on its way were proved empty one after the other "
      + "after that, nothing that was taken from them may be unseen, and no take brought it",
    violates: [.atLeastOnce, .deadLetters, .linearizableFIFO, .linearizableBag, .exactlyOnceEffect]
  ) { facts, draws in
    let candidates = facts.publishes.filter { publish in
      !publish.receptions.isEmpty && !facts.received(publish).contains { $0.isTake }
        && facts.isOwed(publish, after: publish.ended.map { [$0] } ?? [])
    }
    guard let victim = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    editor.forget(facts.received(victim))
    return HistoryChange(
      editor, .message(victim.message), "message \(victim.message) was never delivered")
  }

  /// Takes out what was received of a confirmed message after it was given back.
  static let dropRedelivery = HistoryMutator(
    "drop-redelivery",
    where: "the message was confirmed, its consumers had given it back each time and none was done "
      + "with it, its queue has no dead letters and was proved empty after all that, nothing that "
      + "was taken from it may be unseen, and no take brought it",
    violates: [.atLeastOnce, .linearizableFIFO, .linearizableBag, .exactlyOnceEffect]
  ) { facts, draws in
    let candidates = facts.publishes.compactMap {
      publish -> (HistoryFacts.Publish, [HistoryFacts.Reception])? in
      let received = facts.received(publish)
      let returns = received.map { facts.returned($0) }.prefix { $0 != nil }.compactMap { $0 }
      guard let ended = publish.ended, !returns.isEmpty, returns.count < received.count,
        !received.contains(where: { $0.isTake || $0.queue != publish.queue }),
        facts.isPlain(publish.queue)
      else { return nil }
      // What is taken out comes after the first return; how many returns are left is drawn below.
      let kept = 1 + draws.index(of: returns.count)
      let known = [ended] + returns.prefix(kept) + received.prefix(kept).map(\.place)
      guard facts.isOwed(publish, after: known) else { return nil }
      return (publish, Array(received.dropFirst(kept)))
    }
    guard let (victim, receptions) = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    editor.forget(receptions)
    return HistoryChange(
      editor, .message(victim.message),
      "message \(victim.message) was given back and never delivered again")
  }

  /// Takes out what was received of a discarded message as a dead letter.
  static let dropDeadLetter = HistoryMutator(
    "drop-dead-letter",
    where: "the message was confirmed and discarded from a queue with a target, its other "
      + "deliveries there were given back, the queues on its way were proved empty one after the "
      + "other after all that, nothing that was taken from them may be unseen, and no take "
      + "brought it",
    violates: [.deadLetters, .atLeastOnce]
  ) { facts, draws in
    let candidates = facts.publishes.filter { publish in
      let (all, here) = (facts.received(publish), facts.receivedAtSource(publish))
      guard let way = facts.way(of: publish.queue), way.count > 1, here.count < all.count,
        let ended = publish.ended,
        here.contains(where: { $0.kind == .discard }),
        here.allSatisfy({ $0.kind == .discard || facts.returned($0) != nil }),
        !all.contains(where: { $0.isTake })
      else { return false }
      let known = here.flatMap { [$0.place, $0.settled ?? facts.returned($0) ?? $0.place] }
      return facts.isOwed(publish, after: [ended] + known)
    }
    guard let victim = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    editor.forget(facts.received(victim).filter { $0.queue != victim.queue })
    return HistoryChange(
      editor, .message(victim.message),
      "message \(victim.message) was discarded and never came as a dead letter")
  }

  /// Confirms what was in doubt and never came.
  static let confirmVanished = HistoryMutator(
    "confirm-vanished",
    where:
      "the publish ended in doubt while its session was open, its message was neither returned "
      + "nor received, all queues on its way were proved empty one after the other after that, and "
      + "nothing that was taken from them may be unseen",
    violates: [.atLeastOnce, .deadLetters, .linearizableFIFO, .linearizableBag, .exactlyOnceEffect]
  ) { facts, draws in
    let candidates = facts.publishes.filter { publish in
      guard case .info = publish.outcome, let ended = publish.ended, publish.receptions.isEmpty,
        publish.returned == nil,
        let session = publish.session.flatMap({ facts.session($0) }),
        session.lost.map({ $0 > ended }) ?? true, publish.number > 0,
        let way = facts.way(of: publish.queue)
      else { return false }
      return !facts.mayBeTakenUnseen(from: way)
        && facts.isProvedEmpty(way, after: facts.at(ended))
    }
    guard let victim = draws.element(of: candidates), let ended = victim.ended,
      let session = victim.session
    else { return nil }
    var editor = HistoryEditor(facts)
    editor.replace(ended, .completed(victim.operation, .ok(.confirmed)))
    var answer = ConfirmAnswer(
      session: session, sequence: victim.number, multiple: false, positive: true)
    if let answered = victim.answered {
      if case .answered(let nack) = facts.history.events[answered].event { answer = nack }
      answer.positive = true
      editor.replace(answered, .answered(answer))
    } else {
      editor.insert([.answered(answer)], at: ended)
    }
    return HistoryChange(
      editor, .message(victim.message),
      "message \(victim.message) was confirmed, and never came")
  }
}

extension HistoryFacts {
  /// Whether a message must have been delivered again by the end: it was confirmed, and its way was
  /// proved empty after everything at these places, while nothing can have been taken unseen.
  fileprivate func isOwed(_ publish: Publish, after places: [Int]) -> Bool {
    guard isConfirmed(publish), let way = way(of: publish.queue), !mayBeTakenUnseen(from: way),
      let last = places.map({ at($0) }).max()
    else { return false }
    return isProvedEmpty(way, after: last)
  }
}
