/// EDN of single values, as text.
enum EDNText {
  /// A string with its quotes.
  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        quoted.unicodeScalars.append("\\")
        quoted.unicodeScalars.append(scalar)
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case "\0": quoted += "\\u0000"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A keyword's name without its colon; what a keyword cannot hold becomes `-`.
  static func keywordName(_ name: String) -> String {
    let safe = name.utf8.prefix(EDNCursor.maximumTokenBytes / 2).map { byte in
      EDNCursor.isDelimiter(byte) || byte >= 0x7F ? UInt8(ascii: "-") : byte
    }
    return safe.isEmpty ? "-" : String(decoding: safe, as: UTF8.self)
  }

  /// The elements of a collection, or the keys and values of a map in turn; nil if it is neither.
  static func elements(of text: String) -> [String]? {
    let content = Array(text.utf8)
    guard let first = content.first(where: { $0 != UInt8(ascii: "#") }),
      [UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{")].contains(first)
    else { return nil }
    let bytes = content + Array(repeating: 0, count: EDNCursor.padding)
    return bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var cursor = EDNCursor(base, end: base + content.count, isWhole: true, line: 1)
      cursor.place += content.first == UInt8(ascii: "#") ? 2 : 1
      return try? cursor.forms()
    }
  }

  /// The text of a string's EDN, without escapes other than those that `string` writes; nil if it
  /// is no string.
  static func content(ofString text: String) -> String? {
    guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
    var content = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.dropFirst().dropLast().unicodeScalars {
      if !isEscaped, scalar == "\\" {
        isEscaped = true
        continue
      }
      let escapes: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "t": "\t", "r": "\r"]
      content.append(isEscaped ? escapes[scalar] ?? scalar : scalar)
      isEscaped = false
    }
    return String(content)
  }
}

extension EDNCursor {
  /// The texts of all forms up to the end or the bracket that closes what the cursor is in.
  fileprivate mutating func forms() throws(EDNFault) -> [String] {
    var forms: [String] = []
    while true {
      try skipSpace()
      let isClosed = [UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}")].contains(byte)
      if isClosed || isAtEnd { return forms }
      let start = place
      try skipForm()
      forms.append(try text(from: start))
    }
  }
}
