import Environment
import Harness
import Operations

/// Messages that were surely ready and were not given out.
extension HistoryMutator {
  /// Lets a get find a queue empty that is pushed from and is not empty.
  static let emptyWhilePushed = HistoryMutator(
    "empty-while-pushed",
    where: "the queue is pushed from and has no dead letters, and at the place of the get more "
      + "messages were surely ready, for the first time or again, than may have been held unseen",
    violates: [.emptyWhileReady], surely: .emptyWhileReady
  ) { facts, draws in
    let disturbed = facts.disturbed
    let bounds = facts.sendBounds(until: disturbed)
    let ready =
      facts.readyAtFirst(bounds) + facts.readyAgain(bounds, until: disturbed)
    let candidates = facts.surelyReady(ready, disturbed: disturbed) { facts.pushed.contains($0) }
    guard let (message, queue, place) = draws.element(of: candidates),
      let client = facts.idleClients(of: queue, at: place).first
    else { return nil }
    var editor = HistoryEditor(facts)
    let operation = editor.perform(.get, by: client, at: place) { _ in .ok(.empty) }
    return HistoryChange(
      editor, .operation(operation),
      "get \(operation) found the queue empty while message \(message) was ready")
  }

  /// Publishes a message that comes before one that was in the queue and was never sent.
  static let overtakeReady = HistoryMutator(
    "overtake-ready",
    where: "nothing has disturbed the brokers, the queue has no dead letters, and while the new "
      + "message is published and received more others are surely ready for the first time than "
      + "anybody may have held unseen",
    violates: [.requeuePosition, .linearizableFIFO], surely: .requeuePosition
  ) { facts, draws in
    let disturbed = facts.disturbed
    let ready = facts.readyAtFirst(facts.sendBounds(until: disturbed))
    return overtake(
      facts.surelyReady(ready, disturbed: disturbed), in: facts, until: disturbed, using: &draws)
  }

  /// Publishes a message that comes before one that was given back: that went to the back.
  static let overtakeReturned = HistoryMutator(
    "overtake-returned",
    where: "nothing has disturbed the brokers, the queue has no dead letters, nobody may have held "
      + "anything unseen, and while the new message is published and received another is surely "
      + "ready again after it was given back",
    violates: [.requeuePosition, .linearizableFIFO], surely: .requeuePosition
  ) { facts, draws in
    let disturbed = facts.disturbed
    let ready = facts.readyAgain(facts.sendBounds(until: disturbed), until: disturbed)
    let candidates = facts.surelyReady(ready, disturbed: disturbed).filter {
      facts.isAllSeen(from: $0.queue, at: $0.place, disturbed: disturbed)
    }
    return overtake(candidates, in: facts, until: disturbed, using: &draws)
  }

  /// Publishes a message in place of one of the candidates, and lets it be received and acked, or
  /// taken where nothing is pushed.
  private static func overtake(
    _ candidates: [(message: MessageID, queue: QueueID, place: Int)], in facts: HistoryFacts,
    until disturbed: Int, using draws: inout SeededGenerator
  ) -> HistoryChange? {
    let candidates = candidates.filter { $0.place <= disturbed }
    guard let (overtaken, queue, place) = draws.element(of: candidates),
      let publisher = facts.history.header.clients.first(where: {
        $0.role == .publisher && $0.queue == queue
      }), let consumer = facts.idleClients(of: queue, at: place).first
    else { return nil }
    let last = facts.publishes.map(\.message).filter { $0.client == publisher.id }.max()
    let message = MessageID(client: publisher.id, sequence: last.map { $0.sequence + 1 } ?? 0)
    var editor = HistoryEditor(facts)
    let next = editor.publish(message, by: publisher, at: place)
    if facts.pushed.contains(queue) {
      editor.deliver(message, from: queue, to: consumer, at: next, redelivered: false)
    } else {
      _ = editor.perform(.take, by: consumer, at: next) { session in
        .ok(.message(Receipt(session: session, tag: 1, message: message, redelivered: false)))
      }
    }
    return HistoryChange(
      editor, .message(message), or: .message(overtaken),
      "message \(message) was published after message \(overtaken) and came before it")
  }
}
