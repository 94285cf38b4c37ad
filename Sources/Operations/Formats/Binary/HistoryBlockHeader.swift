package import Environment

/// What a block of a binary history holds.
package enum HistoryBlockKind: UInt8, Sendable {
  /// The history's header; block 0 and no other.
  case header = 0x48
  /// Events.
  case events = 0x45
  /// The end of a recording that was ended in order.
  case end = 0x5A
}

/// The 32 bytes in front of each payload; see `HistoryFormat`.
package struct HistoryBlockHeader: Hashable, Sendable {
  /// The size of every block header in bytes.
  package static let size = 32
  private static let marker: [UInt8] = [0x42, 0x4C, 0x4B]

  /// What the payload is.
  package var kind: HistoryBlockKind
  /// The number of the block in its file, from 0.
  package var number: UInt32
  /// The length of the payload in bytes.
  package var payloadBytes: Int
  /// How many events the payload holds.
  package var events: Int
  /// When the first of them happened.
  package var first: Instant
  /// The CRC-32C of the payload.
  package var checksum: UInt32

  /// A block header.
  package init(
    kind: HistoryBlockKind, number: UInt32, payloadBytes: Int, events: Int = 0,
    first: Instant = .zero, checksum: UInt32
  ) {
    self.kind = kind
    self.number = number
    self.payloadBytes = payloadBytes
    self.events = events
    self.first = first
    self.checksum = checksum
  }

  /// The header in its 32 bytes.
  package var bytes: [UInt8] {
    var bytes = Self.marker
    bytes.reserveCapacity(Self.size)
    bytes.append(kind.rawValue)
    bytes.appendFixed(number)
    bytes.appendFixed(UInt32(truncatingIfNeeded: payloadBytes))
    bytes.appendFixed(UInt32(truncatingIfNeeded: events))
    bytes.appendFixed(UInt64(bitPattern: first.nanoseconds))
    bytes.appendFixed(checksum)
    bytes.appendFixed(bytes.withUnsafeBytes { Checksum.of($0) })
    return bytes
  }

  /// The header in `bytes`, which are 32; nil if its checksum or a field is bad.
  init?(decoding bytes: [UInt8]) {
    guard bytes.count == Self.size, bytes.starts(with: Self.marker),
      let kind = HistoryBlockKind(rawValue: bytes[3])
    else { return nil }
    let computed = bytes.withUnsafeBytes {
      Checksum.of(UnsafeRawBufferPointer(rebasing: $0[..<28]))
    }
    let length: UInt32 = bytes.fixed(at: 8)
    guard bytes.fixed(at: 28) == computed, length <= HistoryFormat.maximumPayloadBytes else {
      return nil
    }
    self.kind = kind
    number = bytes.fixed(at: 4)
    payloadBytes = Int(length)
    events = Int(bytes.fixed(at: 12) as UInt32)
    first = Instant(nanoseconds: Int64(bitPattern: bytes.fixed(at: 16)))
    checksum = bytes.fixed(at: 24)
  }
}

extension [UInt8] {
  /// Appends a fixed-width number, little-endian.
  mutating func appendFixed(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// The fixed-width number at `offset`, little-endian; the bytes have to be there.
  fileprivate func fixed<Number: FixedWidthInteger>(at offset: Int) -> Number {
    withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }
}
