import Harness
import Operations

/// A consumer of one session and queue, as the history shows it.
struct LimitedConsumer: Sendable {
  /// The place of its queue.
  var queue: Int
  /// The most unsettled deliveries that it may have; nil for any number.
  var limit: Int?
  /// The operation that set the limit.
  var operation: OperationID
  /// How many unsettled deliveries it has.
  fileprivate(set) var held = 0
  /// How many deliveries came at the present instant.
  fileprivate var arrived = 0

  /// Whether it may not be pushed anything more.
  var isFull: Bool { limit.map { held >= $0 } ?? false }
}

/// What was pushed to one session and not settled.
///
/// Only deliveries of limited consumers are remembered, so that a limit never counts what came
/// before it.
struct PushedDeliveries: Sendable {
  /// The session.
  let number: SessionID
  /// Whose it is, where the history says so.
  var owner: SessionOpening?
  private(set) var isLost = false
  private(set) var consumers: [LimitedConsumer] = []
  private var isUnlimited = false
  private var held = HeldTags()

  init(number: SessionID) {
    self.number = number
  }

  /// Starts a consumer. The limits of several consumers of a queue add up: each may be pushed as
  /// many as it asked for.
  mutating func consume(from queue: Int, prefetch: UInt16, operation: OperationID) {
    let limit = prefetch == 0 || isUnlimited ? nil : Int(prefetch)
    guard let place = place(of: queue) else {
      consumers.append(LimitedConsumer(queue: queue, limit: limit, operation: operation))
      return
    }
    consumers[place].limit = sum(consumers[place].limit, limit)
    consumers[place].operation = operation
  }

  /// Gives up all limits, because a consumer was started of which nothing is known.
  mutating func giveUp() {
    isUnlimited = true
    for place in consumers.indices { consumers[place].limit = nil }
  }

  /// Takes a pushed delivery; says whether a limit applies to it.
  mutating func receive(_ tag: UInt64, from queue: Int) throws(CheckerFailure) -> Bool {
    guard let place = place(of: queue), consumers[place].limit != nil else { return false }
    try held.append(HeldTag(tag: tag, slot: .none, queue: queue))
    consumers[place].held += 1
    consumers[place].arrived += 1
    return true
  }

  /// Takes a settlement of any kind.
  mutating func settle(_ settlement: Settlement) {
    if settlement.multiple {
      let bound = settlement.tag == 0 ? .max : settlement.tag
      while let tag = held.takeFirst(through: bound) { release(tag) }
    } else if let tag = held.take(settlement.tag) {
      release(tag)
    }
  }

  /// Forgets everything: nothing is held any more.
  mutating func lose() {
    isLost = true
    consumers = []
    held = HeldTags()
  }

  /// Ends the present instant; `body` takes each consumer to which something came, and how many of
  /// these deliveries were too many.
  mutating func closeInstant(_ body: (LimitedConsumer, _ excess: Int) -> Void) {
    for place in consumers.indices where consumers[place].arrived > 0 {
      let consumer = consumers[place]
      consumers[place].arrived = 0
      guard let limit = consumer.limit else { continue }
      body(consumer, max(0, min(consumer.held - limit, consumer.arrived)))
    }
  }

  /// The tags that a consumer has not settled.
  func tags(of consumer: LimitedConsumer) -> [UInt64] {
    held.tags(of: consumer.queue)
  }

  private mutating func release(_ tag: HeldTag) {
    if let place = place(of: Int(tag.queue)) { consumers[place].held -= 1 }
  }

  private func place(of queue: Int) -> Int? {
    consumers.firstIndex { $0.queue == queue }
  }

  private func sum(_ first: Int?, _ second: Int?) -> Int? {
    guard let first, let second else { return nil }
    return first + second
  }
}
