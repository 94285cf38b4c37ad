extension Rule {
  /// Files stay readable in one sitting.
  static let fileLength = Rule(
    "A file has at most 400 lines",
    samples: [
      .bad("Sources/A/B.swift", String(repeating: "let a = 1\n", count: 401), line: 401),
      .bad("scripts/run", String(repeating: "true\n", count: 500), line: 500),
      .good("Sources/A/B.swift", String(repeating: "let a = 1\n", count: 400)),
      .good("docs/a.md", String(repeating: "Documents are as long as they need.\n", count: 900)),
    ]
  ) { file in
    let isScript = ["scripts/", ".ci/", "Makefile"].contains { file.path.hasPrefix($0) }
    guard file.isSwift || isScript else { return [] }
    return file.lines.count > 400 ? [(file.lines.count, "\(file.lines.count) lines")] : []
  }

  /// Functions stay on one screen.
  static let functionLength = Rule(
    "A function has at most 70 lines",
    samples: [
      .bad("Sources/A/B.swift", function(of: 71), line: 1),
      .bad("Tests/ATests/B.swift", "struct S {\n\(function(of: 71))}\n", line: 2),
      .good("Sources/A/B.swift", function(of: 70)),
      .good("Sources/A/B.swift", "struct S {\n\(function(of: 40))\n\(function(of: 40))}\n"),
      .good("Sources/A/B.swift", "protocol P {\n  func a()\n\(comments(80))  func b()\n}\n"),
    ]
  ) { file in
    file.functions.filter { $0.lineCount > 70 }
      .map { ($0.firstLine, "\($0.name) has \($0.lineCount) lines") }
  }

  /// Lines fit beside each other on a screen.
  static let columns = Rule(
    "A line of Swift has at most 100 columns",
    samples: [
      .bad("Sources/A/B.swift", "let a = 1\n// " + String(repeating: "é", count: 98), line: 2),
      .good("Sources/A/B.swift", "// " + String(repeating: "é", count: 97)),
      .good("docs/a.md", String(repeating: "a", count: 200)),
    ]
  ) { file in
    guard file.isSwift else { return [] }
    return file.lines.enumerated().filter { $0.element.count > 100 }
      .map { ($0.offset + 1, "\($0.element.count) columns") }
  }

  private static func function(of lines: Int) -> String {
    "func a() {\n" + String(repeating: "  b(\"}\")  // }\n", count: lines - 2) + "}\n"
  }

  private static func comments(_ count: Int) -> String {
    String(repeating: "  // why\n", count: count)
  }
}
