import Environment
import Harness
import Operations

/// How a publish has ended so far.
enum PublishEnd: UInt8, Sendable {
  case open, confirmed, doubtful, refused, returned
  /// No client published it here: a broker moved it here as a dead letter.
  case moved
}

/// What is remembered of a message apart from numbers.
struct MessageFlags: OptionSet, Sendable {
  let rawValue: UInt16
  /// Delivered at least once.
  static let seen = MessageFlags(rawValue: 1 << 0)
  /// Delivered at least once without the redelivered flag.
  static let seenUnflagged = MessageFlags(rawValue: 1 << 1)
  /// An ack or discard of it was sent.
  static let finished = MessageFlags(rawValue: 1 << 2)
  /// Delivered more than once.
  static let duplicated = MessageFlags(rawValue: 1 << 3)
  /// Not written in the order of invocation, so that channel order says nothing about it.
  static let unordered = MessageFlags(rawValue: 1 << 4)
  /// Discarded at least once and never acked.
  static let discarded = MessageFlags(rawValue: 1 << 5)

  init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// That the message has this anomaly.
  init(_ anomaly: Anomaly) {
    rawValue = 1 << (6 + UInt16(anomaly.rawValue))
  }
}

/// Everything that is remembered of a message in one queue: 32 bytes.
///
/// A message that was dead-lettered is a new message in its new queue, and has a state there too.
struct MessageState: Sendable {
  /// When the publish was invoked, in nanoseconds.
  var invokedAt: Int64 = 0
  /// Microseconds from the invocation to the end of the publish, rounded up.
  private var endedAfter: UInt32 = .max
  /// Microseconds from the invocation to the first receipt, rounded up.
  private var seenAfter: UInt32 = .max
  /// The publish; `.max` if the message was never invoked.
  var operation: UInt32 = .max
  /// The session through which it was published; `.max` while it was not written, and in a queue
  /// to which a broker moved it.
  var session: UInt32 = .max
  /// The place of the queue in the header.
  var queue: UInt16 = 0
  var flags: MessageFlags = []
  var end = PublishEnd.open
  /// How many unsettled deliveries of it open sessions have.
  var holds: UInt8 = 0
  /// How many proofs of emptiness of its queue came before its latest delivery.
  var seenEpoch: UInt8 = 0
  /// How many proofs of emptiness of its queue came before its first ack or discard.
  var finishEpoch: UInt8 = 0

  var isInvoked: Bool { operation != .max }

  /// When the publish ended, never earlier than it did; nil if that is not known.
  var endedAt: Instant? { instant(endedAfter) }

  /// When it was first received, never earlier than it was; nil if that is not known.
  var seenAt: Instant? {
    get { instant(seenAfter) }
    set { seenAfter = newValue.map(offset) ?? .max }
  }

  /// The publish ended so.
  mutating func complete(_ end: PublishEnd, at: Instant) {
    self.end = end
    endedAfter = offset(at)
  }

  private func instant(_ offset: UInt32) -> Instant? {
    offset == .max ? nil : Instant(nanoseconds: invokedAt) + .nanoseconds(Int64(offset) * 1000)
  }

  private func offset(_ instant: Instant) -> UInt32 {
    // Not by a duration, whose division takes most of the time.
    let (time, overflow) = instant.nanoseconds.subtractingReportingOverflow(invokedAt)
    let nanoseconds = overflow ? (instant.nanoseconds < 0 ? 0 : .max) : max(0, time)
    return UInt32(clamping: nanoseconds / 1000 + (nanoseconds % 1000 == 0 ? 0 : 1))
  }
}
