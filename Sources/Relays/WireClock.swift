package import Environment

/// When the bytes of one direction have been put on the wire, one chunk after the other. No IO.
package struct WireClock: Hashable, Sendable {
  private let bytesPerSecond: Int?
  /// When the last chunk is on the wire.
  private(set) var freeAt = Instant.zero

  /// A wire that takes `bytesPerSecond`, or any number at once.
  package init(bytesPerSecond: Int?) {
    self.bytesPerSecond = bytesPerSecond
  }

  /// Puts `count` bytes on the wire at `now`, behind those before them; returns when the last one
  /// is on it.
  package mutating func carry(_ count: Int, at now: Instant) -> Instant {
    guard bytesPerSecond != nil else { return now }
    freeAt = max(freeAt, now) + time(for: count)
    return freeAt
  }

  /// How long `count` bytes take, rounded up.
  package func time(for count: Int) -> Duration {
    guard let bytesPerSecond else { return .zero }
    let rate = Int64(bytesPerSecond)
    return .nanoseconds((Int64(count) * 1_000_000_000 + rate - 1) / rate)
  }
}
