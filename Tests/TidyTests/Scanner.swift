/// Separates Swift text into code and comments, blanking what stands in literals.
///
/// It knows nested comments, plain, raw and multi-line strings, interpolations (whose content is
/// code again) and `#/…/#` expressions; bare `/…/` expressions it takes for operators. Both
/// results have the text's length and line ends, with spaces for all that is not theirs.
struct Scanner {
  private enum Mode: Equatable {
    case code(open: Int)
    case string(pounds: Int, multiline: Bool)
    case expression
    case lineComment
    case blockComment(depth: Int)
  }

  private(set) var code: [UInt8]
  private(set) var comments: [UInt8]
  private let bytes: [UInt8]
  private var position = 0
  private var modes: [Mode] = [.code(open: 0)]

  init(_ text: String) {
    bytes = Array(text.utf8)
    let blank = bytes.map { $0 == Ascii.newline ? $0 : Ascii.space }
    code = blank
    comments = blank
  }

  /// Goes through the whole text.
  mutating func run() {
    while position < bytes.count {
      switch modes.last ?? .code(open: 0) {
      case .code(let open): scanCode(open: open)
      case .string(let pounds, let multiline): scanString(pounds: pounds, multiline: multiline)
      case .expression: scanExpression()
      case .lineComment: scanLineComment()
      case .blockComment(let depth): scanBlockComment(depth: depth)
      }
    }
  }

  private mutating func scanCode(open: Int) {
    if starts(with: "//") {
      modes.append(.lineComment)
    } else if starts(with: "/*") {
      keepComment(2)
      modes.append(.blockComment(depth: 1))
    } else if starts(with: "#/") {
      position += 2
      modes.append(.expression)
    } else if let pounds = poundsBeforeQuote() {
      position += pounds
      let multiline = starts(with: "\"\"\"")
      keepCode(1)
      position += multiline ? 2 : 0
      modes.append(.string(pounds: pounds, multiline: multiline))
    } else {
      count(parenthesis: bytes[position], open: open)
      keepCode(1)
    }
  }

  /// Ends an interpolation at the parenthesis that closes it.
  private mutating func count(parenthesis byte: UInt8, open: Int) {
    if byte == Ascii.leftParenthesis {
      modes[modes.count - 1] = .code(open: open + 1)
    } else if byte == Ascii.rightParenthesis, modes.count > 1, open == 1 {
      modes.removeLast()
    } else if byte == Ascii.rightParenthesis {
      modes[modes.count - 1] = .code(open: open - 1)
    }
  }

  private mutating func scanString(pounds: Int, multiline: Bool) {
    let fence = String(repeating: "#", count: pounds)
    if starts(with: "\\" + fence + "(") {
      position += 1 + pounds
      keepCode(1)
      modes.append(.code(open: 1))
    } else if starts(with: "\\" + fence) {
      position += 2 + pounds
    } else if starts(with: (multiline ? "\"\"\"" : "\"") + fence) {
      position += (multiline ? 3 : 1) + pounds
      modes.removeLast()
    } else {
      if !multiline, bytes[position] == Ascii.newline { modes.removeLast() }
      position += 1
    }
  }

  private mutating func scanExpression() {
    if starts(with: "/#") {
      position += 1
      modes.removeLast()
    }
    position += 1
  }

  private mutating func scanLineComment() {
    if bytes[position] == Ascii.newline {
      position += 1
      modes.removeLast()
    } else {
      keepComment(1)
    }
  }

  private mutating func scanBlockComment(depth: Int) {
    if starts(with: "*/") {
      keepComment(2)
      modes.removeLast()
      if depth > 1 { modes.append(.blockComment(depth: depth - 1)) }
    } else if starts(with: "/*") {
      keepComment(2)
      modes[modes.count - 1] = .blockComment(depth: depth + 1)
    } else {
      keepComment(1)
    }
  }

  private mutating func keepCode(_ count: Int) {
    for index in position..<min(position + count, bytes.count) { code[index] = bytes[index] }
    position += count
  }

  private mutating func keepComment(_ count: Int) {
    for index in position..<min(position + count, bytes.count) { comments[index] = bytes[index] }
    position += count
  }

  /// How many `#` stand before a quotation mark here; nil when no string begins here.
  private func poundsBeforeQuote() -> Int? {
    var index = position
    while index < bytes.count, bytes[index] == Ascii.pound { index += 1 }
    return index < bytes.count && bytes[index] == Ascii.quote ? index - position : nil
  }

  private func starts(with prefix: String) -> Bool {
    bytes[position...].starts(with: prefix.utf8)
  }
}

/// The bytes the scanner looks for.
enum Ascii {
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let pound = UInt8(ascii: "#")
  static let leftParenthesis = UInt8(ascii: "(")
  static let rightParenthesis = UInt8(ascii: ")")
}
