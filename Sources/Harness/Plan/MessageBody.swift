import Environment
package import Operations

/// The body of a test message: a mark, the run's nonce, the message id, a check sum, then filler.
///
/// Bytes: 0–3 `STO1`, 4–11 nonce, 12–19 id, 20–23 FNV-1a of the first twenty, all big-endian;
/// the filler repeats the low byte of the sequence number. A body that does not carry all of this
/// is `foreign`: nobody of this run published it.
package struct MessageBody: Hashable, Sendable {
  /// The fewest bytes that a body may have.
  package static let minimumBytes = 24
  private static let mark: UInt32 = 0x5354_4F31

  /// What tells this run's messages from another's.
  package var nonce: UInt64

  /// Bodies of the run with this nonce.
  package init(nonce: UInt64) {
    self.nonce = nonce
  }

  /// The body of a message with `bytes` bytes, at least `minimumBytes`.
  package func encode(_ message: MessageID, bytes: Int) -> [UInt8] {
    let size = max(bytes, Self.minimumBytes)
    var body: [UInt8] = []
    body.reserveCapacity(size)
    Self.append(UInt64(Self.mark), width: 4, to: &body)
    Self.append(nonce, width: 8, to: &body)
    Self.append(message.rawValue, width: 8, to: &body)
    Self.append(UInt64(FNV1a.hash32(body)), width: 4, to: &body)
    let filler = UInt8(truncatingIfNeeded: message.sequence)
    body.append(contentsOf: [UInt8](repeating: filler, count: size - Self.minimumBytes))
    return body
  }

  /// The message that a body carries; `foreign` if it is not one of this run's.
  package func decode(_ body: some RandomAccessCollection<UInt8>) -> MessageID {
    guard body.count >= Self.minimumBytes else { return .foreign }
    let head = [UInt8](body.prefix(Self.minimumBytes))
    guard Self.read(head[0..<4]) == UInt64(Self.mark), Self.read(head[4..<12]) == nonce,
      Self.read(head[20..<24]) == UInt64(FNV1a.hash32(head[0..<20]))
    else { return .foreign }
    return MessageID(rawValue: Self.read(head[12..<20]))
  }

  private static func append(_ value: UInt64, width: Int, to bytes: inout [UInt8]) {
    for shift in stride(from: (width - 1) * 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  private static func read(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
