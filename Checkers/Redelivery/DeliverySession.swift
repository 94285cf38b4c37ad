import Harness
import Operations

/// What is remembered of one session in order to date what it receives.
struct DeliverySession: Sendable {
  private static let unlimited = 0

  /// Whose it is; nil if the history does not open it.
  var owner: SessionOpening?
  /// Lost before the run was done.
  var isLost = false
  /// The latest instant after which the broker surely sent something to this session, in
  /// nanoseconds. A channel keeps its order, so that nothing that comes now was sent earlier.
  private(set) var sentAfter = Int64.min
  private var roomAfter = Int64.min
  /// The room that what was received before a disturbance needed: what came on the channel after it
  /// was sent later, too. In nanoseconds.
  private(set) var roomBefore = Int64.min
  /// When something was received last, which room that needed, and which what came at an earlier
  /// instant; in nanoseconds.
  private var received = (at: Int64.min, room: Int64.min, roomEarlier: Int64.min)
  /// When the first consumer was asked for, in nanoseconds.
  private var consumedAt = Int64.min
  private var consumers = 0
  private var prefetch = unlimited
  private var pushed = 0
  /// When deliveries were settled that have not made room for another one yet.
  private var freed: [Int64] = []
  private var freedHead = 0
  /// By tag the numbers of the deliveries that are not settled.
  var held = HeldTags()
  /// Deliveries that were given back, of which the broker need not know yet.
  var returning: [Int32] = []

  /// The queues of gets that ended in doubt here: they may have brought something unseen, with a
  /// tag that a settlement of many settles too.
  var unseen: [UInt16] = []

  /// Notes that the broker sent something to the session after `instant`.
  mutating func noteLife(after instant: Int64) {
    sentAfter = max(sentAfter, instant)
    roomAfter = max(roomAfter, instant)
  }

  /// Notes a consumer that was written; of several nobody knows which one a delivery is for.
  mutating func consume(prefetch: UInt16, invokedAt: Int64) {
    consumedAt = consumers == 0 ? invokedAt : min(consumedAt, invokedAt)
    consumers += 1
    self.prefetch = consumers == 1 ? Int(prefetch) : Self.unlimited
  }

  /// Notes that nobody knows any more which room a delivery takes.
  mutating func forgetRoom() {
    consumers += 1
    prefetch = Self.unlimited
    freed = []
  }

  /// Notes a consumer of which nothing is known.
  mutating func consumeUnseen() {
    consumedAt = .min
    forgetRoom()
  }

  /// Takes a pushed message, published at an instant; since when it can have been sent.
  mutating func push(publishedAt: Int64) -> (sentAfter: Int64, roomAfter: Int64) {
    noteLife(after: max(publishedAt, consumedAt))
    if prefetch != Self.unlimited {
      pushed += 1
      if pushed > prefetch { takeRoom() }
    }
    return (sentAfter, roomAfter)
  }

  private mutating func takeRoom() {
    guard freedHead < freed.count else { return forgetRoom() }
    roomAfter = max(roomAfter, freed[freedHead])
    freedHead += 1
    if freedHead > 64, freedHead > freed.count / 2 {
      freed.removeFirst(freedHead)
      freedHead = 0
    }
  }

  /// Notes that a delivery was settled.
  mutating func free(at instant: Int64) {
    if prefetch != Self.unlimited { freed.append(instant) }
  }

  /// What a get brought that was invoked at an instant; since when it can have been sent.
  mutating func fetch(invokedAt: Int64, publishedAt: Int64) -> (sentAfter: Int64, roomAfter: Int64)
  {
    if prefetch != Self.unlimited { forgetRoom() }
    noteLife(after: max(invokedAt, publishedAt))
    return (sentAfter, roomAfter)
  }

  /// Notes that what was pushed or fetched last was received.
  mutating func noteReceipt(at instant: Int64) {
    if instant > received.at { received.roomEarlier = received.room }
    (received.at, received.room) = (instant, roomAfter)
  }

  /// Notes from when on room means nothing.
  mutating func disturb(from instant: Int64) {
    roomBefore = received.at < instant ? received.room : received.roomEarlier
  }

  /// Forgets what is of no more use: the session is lost.
  mutating func lose() {
    isLost = true
    held = HeldTags()
    returning = []
    freed = []
  }
}
