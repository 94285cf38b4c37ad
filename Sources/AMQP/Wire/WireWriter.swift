/// A growing buffer of outgoing bytes; one writer takes all frames that leave at one time.
package struct WireWriter: Sendable {
  /// What was written and not yet taken.
  package private(set) var bytes: [UInt8] = []
  private var lastBatch = 0

  private static let smallestReservation = 256
  private static let largestReservation = 1 << 16

  /// An empty writer.
  package init() {}

  /// The number of bytes written and not yet taken.
  package var count: Int { bytes.count }

  /// Whether nothing waits to be taken.
  package var isEmpty: Bool { bytes.isEmpty }

  /// Hands over everything written so far and starts anew.
  package mutating func take() -> [UInt8] {
    defer {
      lastBatch = min(bytes.count, Self.largestReservation)
      bytes = []
    }
    return bytes
  }

  /// Forgets everything behind the first `count` bytes.
  package mutating func truncate(to count: Int) {
    bytes.removeLast(bytes.count - count)
  }

  /// Makes room for a batch like the last one before its first frame.
  mutating func prepare() {
    if bytes.isEmpty { bytes.reserveCapacity(max(lastBatch, Self.smallestReservation)) }
  }

  /// Appends one octet.
  package mutating func octet(_ value: UInt8) {
    bytes.append(value)
  }

  /// Appends 16 bits, big-endian.
  package mutating func short(_ value: UInt16) {
    append(value.bigEndian)
  }

  /// Appends 32 bits, big-endian.
  package mutating func long(_ value: UInt32) {
    append(value.bigEndian)
  }

  /// Appends 64 bits, big-endian.
  package mutating func longLong(_ value: UInt64) {
    append(value.bigEndian)
  }

  /// Appends a length octet and the text in UTF-8; throws `shortStringTooLong` beyond 255 bytes.
  package mutating func shortString(_ text: String) throws(WireError) {
    let utf8 = text.utf8
    guard utf8.count <= 255 else { throw .shortStringTooLong(utf8.count) }
    bytes.append(UInt8(truncatingIfNeeded: utf8.count))
    bytes.append(contentsOf: utf8)
  }

  /// Appends a 32-bit length and the octets.
  package mutating func longString(_ octets: [UInt8]) {
    long(UInt32(clamping: octets.count))
    bytes.append(contentsOf: octets)
  }

  /// Appends octets as they are.
  package mutating func octets(_ octets: some Collection<UInt8>) {
    bytes.append(contentsOf: octets)
  }

  /// Appends the memory of an integer in one go.
  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  /// Overwrites four bytes that were reserved at `index`.
  mutating func patchLong(_ value: UInt32, at index: Int) {
    bytes[index] = UInt8(truncatingIfNeeded: value >> 24)
    bytes[index + 1] = UInt8(truncatingIfNeeded: value >> 16)
    bytes[index + 2] = UInt8(truncatingIfNeeded: value >> 8)
    bytes[index + 3] = UInt8(truncatingIfNeeded: value)
  }
}
