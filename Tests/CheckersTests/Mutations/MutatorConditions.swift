import Environment
import Operations

/// For each mutator the smallest histories to which it applies, and some to which it just does not.
enum MutatorConditions {
  typealias Case = MutatorConditionTests.Case

  static let all =
    losses + letters + repeats + orders + strangers + answers + runs
    + redelivery
  /// What may be done to any history of a run.
  static let always = ["invent-message", "answer-unknown", "log-crash"]

  private static let losses = [
    Case("drop-deliveries", true, "received, acked and proved") { story in
      story.consumeAll([story.publish()])
      story.drained()
    },
    Case("drop-deliveries", false, "never proved empty") { $0.consumeAll([$0.publish()]) },
    Case("drop-deliveries", false, "in doubt") { story in
      story.consumeAll([story.publish(0, .info(.timeout))])
      story.drained()
    },
    Case("drop-deliveries", false, "proved before the confirm") { story in
      let message = story.begin()
      story.consumeAll([message])
      story.drained()
      story.end(message)
    },
    Case("drop-deliveries", false, "proved at the instant of the confirm") { story in
      let message = story.begin()
      story.consumeAll([message])
      story.end(message)
      story.wait(.milliseconds(-1))
      story.drained()
    },
    Case("drop-deliveries", false, "a take is in doubt") { story in
      story.consumeAll([story.publish()])
      _ = story.begin(.take, client: 3, session: 3)
      story.drained()
    },
    Case("drop-deliveries", false, "brought by a take") { story in
      story.take(story.publish())
      story.drained()
    },
    Case("drop-redelivery", true, "given back, received again and acked") { story in
      story.returnAndAck()
      story.drained()
    },
    Case("drop-redelivery", true, "given back by the loss of the session") { story in
      let message = story.publish()
      story.deliver(message)
      story.lose(session: 2)
      story.deliver(message, to: 3, redelivered: true)
      story.settle(message, by: 3)
      story.drained()
    },
    Case("drop-redelivery", false, "acked, and perhaps in vain") { story in
      let message = story.publish()
      story.consumeAll([message])
      story.lose(session: 2)
      story.deliver(message, to: 3, redelivered: true)
      story.settle(message, by: 3)
      story.drained()
    },
    Case("drop-redelivery", false, "a drain is in doubt") { story in
      story.returnAndAck()
      _ = story.begin(.drain, client: 3, session: 3)
      story.drained()
    },
    Case("drop-redelivery", false, "never proved empty") { $0.returnAndAck() },
    Case("confirm-vanished", true, "in doubt and proved") { story in
      story.publish(0, .info(.nacked))
      story.drained()
    },
    Case("confirm-vanished", false, "never proved empty") { $0.publish(0, .info(.nacked)) },
    Case("confirm-vanished", false, "received") { story in
      story.deliver(story.publish(0, .info(.nacked)))
      story.drained()
    },
    Case("confirm-vanished", false, "a take is in doubt") { story in
      story.publish(0, .info(.timeout))
      _ = story.begin(.take, client: 3, session: 3)
      story.drained()
    },
    Case("confirm-vanished", false, "the session was lost") { story in
      let message = story.begin()
      story.lose(session: 0)
      story.end(message, .info(.connectionLost))
      story.drained()
    },
    Case("confirm-vanished", false, "returned") { story in
      let message = story.begin()
      story.end(message, .info(.timeout))
      story.add(.returned(SessionID(0), message))
      story.drained()
    },
  ]

  private static let letters = [
    Case("drop-dead-letter", true, "discarded and received as a dead letter", header: Story.letters)
    { story in
      story.discardAndMove()
      story.drained(0)
      story.drained(1)
    },
    Case("drop-dead-letter", false, "the target was proved empty first", header: Story.letters) {
      story in
      story.discardAndMove()
      story.drained(1)
      story.drained(0)
    },
    Case("drop-dead-letter", false, "acked, and perhaps expired before", header: Story.letters) {
      story in
      let message = story.publish()
      story.consumeAll([message])
      story.deliver(message, to: 5, queue: 1)
      story.drained(0)
      story.drained(1)
    },
    Case("drop-deliveries", false, "the target is not proved empty", header: Story.letters) {
      story in
      story.discardAndMove()
      story.drained(0)
    },
    Case("resurrect", false, "it may be moved twice", header: Story.letters) { story in
      story.discardAndMove()
      story.drained(0)
      story.drained(1)
    },
    Case("misroute", false, "the other queue is on its way", header: Story.letters) { story in
      story.publish()
    },
  ]

