/// The short form of an event while it is put together: it fits if nothing exceeded its bits.
///
/// It takes no branch before `fits`, and so costs a few nanoseconds.
struct ShortForm {
  /// What is added to a difference, so that it is written unsigned.
  static let bias: UInt64 = 0x8000
  private var excess: UInt64
  /// The four bytes that every short form starts with.
  let head: UInt64

  @inline(__always)
  init(_ tag: UInt8, at: Int64, after previous: Int64) {
    let passed = UInt64(bitPattern: at &- previous)
    excess = passed >> 24
    head = UInt64(tag | EventTag.short) | passed << 8
  }

  /// Whether everything so far has its place.
  @inline(__always)
  var fits: Bool { excess == 0 }

  @inline(__always)
  mutating func number(_ value: UInt32) -> UInt64 {
    excess |= UInt64(value) >> 16
    return UInt64(value)
  }

  @inline(__always)
  mutating func change(_ value: UInt64, from previous: UInt64) -> UInt64 {
    let biased = value &- previous &+ Self.bias
    excess |= biased >> 16
    return biased
  }

  @inline(__always)
  mutating func change(_ value: UInt32, from previous: UInt32) -> UInt64 {
    change(UInt64(value), from: UInt64(previous))
  }
}
