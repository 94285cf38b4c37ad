/// Which operations took effect already, and in what state that left the thing.
struct Configuration {
  /// The completed operations by bit, in the order of invocation.
  private(set) var completed: [UInt64]
  /// Those that never returned.
  private(set) var crashed: [UInt64]
  /// The first word of `completed` that is not full.
  private(set) var low = 0
  /// The last word with a bit, or `low`.
  private(set) var high = 0

  init(completed: Int, crashed: Int) {
    self.completed = Array(repeating: 0, count: completed / 64 + 1)
    self.crashed = Array(repeating: 0, count: (crashed + 63) / 64)
  }

  func hasCrashed(_ bit: Int) -> Bool { crashed[bit >> 6] >> UInt64(bit & 63) & 1 == 1 }

  mutating func setCrashed(_ bit: Int) { crashed[bit >> 6] |= 1 << UInt64(bit & 63) }

  mutating func clearCrashed(_ bit: Int) { crashed[bit >> 6] &= ~(1 << UInt64(bit & 63)) }

  mutating func set(_ bit: Int) {
    completed[bit >> 6] |= 1 << UInt64(bit & 63)
    high = max(high, bit >> 6)
    while low < completed.count - 1, completed[low] == .max { low += 1 }
    high = max(high, low)
  }

  mutating func clear(_ bit: Int) {
    completed[bit >> 6] &= ~(1 << UInt64(bit & 63))
    low = min(low, bit >> 6)
    while high > low, completed[high] == 0 { high -= 1 }
  }
}

/// The configurations in which a search has been: exact, in about 40 bytes each.
struct ConfigurationTable: Sendable {
  /// The most words of one configuration.
  private static let maximumWindow = 1 << 12
  private static let maximumLow = 1 << 20

  private var words = ChunkedArray<UInt64>()
  private var starts = ChunkedArray<UInt32>()
  private var index = HashIndex()

  var count: Int { index.count }
  var bytes: Int { words.bytes + starts.bytes + index.bytes }

  /// Adds a configuration; false if it is there already, nil if it is too large to be kept.
  mutating func insert(_ configuration: Configuration, state: UInt32) -> Bool? {
    let window = configuration.high - configuration.low + 1
    guard window < Self.maximumWindow, configuration.low < Self.maximumLow,
      words.count < UInt32.max - 1 << 16, count < UInt32.max - 1
    else { return nil }
    let head = UInt64(state) << 32 | UInt64(configuration.low) << 12 | UInt64(window)
    var digest = StateDigest()
    digest.mix(head)
    for word in configuration.low...configuration.high { digest.mix(configuration.completed[word]) }
    for word in configuration.crashed { digest.mix(word) }
    let hash = UInt32(truncatingIfNeeded: digest.value >> 16)
    var number = index.last(hash)
    while number != HashIndex.none {
      if isEqual(Int(number), head, configuration) { return false }
      number = index.previous(number, hash)
    }
    starts.append(UInt32(words.count))
    words.append(head)
    for word in configuration.low...configuration.high {
      words.append(configuration.completed[word])
    }
    for word in configuration.crashed { words.append(word) }
    index.add(hash)
    return true
  }

  private func isEqual(_ number: Int, _ head: UInt64, _ configuration: Configuration) -> Bool {
    var place = Int(starts[number])
    if words[place] != head { return false }
    for word in configuration.low...configuration.high {
      place += 1
      if words[place] != configuration.completed[word] { return false }
    }
    for word in configuration.crashed {
      place += 1
      if words[place] != word { return false }
    }
    return true
  }
}
