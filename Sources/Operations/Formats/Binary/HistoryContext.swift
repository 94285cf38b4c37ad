/// The last number of each slow-moving kind, from which the next one is a small difference.
package struct HistoryContext: Hashable, Sendable {
  /// The instant of the last event, in ns.
  var at: Int64 = 0
  /// The last operation of any event.
  var operation: UInt32 = 0
  /// The sequence of the last invoked publish's message.
  var published: UInt32 = 0
  /// The sequence number of the last written event.
  var written: UInt64 = 0
  /// The sequence number of the last confirm.
  var answered: UInt64 = 0
  /// The delivery tag last received.
  var tag: UInt64 = 0
  /// The delivery tag last settled.
  var settled: UInt64 = 0
  /// The sequence of the message last received.
  var received: UInt32 = 0

  /// The context in which a recorder starts a block: all zero.
  package init() {}

  /// The context as it stands at the start of an events block's payload.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(zigzag(at))
    bytes.appendVarint(UInt64(operation))
    bytes.appendVarint(UInt64(published))
    bytes.appendVarint(written)
    bytes.appendVarint(answered)
    bytes.appendVarint(tag)
    bytes.appendVarint(settled)
    bytes.appendVarint(UInt64(received))
    return bytes
  }
}

/// The signed number as an unsigned one that is small if the magnitude is.
@inline(__always)
func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

/// The signed number behind a zig-zag form.
@inline(__always)
func unzigzag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(value & 1) }

extension [UInt8] {
  /// Appends a varint.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a string, cut to the bound of the format.
  mutating func appendBounded(_ string: String) {
    let bounded = string.cut(toBytes: HistoryFormat.maximumStringBytes)
    appendVarint(UInt64(bounded.utf8.count))
    append(contentsOf: bounded.utf8)
  }
}

extension String {
  /// The longest beginning of at most `limit` bytes of UTF-8 that ends between two scalars.
  func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: limit)
    while utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
