package import Digests
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

/// The 64 bytes in front of each payload; see `HistoryFormat`.
package struct HistoryBlockHeader: Hashable, Sendable {
  /// The size of every block header in bytes.
  package static let size = 64
  /// The size of the block headers of format 1, which have no digest.
  static let firstFormatSize = 32
  private static let chained = 28..<60
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
  /// The digest of the block before, header and payload; before block 0 that of the magic bytes.
  /// Nil in format 1.
  package var previous: SHA256Digest?

  /// A block header.
  package init(
    kind: HistoryBlockKind, number: UInt32, payloadBytes: Int, events: Int = 0,
    first: Instant = .zero, checksum: UInt32, previous: SHA256Digest
  ) {
    self.kind = kind
    self.number = number
    self.payloadBytes = payloadBytes
    self.events = events
    self.first = first
    self.checksum = checksum
    self.previous = previous
  }

  /// The header in its 64 bytes, or the 32 of format 1.
  package var bytes: [UInt8] {
    var bytes = Self.marker
    bytes.reserveCapacity(Self.size)
    bytes.append(kind.rawValue)
    bytes.appendFixed(number)
    bytes.appendFixed(UInt32(truncatingIfNeeded: payloadBytes))
    bytes.appendFixed(UInt32(truncatingIfNeeded: events))
    bytes.appendFixed(UInt64(bitPattern: first.nanoseconds))
    bytes.appendFixed(checksum)
    if let previous { bytes += previous.bytes }
    bytes.appendFixed(bytes.withUnsafeBytes { Checksum.of($0) })
    return bytes
  }

  /// The size of the block headers of a format, in bytes.
  static func size(format: Int) -> Int { format == 1 ? firstFormatSize : size }

  /// The header in `bytes`, which are as many as the format says; nil if its checksum or a field is
  /// bad.
  init?(decoding bytes: [UInt8], format: Int = HistoryFormat.version) {
    let size = Self.size(format: format)
    guard bytes.count == size, bytes.starts(with: Self.marker),
      let kind = HistoryBlockKind(rawValue: bytes[3])
    else { return nil }
    let computed = bytes.withUnsafeBytes {
      Checksum.of(UnsafeRawBufferPointer(rebasing: $0[..<(size - 4)]))
    }
    let length: UInt32 = bytes.fixed(at: 8)
    guard bytes.fixed(at: size - 4) == computed, length <= HistoryFormat.maximumPayloadBytes else {
      return nil
    }
    previous = format == 1 ? nil : SHA256Digest(bytes[Self.chained])
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
