import Checkers

/// Looks for a legal order of a few operations of a queue by trying all of them (the search of
/// Wing and Gong, which remembers where it was).
struct QueueSearch {
  /// The most operations that it accepts.
  static let maximumOperations = 14

  /// What was done, and what is where: values count from 1 in digits of four bits.
  private struct Situation: Hashable {
    var done: UInt32 = 0
    /// The values in the queue, the head in the lowest digit; those of a bag by number.
    var content = Digits()
    /// By operation: the value that a crashed get may give back.
    var held = Digits()
  }

  private let operations: [QueueOperation]
  private let isOrdered: Bool
  /// By operation: those that come before it.
  private var before: [UInt32] = []
  private var required: UInt32 = 0
  /// In which order they are tried; what returns first is the best guess.
  private let order: [Int]
  private var seen: Set<Situation> = []

  /// A search for an order of a first-in-first-out queue, or of a bag.
  private init(_ operations: [QueueOperation], isOrdered: Bool) {
    precondition(operations.count <= Self.maximumOperations)
    self.operations = operations
    self.isOrdered = isOrdered
    order = operations.indices.sorted { (operations[$0].to, $0) < (operations[$1].to, $1) }
    for (place, operation) in operations.enumerated() {
      var before: UInt32 = 0
      for (other, earlier) in operations.enumerated() where earlier.to < operation.from {
        before |= 1 << UInt32(other)
      }
      if operation.isNext { before |= batch(before: place) }
      self.before.append(before)
      if operation.to != QueueOperation.never { required |= 1 << UInt32(place) }
    }
  }

  /// Whether there is one.
  static func isLinearizable(_ operations: [QueueOperation], isOrdered: Bool = true) -> Bool {
    var search = QueueSearch(operations, isOrdered: isOrdered)
    return search.succeeds(Situation())
  }

  /// In a bag only the emptiness at the end of a batch comes behind the rest of it.
  private func batch(before place: Int) -> UInt32 {
    guard isOrdered || operations[place].value == QueueOperation.noValue else { return 0 }
    var found: UInt32 = 0
    var place = place
    while operations[place].isNext {
      place -= 1
      found |= 1 << UInt32(place)
    }
    return found
  }

  private mutating func succeeds(_ situation: Situation) -> Bool {
    if situation.done & required == required { return true }
    guard seen.insert(situation).inserted else { return false }
    for place in order where situation.done >> UInt32(place) & 1 == 0 {
      guard before[place] & ~situation.done == 0 else { continue }
      if succeeds(doing: place, in: situation) { return true }
    }
    return false
  }

  private mutating func succeeds(doing place: Int, in situation: Situation) -> Bool {
    let operation = operations[place]
    if operation.action != .publish, operation.to == QueueOperation.never {
      return succeeds(crashing: place, in: situation)
    }
    var next = situation
    next.done |= 1 << UInt32(place)
    if operation.action == .publish {
      put(operation.value + 1, into: &next)
    } else if operation.value == QueueOperation.noValue {
      if next.content.count > 0 { return false }
    } else {
      guard let index = next.content.firstIndex(of: operation.value + 1),
        index == 0 || !isOrdered
      else { return false }
      next.content.remove(at: index)
    }
    return succeeds(next)
  }

  private func put(_ value: Int32, into situation: inout Situation) {
    var index = situation.content.count
    // The order of a bag means nothing.
    while !isOrdered, index > 0, situation.content[index - 1] > value { index -= 1 }
    situation.content.insert(value, at: index)
  }

  /// Tries what a dequeue that never returned may do; a drain may do it as often as it likes, and a
  /// get may first take a value and give it back, to any place, later.
  private mutating func succeeds(crashing place: Int, in situation: Situation) -> Bool {
    let action = operations[place].action
    if action == .get, situation.held[place] != 0 {
      for index in 0...situation.content.count {
        var next = situation
        next.done |= 1 << UInt32(place)
        next.content.insert(next.held[place], at: index)
        next.held[place] = 0
        if succeeds(next) { return true }
      }
      return false
    }
    for index in 0..<min(situation.content.count, isOrdered ? 1 : .max) {
      var next = situation
      if action == .get { next.held[place] = next.content[index] }
      if action == .dequeue { next.done |= 1 << UInt32(place) }
      next.content.remove(at: index)
      if succeeds(next) { return true }
    }
    return false
  }
}

/// Up to sixteen numbers of four bits; behind the last that is not 0 there is nothing.
private struct Digits: Hashable {
  private var bits: UInt64 = 0

  var count: Int { (64 - bits.leadingZeroBitCount + 3) / 4 }

  subscript(index: Int) -> Int32 {
    get { Int32(bits >> UInt64(index * 4) & 15) }
    set {
      bits &= ~(15 << UInt64(index * 4))
      bits |= UInt64(newValue) << UInt64(index * 4)
    }
  }

  func firstIndex(of digit: Int32) -> Int? {
    (0..<count).first { self[$0] == digit }
  }

  mutating func insert(_ digit: Int32, at index: Int) {
    let low: UInt64 = (1 << UInt64(index * 4)) - 1
    bits = bits & low | (bits & ~low) << 4
    self[index] = digit
  }

  mutating func remove(at index: Int) {
    let low: UInt64 = (1 << UInt64(index * 4)) - 1
    bits = bits & low | bits >> 4 & ~low
  }
}
