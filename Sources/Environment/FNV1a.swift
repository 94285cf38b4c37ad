/// The hash of Fowler, Noll and Vo, variant 1a: to see whether two things differ, no more; nothing
/// about it is secret or safe against somebody who wants two things to look alike.
///
/// Constants: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
package enum FNV1a {
  /// The hash with 64 bits of no bytes.
  package static let start64: UInt64 = 0xCBF2_9CE4_8422_2325
  /// The hash with 32 bits of no bytes.
  package static let start32: UInt32 = 0x811C_9DC5

  /// The hash with 64 bits of some bytes; `start` is the hash of what came before them.
  @inlinable
  package static func hash64(
    _ bytes: some Sequence<UInt8>, after start: UInt64 = FNV1a.start64
  ) -> UInt64 {
    bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// The hash with 32 bits of some bytes.
  @inlinable
  package static func hash32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(start32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
