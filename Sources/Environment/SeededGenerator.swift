/// Stoat's own pseudo-random generator: xoshiro256** seeded through splitmix64.
///
/// The algorithms are Blackman and Vigna's (public domain, prng.di.unimi.it). Bounded draws are
/// our own, so that a seed gives the same plan whatever the standard library does.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64) {
    get { (s0, s1, s2, s3) }
    set { (s0, s1, s2, s3) = newValue }
  }
  private var s0: UInt64 = 0
  private var s1: UInt64 = 0
  private var s2: UInt64 = 0
  private var s3: UInt64 = 0

  /// The version of everything that turns a seed into a plan; it changes when draws change.
  public static let version = 1

  /// A generator for `seed`.
  public init(seed: UInt64) {
    var source = seed
    state = (
      Self.splitmix(&source), Self.splitmix(&source), Self.splitmix(&source),
      Self.splitmix(&source)
    )
  }

  /// An independent generator for `index` of `stream` under `seed`: draw k of client c is a
  /// function of (seed, c, k) alone.
  public init(seed: UInt64, stream: UInt64, index: UInt64 = 0) {
    var source = seed
    let a = Self.splitmix(&source)
    source = a ^ stream
    let b = Self.splitmix(&source)
    source = b ^ index
    self.init(seed: Self.splitmix(&source))
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotate(s1 &* 5, by: 7) &* 9
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = Self.rotate(s3, by: 45)
    return result
  }

  /// A uniform draw from 0..<`bound` (Lemire's multiply-and-reject); `bound` must be above zero.
  public mutating func draw(below bound: UInt64) -> UInt64 {
    precondition(bound > 0, "a draw needs at least one possible value")
    let threshold = (0 &- bound) % bound
    while true {
      let (high, low) = bound.multipliedFullWidth(by: next())
      if low >= threshold { return high }
    }
  }

  /// A uniform draw from a closed range of integers.
  public mutating func draw(in range: ClosedRange<Int64>) -> Int64 {
    let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    if width == .max { return Int64(bitPattern: next()) }
    return range.lowerBound &+ Int64(bitPattern: draw(below: width + 1))
  }

  /// True with probability `ratio`.
  public mutating func chance(_ ratio: Ratio) -> Bool {
    draw(below: ratio.denominator) < ratio.numerator
  }

  /// A uniformly drawn index into `count` elements; `count` must be above zero.
  public mutating func index(of count: Int) -> Int {
    Int(draw(below: UInt64(count)))
  }

  private static func rotate(_ x: UInt64, by k: UInt64) -> UInt64 {
    (x << k) | (x >> (64 - k))
  }

  private static func splitmix(_ source: inout UInt64) -> UInt64 {
    source &+= 0x9E37_79B9_7F4A_7C15
    var z = source
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
