import Environment
import Harness
import Operations

/// Answers and limits that no broker may break.
extension HistoryMutator {
  /// Answers a number again.
  static let answerTwice = HistoryMutator(
    "answer-twice", where: "the number was answered before, and the session is open",
    violates: [.confirmProtocol]
  ) { facts, draws in
    let candidates = facts.answers.compactMap { place -> (ConfirmAnswer, Int)? in
      guard case .answered(let answer) = facts.history.events[place].event, answer.sequence > 0,
        let session = facts.session(answer.session), session.opened < place,
        let later = draws.element(of: facts.life(of: session, after: place))
      else { return nil }
      return (answer, later)
    }
    guard let (answer, place) = draws.element(of: candidates) else { return nil }
    var again = answer
    again.multiple = draws.index(of: 2) == 0
    again.positive = draws.index(of: 2) == 0
    var editor = HistoryEditor(facts)
    let at = editor.insert([.answered(again)], at: place)
    return HistoryChange(
      editor, .instant(at),
      "number \(answer.sequence) of session \(answer.session) was answered again")
  }

  /// Answers a number that nobody has given yet.
  static let answerUnknown = HistoryMutator(
    "answer-unknown", where: "the session is open and has given no such number",
    violates: [.confirmProtocol]
  ) { facts, draws in
    let candidates = facts.sessions.filter { session in
      facts.history.header.clients.contains { $0.id == session.client && $0.role == .publisher }
        && !facts.life(of: session, after: session.opened).isEmpty
    }
    guard let session = draws.element(of: candidates),
      let place = draws.element(of: facts.life(of: session, after: session.opened))
    else { return nil }
    let number = UInt64(session.publishes.count + 1 + draws.index(of: 3))
    var editor = HistoryEditor(facts)
    let at = editor.insert(
      [
        .answered(
          ConfirmAnswer(
            session: session.id, sequence: number, multiple: draws.index(of: 2) == 0,
            positive: true))
      ], at: place)
    return HistoryChange(
      editor, .instant(at),
      "number \(number) of session \(session.id) was answered and never given")
  }

  /// Returns a message whose publish has been answered.
  static let returnLate = HistoryMutator(
    "return-late", where: "the publish was answered before, and the session is open",
    violates: [.confirmProtocol]
  ) { facts, draws in
    let candidates = facts.publishes.compactMap { publish -> (HistoryFacts.Publish, Int)? in
      guard let answered = publish.answered,
        let session = publish.session.flatMap({ facts.session($0) }),
        let place = draws.element(of: facts.life(of: session, after: answered))
      else { return nil }
      return (publish, place)
    }
    guard let (victim, place) = draws.element(of: candidates), let session = victim.session
    else { return nil }
    var editor = HistoryEditor(facts)
    editor.insert([.returned(session, victim.message)], at: place)
    return HistoryChange(
      editor, .message(victim.message),
      "message \(victim.message) was returned after its confirm")
  }

  /// Lets a consumer have asked for fewer messages than it came to hold.
  static let shrinkPrefetch = HistoryMutator(
    "shrink-prefetch",
    where: "the session has one consumer, to which more unsettled messages were pushed by the end "
      + "of an instant than the smaller prefetch allows, while the session was not lost",
    violates: [.prefetch]
  ) { facts, draws in
    let candidates = facts.sessions.compactMap { session -> (HistoryFacts.Consume, Int)? in
      guard session.consumes.count == 1, let consume = session.consumes.first else { return nil }
      let peak = facts.peak(of: session.id, after: consume)
      return peak > 1 ? (consume, peak) : nil
    }
    guard let (consume, peak) = draws.element(of: candidates),
      case .invoked(var invocation) = facts.history.events[consume.invoked].event
    else { return nil }
    let limit = 1 + draws.index(of: peak - 1)
    invocation.action = .consume(prefetch: UInt16(limit))
    var editor = HistoryEditor(facts)
    editor.replace(consume.invoked, .invoked(invocation))
    return HistoryChange(
      editor, .operation(consume.operation),
      "consumer \(consume.operation) asked for \(limit) and held \(peak)")
  }
}

extension HistoryFacts {
  /// The most messages that a consumer held at the end of an instant at which one was pushed to it.
  fileprivate func peak(of session: SessionID, after consume: Consume) -> Int {
    let pushed = receptions.filter {
      $0.receipt.session == session && $0.operation == nil && $0.queue == consume.queue
        && $0.place > consume.written
    }
    let lost = self.session(session)?.lost
    return pushed.filter { last in lost.map { at($0) > at(last.place) } ?? true }.map { last in
      pushed.count { other in
        at(other.place) <= at(last.place)
          && (other.settled.map { at($0) > at(last.place) } ?? true)
      }
    }.max() ?? 0
  }
}
