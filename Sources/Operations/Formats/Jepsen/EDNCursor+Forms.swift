extension EDNCursor {
  /// Skips one form of any kind and sees to it that it is EDN.
  mutating func skipForm() throws(EDNFault) {
    guard depth < Self.maximumDepth else {
      throw fault("forms lie more than \(Self.maximumDepth) deep in each other")
    }
    depth += 1
    try skipSpace()
    switch byte {
    case UInt8(ascii: "{"): try skipCollection(to: UInt8(ascii: "}"), isMap: true)
    case UInt8(ascii: "["): try skipCollection(to: UInt8(ascii: "]"))
    case UInt8(ascii: "("): try skipCollection(to: UInt8(ascii: ")"))
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "#"): try skipDispatch()
    case UInt8(ascii: "\\"): try skipCharacter()
    default: try skipAtom()
    }
    depth -= 1
  }

  private mutating func skipCollection(to closing: UInt8, isMap: Bool = false) throws(EDNFault) {
    let opening = line
    place += 1
    var count = 0
    while true {
      try skipSpace()
      if byte == closing { break }
      if isAtEnd { throw incomplete("a collection that begins on line \(opening)") }
      try skipForm()
      count += 1
    }
    if isMap, count % 2 != 0 { throw fault("a map has a key without a value") }
    place += 1
  }

  private mutating func skipString() throws(EDNFault) {
    let opening = line
    place += 1
    while byte != UInt8(ascii: "\"") {
      switch byte {
      case 0:
        if isAtEnd { throw incomplete("a string that begins on line \(opening)") }
        throw unexpected(in: "a string")
      case UInt8(ascii: "\\"):
        place += 1
        if isAtEnd { throw incomplete("a string that begins on line \(opening)") }
      case 0x0A: line += 1
      default: break
      }
      place += 1
    }
    place += 1
  }

  /// What follows `#`: a set, a tagged form, a symbolic value or a pattern.
  private mutating func skipDispatch() throws(EDNFault) {
    place += 1
    switch byte {
    case UInt8(ascii: "{"): try skipCollection(to: UInt8(ascii: "}"))
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "#"):
      place += 1
      try skipToken("a symbolic value")
    default:
      try skipToken("a tag")
      try skipForm()
    }
  }

  private mutating func skipCharacter() throws(EDNFault) {
    place += 1
    guard byte > 0x20 else { throw unexpected(in: "a character") }
    // The first byte may be a delimiter, as in `\(`; a longer name follows a letter only.
    place += 1
    try skipRest(of: "a character")
  }

  /// Skips a keyword, symbol or number.
  private mutating func skipAtom() throws(EDNFault) {
    let start = place
    let isNumber = isAtNumber
    try skipToken("a form")
    if start.pointee == UInt8(ascii: ":"), place - start == 1 { throw fault("a keyword is empty") }
    guard isNumber, !Self.isNumber(start, end: place) else { return }
    place = start
    throw fault("a number is malformed")
  }

  private var isAtNumber: Bool {
    let sign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    return (sign ? place[1] : byte) &- 0x30 < 10
  }

  /// Skips to the next delimiter.
  mutating func skipToken(_ what: String) throws(EDNFault) {
    let start = place
    guard Self.canBegin(byte) else { throw unexpected(in: what) }
    try skipRest(of: what)
    guard place - start <= Self.maximumTokenBytes else {
      place = start
      throw fault("a name or number is longer than \(Self.maximumTokenBytes) bytes")
    }
  }

  private mutating func skipRest(of what: String) throws(EDNFault) {
    while !Self.isDelimiter(byte) { place += 1 }
    if isAtEnd, !isWhole { throw incomplete(what) }
  }

  private static func canBegin(_ byte: UInt8) -> Bool {
    if isDelimiter(byte) || byte == 0x7F { return false }
    // Readers of Clojure give these a meaning that EDN does not have.
    return ![
      UInt8(ascii: "#"), UInt8(ascii: "'"), UInt8(ascii: "@"), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "~"),
    ].contains(byte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6
  }

  /// `12`, `-3N`, `1.5`, `2e10`, `2.5M`, and what Clojure writes besides: `1/2`, `0x7f`.
  private static func isNumber(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> Bool {
    var rest = UnsafeBufferPointer(start: start, count: end - start)[...]
    func skipDigits() -> Int {
      let digits = rest.prefix { $0 &- 0x30 < 10 }.count
      rest = rest.dropFirst(digits)
      return digits
    }
    func skip(_ characters: Unicode.Scalar...) -> Bool {
      guard characters.contains(where: { UInt8(ascii: $0) == rest.first }) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = skip("-", "+")
    if rest.starts(with: "0x".utf8) {
      rest = rest.dropFirst(2)
      return !rest.isEmpty && rest.allSatisfy(isHexDigit)
    }
    let isZero = rest.first == 0x30
    let whole = skipDigits()
    guard whole == 1 || whole > 1 && !isZero else { return false }
    if skip("/") { return skipDigits() > 0 && rest.isEmpty }
    if skip("N") { return rest.isEmpty }
    if skip("."), skipDigits() == 0 { return false }
    if skip("e", "E") {
      _ = skip("-", "+")
      if skipDigits() == 0 { return false }
    }
    _ = skip("M")
    return rest.isEmpty
  }
}
