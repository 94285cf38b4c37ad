/// One text of the package; when it is Swift, also its code and comments taken apart.
struct SourceText: Sendable {
  /// Where it lies, relative to the root of the package.
  let path: String
  let text: String
  let lines: [String]
  /// Its lines without comments and without what stands in literals; empty unless it is Swift.
  let code: [String]
  /// What stands in comments, line by line; empty unless it is Swift.
  let comments: [String]
  let tokens: [Token]

  init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
    lines = Self.split(text)
    if path.hasSuffix(".swift") {
      var scanner = Scanner(text)
      scanner.run()
      code = Self.split(String(decoding: scanner.code, as: UTF8.self))
      comments = Self.split(String(decoding: scanner.comments, as: UTF8.self))
      tokens = Token.tokens(of: code)
    } else {
      code = []
      comments = []
      tokens = []
    }
  }

  var isSwift: Bool { path.hasSuffix(".swift") }
  var isTest: Bool { path.hasPrefix("Tests/") }
  /// Whether it belongs to a program or a library, so neither to a test nor to the manifest.
  var isSource: Bool {
    isSwift && ["Sources/", "Workloads/", "Checkers/"].contains { path.hasPrefix($0) }
  }

  /// The folder of its module: `Harness` for Sources/Harness/X.swift, `Workloads`, `TidyTests`.
  var module: String {
    let parts = path.split(separator: "/").map(String.init)
    guard let first = parts.first, parts.count > 1 else { return "" }
    return first == "Sources" || first == "Tests" ? parts[1] : first
  }

  /// The name of the file without folder and extension.
  var baseName: String {
    let file = path.split(separator: "/").last ?? ""
    return String(file.prefix { $0 != "." })
  }

  /// Whether a comment containing `words` stands on `line` (from 1) or on the one before it.
  func hasComment(_ words: String = "", near line: Int) -> Bool {
    [line - 1, line].contains { number in
      guard comments.indices.contains(number - 1) else { return false }
      let comment = comments[number - 1]
      return comment.contains { $0 != " " && $0 != "/" && $0 != "*" }
        && (words.isEmpty || comment.contains(words))
    }
  }

  private static func split(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
