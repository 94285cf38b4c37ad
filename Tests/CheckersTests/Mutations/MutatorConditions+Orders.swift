import Environment
import Operations

/// The conditions of what concerns order, answers and limits.
extension MutatorConditions {
  static let orders = [
    Case("swap-deliveries", true, "in order, and acked") { story in
      story.consumeAll([story.publish(), story.publish()])
    },
    Case("swap-deliveries", true, "got one after the other") { story in
      let messages = [story.publish(), story.publish()]
      for message in messages {
        story.get(message)
        story.settle(message)
      }
    },
    Case("swap-deliveries", false, "of two publishers") { story in
      story.consumeAll([story.publish(0), story.publish(1)])
    },
    Case("swap-deliveries", false, "to two consumers") { story in
      let (first, second) = (story.publish(), story.publish())
      story.consumeAll([first])
      story.deliver(second, to: 3)
      story.settle(second, by: 3)
    },
    Case("swap-deliveries", false, "one is flagged") { story in
      let (first, second) = (story.publish(), story.publish())
      story.consumeAll([first])
      story.deliver(second, redelivered: true)
      story.settle(second)
    },
    Case("swap-deliveries", false, "one was published after the other was received") { story in
      story.consumeAll([story.publish()])
      story.consumeAll([story.publish()])
    },
    Case("swap-deliveries", false, "one was not acked") { story in
      let (first, second) = (story.publish(), story.publish())
      story.consumeAll([first])
      story.deliver(second)
    },
    Case("swap-dequeues", true, "one after the other") { story in
      let (first, second) = (story.publish(0), story.publish(1))
      story.take(first)
      story.take(second, client: 3)
    },
    Case("swap-dequeues", false, "published side by side") { story in
      let (first, second) = (story.begin(0), story.begin(1, session: 1))
      story.end(first)
      story.end(second)
      story.take(first)
      story.take(second, client: 3)
    },
    Case("swap-dequeues", false, "the first was never confirmed") { story in
      let (first, second) = (story.publish(0, .info(.timeout)), story.publish(1))
      story.take(first)
      story.take(second, client: 3)
    },
    Case("swap-dequeues", false, "a get is in doubt") { story in
      let (first, second) = (story.publish(0), story.publish(1))
      _ = story.begin(.get, client: 3, session: 3)
      story.take(first)
      story.take(second)
    },
    Case("swap-dequeues", false, "dequeued side by side") { story in
      let (first, second) = (story.publish(0), story.publish(1))
      let operation = story.begin(.take, client: 3, session: 3)
      story.take(first)
      let receipt = story.receipt(second, 3, redelivered: false)
      story.add(.completed(operation, .ok(.message(receipt))))
    },
    Case("swap-dequeues", false, "the second may have gone back") { story in
      let (first, second) = (story.publish(0), story.publish(1))
      story.take(first)
      story.get(second, client: 3)
    },
    Case("empty-while-ready", true, "confirmed before the get") { $0.take($0.publish()) },
    Case("empty-while-ready", false, "the take began before the confirm") { story in
      let message = story.begin()
      let operation = story.begin(.take, client: 2, session: 2)
      story.end(message)
      let receipt = story.receipt(message, 2, redelivered: false)
      story.add(.completed(operation, .ok(.message(receipt))))
    },
    Case("empty-while-ready", false, "another get began before the confirm") { story in
      let message = story.begin()
      let operation = story.begin(.get, client: 3, session: 3)
      story.end(message)
      story.get(message)
      let receipt = story.receipt(message, 3, redelivered: true)
      story.add(.completed(operation, .ok(.message(receipt))))
    },
    Case("empty-while-ready", false, "a get is in doubt") { story in
      _ = story.begin(.get, client: 3, session: 3)
      story.take(story.publish())
    },
    Case("empty-while-ready", false, "never received") { $0.publish() },
    Case("empty-while-ready", false, "pushed") { $0.deliver($0.publish()) },
  ]

  static let answers = [
    Case("answer-twice", true, "answered") { $0.answer($0.begin()) },
    Case("answer-twice", false, "never answered") { $0.publish() },
    Case("answer-unknown", true, "any history") { _ in },
    Case("return-late", true, "answered") { $0.answer($0.begin()) },
    Case("return-late", false, "never answered") { $0.publish() },
    Case("shrink-prefetch", true, "held two") { story in
      story.consume(prefetch: 2)
      for message in [story.publish(), story.publish()] { story.deliver(message) }
    },
    Case("shrink-prefetch", true, "held two of any number") { story in
      story.consume(prefetch: 0)
      for message in [story.publish(), story.publish()] { story.deliver(message) }
    },
    Case("shrink-prefetch", false, "held one") { story in
      story.consume(prefetch: 2)
      story.consumeAll([story.publish(), story.publish()])
    },
    Case("shrink-prefetch", false, "settled at the instant of the second delivery") { story in
      story.consume(prefetch: 2)
      let (first, second) = (story.publish(), story.publish())
      story.deliver(first)
      story.deliver(second)
      story.wait(.milliseconds(-1))
      story.settle(first)
    },
    Case("shrink-prefetch", false, "lost at the instant of the second delivery") { story in
      story.consume(prefetch: 2)
      let (first, second) = (story.publish(), story.publish())
      story.deliver(first)
      story.deliver(second)
      story.wait(.milliseconds(-1))
      story.lose(session: 2)
    },
    Case("shrink-prefetch", false, "two consumers") { story in
      story.consume(prefetch: 1)
      story.consume(prefetch: 1)
      for message in [story.publish(), story.publish()] { story.deliver(message) }
    },
    Case("shrink-prefetch", false, "got") { story in
      story.consume(prefetch: 2)
      for message in [story.publish(), story.publish()] { story.get(message) }
    },
  ]
}

extension Story {
  /// Answers the only publish of session 0.
  fileprivate mutating func answer(_ message: MessageID) {
    add(
      .answered(
        ConfirmAnswer(session: SessionID(0), sequence: 1, multiple: false, positive: true)))
    end(message)
  }
}
