/// A function, initializer, subscript or computed property that has a body.
struct Function: Sendable {
  let name: String
  let firstLine: Int
  let lastLine: Int
  /// The tokens from the opening to the closing brace.
  let body: Range<Int>
  /// Whether it bears `@Test`.
  let isTest: Bool

  var lineCount: Int { lastLine - firstLine + 1 }
}

/// The declaration of a type, with the place of its name.
struct TypeDeclaration: Sendable {
  let keyword: String
  let name: String
  let line: Int
}

extension SourceText {
  /// Words that begin a declaration, so that they end the one before them.
  static let declarationWords: Set<String> = [
    "func", "var", "let", "init", "deinit", "subscript", "struct", "class", "enum", "actor",
    "protocol", "extension", "typealias", "associatedtype", "case", "macro", "import", "static",
    "mutating", "nonmutating", "final", "indirect", "public", "package", "internal", "private",
    "fileprivate", "open", "nonisolated", "override", "convenience", "required", "lazy", "weak",
    "prefix", "postfix", "infix", "operator", "borrowing", "consuming", "isolated", "unowned",
    "async",
  ]

  var types: [TypeDeclaration] {
    let keywords: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    return tokens.indices.compactMap { index in
      guard keywords.contains(token(index)), token(index - 1) != ".",
        index + 1 < tokens.count, tokens[index + 1].isWord,
        !Self.declarationWords.contains(token(index + 1))
      else { return nil }
      return TypeDeclaration(
        keyword: token(index), name: token(index + 1), line: tokens[index].line)
    }
  }

  var functions: [Function] {
    var found: [Function] = []
    var isTest = false
    for index in tokens.indices {
      switch token(index) {
      case "@Test": isTest = true
      case "@Suite", "struct", "enum", "extension": isTest = false
      case "func", "init", "deinit", "subscript", "var":
        guard token(index - 1) != ".", let open = body(of: index) else { break }
        let close = closing(open)
        let isFunction = token(index) == "func"
        found.append(
          Function(
            name: isFunction || token(index) == "var" ? token(index + 1) : token(index),
            firstLine: tokens[index].line, lastLine: tokens[close].line,
            body: open..<close + 1, isTest: isTest && isFunction))
        if isFunction { isTest = false }
      default: break
      }
    }
    return found
  }

  /// The brace that opens the body of the declaration at `start`; nil when it has none.
  private func body(of start: Int) -> Int? {
    let isProperty = token(start) == "var"
    var index = start + 1
    while index < tokens.count {
      let text = token(index)
      switch text {
      case "(", "[": index = closing(index)
      case "{": return index
      case "}", ")", "]", ";": return nil
      case "=" where isProperty: return nil
      default:
        let isNext = Self.declarationWords.contains(text) || text.hasPrefix("@") || text == "#if"
        if tokens[index].isFirst, isProperty || (isNext && index > start + 1), text != "async" {
          return nil
        }
      }
      index += 1
    }
    return nil
  }
}
