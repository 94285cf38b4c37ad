import Harness
import Operations

/// The states of all messages.
///
/// A message has one state where it was published (hop 0), and one more in each queue that it came
/// from as a dead letter, by the number of the hop.
struct MessageStore: Sendable {
  private static let sparePages = 1 << 14

  private let clientBound: Int
  /// By slot.
  private var states: [MessageState] = []
  /// By hop.
  private var pages: [MessagePages]
  private var allowance = PageAllowance(spare: sparePages)

  /// A store for clients with lower numbers than `clientBound` and for so many hops.
  init(clientBound: Int, hops: Int) {
    self.clientBound = clientBound
    pages = Array(repeating: MessagePages(), count: hops + 1)
  }

  subscript(slot: MessageSlot) -> MessageState {
    get { states[Int(slot.rawValue)] }
    _modify { yield &states[Int(slot.rawValue)] }
  }

  /// The slot of a message that came from the queue of a hop, or was published there; nil for any
  /// other id.
  func slot(of message: MessageID, hop: Int = 0) -> MessageSlot? {
    guard let place = pages[hop].place(of: message), states[place].isInvoked else { return nil }
    return MessageSlot(rawValue: UInt32(place))
  }

  /// A slot for a message that is being invoked, or that came from the queue of a hop for the
  /// first time.
  mutating func add(
    _ message: MessageID, _ state: MessageState, hop: Int = 0
  ) throws(CheckerFailure) -> MessageSlot {
    guard message.client.rawValue < clientBound else {
      throw CheckerFailure("message \(message) is published by a client that the header omits")
    }
    let known = pages[hop].place(of: message)
    let place = if let known { known } else { try addPage(for: message, hop: hop) }
    guard !states[place].isInvoked else {
      throw CheckerFailure("message \(message) is published twice")
    }
    states[place] = state
    allowance.countMessage()
    return MessageSlot(rawValue: UInt32(place))
  }

  private mutating func addPage(
    for message: MessageID, hop: Int
  ) throws(CheckerFailure) -> Int {
    let page = try allowance.nextPage(authors: pages.reduce(0) { $0 + $1.authors })
    let place = try pages[hop].enter(message, inPage: page)
    allowance.countPage()
    states.appendToLong(MessageState(), times: MessagePages.pageSize)
    return place
  }

  /// Calls `body` with every invoked message, by client and sequence.
  func forEach(_ body: (MessageID, MessageSlot, MessageState) -> Void) {
    forEach(in: pages[0], body)
  }

  /// Calls `body` with the state of every message in each queue that it came from as a dead letter.
  func forEachLetter(_ body: (MessageState) -> Void) {
    for pages in pages.dropFirst() { forEach(in: pages) { body($2) } }
  }

  private func forEach(
    in pages: MessagePages, _ body: (MessageID, MessageSlot, MessageState) -> Void
  ) {
    pages.forEachPage { first, place in
      for offset in 0..<MessagePages.pageSize where states[place + offset].isInvoked {
        let message = MessageID(client: first.client, sequence: first.sequence + UInt32(offset))
        body(message, MessageSlot(rawValue: UInt32(place + offset)), states[place + offset])
      }
    }
  }
}
