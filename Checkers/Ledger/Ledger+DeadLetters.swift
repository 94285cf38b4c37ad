import Environment
import Harness
import Operations

/// A message that was dead-lettered is a new message in its new queue: the broker published it
/// there. So its flags, holds and acks are judged by the queue that it comes from. The broker may
/// have to move it twice to be sure, so that a second copy alone is no violation where anything
/// was disturbed.
extension Ledger {
  /// Where the state of a published message is kept for a queue that it came from; nil if it cannot
  /// come from there.
  mutating func slot(
    of message: MessageID, publishedAs published: MessageSlot, in queue: Int
  ) throws(CheckerFailure) -> MessageSlot? {
    let source = Int(messages[published].queue)
    if source == queue { return published }
    guard let hop = routes.hop(from: source, to: queue) else { return nil }
    if let slot = messages.slot(of: message, hop: hop) { return slot }
    var state = MessageState()
    state.invokedAt = messages[published].invokedAt
    state.operation = messages[published].operation
    state.queue = UInt16(queue)
    state.end = .moved
    queues[queue].totals.lettersIn += 1
    queues[routes[source][hop - 1]].totals.lettersOut += 1
    return try messages.add(message, state, hop: hop)
  }

  /// Whether a broker moved the message to its queue.
  func isLetter(_ slot: MessageSlot) -> Bool {
    messages[slot].end == .moved
  }

  /// When the first ack or discard of a message was settled, in nanoseconds; nil if it was not.
  ///
  /// That of a dead letter is settled once no queue that it may be moved from has it either.
  func settlement(of message: MessageID, _ slot: MessageSlot) -> Int64? {
    let state = messages[slot]
    let queue = Int(state.queue)
    guard isLetter(slot) else {
      return queues[queue].proof(notBefore: .min, leavingOut: Int(state.finishEpoch))
    }
    guard let published = messages.slot(of: message), let seenAt = state.seenAt,
      let endedAt = messages[published].endedAt
    else { return nil }
    var bound = max(seenAt, endedAt).nanoseconds + 1
    for place in routes[Int(messages[published].queue)] {
      let skipped = place == queue ? Int(state.finishEpoch) : 0
      guard let proof = queues[place].proof(notBefore: bound, leavingOut: skipped) else {
        return nil
      }
      if place == queue { return proof }
      bound = proof
    }
    return nil
  }

  /// A message with all its states.
  static func passage(
    of message: MessageID, _ state: MessageState, in messages: MessageStore,
    routes: DeadLetterRoutes
  ) -> Passage {
    let source = Int(state.queue)
    guard routes.hasTarget(source) else { return Passage(published: state, letters: []) }
    let hops = 1..<routes[source].count
    return Passage(
      published: state,
      letters: hops.map { messages.slot(of: message, hop: $0).map { messages[$0] } })
  }

  /// Whether all queues on a message's way were proved empty, one after the other, after its
  /// publish had ended and after everything that is known of it.
  func isGone(_ passage: Passage) -> Bool {
    guard let endedAt = passage.endedAt else { return false }
    var bound = (endedAt + .nanoseconds(1)).nanoseconds
    for (hop, place) in routes[Int(passage.published.queue)].enumerated() {
      let skipped = passage[hop]?.firstProof ?? 0
      guard let proof = queues[place].proof(notBefore: bound, leavingOut: skipped) else {
        return false
      }
      bound = proof
    }
    return true
  }

  /// Checks that what went out of queues as dead letters came in at others.
  func reconcileLetters() throws(CheckerFailure) {
    for place in queues.indices {
      let sources = queues.indices.filter {
        routes.hasTarget($0) && routes[$0][1] == place
      }
      let sent = sources.reduce(0) { $0 + queues[$1].totals.lettersOut }
      try queues[place].totals.require(
        "dead letters in = dead letters out of other queues",
        queues[place].totals.lettersIn, sent)
    }
  }
}
