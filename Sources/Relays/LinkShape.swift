import Environment

/// How one direction of the network carries bytes: later, slower, or with pauses.
///
/// A shape holds for all connections of a direction together, as one wire would: they share its
/// bytes per second and stand still at the same moments. A stall stops its direction alone. Bytes
/// are never lost or reordered. Times are kept in whole microseconds; what is finer is cut off.
///
/// A flow with a delay, jitter or a limit of bytes holds at most 256 KiB, so that a delay bounds
/// its throughput as well: 256 KiB a delay, which is 2.6 MB/s at 100 ms and 4.4 kB/s at 60 s.
package struct LinkShape: Hashable, Sendable {
  /// The longest delay, and the widest jitter.
  package static let longestDelay = Duration.seconds(60)
  /// The least and the greatest limit of bytes; above some 50 MB/s the relay itself is the limit.
  package static let rates = 1_000...1_000_000_000
  /// The shortest stall, and the shortest time between two: the resolution of the relay's timer.
  package static let shortestStall = Duration.milliseconds(1)
  /// The longest time from the begin of one stall to the begin of the next.
  package static let longestCycle = Duration.seconds(3600)
  /// Bytes that a flow with a delay, jitter or a limit of bytes may hold.
  package static let heldBytes = 262_144

  /// Added to every byte's way.
  package let delay: Duration
  /// Each chunk is delayed by a uniform draw of 0 to this on top; it never overtakes.
  package let jitter: Duration
  /// What the direction carries in a second; nil for as much as comes.
  package let bytesPerSecond: Int?
  /// From the begin of one stall to the begin of the next, the first after this time; nil for none.
  package let stallEvery: Duration?
  /// How long each stall lasts at least.
  package let stallFor: Duration
  /// What the draws of jitter follow from, together with the link and the connection's number.
  package let seed: UInt64

  /// A shape; throws `badRequest` for one out of bounds, or one that would change nothing.
  package init(
    delay: Duration = .zero, jitter: Duration = .zero, bytesPerSecond: Int? = nil,
    stallEvery: Duration? = nil, stallFor: Duration = .zero, seed: UInt64 = 0
  ) throws(RelayError) {
    self.delay = delay.inMicroseconds
    self.jitter = jitter.inMicroseconds
    self.bytesPerSecond = bytesPerSecond
    self.stallEvery = stallEvery?.inMicroseconds
    self.stallFor = stallFor.inMicroseconds
    self.seed = seed
    try check()
  }

  /// Whether bytes wait in the relay even while the direction does not stand still.
  var holdsBytes: Bool { delay > .zero || jitter > .zero || bytesPerSecond != nil }

  /// The most bytes that a flow reads at once: a fiftieth of a second's worth, within bounds.
  var chunkLimit: Int {
    guard let bytesPerSecond else { return Self.longestChunk }
    return min(max(bytesPerSecond / 50, Self.shortestChunk), Self.longestChunk)
  }

  private static let shortestChunk = 512
  private static let longestChunk = 65_536

  private func check() throws(RelayError) {
    for (name, time) in [("delay", delay), ("jitter", jitter)] {
      guard time >= .zero && time <= Self.longestDelay else {
        throw RelayError(.badRequest, "a \(name) of \(time) is not within 0 and 60 seconds")
      }
    }
    if let bytesPerSecond, !Self.rates.contains(bytesPerSecond) {
      throw RelayError(
        .badRequest,
        "\(bytesPerSecond) bytes per second are not within \(Self.rates.lowerBound) and "
          + "\(Self.rates.upperBound)")
    }
    try checkStalls()
    guard holdsBytes || stallEvery != nil else {
      throw RelayError(
        .badRequest,
        "a shape without delay, jitter, bytes per second and stalls changes nothing; "
          + "use unshape to end one")
    }
  }

  private func checkStalls() throws(RelayError) {
    guard let stallEvery else {
      if stallFor == .zero { return }
      throw RelayError(.badRequest, "stalls of \(stallFor) need the time from one to the next")
    }
    guard
      stallFor >= Self.shortestStall && stallEvery <= Self.longestCycle
        && stallEvery >= stallFor + Self.shortestStall
    else {
      throw RelayError(
        .badRequest,
        "stalls of \(stallFor) every \(stallEvery): a stall takes 1 ms or more, and from one to "
          + "the next it takes 1 ms longer than that, and an hour at most")
    }
  }
}

extension Duration {
  /// The duration without what is finer than a microsecond.
  fileprivate var inMicroseconds: Duration { .microseconds(nanoseconds / 1000) }
}
