import Environment
import Harness
import Operations

/// Where a message's state is kept.
struct MessageSlot: Hashable, Sendable {
  var rawValue: UInt32
  /// No message of this run.
  static let none = MessageSlot(rawValue: .max)
}

/// How a publish has ended so far.
enum PublishEnd: UInt8, Sendable {
  case open, confirmed, doubtful, refused, returned
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

  init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// That the message has this anomaly.
  init(_ anomaly: Anomaly) {
    rawValue = 1 << (5 + UInt16(anomaly.rawValue))
  }
}

/// Everything that is remembered of a message: 32 bytes.
struct MessageState: Sendable {
  /// When the publish was invoked, in nanoseconds.
  var invokedAt: Int64 = 0
  /// Microseconds from the invocation to the end of the publish, rounded up.
  private var endedAfter: UInt32 = .max
  /// Microseconds from the invocation to the first receipt, rounded up.
  private var seenAfter: UInt32 = .max
  /// The publish; `.max` if the message was never invoked.
  var operation: UInt32 = .max
  /// The session through which it was published; `.max` while it was not written.
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
  var endedAt: Instant? {
    get { instant(endedAfter) }
    set { endedAfter = newValue.map(offset) ?? .max }
  }

  /// When it was first received, never earlier than it was; nil if that is not known.
  var seenAt: Instant? {
    get { instant(seenAfter) }
    set { seenAfter = newValue.map(offset) ?? .max }
  }

  private func instant(_ offset: UInt32) -> Instant? {
    offset == .max ? nil : Instant(nanoseconds: invokedAt + Int64(offset) * 1000)
  }

  private func offset(_ instant: Instant) -> UInt32 {
    let nanoseconds = max(0, instant.nanoseconds - invokedAt)
    return UInt32(clamping: nanoseconds / 1000 + (nanoseconds % 1000 == 0 ? 0 : 1))
  }
}

/// The states of all messages, in pages so that growing never copies them.
struct MessageStore: Sendable {
  private static let pageBits: UInt32 = 10
  private static let pageSize = 1 << Int(pageBits)
  private static let maximumPages = 1 << 21

  private var pages: [[MessageState]] = []
  /// By client and sequence / pageSize: the page, `.max` for none.
  private var directory: [[UInt32]]

  init(clientBound: Int) {
    directory = Array(repeating: [], count: clientBound)
  }

  subscript(slot: MessageSlot) -> MessageState {
    get { pages[Int(slot.rawValue >> Self.pageBits)][Int(slot.rawValue) & (Self.pageSize - 1)] }
    set {
      pages[Int(slot.rawValue >> Self.pageBits)][Int(slot.rawValue) & (Self.pageSize - 1)] =
        newValue
    }
  }

  /// The slot of an invoked message; nil for any other id.
  func slot(of message: MessageID) -> MessageSlot? {
    guard message.client.rawValue < directory.count else { return nil }
    let pagesOfClient = directory[Int(message.client.rawValue)]
    let row = Int(message.sequence >> Self.pageBits)
    guard row < pagesOfClient.count, pagesOfClient[row] != .max else { return nil }
    let slot = Self.slot(page: pagesOfClient[row], message.sequence)
    return self[slot].isInvoked ? slot : nil
  }

  /// A slot for a message that is being invoked.
  mutating func add(_ message: MessageID, _ state: MessageState) throws(CheckerFailure)
    -> MessageSlot
  {
    guard message.client.rawValue < directory.count else {
      throw CheckerFailure("message \(message) is published by a client that the header omits")
    }
    guard slot(of: message) == nil else {
      throw CheckerFailure("message \(message) is published twice")
    }
    let client = Int(message.client.rawValue)
    let row = Int(message.sequence >> Self.pageBits)
    let missing = row + 1 - directory[client].count
    if missing > 0 { directory[client].append(contentsOf: repeatElement(.max, count: missing)) }
    if directory[client][row] == .max {
      guard pages.count < Self.maximumPages else {
        throw CheckerFailure("the history has more messages than the ledger can hold")
      }
      directory[client][row] = UInt32(pages.count)
      pages.append(Array(repeating: MessageState(), count: Self.pageSize))
    }
    let slot = Self.slot(page: directory[client][row], message.sequence)
    self[slot] = state
    return slot
  }

  /// Calls `body` with every invoked message, by client and sequence.
  func forEach(_ body: (MessageID, MessageSlot, MessageState) -> Void) {
    for client in directory.indices {
      for (row, page) in directory[client].enumerated() where page != .max {
        for offset in 0..<Self.pageSize where pages[Int(page)][offset].isInvoked {
          let message = MessageID(
            client: ClientID(UInt32(client)), sequence: UInt32(row * Self.pageSize + offset))
          body(message, Self.slot(page: page, message.sequence), pages[Int(page)][offset])
        }
      }
    }
  }

  private static func slot(page: UInt32, _ sequence: UInt32) -> MessageSlot {
    MessageSlot(rawValue: page << pageBits | sequence & UInt32(pageSize - 1))
  }
}
