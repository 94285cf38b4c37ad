extension JSONValue {
  /// The value of a JSON text in UTF-8; throws `JSONError.syntax` with the line and the column.
  ///
  /// Rejected: numbers with a fraction or an exponent or beyond 64 bits, an object that names a
  /// member twice, invalid UTF-8, unpaired surrogates, anything after the value, and whatever
  /// exceeds `limits`.
  public init(
    parsing bytes: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    let most = limits.bytes + 1
    let text =
      bytes.withContiguousStorageIfAvailable { Array($0.prefix(most)) }
      ?? Array(bytes.prefix(most))
    var parser = JSONParser(text: text, depthLimit: limits.depth)
    guard text.count <= limits.bytes else {
      throw parser.error(at: 0, "the text is longer than \(limits.bytes) bytes")
    }
    self = try parser.document()
  }

  /// The value of a JSON text.
  public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    try self.init(parsing: text.utf8, limits: limits)
  }
}

/// A recursive-descent reader of one JSON text (RFC 8259, whole numbers only).
struct JSONParser {
  private let text: [UInt8]
  private let depthLimit: Int
  private var place = 0
  private var depth = 0

  init(text: [UInt8], depthLimit: Int) {
    self.text = text
    self.depthLimit = depthLimit
  }

  mutating func document() throws(JSONError) -> JSONValue {
    skipSpace()
    let value = try self.value()
    skipSpace()
    guard place == text.count else {
      throw error(at: place, "\(nextForPeople) after the end of the value")
    }
    return value
  }

  /// An error at a byte of the text, with the line and column counted out.
  func error(at offset: Int, _ problem: String) -> JSONError {
    let before = text.prefix(offset)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return .syntax(line: line, column: offset - start + 1, problem: problem)
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    guard place < text.count else {
      throw error(at: place, "the text ends where a value is needed")
    }
    switch text[place] {
    case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try integer()
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: throw error(at: place, "\(nextForPeople) where a value is needed")
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < depthLimit else {
      throw error(at: place, "lists and objects are nested more than \(depthLimit) deep")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    place += 1
    skipSpace()
    var elements: [JSONValue] = []
    if skip(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if skip(UInt8(ascii: "]")) { return .array(elements) }
      guard skip(UInt8(ascii: ",")) else {
        throw error(at: place, "\(nextForPeople) in a list, where ',' or ']' is needed")
      }
      skipSpace()
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    place += 1
    skipSpace()
    var members: [JSONMember] = []
    var names: Set<String> = []
    if skip(UInt8(ascii: "}")) { return .object(members) }
    while true {
      let start = place
      let name = try memberName()
      guard names.insert(name).inserted else {
        throw error(at: start, "the member \"\(name)\" appears twice in one object")
      }
      members.append(JSONMember(name, try value()))
      skipSpace()
      if skip(UInt8(ascii: "}")) { return .object(members) }
      guard skip(UInt8(ascii: ",")) else {
        throw error(at: place, "\(nextForPeople) in an object, where ',' or '}' is needed")
      }
      skipSpace()
    }
  }

  /// A member's name, the colon and the space around it.
  private mutating func memberName() throws(JSONError) -> String {
    guard place < text.count, text[place] == UInt8(ascii: "\"") else {
      throw error(at: place, "\(nextForPeople) where the name of a member is needed")
    }
    let name = try string()
    skipSpace()
    guard skip(UInt8(ascii: ":")) else {
      throw error(at: place, "\(nextForPeople) after the name \"\(name)\", where ':' is needed")
    }
    skipSpace()
    return name
  }

  private mutating func literal(
    _ word: StaticString, _ value: JSONValue
  ) throws(JSONError) -> JSONValue {
    let end = place + word.utf8CodeUnitCount
    guard end <= text.count, text[place..<end].elementsEqual(word.description.utf8) else {
      throw error(at: place, "a word that is not true, false or null")
    }
    place = end
    return value
  }

  private mutating func integer() throws(JSONError) -> JSONValue {
    let start = place
    let negative = skip(UInt8(ascii: "-"))
    let first = place
    var number: Int64 = 0
    var fits = true
    while place < text.count, isDigit(text[place]) {
      let digit = Int64(text[place] - UInt8(ascii: "0"))
      let (tens, over) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflow) =
        negative
        ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
      fits = fits && !over && !overflow
      number = sum
      place += 1
    }
    if place == first { throw error(at: start, "'-' without a digit after it") }
    if text[first] == UInt8(ascii: "0"), place > first + 1 {
      throw error(at: start, "a number with a leading zero")
    }
    if place < text.count, [0x2E, 0x45, 0x65].contains(text[place]) {
      throw error(
        at: start, "a number with a fraction or an exponent; only whole numbers are allowed here")
    }
    if !fits { throw error(at: start, "a number beyond the range of 64-bit integers") }
    return .integer(number)
  }

  private mutating func string() throws(JSONError) -> String {
    var reader = JSONStringReader(text: text, opening: place)
    switch reader.read() {
    case .success(let string):
      place = reader.place
      return string
    case .failure(let problem): throw error(at: reader.place, problem.text)
    }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard place < text.count, text[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while place < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[place]) { place += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private var nextForPeople: String {
    guard place < text.count else { return "the end of the text" }
    let byte = text[place]
    if byte > 0x20, byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
    return "the byte 0x" + String(byte, radix: 16)
  }
}
