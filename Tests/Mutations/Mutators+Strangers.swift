import Environment
import Harness
import Operations

/// Messages that nobody can have sent.
extension HistoryMutator {
  /// Delivers what nobody published.
  static let inventMessage = HistoryMutator(
    "invent-message",
    where: "the session is open, and the message is not of this run or was never invoked",
    violates: [.integrity, .prefetch]
  ) { facts, draws in
    let candidates = facts.sessions.filter { session in
      facts.history.header.clients.contains { $0.id == session.client && $0.role == .consumer }
        && !facts.life(of: session, after: session.opened).isEmpty
    }
    guard let session = draws.element(of: candidates),
      let place = draws.element(of: facts.life(of: session, after: session.opened)),
      let client = facts.history.header.clients.first(where: { $0.id == session.client })
    else { return nil }
    let highest = facts.publishes.map(\.message).max()
    let unborn = highest.map { MessageID(client: $0.client, sequence: $0.sequence + 1) }
    let message = draws.index(of: 2) == 0 ? .foreign : unborn ?? .foreign
    var editor = HistoryEditor(facts)
    editor.push(
      message, from: client.queue, to: session.id, at: place,
      redelivered: draws.index(of: 2) == 0)
    return HistoryChange(editor, .message(message), "message \(message) came from nowhere")
  }

  /// Delivers a message before anybody decided to publish it.
  static let deliverEarly = HistoryMutator(
    "deliver-early", where: "the delivery comes before the invocation of the publish",
    violates: [.integrity]
  ) { facts, draws in
    guard let victim = draws.element(of: facts.publishes.filter { $0.invoked < facts.done }),
      let client = facts.consumer(of: victim.queue)
    else { return nil }
    var editor = HistoryEditor(facts)
    editor.deliver(
      victim.message, from: victim.queue, to: client,
      at: draws.index(of: victim.invoked + 1), redelivered: false)
    return HistoryChange(
      editor, .message(victim.message), "message \(victim.message) came before it was published")
  }

  /// Delivers a message from a queue to which it was not published.
  static let misroute = HistoryMutator(
    "misroute", where: "the queue is not on the way of the message", violates: [.integrity]
  ) { facts, draws in
    let candidates = facts.publishes.flatMap { publish -> [(HistoryFacts.Publish, QueueID)] in
      guard let way = facts.way(of: publish.queue), publish.invoked < facts.done else { return [] }
      return facts.history.header.queues.filter { !way.contains($0.id) }.map { (publish, $0.id) }
    }
    guard let (victim, queue) = draws.element(of: candidates),
      let client = facts.consumer(of: queue)
    else { return nil }
    var editor = HistoryEditor(facts)
    editor.deliver(
      victim.message, from: queue, to: client,
      at: victim.invoked + 1 + draws.index(of: facts.done - victim.invoked), redelivered: false)
    return HistoryChange(
      editor, .message(victim.message), "message \(victim.message) came from queue \(queue)")
  }

  /// Says that a message was returned which was received.
  static let failDelivered = HistoryMutator(
    "fail-delivered", where: "the message was received from a queue on its way",
    violates: [.integrity, .linearizableFIFO, .linearizableBag]
  ) { facts, draws in
    let candidates = facts.publishes.filter { publish in
      guard let outcome = publish.outcome, publish.session != nil else { return false }
      if case .fail = outcome { return false }
      let way = facts.way(of: publish.queue) ?? []
      return facts.received(publish).contains { way.contains($0.queue) }
    }
    guard let victim = draws.element(of: candidates), let ended = victim.ended,
      let id = victim.session
    else { return nil }
    var editor = HistoryEditor(facts)
    editor.replace(ended, .completed(victim.operation, .fail(.returned)))
    // A return comes before its confirm, and while the session is open.
    let bounds = [victim.answered, facts.session(id)?.lost].compactMap { $0 } + [ended]
    editor.insert([.returned(id, victim.message)], at: bounds.min() ?? ended)
    return HistoryChange(
      editor, .message(victim.message), "message \(victim.message) was returned, and delivered")
  }
}
