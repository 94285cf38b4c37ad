import Environment
import Operations

/// The conditions of what concerns redelivery, effects and replicas.
extension MutatorConditions {
  static let redelivery = holds + ready + returned + effects + replicas

  private static let holds = [
    Case("repeat-to-holder", true, "held") { $0.deliver($0.publish()) },
    Case("repeat-to-holder", true, "held until its session is lost") { story in
      story.consume(prefetch: 0)
      story.deliver(story.publish())
      story.lose(session: 2)
    },
    Case("repeat-to-holder", true, "given back with others, and perhaps without the copy") {
      story in
      let messages = [story.publish(), story.publish()]
      for message in messages { story.deliver(message) }
      story.settle(messages[1], .requeue, multiple: true)
      for message in messages { story.deliver(message, to: 3, redelivered: true) }
    },
    Case("repeat-to-holder", false, "there was a fault") { story in
      story.fault(0, "kill", .proved)
      story.deliver(story.publish())
    },
    Case("repeat-to-holder", false, "its consumer has a limit") { story in
      story.consume(prefetch: 2)
      story.deliver(story.publish())
    },
    Case("repeat-to-holder", false, "got") { $0.get($0.publish()) },
    Case("repeat-to-holder", false, "from another queue") { story in
      story.deliver(story.publish(), to: 5, queue: 1)
    },
    Case("lend-to-dying", true, "held") { $0.deliver($0.publish()) },
    Case("lend-to-dying", true, "got, and acked then") { story in
      let message = story.publish()
      story.get(message)
      story.settle(message)
    },
    Case("lend-to-dying", false, "taken") { $0.take($0.publish()) },
    Case("lend-to-dying", false, "its session is lost, and may have been before") { story in
      story.deliver(story.publish())
      story.lose(session: 2)
    },
    Case("lend-to-dying", false, "a node was down before any fault") { story in
      story.deliver(story.publish())
      story.add(.broker(BrokerEvent(kind: .nodeDown, node: NodeID(1))))
    },
  ]

  private static let ready =
    ["empty-while-pushed", "overtake-ready"].flatMap { name in
      [
        Case(name, true, "confirmed before the consumer was asked for") { story in
          let message = story.publish()
          story.consume(prefetch: 0)
          story.deliver(message)
        },
        Case(name, true, "confirmed while the consumer had no room") { story in
          story.consume(prefetch: 1)
          let (first, second) = (story.publish(), story.publish())
          story.deliver(first)
          story.settle(first)
          story.deliver(second)
        },
        Case(name, true, "two of them, of which a get in doubt may hold one") { story in
          _ = story.begin(.get, client: 3, session: 3)
          let messages = [story.publish(), story.publish()]
          story.consume(prefetch: 0)
          for message in messages { story.deliver(message) }
        },
        Case(name, false, "it may have been sent at once") { story in
          story.consume(prefetch: 0)
          story.deliver(story.publish())
        },
        Case(name, false, "a get in doubt may hold it") { story in
          _ = story.begin(.get, client: 3, session: 3)
          let message = story.publish()
          story.consume(prefetch: 0)
          story.deliver(message)
        },
        Case(name, false, "a consumer that is lost later may hold it") { story in
          story.consume(3, prefetch: 1)
          let message = story.publish()
          story.consume(prefetch: 0)
          story.deliver(message)
          story.lose(session: 3)
        },
        Case(name, false, "there was a fault, and the consumer had no room") { story in
          story.consume(prefetch: 1)
          let (first, second) = (story.publish(), story.publish())
          story.fault(0, "kill", .proved)
          story.deliver(first)
          story.settle(first)
          story.deliver(second)
        },
        Case(name, false, "there was a fault at the instant at which it came into the room") {
          story in
          story.consume(prefetch: 1)
          let (first, second) = (story.publish(), story.publish())
          story.deliver(first)
          story.settle(first)
          story.deliver(second)
          story.wait(.milliseconds(-1))
          story.fault(0, "kill", .proved)
        },
        Case(name, false, "never received") { story in
          story.publish()
          story.consume(prefetch: 0)
        },
        Case(name, false, "it may expire", header: Story.letters) { story in
          let message = story.publish()
          story.consume(prefetch: 0)
          story.deliver(message)
        },
      ]
    } + [
      Case("empty-while-pushed", false, "nothing is pushed") { $0.get($0.publish()) },
      Case("overtake-ready", true, "got") { $0.get($0.publish()) },
    ]

  private static let returned = [
    Case("overtake-returned", true, "given back before a get that brought another one") { story in
      story.returnAndGetAnother()
    },
    Case("overtake-returned", false, "got by another session") { story in
      story.returnAndGetAnother(client: 3)
    },
    Case("overtake-returned", false, "after a fault") { story in
      story.fault(0, "kill", .proved)
      story.returnAndGetAnother()
    },
    Case("overtake-returned", false, "a get in doubt may hold it") { story in
      _ = story.begin(.get, client: 3, session: 3)
      story.returnAndGetAnother()
    },
    Case("overtake-returned", false, "discarded") { story in
      story.returnAndGetAnother(.discard)
    },
  ]

  private static let effects =
    ["second-effect", "second-effect-by-room"].flatMap { name in
      [
        Case(name, true, "acked before the proof") { story in
          story.consumeAll([story.publish()])
          story.drained()
        },
        Case(name, true, "taken before the proof") { story in
          story.take(story.publish())
          story.drained()
        },
        Case(name, false, "acked at the instant of the proof") { story in
          story.consumeAll([story.publish()])
          story.wait(.milliseconds(-1))
          story.drained()
        },
        Case(name, false, "discarded") { story in
          let message = story.publish()
          story.deliver(message)
          story.settle(message, .discard)
          story.drained()
        },
        Case(name, false, "it may be moved twice", header: Story.letters) { story in
          story.consumeAll([story.publish()])
          story.drained(0)
          story.drained(1)
        },
      ]
    } + [
      Case("second-effect", false, "all that were open then are lost or have a limit") { story in
        story.consume(3, prefetch: 1)
        story.consumeAll([story.publish()])
        story.drained()
        story.lose(session: 2)
      },
      Case("second-effect-by-room", false, "there was a fault before the proof") { story in
        story.fault(0, "kill", .proved)
        story.consumeAll([story.publish()])
        story.drained()
      },
    ]

  private static let replicas = ["split-replicas", "keep-lacking"].flatMap { name in
    [
      Case(name, true, "after the load phase") { $0.add(.phase(.drain)) },
      Case(name, true, "after a proof") { story in
        story.add(.phase(.drain))
        story.drained()
      },
      Case(name, false, "publishes may wait") { _ in },
    ]
  }
}

extension Story {
  /// Two messages are given back, of which a client gets one then and the other one later.
  fileprivate mutating func returnAndGetAnother(
    _ kind: SettlementKind = .requeue, client: UInt32 = 2
  ) {
    let messages = [publish(), publish()]
    for message in messages { get(message) }
    settle(messages[0], kind)
    settle(messages[1], kind)
    get(messages[0], client: client, redelivered: true)
    get(messages[1], client: 3, redelivered: true)
  }
}
