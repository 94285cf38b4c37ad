/// A word (with its `#` or `@`) or one sign of Swift code.
struct Token: Sendable {
  let text: String
  /// The line it stands on, from 1.
  let line: Int
  /// Whether a blank or the beginning of the line stands before it.
  let isSpaced: Bool
  /// Whether it is the first of its line.
  let isFirst: Bool

  var isWord: Bool {
    text.utf8.count > 1 || (text.utf8.first.map(Self.isWordByte) ?? false)
  }

  /// The tokens of lines of code that have no comments and no content of literals.
  static func tokens(of code: [String]) -> [Token] {
    var tokens: [Token] = []
    for (index, line) in code.enumerated() {
      var rest = Substring(line)
      var isFirst = true
      while !rest.isEmpty {
        let blanks = rest.utf8.prefix { $0 == Ascii.space || $0 == UInt8(ascii: "\t") }.count
        rest = Substring(rest.utf8.dropFirst(blanks))
        guard let text = firstToken(of: rest) else { break }
        rest = Substring(rest.utf8.dropFirst(text.utf8.count))
        tokens.append(
          Token(text: text, line: index + 1, isSpaced: isFirst || blanks > 0, isFirst: isFirst))
        isFirst = false
      }
    }
    return tokens
  }

  /// The texts of the tokens of `pattern`, to look for in a file.
  static func pattern(_ pattern: String) -> [String] {
    tokens(of: [pattern]).map(\.text)
  }

  private static func firstToken(of rest: Substring) -> String? {
    guard let first = rest.utf8.first else { return nil }
    let isMarked = first == Ascii.pound || first == UInt8(ascii: "@")
    let word = rest.utf8.dropFirst(isMarked ? 1 : 0).prefix(while: isWordByte)
    if !word.isEmpty { return String(Substring(rest.utf8.prefix(word.count + (isMarked ? 1 : 0)))) }
    return rest.first.map(String.init)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}

extension SourceText {
  /// The text of token `index`, empty outside the file.
  func token(_ index: Int) -> String {
    tokens.indices.contains(index) ? tokens[index].text : ""
  }

  /// Where the tokens of `pattern` follow one another.
  func places(of pattern: String) -> [Int] {
    let wanted = Token.pattern(pattern)
    return tokens.indices.filter { index in
      wanted.indices.allSatisfy { token(index + $0) == wanted[$0] }
    }
  }

  /// The index of the token that closes the bracket at `open`; the last token when none does.
  func closing(_ open: Int) -> Int {
    var depth = 0
    for index in open..<tokens.count {
      switch tokens[index].text {
      case "(", "[", "{": depth += 1
      case ")", "]", "}":
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return tokens.count - 1
  }
}
