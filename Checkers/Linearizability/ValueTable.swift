import Harness
import Operations

/// The numbers of the messages that were published to one queue, in pages.
struct ValueTable: Sendable {
  private static let pageBits: UInt32 = 7
  private static let pageSize = 1 << Int(pageBits)
  private static let maximumPages = 1 << 24
  /// Pages of mostly unused numbers that are allowed however few messages there are, besides one
  /// for each client.
  private static let sparePages = 1 << 16
  /// The most rows of all clients together: enough for the numbers of four billion messages.
  private static let maximumRows = 1 << 25

  private var pages: [[Int32]] = []
  /// By client and sequence / pageSize: the page, -1 for none.
  private var directory: [[Int32]] = []
  private var rowCount = 0
  /// How many clients have a page.
  private var authors = 0
  private var messageCount = 0

  /// The number of a message; nil if it was not published to the queue.
  func value(of message: MessageID) -> Int32? {
    guard message.client.rawValue < directory.count else { return nil }
    let rows = directory[Int(message.client.rawValue)]
    let row = Int(message.sequence >> Self.pageBits)
    guard row < rows.count, rows[row] >= 0 else { return nil }
    let value = pages[Int(rows[row])][Int(message.sequence) & (Self.pageSize - 1)]
    return value == QueueOperations.noValue ? nil : value
  }

  /// Notes the number of a message that is published by a client of the header.
  mutating func add(_ message: MessageID, _ value: Int32) throws(CheckerFailure) {
    let client = Int(message.client.rawValue)
    let row = Int(message.sequence >> Self.pageBits)
    while directory.count <= client { directory.append([]) }
    let missing = row + 1 - directory[client].count
    if directory[client].isEmpty { authors += 1 }
    if missing > 0 {
      rowCount += missing
      guard rowCount <= Self.maximumRows else {
        throw CheckerFailure("message \(message) has too high a number")
      }
      directory[client].append(contentsOf: repeatElement(-1, count: missing))
    }
    messageCount += 1
    if directory[client][row] < 0 {
      let allowed = Self.sparePages + authors + messageCount / 16
      guard pages.count < min(Self.maximumPages, allowed) else {
        throw CheckerFailure(
          "the history has more messages than the checker can hold, or their numbers lie too far "
            + "apart")
      }
      directory[client][row] = Int32(pages.count)
      pages.append(Array(repeating: QueueOperations.noValue, count: Self.pageSize))
    }
    let page = Int(directory[client][row])
    let place = Int(message.sequence) & (Self.pageSize - 1)
    guard pages[page][place] == QueueOperations.noValue else {
      throw CheckerFailure("message \(message) is published twice")
    }
    pages[page][place] = value
  }

  /// The message with a number, found by looking at all.
  func message(of value: Int32) -> MessageID? {
    for client in directory.indices {
      for (row, page) in directory[client].enumerated() where page >= 0 {
        guard let offset = pages[Int(page)].firstIndex(of: value) else { continue }
        return MessageID(
          client: ClientID(UInt32(client)), sequence: UInt32(row * Self.pageSize + offset))
      }
    }
    return nil
  }
}
