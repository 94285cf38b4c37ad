package import Environment

/// When the bytes of one shaped flow are due, chunk by chunk in the order in which they came. It
/// knows lengths and times, not the bytes. No IO.
package struct ChunkSchedule: Sendable {
  /// Chunks on their way at a time; no more is read then.
  package static let mostChunks = 4096

  private struct Chunk {
    let entered: Instant
    let due: Instant
    var left: Int
    /// Whether it came under the present shape.
    var isCounted = true
  }

  private var shape: LinkShape
  private var generator: SeededGenerator
  private var chunks: [Chunk] = []
  private var first = 0
  private var lastDue = Instant.zero
  private let opening: Instant
  /// Nothing may enter before.
  package private(set) var readableAt: Instant

  /// A schedule for a flow of which nothing is read before `opening` and that holds `held` bytes,
  /// which are due at once.
  package init(
    _ shape: LinkShape, generator: SeededGenerator, opening: Instant = .zero, held: Int = 0
  ) {
    self.shape = shape
    self.generator = generator
    self.opening = opening
    readableAt = opening
    if held > 0 { chunks.append(Chunk(entered: .zero, due: .zero, left: held, isCounted: false)) }
  }

  /// Follows `shape` from now on; chunks on their way keep their times, and are not counted.
  package mutating func reshape(_ shape: LinkShape, generator: SeededGenerator) {
    self.shape = shape
    self.generator = generator
    readableAt = opening
    for index in chunks.indices { chunks[index].isCounted = false }
  }

  /// Whether there are so many chunks on their way that no more may enter.
  package var isFull: Bool { chunks.count - first >= Self.mostChunks }

  /// The most bytes that one chunk may have.
  package var chunkLimit: Int { shape.chunkLimit }

  /// Takes a chunk of `count` bytes that was read at `now`, over the direction's `wire`.
  package mutating func enter(_ count: Int, at now: Instant, over wire: inout WireClock) {
    precondition(count > 0 && !isFull, "a chunk that may not enter")
    let sent = wire.carry(count, at: now)
    // The next chunk is read while this one is put on the wire, so that the wire has no pauses.
    readableAt = max(readableAt, sent + (.zero - wire.time(for: chunkLimit)))
    chunks.append(Chunk(entered: now, due: arrival(of: sent), left: count))
  }

  /// When an end of the stream that was seen at `now` is due: behind all bytes, on the same delay.
  package mutating func dueOfEnd(at now: Instant) -> Instant { arrival(of: now) }

  /// When the next chunk is due.
  package var nextDue: Instant? { first < chunks.count ? chunks[first].due : nil }

  /// Bytes that are due by `now`, at most `limit`.
  package func ready(at now: Instant, limit: Int) -> Int {
    var count = 0
    var index = first
    while index < chunks.count, count < limit, chunks[index].due <= now {
      count += chunks[index].left
      index += 1
    }
    return min(count, limit)
  }

  /// Takes note that the first `count` bytes were handed on at `now`.
  package mutating func leave(_ count: Int, at now: Instant) -> HoldTally {
    var tally = HoldTally()
    var left = count
    while left > 0 {
      precondition(first < chunks.count, "more bytes left than had entered")
      let part = min(left, chunks[first].left)
      left -= part
      chunks[first].left -= part
      let chunk = chunks[first]
      if chunk.isCounted { tally.bytes += UInt64(part) }
      if chunk.left > 0 { break }
      if chunk.isCounted { tally.noteChunk(heldFor: now - chunk.entered) }
      first += 1
    }
    dropPassed()
    return tally
  }

  /// Forgets all chunks: there is nobody left to hand them to.
  package mutating func removeAll() {
    chunks.removeAll()
    first = 0
  }

  private mutating func arrival(of sent: Instant) -> Instant {
    let draw = generator.draw(in: 0...shape.jitter.nanoseconds)
    lastDue = max(lastDue, sent + shape.delay + .nanoseconds(draw))
    return lastDue
  }

  private mutating func dropPassed() {
    guard first == chunks.count || first >= 256 && first * 2 >= chunks.count else { return }
    chunks.removeFirst(first)
    first = 0
  }
}
