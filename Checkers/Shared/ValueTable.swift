import Harness
import Operations

/// The numbers of the messages that were published to one queue.
struct ValueTable: Sendable {
  private static let sparePages = 1 << 16

  private var pages = MessagePages()
  private var allowance = PageAllowance(spare: sparePages)
  /// By the places of messages.
  private var values: [Int32] = []

  /// The number of a message; nil if it was not published to the queue.
  func value(of message: MessageID) -> Int32? {
    guard let place = pages.place(of: message) else { return nil }
    let value = values[place]
    return value == QueueOperations.noValue ? nil : value
  }

  /// Notes the number of a message that is published by a client of the header.
  mutating func add(_ message: MessageID, _ value: Int32) throws(CheckerFailure) {
    let known = pages.place(of: message)
    let place = if let known { known } else { try addPage(for: message) }
    guard values[place] == QueueOperations.noValue else {
      throw CheckerFailure("message \(message) is published twice")
    }
    values[place] = value
    allowance.countMessage()
  }

  private mutating func addPage(for message: MessageID) throws(CheckerFailure) -> Int {
    let page = try allowance.nextPage(authors: pages.authors)
    let place = try pages.enter(message, inPage: page)
    allowance.countPage()
    values.appendToLong(QueueOperations.noValue, times: MessagePages.pageSize)
    return place
  }

  /// The message with a number, found by looking at all.
  func message(of value: Int32) -> MessageID? {
    guard let wanted = values.firstIndex(of: value) else { return nil }
    var found: MessageID?
    pages.forEachPage { first, place in
      guard place <= wanted, wanted < place + MessagePages.pageSize else { return }
      found = MessageID(client: first.client, sequence: first.sequence + UInt32(wanted - place))
    }
    return found
  }
}
