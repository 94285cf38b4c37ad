/// One delivery of a message and its return, as two intervals; all instants in nanoseconds.
///
/// The delivery happened in `sent...received`, the return not before `returned`. So the hold is
/// *solid* from `received` to `returned` where that is later; otherwise all of it may have happened
/// at one instant of `max(sent, returned)...received`.
struct MessageHold: Sendable {
  /// The number of the delivery.
  var delivery: Int32
  var session: Int32
  var sent: Int64
  var received: Int64
  var returned: Int64
  /// When it was settled, whether or not its session was alive; not after a disturbance.
  var settled: Int64
  /// Its session was surely alive after the receipt.
  var isAlive: Bool

  var isSolid: Bool { received < returned }

  /// Whether it cannot have come about while another hold lasted. Only that one need be solid.
  ///
  /// Two solid ones collide if they overlap; one that is not if no instant is left for it. Events
  /// of the same instant may have happened in either order.
  func collides(with solid: MessageHold) -> Bool {
    let begin = isSolid ? received : max(sent, returned)
    let end = isSolid ? returned : received
    return isSolid
      ? max(begin, solid.received) < min(end, solid.returned)
      : solid.received < begin && end < solid.returned
  }

  /// Whether it cannot have come after an earlier one of the same message.
  ///
  /// A session that still holds the message cannot get it again, even if it is lost later: a
  /// channel keeps its order, and nothing is sent to one that is lost.
  func isInfeasible(after other: MessageHold) -> Bool {
    if session == other.session { return received < other.settled }
    return other.isSolid && collides(with: other) && !isExclusiveHold(with: other)
  }

  /// Whether the collision is one that exclusive-hold counts: two sessions that were both alive
  /// after the later receipt.
  func isExclusiveHold(with solid: MessageHold) -> Bool {
    session != solid.session && isAlive
  }
}

/// Finds the holds of one message that no order of its deliveries and returns explains.
///
/// With hidden deliveries in between, a chain publish, d1, r1, d2, r2, … is feasible if and only if
/// its solid holds do not overlap and each of the others has an instant outside of all solid ones.
/// So pairs suffice.
struct MessageChain: Sendable {
  /// The most holds that each of the others is compared with, the latest ones.
  static let compared = 64

  private var holds: [MessageHold] = []

  mutating func removeAll() { holds.removeAll(keepingCapacity: true) }

  mutating func add(_ hold: MessageHold) { holds.append(hold) }

  /// Calls `body` once with each hold that collides with another one, which comes second, and that
  /// exclusive-hold does not count.
  mutating func forEachCollision(_ body: (MessageHold, MessageHold) -> Void) {
    holds.sort { ($0.received, $0.delivery) < ($1.received, $1.delivery) }
    var first = 0
    for place in holds.indices {
      if place - first > Self.compared { first += 1 }
      let hold = holds[place]
      let other = holds[first..<place].last { hold.isInfeasible(after: $0) }
      if let other { body(hold, other) }
    }
  }
}
