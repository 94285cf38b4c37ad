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

/// The 92 bytes in front of each payload; see `HistoryFormat`.
package struct HistoryBlockHeader: Hashable, Sendable {
  /// The size of every block header in bytes.
  package static let size = 92
  /// The size of the block headers of format 1, which have no digests.
  static let firstFormatSize = 32
  private static let ofPayload = 24..<56
  private static let ofPrevious = 56..<88
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
  /// What the payload has to match.
  package var check: Check

  /// How a block is protected.
  package enum Check: Hashable, Sendable {
    /// The CRC-32C of the payload (format 1).
    case checksum(UInt32)
    /// The digest of the payload, and that of the header of the block before, which has that of its
    /// own payload; before block 0 that of the magic bytes.
    case digests(payload: SHA256Digest, previous: SHA256Digest)
  }

  /// A block header.
  package init(
    kind: HistoryBlockKind, number: UInt32, payloadBytes: Int, events: Int = 0,
    first: Instant = .zero, payload: SHA256Digest, previous: SHA256Digest
  ) {
    self.kind = kind
    self.number = number
    self.payloadBytes = payloadBytes
    self.events = events
    self.first = first
    check = .digests(payload: payload, previous: previous)
  }

  /// The header in its 92 bytes, or the 32 of format 1.
  package var bytes: [UInt8] {
    var bytes = Self.marker
    bytes.reserveCapacity(Self.size)
    bytes.append(kind.rawValue)
    bytes.appendFixed(number)
    bytes.appendFixed(UInt32(truncatingIfNeeded: payloadBytes))
    bytes.appendFixed(UInt32(truncatingIfNeeded: events))
    bytes.appendFixed(UInt64(bitPattern: first.nanoseconds))
    switch check {
    case .checksum(let checksum): bytes.appendFixed(checksum)
    case .digests(let payload, let previous): bytes += payload.bytes + previous.bytes
    }
    bytes.appendFixed(bytes.withUnsafeBytes { Checksum.of($0) })
    return bytes
  }

  /// Whether the payload is the one that the header was made for.
  func matches(_ payload: UnsafeRawBufferPointer) -> Bool {
    switch check {
    case .checksum(let checksum): Checksum.of(payload) == checksum
    case .digests(let digest, _): SHA256Digest.of(payload) == digest
    }
  }

  /// Whether the block follows on the one whose header has this digest.
  func isChained(to digest: SHA256Digest) -> Bool {
    if case .digests(_, let previous) = check { previous == digest } else { true }
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
    if format == 1 {
      check = .checksum(bytes.fixed(at: 24))
    } else if let payload = SHA256Digest(bytes[Self.ofPayload]),
      let previous = SHA256Digest(bytes[Self.ofPrevious])
    {
      check = .digests(payload: payload, previous: previous)
    } else {
      return nil
    }
    self.kind = kind
    number = bytes.fixed(at: 4)
    payloadBytes = Int(length)
    events = Int(bytes.fixed(at: 12) as UInt32)
    first = Instant(nanoseconds: Int64(bitPattern: bytes.fixed(at: 16)))
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
