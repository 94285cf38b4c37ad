import Operations

/// A violation that is certain only if sessions were alive at the broker when it was seen.
///
/// A client learns of the end of its session later than the broker, and may until then read
/// deliveries that the broker sent and has given up since. So a hold ends, at the earliest, just
/// after the last sign of life of its session.
struct Suspicion: Sendable {
  enum Kind: Sendable {
    /// Two sessions hold the message.
    case overlap
    /// The message was delivered after its ack was settled at this instant, in nanoseconds.
    case resurrection(settledAt: Int64)
  }
  var kind: Kind
  var message: MessageID
  var slot: MessageSlot
  /// When the delivery was received that raised the suspicion, in nanoseconds.
  var at: Int64
  /// The sessions; equal if there is only one.
  var sessions: (earlier: UInt32, later: UInt32)
  /// How many sessions have not yet been seen alive or lost.
  var sidesLeft: UInt8
  var isDismissed = false
}

/// The suspicions that are not yet decided.
struct SuspicionBook: Sendable {
  private var entries: [Suspicion] = []
  private var free: [UInt32] = []

  subscript(number: UInt32) -> Suspicion { entries[Int(number)] }

  /// Enters a suspicion and gives it a number, which is used again after it is decided.
  mutating func add(_ suspicion: Suspicion) -> UInt32 {
    if let number = free.popLast() {
      entries[Int(number)] = suspicion
      return number
    }
    entries.append(suspicion)
    return UInt32(entries.count - 1)
  }

  /// Makes sure that a suspicion will not be confirmed.
  mutating func dismiss(_ number: UInt32) {
    entries[Int(number)].isDismissed = true
  }

  /// Takes the word of one session; the suspicion is returned when that was the last one.
  mutating func resolve(_ number: UInt32, alive: Bool) -> Suspicion? {
    if !alive { entries[Int(number)].isDismissed = true }
    entries[Int(number)].sidesLeft -= 1
    guard entries[Int(number)].sidesLeft == 0 else { return nil }
    free.append(number)
    return entries[Int(number)]
  }
}