  private static let repeats = [
    Case("duplicate-unflagged", true, "received unflagged") { $0.deliver($0.publish()) },
    Case("duplicate-unflagged", false, "received with its flag only") { story in
      story.deliver(story.publish(), redelivered: true)
    },
    Case("unflag", true, "received again") { story in
      let message = story.publish()
      story.deliver(message)
      story.lose(session: 2)
      story.deliver(message, to: 3, redelivered: true)
    },
    Case("unflag", false, "received with its flag only") { story in
      let message = story.publish()
      story.deliver(message, redelivered: true)
      story.deliver(message, to: 3, redelivered: true)
    },
    Case("unflag", false, "the unflagged one was read late") { story in
      let message = story.publish()
      story.deliver(message, redelivered: true)
      story.deliver(message, to: 3)
    },
    Case("duplicate-held", true, "held") { $0.deliver($0.publish()) },
    Case("duplicate-held", false, "the session may have been given up") { story in
      story.deliver(story.publish())
      story.lose(session: 2)
    },
    Case("duplicate-held", false, "taken") { $0.take($0.publish()) },
    Case("duplicate-after-ack", true, "nothing ever went wrong") { $0.consumeAll([$0.publish()]) },
    Case("duplicate-after-ack", false, "there was a fault") { story in
      story.consumeAll([story.publish()])
      story.fault(0, "kill", .proved)
    },
    Case("duplicate-after-ack", false, "a session was lost") { story in
      story.consumeAll([story.publish()])
      story.lose(session: 2)
    },
    Case("duplicate-after-ack", false, "given back") { story in
      let message = story.publish()
      story.deliver(message)
      story.settle(message, .requeue)
    },
    Case("resurrect", true, "acked before the proof") { story in
      story.consumeAll([story.publish()])
      story.drained()
    },
    Case("resurrect", false, "acked after the proof") { story in
      story.drained()
      story.consumeAll([story.publish()])
    },
    Case("resurrect", false, "acked at the instant of the proof") { story in
      story.consumeAll([story.publish()])
      story.wait(.milliseconds(-1))
      story.drained()
    },
    Case("resurrect", false, "given back") { story in
      let message = story.publish()
      story.deliver(message)
      story.settle(message, .reject)
      story.drained()
    },
    Case("take-twice", true, "taken") { $0.take($0.publish()) },
    Case("take-twice", false, "got") { $0.get($0.publish()) },
    Case("take-twice", false, "there is a consumer") { story in
      story.consume(prefetch: 0)
      story.take(story.publish())
    },
  ]

  private static let strangers = [
    Case("invent-message", true, "any history") { _ in },
    Case("deliver-early", true, "published") { $0.publish() },
    Case("deliver-early", false, "nothing was published") { _ in },
    Case("misroute", true, "published") { $0.publish() },
    Case("fail-delivered", true, "received") { $0.deliver($0.publish()) },
    Case("fail-delivered", false, "never received") { $0.publish() },
    Case("fail-delivered", false, "received from elsewhere") { story in
      story.deliver(story.publish(), to: 5, queue: 1)
    },
  ]

  private static let runs = [
    Case("log-crash", true, "any history") { _ in },
    Case("stall-publishes", true, "a publish waits") { $0.publish() },
    Case("stall-publishes", false, "nothing waits") { _ in },
    Case("stall-publishes", false, "after the load phase") { story in
      story.add(.phase(.drain))
      story.publish()
    },
    Case("deny-drain", true, "proved empty") { $0.drained() },
    Case("deny-drain", false, "never proved empty") { _ in },
  ]
}

extension Story {
  /// Delivers messages to session 2, which acks them.
  mutating func consumeAll(_ messages: [MessageID]) {
    for message in messages {
      deliver(message)
      settle(message)
    }
  }

  /// A whole take that brings a message.
  mutating func take(_ message: MessageID, client: UInt32 = 2) {
    let operation = begin(.take, client: client, session: client)
    let receipt = receipt(message, client, redelivered: false)
    add(.completed(operation, .ok(.message(receipt))))
  }

  /// A message is given back once and acked then.
  fileprivate mutating func returnAndAck() {
    let message = publish()
    deliver(message)
    settle(message, .requeue)
    deliver(message, to: 3, redelivered: true)
    settle(message, by: 3)
  }

  /// A message is discarded and acked as a dead letter.
  fileprivate mutating func discardAndMove() {
    let message = publish()
    deliver(message)
    settle(message, .discard)
    deliver(message, to: 5, queue: 1)
    settle(message, by: 5)
  }
}
