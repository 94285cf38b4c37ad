/// A cursor over the payload of one frame, or over one table inside it.
package struct WireReader {
  private let bytes: [UInt8]
  private var end: Int
  /// The index of the next octet in the underlying buffer.
  package private(set) var position: Int

  /// A reader of `bytes[range]`; the range must lie inside the buffer.
  package init(_ bytes: [UInt8], in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// A reader of all of `bytes`.
  package init(_ bytes: [UInt8]) {
    self.init(bytes, in: 0..<bytes.count)
  }

  /// How many octets are left.
  package var remaining: Int { end - position }

  /// The next octet.
  package mutating func octet() throws(WireError) -> UInt8 {
    guard position < end else { throw .truncated }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next big-endian 16 bits.
  package mutating func short() throws(WireError) -> UInt16 {
    guard remaining >= 2 else { throw .truncated }
    defer { position += 2 }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  /// The next big-endian 32 bits.
  package mutating func long() throws(WireError) -> UInt32 {
    let high = try short()
    return UInt32(high) << 16 | UInt32(try short())
  }

  /// The next big-endian 64 bits.
  package mutating func longLong() throws(WireError) -> UInt64 {
    let high = try long()
    return UInt64(high) << 32 | UInt64(try long())
  }

  /// Text of at most 255 octets, which must be UTF-8.
  package mutating func shortString() throws(WireError) -> String {
    let count = Int(try octet())
    guard remaining >= count else { throw .truncated }
    defer { position += count }
    guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
      throw .textNotUTF8
    }
    return text
  }

  /// Octets behind a 32-bit length.
  package mutating func longString() throws(WireError) -> [UInt8] {
    let count = Int(try long())
    guard remaining >= count else { throw .truncated }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Narrows the reader to the next `count` octets and gives back the end to restore afterwards.
  mutating func narrow(to count: Int) throws(WireError) -> Int {
    guard remaining >= count else { throw .truncated }
    defer { end = position + count }
    return end
  }

  /// Undoes `narrow`; everything inside the narrowed range must have been read.
  mutating func widen(to outer: Int) throws(WireError) {
    guard position == end else { throw .trailingBytes(remaining) }
    end = outer
  }

  /// Throws unless everything was read.
  package func finish() throws(WireError) {
    guard remaining == 0 else { throw .trailingBytes(remaining) }
  }
}

extension UInt8 {
  /// Whether bit `index` (0 = lowest) is set, as AMQP packs its bits.
  func bit(_ index: UInt8) -> Bool {
    self & (1 << index) != 0
  }

  /// Packs up to five bits, the first one lowest.
  init(
    bits a: Bool, _ b: Bool = false, _ c: Bool = false, _ d: Bool = false, _ e: Bool = false
  ) {
    self = (a ? 1 : 0) | (b ? 2 : 0) | (c ? 4 : 0) | (d ? 8 : 0) | (e ? 16 : 0)
  }
}
