import Harness

/// A delivery that its consumer has not settled.
struct HeldTag: Sendable {
  var tag: UInt64
  /// The message; `.none` for a phantom, and where it does not matter.
  var slot: MessageSlot
  /// The place of the queue from which it was delivered.
  var queue: UInt16
  fileprivate var isSettled = false

  init(tag: UInt64, slot: MessageSlot, queue: Int) {
    self.tag = tag
    self.slot = slot
    self.queue = UInt16(queue)
  }
}

/// The unsettled deliveries of one session, by delivery tag.
struct HeldTags: Sendable {
  private var entries: [HeldTag] = []
  private var head = 0
  private var last: UInt64 = 0

  /// Whether some delivery of this message is unsettled.
  func contains(_ slot: MessageSlot) -> Bool {
    entries[head...].contains { $0.slot == slot && !$0.isSettled }
  }

  /// How many deliveries from a queue that are no message of it are unsettled.
  func phantoms(of queue: Int) -> Int {
    entries[head...].count { $0.slot == .none && Int($0.queue) == queue && !$0.isSettled }
  }

  /// The tags of the unsettled deliveries from a queue.
  func tags(of queue: Int) -> [UInt64] {
    entries[head...].filter { Int($0.queue) == queue && !$0.isSettled }.map(\.tag)
  }

  /// Adds a delivery; tags grow within a session.
  mutating func append(_ held: HeldTag) throws(CheckerFailure) {
    guard held.tag > last else {
      throw CheckerFailure("delivery tag \(held.tag) comes after \(last) in one session")
    }
    last = held.tag
    entries.append(held)
  }

  /// Settles one delivery; nil if the tag is not held.
  mutating func take(_ tag: UInt64) -> HeldTag? {
    var (low, high) = (head, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].tag < tag { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].tag == tag, !entries[low].isSettled else { return nil }
    entries[low].isSettled = true
    let held = entries[low]
    trim()
    return held
  }

  /// Settles the earliest unsettled delivery if its tag is at most `bound`.
  mutating func takeFirst(through bound: UInt64) -> HeldTag? {
    guard head < entries.count, entries[head].tag <= bound else { return nil }
    entries[head].isSettled = true
    let held = entries[head]
    trim()
    return held
  }

  private mutating func trim() {
    while head < entries.count, entries[head].isSettled { head += 1 }
    if head > 64, head > entries.count / 2 {
      entries.removeFirst(head)
      head = 0
    }
  }
}
