/// What is wrong with some EDN, and where.
struct EDNFault: Error {
  /// Bytes from where the cursor began.
  var offset: Int
  var line: Int
  var problem: String
  /// Whether it may be right once more bytes are there.
  var isIncomplete = false
}

/// A place in EDN text that is read by hand, without a value for each form.
///
/// The memory behind `end` is readable for `padding` bytes, all zero: a zero byte ends every
/// token, so that no loop has to look for the end, and words can be compared eight bytes at a time.
struct EDNCursor {
  /// How many zero bytes there are behind the end.
  static let padding = 16
  /// How deep collections, tags and discarded forms may lie in each other.
  static let maximumDepth = 64
  /// The longest symbol, keyword or number.
  static let maximumTokenBytes = 4096

  private let start: UnsafePointer<UInt8>
  var place: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  /// Whether the input ends at `end`.
  let isWhole: Bool
  var line: Int
  var depth = 0

  init(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, isWhole: Bool, line: Int
  ) {
    self.start = start
    place = start
    self.end = end
    self.isWhole = isWhole
    self.line = line
  }

  @inline(__always) var byte: UInt8 { place.pointee }

  var isAtEnd: Bool { place == end }

  /// Whether the text goes on with `word`, which is filled up to eight bytes with blanks and of
  /// which only the first `count` bytes matter.
  @inline(__always)
  func goesOn(with word: StaticString, _ count: Int) -> Bool {
    let wanted = UnsafeRawPointer(word.utf8Start).loadUnaligned(as: UInt64.self)
    let found = UnsafeRawPointer(place).loadUnaligned(as: UInt64.self)
    let unused = UInt64(8 - count) * 8
    return (UInt64(littleEndian: wanted) ^ UInt64(littleEndian: found)) << unused == 0
  }

  /// Skips a keyword or symbol of at most eight bytes, filled up as for `goesOn`.
  @inline(__always)
  mutating func skip(_ word: StaticString, _ count: Int) -> Bool {
    guard goesOn(with: word, count), Self.isDelimiter(place[count]) else { return false }
    place += count
    return true
  }

  /// Whether a byte ends a token.
  @inline(__always)
  static func isDelimiter(_ byte: UInt8) -> Bool {
    if byte <= 0x20 { return true }
    // " ( ) , ; [ \ ] { }
    let low: UInt64 = 1 << 0x22 | 1 << 0x28 | 1 << 0x29 | 1 << 0x2C | 1 << 0x3B
    let high: UInt64 =
      1 << (0x5B - 64) | 1 << (0x5C - 64) | 1 << (0x5D - 64) | 1 << (0x7B - 64) | 1 << (0x7D - 64)
    return byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 != 0
  }

  // MARK: - White space

  /// Skips white space, commas, comments and discarded forms.
  @inline(__always)
  mutating func skipSpace() throws(EDNFault) {
    if byte == UInt8(ascii: ",") { place += 1 }
    if byte == UInt8(ascii: " ") { place += 1 }
    if byte <= UInt8(ascii: ",") || byte == UInt8(ascii: ";") { try skipMoreSpace() }
  }

  private mutating func skipMoreSpace() throws(EDNFault) {
    while true {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: ","), 0x09, 0x0C, 0x0D: place += 1
      case 0x0A:
        place += 1
        line += 1
      case UInt8(ascii: ";"): try skipComment()
      case UInt8(ascii: "#"):
        guard place[1] == UInt8(ascii: "_") else { return }
        place += 2
        try skipForm()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(EDNFault) {
    while byte != 0x0A {
      if isAtEnd {
        if isWhole { return }
        throw incomplete("a comment")
      }
      place += 1
    }
  }

  // MARK: - Whole numbers

  /// Reads a whole number that fits; nil, and nothing read, if something else is here.
  @inline(__always)
  mutating func integer() -> Int64? {
    var digits = place
    let isNegative = digits.pointee == UInt8(ascii: "-")
    if isNegative || digits.pointee == UInt8(ascii: "+") { digits += 1 }
    let first = digits
    var value: UInt64 = 0
    var digit = digits.pointee &- 0x30
    while digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      digits += 1
      digit = digits.pointee &- 0x30
    }
    let count = digits - first
    guard count > 0, count == 1 || first.pointee != 0x30 else { return nil }
    let isLarge = count > 18
    let after = digits.pointee == UInt8(ascii: "N") ? digits + 1 : digits
    guard Self.isDelimiter(after.pointee) else { return nil }
    if isLarge {
      // A sign of plus is no part of the number.
      let start = isNegative ? place : first
      guard let large = Self.large(start, count: digits - start) else { return nil }
      place = after
      return large
    }
    place = after
    return isNegative ? -Int64(value) : Int64(value)
  }

  private static func large(_ start: UnsafePointer<UInt8>, count: Int) -> Int64? {
    guard count <= 20 else { return nil }
    return Int64(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
  }

  // MARK: - Faults

  func fault(_ problem: String, at place: UnsafePointer<UInt8>? = nil) -> EDNFault {
    EDNFault(offset: (place ?? self.place) - start, line: line, problem: problem)
  }

  func incomplete(_ what: String) -> EDNFault {
    var fault = fault("the file ends inside \(what)")
    fault.isIncomplete = !isWhole
    return fault
  }

  /// That the byte here cannot be here.
  func unexpected(in what: String) -> EDNFault {
    if isAtEnd { return incomplete(what) }
    let isPrintable = (0x21..<0x7F).contains(byte)
    let name =
      isPrintable
      ? "`\(Character(Unicode.Scalar(byte)))`"
      : "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    return fault("\(name) cannot stand here, in \(what)")
  }

  /// The text from `start` to here.
  func text(from start: UnsafePointer<UInt8>) throws(EDNFault) -> String {
    let bytes = UnsafeBufferPointer(start: start, count: place - start)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fault("the bytes from here on are not UTF-8", at: start)
    }
    return text
  }
}
