/// A place in the bytes of a payload, from which fields are read within its bounds.
struct PayloadInput {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  /// Where the payload, or the part of it that is being read, ends.
  private var end: Int

  init(bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    end = bytes.count
  }

  var isAtEnd: Bool { offset >= end }

  @inline(__always)
  mutating func byte() throws(MalformedPayload) -> UInt8 {
    guard offset < end else { throw short() }
    defer { offset += 1 }
    return bytes[offset]
  }

  @inline(__always)
  mutating func varint() throws(MalformedPayload) -> UInt64 {
    let first = try byte()
    return first < 0x80 ? UInt64(first) : try longVarint(after: first)
  }

  private mutating func longVarint(after first: UInt8) throws(MalformedPayload) -> UInt64 {
    let start = offset - 1
    var value = UInt64(first & 0x7F)
    for shift in stride(from: 7, through: 63, by: 7) {
      let byte = try byte()
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw MalformedPayload(offset: start, problem: "a number beyond 64 bits")
  }

  /// A varint of at most 32 bits.
  @inline(__always)
  mutating func number() throws(MalformedPayload) -> UInt32 {
    let start = offset
    let value = try varint()
    guard value <= UInt32.max else { throw tooLarge(start) }
    return UInt32(truncatingIfNeeded: value)
  }

  /// A number of 16 bits, which people know as `what`.
  mutating func shortNumber(_ what: String) throws(MalformedPayload) -> UInt16 {
    let start = offset
    guard let value = UInt16(exactly: try varint()) else {
      throw MalformedPayload(offset: start, problem: "a \(what) beyond 65535")
    }
    return value
  }

  /// A number of 32 bits, written as its signed difference from `previous`.
  @inline(__always)
  mutating func number(after previous: UInt32) throws(MalformedPayload) -> UInt32 {
    let start = offset
    let (sum, overflow) = Int64(previous).addingReportingOverflow(unzigzag(try varint()))
    guard !overflow, sum >= 0, sum <= Int64(UInt32.max) else { throw tooLarge(start) }
    return UInt32(truncatingIfNeeded: sum)
  }

  /// A number of 32 bits that was written plus one, or nil for zero.
  mutating func optionalNumber() throws(MalformedPayload) -> UInt32? {
    let start = offset
    let value = try varint()
    guard value <= UInt64(UInt32.max) + 1 else { throw tooLarge(start) }
    return value == 0 ? nil : UInt32(truncatingIfNeeded: value - 1)
  }

  /// How many items follow, of at least one byte each.
  mutating func count(atMost limit: Int) throws(MalformedPayload) -> Int {
    let start = offset
    let value = try varint()
    guard value <= UInt64(limit) else {
      throw MalformedPayload(offset: start, problem: "a count of \(value), above \(limit)")
    }
    guard value <= UInt64(end - offset) else { throw short() }
    return Int(value)
  }

  mutating func string(
    atMost limit: Int = HistoryFormat.maximumStringBytes
  ) throws(MalformedPayload) -> String {
    let start = offset
    let length = try count(atMost: limit)
    let content = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
    guard let string = String(validating: content.lazy.map { $0 }, as: UTF8.self) else {
      throw MalformedPayload(offset: start, problem: "a string that is not valid UTF-8")
    }
    offset += length
    return string
  }

  /// Sixty-four bits of fixed width, little-endian.
  mutating func fixed() throws(MalformedPayload) -> UInt64 {
    guard end - offset >= 8 else { throw short() }
    defer { offset += 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Twenty-four bits, little-endian.
  @inline(__always)
  mutating func fixed24() throws(MalformedPayload) -> UInt32 {
    guard end - offset >= 3 else { throw short() }
    defer { offset += 3 }
    return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
  }

  /// Sixteen bits, little-endian.
  @inline(__always)
  mutating func fixed16() throws(MalformedPayload) -> UInt32 {
    guard end - offset >= 2 else { throw short() }
    defer { offset += 2 }
    return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
  }

  /// Reads a part that starts with its length; what `body` leaves of it is skipped.
  mutating func part(
    _ body: (inout PayloadInput) throws(MalformedPayload) -> Void
  ) throws(MalformedPayload) {
    let length = try count(atMost: HistoryFormat.maximumEventBytes)
    let outer = end
    end = offset + length
    try body(&self)
    offset = end
    end = outer
  }

  /// Reads a list of fields, which starts with its length: `take` reads the field with the given
  /// key and returns true, or false for one that it does not know, which is skipped.
  mutating func fields(
    _ take: (inout PayloadInput, UInt64) throws(MalformedPayload) -> Bool
  ) throws(MalformedPayload) {
    try part { (input) throws(MalformedPayload) in
      while !input.isAtEnd {
        let key = try input.varint()
        if try take(&input, key) { continue }
        if key & 1 == 0 {
          _ = try input.varint()
        } else {
          try input.part { (_) throws(MalformedPayload) in }
        }
      }
    }
  }

  private func short() -> MalformedPayload {
    MalformedPayload(offset: offset, problem: "the payload ends in the middle of a field")
  }

  private func tooLarge(_ start: Int) -> MalformedPayload {
    MalformedPayload(offset: start, problem: "a number beyond 32 bits")
  }
}
