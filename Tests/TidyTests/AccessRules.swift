extension SourceText {
  /// The tokens that say that a declaration is seen by other modules.
  fileprivate var exposures: [Int] {
    let kinds: Set<String> = [
      "func", "var", "let", "init", "subscript", "struct", "class", "enum", "actor", "protocol",
      "typealias", "macro", "static", "mutating", "nonmutating", "final", "indirect",
      "nonisolated", "override", "convenience", "required", "lazy", "weak", "prefix", "postfix",
      "infix", "borrowing", "consuming", "unowned", "extension", "distributed",
    ]
    return tokens.indices.filter { index in
      ["public", "package", "open"].contains(token(index)) && token(index - 1) != "."
        && (kinds.contains(token(index + 1)) || token(index + 1).hasPrefix("@"))
    }
  }

  /// Whether a doc comment stands above the declaration that begins on `line`.
  fileprivate func isDocumented(_ line: Int) -> Bool {
    var above = line - 1
    while above > 0, lines[above - 1].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
    guard above > 0 else { return false }
    let text = lines[above - 1].drop { $0 == " " }
    return text.hasPrefix("///") || text.hasSuffix("*/")
  }

  /// The lines of the requirements of the protocol whose name is at `index`.
  fileprivate func requirements(ofProtocolAt index: Int) -> [Int] {
    guard let open = (index..<tokens.count).first(where: { token($0) == "{" }) else { return [] }
    let end = closing(open)
    var found: [Int] = []
    var current = open + 1
    while current < end {
      switch token(current) {
      case "{", "(", "[": current = closing(current)
      case "func", "var", "init", "subscript", "associatedtype":
        if token(current - 1) != "." { found.append(tokens[current].line) }
      default: break
      }
      current += 1
    }
    return found
  }
}

extension Rule {
  /// What is public is for the authors of workloads and checkers; the rest shares by `package`.
  static let publicModules = Rule(
    "Public declarations only where a workload or checker needs them",
    samples: [
      .bad("Sources/Running/B.swift", "let a = 1\npublic struct B {}", line: 2),
      .bad("Sources/Store/B.swift", "struct B {\n  public private(set) var a = 1\n}", line: 2),
      .good("Sources/Harness/B.swift", "public struct B {}"),
      .good("Sources/Running/B.swift", "public import Harness\npackage struct B {}"),
      .good("Sources/Running/B.swift", "// public struct B {}\nlet a = \"public\""),
    ]
  ) { file in
    let modules: Set<String> = [
      "Environment", "CanonicalJSON", "Operations", "Harness", "Workloads", "Checkers",
    ]
    guard file.isSource, !modules.contains(file.module) else { return [] }
    return file.tokens.indices.filter {
      ["public", "open"].contains(file.token($0)) && file.token($0 - 1) != "."
        && !["import", "("].contains(file.token($0 + 1))
        && (file.token($0) == "public" || file.exposures.contains($0))
    }
    .map { (file.tokens[$0].line, "\(file.token($0)) \(file.token($0 + 1))") }
  }

  /// A reader of another module has only the comment.
  static let documentation = Rule(
    "Every public or package declaration has a doc comment",
    samples: [
      .bad("Sources/A/B.swift", "package struct B {}"),
      .bad("Sources/Harness/B.swift", "// no doc comment\npublic static func a() {}", line: 2),
      .bad("Sources/A/B.swift", "/// A.\n\npackage let a = 1", line: 3),
      .bad("Sources/A/B.swift", "/// P.\npackage protocol P {\n  func a()\n}", line: 3),
      .good("Sources/A/B.swift", "/// A.\n@frozen\npackage struct A {\n  let b = 1\n}"),
      .good("Sources/A/B.swift", "/// P.\npackage protocol P {\n  /// A.\n  func a()\n}"),
      .good("Sources/A/B.swift", "package import A\npackage extension Int {}\nlet b = 1"),
      .good("Package.swift", "let package = Package(name: \"a\")"),
    ]
  ) { file in
    guard file.isSource else { return [] }
    var found: [(line: Int, what: String)] = []
    for index in file.exposures where file.token(index + 1) != "extension" {
      let line = file.tokens[index].line
      if !file.isDocumented(line) {
        found.append((line, "no doc comment: \(file.lines[line - 1].prefix(60))"))
      }
      guard file.token(index + 1) == "protocol" else { continue }
      for requirement in file.requirements(ofProtocolAt: index + 2)
      where !file.isDocumented(requirement) {
        found.append((requirement, "requirement without a doc comment"))
      }
    }
    return found
  }
}
