/// What came out of a shaped flow, and how long it had been held.
package struct HoldTally: Hashable, Sendable {
  /// Bytes handed on.
  package var bytes: UInt64 = 0
  /// Chunks handed on whole; a chunk is what one read brought.
  package var chunks: UInt64 = 0
  /// The least and the greatest time for which one of them was held; nil before the first.
  package var times: ClosedRange<Duration>?

  /// Nothing yet.
  package init() {}

  /// Takes note of a chunk that was held for `time`.
  package mutating func noteChunk(heldFor time: Duration) {
    chunks += 1
    widen(to: time...time)
  }

  /// Adds what `other` counted.
  package mutating func add(_ other: HoldTally) {
    bytes += other.bytes
    chunks += other.chunks
    if let times = other.times { widen(to: times) }
  }

  private mutating func widen(to other: ClosedRange<Duration>) {
    let own = times ?? other
    times = min(own.lowerBound, other.lowerBound)...max(own.upperBound, other.upperBound)
  }
}
