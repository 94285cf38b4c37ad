import Environment

/// The instants of the events of one queue, by rank, in a little more than four bytes each.
struct RankTimes: Sendable {
  /// A run of events less than four seconds long.
  private struct Block: Sendable {
    var firstRank: Int
    var start: Int64
  }

  private var blocks: [Block] = []
  /// By rank: nanoseconds since the start of its block.
  private var offsets: [UInt32] = []

  /// Notes the instant of the next event, which is not before the last one.
  mutating func append(_ instant: Instant) {
    let time = instant.nanoseconds
    if let start = blocks.last?.start, let offset = UInt32(exactly: time &- start) {
      offsets.append(offset)
    } else {
      blocks.append(Block(firstRank: offsets.count, start: time))
      offsets.append(0)
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
