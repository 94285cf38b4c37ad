import Harness
import Operations

/// Where what is known of messages is kept: a place for each message, in pages of neighbours, so
/// that a long array with room for whole pages needs no dictionary.
struct MessagePages: Sendable {
  /// How many messages of one client, with successive numbers, share a page.
  static let pageSize = 1 << Int(pageBits)
  private static let pageBits: UInt32 = 7
  /// The most rows of all clients together: enough for the numbers of four billion messages.
  private static let maximumRows = 1 << 25

  /// By client and sequence / page size: the page, -1 for none.
  private var rows: [[Int32]] = []
  private var rowCount = 0
  /// How many clients have a page.
  private(set) var authors = 0

  /// The place of a message; nil if there is no page for it.
  func place(of message: MessageID) -> Int? {
    let client = Int(message.client.rawValue)
    let row = Int(message.sequence >> Self.pageBits)
    guard client < rows.count, row < rows[client].count, rows[client][row] >= 0 else { return nil }
    return Int(rows[client][row]) * Self.pageSize + Self.offset(of: message)
  }

  /// The place of a message, for which there was no page, in the page with this number.
  ///
  /// The number of the client has to be bounded.
  mutating func enter(
    _ message: MessageID, inPage page: Int
  ) throws(CheckerFailure) -> Int {
    let client = Int(message.client.rawValue)
    let row = Int(message.sequence >> Self.pageBits)
    let missing = row + 1 - (client < rows.count ? rows[client].count : 0)
    guard rowCount + max(0, missing) <= Self.maximumRows else {
      throw CheckerFailure("message \(message) has too high a number")
    }
    let missingClients = client + 1 - rows.count
    if missingClients > 0 { rows.append(contentsOf: repeatElement([], count: missingClients)) }
    if rows[client].isEmpty { authors += 1 }
    if missing > 0 {
      rows[client].append(contentsOf: repeatElement(-1, count: missing))
      rowCount += missing
    }
    rows[client][row] = Int32(page)
    return page * Self.pageSize + Self.offset(of: message)
  }

  /// Calls `body` with the first message of each page, and its place, by client and sequence.
  func forEachPage(_ body: (MessageID, Int) -> Void) {
    for client in rows.indices {
      for (row, page) in rows[client].enumerated() where page >= 0 {
        let first = MessageID(
          client: ClientID(UInt32(client)), sequence: UInt32(row) << Self.pageBits)
        body(first, Int(page) * Self.pageSize)
      }
    }
  }

  private static func offset(of message: MessageID) -> Int {
    Int(message.sequence) & (pageSize - 1)
  }
}

/// Hands out the numbers of pages, and bounds them by how many messages there are: nobody makes
/// much room for a few messages whose numbers lie far apart.
struct PageAllowance: Sendable {
  private static let maximumPages = 1 << 24

  /// How many pages are allowed however few messages there are, besides one for each client.
  let spare: Int
  private var pages = 0
  private var messages = 0

  init(spare: Int) {
    self.spare = spare
  }

  /// Notes that something is known of one message more.
  mutating func countMessage() { messages += 1 }

  /// The number of the next page, which counts once `countPage` says that it is used; so many
  /// clients have one already.
  func nextPage(authors: Int) throws(CheckerFailure) -> Int {
    guard pages < min(Self.maximumPages, spare + authors + 1 + messages / 16) else {
      throw CheckerFailure(
        "the history has more messages than the checker can hold, or their numbers lie too far "
          + "apart")
    }
    return pages
  }

  /// Notes that the next page is used.
  mutating func countPage() { pages += 1 }
}
