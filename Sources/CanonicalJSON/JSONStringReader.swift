/// Reads one quoted JSON string out of a text.
struct JSONStringReader {
  /// What is wrong with a string; the place is that of the reader.
  struct Problem: Error {
    var text: String
  }

  private let text: [UInt8]
  /// The byte being looked at; after a success the one behind the closing quote.
  private(set) var place: Int

  init(text: [UInt8], opening: Int) {
    self.text = text
    place = opening
  }

  mutating func read() -> Result<String, Problem> {
    let opening = place
    place += 1
    var bytes: [UInt8] = []
    while place < text.count {
      let byte = text[place]
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        guard let string = String(validating: bytes, as: UTF8.self) else {
          place = opening
          return .failure(Problem(text: "a string that is not valid UTF-8"))
        }
        return .success(string)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else {
          return .failure(
            Problem(text: "an escape in a string that is incomplete, unknown or half a pair"))
        }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      case 0..<0x20:
        return .failure(
          Problem(text: "a control character in a string; it has to be written as an escape"))
      default:
        bytes.append(byte)
        place += 1
      }
    }
    place = opening
    return .failure(Problem(text: "a string without an end"))
  }

  /// The scalar of the escape at `place`, which moves behind it; nil for a bad one.
  private mutating func escape() -> Unicode.Scalar? {
    guard place + 1 < text.count else { return nil }
    let simple: Unicode.Scalar
    switch text[place + 1] {
    case UInt8(ascii: "\""): simple = "\""
    case UInt8(ascii: "\\"): simple = "\\"
    case UInt8(ascii: "/"): simple = "/"
    case UInt8(ascii: "b"): simple = "\u{8}"
    case UInt8(ascii: "f"): simple = "\u{C}"
    case UInt8(ascii: "n"): simple = "\n"
    case UInt8(ascii: "r"): simple = "\r"
    case UInt8(ascii: "t"): simple = "\t"
    case UInt8(ascii: "u"): return hexEscape()
    default: return nil
    }
    place += 2
    return simple
  }

  private mutating func hexEscape() -> Unicode.Scalar? {
    guard let first = codeUnit(at: place) else { return nil }
    if !UTF16.isLeadSurrogate(first) {
      guard let scalar = Unicode.Scalar(first) else { return nil }
      place += 6
      return scalar
    }
    guard let second = codeUnit(at: place + 6), UTF16.isTrailSurrogate(second) else { return nil }
    let high = UInt32(first) - 0xD800
    let low = UInt32(second) - 0xDC00
    place += 12
    return Unicode.Scalar(0x10000 + high << 10 + low)
  }

  /// The code unit of a `\uXXXX` that starts at `offset`.
  private func codeUnit(at offset: Int) -> UInt16? {
    guard offset + 6 <= text.count, text[offset] == UInt8(ascii: "\\"),
      text[offset + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for byte in text[(offset + 2)..<(offset + 6)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
