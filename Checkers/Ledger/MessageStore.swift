import Harness
import Operations

/// Where a message's state is kept.
struct MessageSlot: Hashable, Sendable {
  var rawValue: UInt32
  /// No message of this run.
  static let none = MessageSlot(rawValue: .max)
}

/// The places of messages in the pages of a store, by client and sequence.
private struct MessageDirectory: Sendable {
  /// By client and sequence / page size: the page, `.max` for none.
  private var rows: [[UInt32]]
  private var rowCount = 0
  /// Enough for the numbers of four billion messages.
  private static let maximumRows = 1 << 25
  /// How many clients have a page.
  private(set) var authors = 0

  init(clientBound: Int) {
    rows = Array(repeating: [], count: clientBound)
  }

  var clients: Range<Int> { rows.indices }

  func pages(of client: Int) -> [UInt32] { rows[client] }

  func page(of message: MessageID) -> UInt32? {
    guard message.client.rawValue < rows.count else { return nil }
    let client = Int(message.client.rawValue)
    let row = Int(message.sequence >> MessageStore.pageBits)
    guard row < rows[client].count, rows[client][row] != .max else { return nil }
    return rows[client][row]
  }

  /// Whether the rows of all clients together stay bounded with this message.
  func hasRoom(for message: MessageID) -> Bool {
    let row = Int(message.sequence >> MessageStore.pageBits)
    return rowCount + max(0, row + 1 - rows[Int(message.client.rawValue)].count) <= Self.maximumRows
  }

  mutating func enter(_ page: UInt32, for message: MessageID) {
    let client = Int(message.client.rawValue)
    let row = Int(message.sequence >> MessageStore.pageBits)
    let missing = row + 1 - rows[client].count
    if rows[client].isEmpty { authors += 1 }
    if missing > 0 {
      rows[client].append(contentsOf: repeatElement(.max, count: missing))
      rowCount += missing
    }
    rows[client][row] = page
  }
}

/// The states of all messages, in pages so that growing never copies them.
///
/// A message has one state where it was published (hop 0), and one more in each queue that it came
/// from as a dead letter, by the number of the hop.
struct MessageStore: Sendable {
  fileprivate static let pageBits: UInt32 = 7
  private static let pageSize = 1 << Int(pageBits)
  private static let maximumPages = 1 << 24
  /// Pages of mostly unused numbers that are allowed however few messages there are, besides one
  /// for each client.
  private static let sparePages = 1 << 14

  private var pages: [[MessageState]] = []
  /// By hop.
  private var directories: [MessageDirectory]
  private var messageCount = 0

  /// A store for clients with lower numbers than `clientBound` and for so many hops.
  init(clientBound: Int, hops: Int) {
    directories = Array(repeating: MessageDirectory(clientBound: clientBound), count: hops + 1)
  }

  subscript(slot: MessageSlot) -> MessageState {
    get { pages[Int(slot.rawValue >> Self.pageBits)][Int(slot.rawValue) & (Self.pageSize - 1)] }
    set {
      pages[Int(slot.rawValue >> Self.pageBits)][Int(slot.rawValue) & (Self.pageSize - 1)] =
        newValue
    }
  }

  /// The slot of a message that came from the queue of a hop, or was published there; nil for any
  /// other id.
  func slot(of message: MessageID, hop: Int = 0) -> MessageSlot? {
    guard let page = directories[hop].page(of: message) else { return nil }
    let slot = Self.slot(page: page, message.sequence)
    return self[slot].isInvoked ? slot : nil
  }

  /// A slot for a message that is being invoked, or that came from the queue of a hop for the
  /// first time.
  mutating func add(
    _ message: MessageID, _ state: MessageState, hop: Int = 0
  ) throws(CheckerFailure) -> MessageSlot {
    guard directories[hop].clients.contains(Int(message.client.rawValue)) else {
      throw CheckerFailure("message \(message) is published by a client that the header omits")
    }
    guard slot(of: message, hop: hop) == nil else {
      throw CheckerFailure("message \(message) is published twice")
    }
    let slot = try Self.slot(page: page(for: message, hop: hop), message.sequence)
    self[slot] = state
    messageCount += 1
    return slot
  }

  private mutating func page(
    for message: MessageID, hop: Int
  ) throws(CheckerFailure) -> UInt32 {
    if let page = directories[hop].page(of: message) { return page }
    let authors = directories.reduce(1) { $0 + $1.authors }
    guard pages.count < min(Self.maximumPages, Self.sparePages + authors + messageCount / 16) else {
      throw CheckerFailure(
        "the history has more messages than the ledger can hold, or their numbers lie too far "
          + "apart")
    }
    guard directories[hop].hasRoom(for: message) else {
      throw CheckerFailure("message \(message) has too high a number")
    }
    let page = UInt32(pages.count)
    pages.append(Array(repeating: MessageState(), count: Self.pageSize))
    directories[hop].enter(page, for: message)
    return page
  }

  /// Calls `body` with every invoked message, by client and sequence.
  func forEach(_ body: (MessageID, MessageSlot, MessageState) -> Void) {
    forEach(in: directories[0], body)
  }

  /// Calls `body` with the state of every message in each queue that it came from as a dead letter.
  func forEachLetter(_ body: (MessageState) -> Void) {
    for directory in directories.dropFirst() { forEach(in: directory) { body($2) } }
  }

  private func forEach(
    in directory: MessageDirectory, _ body: (MessageID, MessageSlot, MessageState) -> Void
  ) {
    for client in directory.clients {
      for (row, page) in directory.pages(of: client).enumerated() where page != .max {
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
