import Environment
import Operations

/// One message on its way through the queues that it was published and dead-lettered to.
struct Passage: Sendable {
  /// Its state where it was published.
  let published: MessageState
  /// Its states in the queues that it came from as a dead letter, by hop from 1; empty if there is
  /// no such queue.
  let letters: [MessageState?]

  /// Whether it was received from the queue to which it was published.
  var isSeenAtSource: Bool { published.isSeen }

  /// Whether it was received at all.
  var isSeen: Bool { lastHop != nil }

  /// The last queue on its way that it was received from: 0 is where it was published.
  var lastHop: Int? {
    for hop in stride(from: letters.count, to: 0, by: -1) where letters[hop - 1]?.isSeen == true {
      return hop
    }
    return published.isSeen ? 0 : nil
  }

  /// How many unsettled deliveries of it open sessions have.
  var holds: Int { letters.reduce(Int(published.holds)) { $0 + Int($1?.holds ?? 0) } }

  /// Whether some consumer acked it.
  var isAcked: Bool { published.isAcked || letters.contains { $0?.isAcked == true } }

  /// When its publish ended, or else when it was invoked; nil if that is not known.
  var endedAt: Instant? {
    published.end == .open ? Instant(nanoseconds: published.invokedAt) : published.endedAt
  }

  /// The state in the queue of a hop; nil if it was not received from there.
  subscript(hop: Int) -> MessageState? {
    let state = hop == 0 ? published : letters[hop - 1]
    return state?.isSeen == true ? state : nil
  }

  /// The consumers are done with it where it was received last, by discarding it.
  var isDiscardedLast: Bool {
    guard let lastHop, let state = self[lastHop] else { return false }
    return state.flags.contains(.discarded)
  }

  /// The consumers are done with it where it was received last.
  var isFinishedLast: Bool {
    guard let lastHop, let state = self[lastHop] else { return false }
    return state.flags.contains(.finished)
  }
}

extension MessageState {
  /// Whether it was delivered.
  var isSeen: Bool { flags.contains(.seen) }

  /// Whether an ack of it was sent.
  var isAcked: Bool { flags.contains(.finished) && !flags.contains(.discarded) }

  /// How many proofs of emptiness of its queue say nothing about it: they came before its latest
  /// delivery, or before its ack or discard.
  var firstProof: Int {
    max(isSeen ? Int(seenEpoch) : 0, flags.contains(.finished) ? Int(finishEpoch) : 0)
  }
}
