import Environment

/// The instants of the events of one queue, by rank, in a little more than four bytes each.
struct RankTimes: Sendable {
  /// A run of events less than 2^32 ns (4.3 s) long.
  private struct Block: Sendable {
    var firstRank: Int
    var start: Int64
  }

  private var blocks: [Block] = []
  /// When the last block started; there is none before the first event.
  private var start: Int64 = .min
  /// By rank: nanoseconds since the start of its block.
  private var offsets: [UInt32] = []

  /// Notes the instant of the next event, which is not before the last one.
  mutating func append(_ instant: Instant) {
    let time = instant.nanoseconds
    let offset = UInt64(bitPattern: time &- start)
    if offset <= UInt64(UInt32.max), !offsets.isEmpty {
      offsets.appendToLong(UInt32(truncatingIfNeeded: offset))
    } else {
      start = time
      blocks.append(Block(firstRank: offsets.count, start: time))
      offsets.appendToLong(0)
    }
  }

  /// The instant of an event; nil if there is none of that rank.
  func instant(of rank: Int) -> Instant? {
    guard offsets.indices.contains(rank) else { return nil }
    var (low, high) = (0, blocks.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].firstRank <= rank { low = middle } else { high = middle }
    }
    return Instant(nanoseconds: blocks[low].start + Int64(offsets[rank]))
  }
}
