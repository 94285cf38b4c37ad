extension JSONValue {
  /// The canonical text: members in their order, one way to write each string and number.
  ///
  /// Compact text has no space and no newline at all, so that it can be one line of a file; pretty
  /// text indents by two spaces and ends with a newline, so that it can be a file.
  public func text(pretty: Bool = false) -> String {
    String(decoding: bytes(pretty: pretty), as: UTF8.self)
  }

  /// The canonical text in UTF-8; see `text(pretty:)`.
  public func bytes(pretty: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes, indent: pretty ? 0 : nil)
    if pretty { bytes.append(UInt8(ascii: "\n")) }
    return bytes
  }

  private func append(to bytes: inout [UInt8], indent: Int?) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .string(let value): Self.appendQuoted(value, to: &bytes)
    case .array(let elements):
      Self.appendList(elements, "[", "]", to: &bytes, indent: indent) { element, inner, bytes in
        element.append(to: &bytes, indent: inner)
      }
    case .object(let members):
      Self.appendList(members, "{", "}", to: &bytes, indent: indent) { member, inner, bytes in
        Self.appendQuoted(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if inner != nil { bytes.append(UInt8(ascii: " ")) }
        member.value.append(to: &bytes, indent: inner)
      }
    }
  }

  private static func appendList<Item>(
    _ items: [Item], _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
    to bytes: inout [UInt8], indent: Int?, _ appendItem: (Item, Int?, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: opening))
    let inner = indent.map { $0 + 2 }
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      appendBreak(inner, to: &bytes)
      appendItem(item, inner, &bytes)
    }
    if !items.isEmpty { appendBreak(indent, to: &bytes) }
    bytes.append(UInt8(ascii: closing))
  }

  private static func appendBreak(_ indent: Int?, to bytes: inout [UInt8]) {
    guard let indent else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
  }

  /// Appends `string` in quotes: `\"`, `\\`, `\n`, `\r`, `\t`, other control characters as
  /// `\u00XX`, everything else as it is in UTF-8.
  public static func appendQuoted(_ string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: #"\n"#.utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: #"\r"#.utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: #"\t"#.utf8)
      case 0..<0x20:
        bytes.append(contentsOf: #"\u00"#.utf8)
        bytes.append(hexDigit(byte >> 4))
        bytes.append(hexDigit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
