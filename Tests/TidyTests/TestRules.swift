extension Rule {
  /// A test that cannot fail says nothing.
  static let assertions = Rule(
    "Every test asserts something",
    samples: [
      .bad("Tests/ATests/B.swift", "@Test func a() {\n  b()  // #expect(c)\n}"),
      .bad("Tests/ATests/B.swift", "@Test func a() {}\n@Test func b() { #expect(c) }"),
      .bad("Tests/ATests/B.swift", "@Test func a() {\n  #expect(true)\n}", line: 1),
      .bad("Tests/ATests/B.swift", "@Test func a() { _ = checker.check(b) }"),
      .good("Tests/ATests/B.swift", "@Test(arguments: [1])\nfunc a(b: Int) { #expect(b == c) }"),
      .good("Tests/ATests/B.swift", "@Test func a() throws { _ = try #require(b) }"),
      .good("Tests/ATests/B.swift", "@Test func a() { expectValid(b) }"),
      .good("Tests/ATests/B.swift", "@Test func a() { if b { Issue.record(\"c\") } }"),
      .good("Tests/ATests/B.swift", "@Suite struct S {\n  func a() { b() }\n}"),
    ]
  ) { file in
    guard file.isSwift, file.isTest else { return [] }
    return file.functions.filter { $0.isTest && !file.asserts(in: $0.body) }
      .map { ($0.firstLine, "\($0.name) asserts nothing") }
  }

  /// What is missing on a machine is installed there; a test is not switched off.
  static let nothingSkipped = Rule(
    "No test is switched off",
    samples: [
      .bad("Tests/ATests/B.swift", "@Test(.disabled(\"later\")) func a() { #expect(b) }"),
      .bad("Tests/ATests/B.swift", "\nwithKnownIssue { #expect(a) }", line: 2),
      .good("Tests/ATests/B.swift", "// .disabled(\nlet a = \".disabled(\"\nlet b = c.disabled"),
    ]
  ) { file in
    guard file.isTest else { return [] }
    return [".disabled(", "withKnownIssue", "Test.cancel(", "XCTSkip"].flatMap { pattern in
      file.places(of: pattern).map { (file.tokens[$0].line, pattern) }
    }
  }
}

extension SourceText {
  /// Whether the tokens of a test's body call something that can fail the test.
  fileprivate func asserts(in body: Range<Int>) -> Bool {
    body.contains { index in
      switch token(index) {
      case "#expect": token(index + 2) != "true" || token(index + 3) != ")"
      case "#require": true
      case "Issue": token(index + 2) == "record"
      case "confirmation": token(index + 1) == "("
      case let name: token(index + 1) == "(" && isAssertion(name, after: token(index - 1))
      }
    }
  }

  /// `expectLost(…)` asserts by its name; `checker.check(…)` is what is tested.
  private func isAssertion(_ name: String, after previous: String) -> Bool {
    ["expect", "require", "check"].contains { prefix in
      let rest = name.dropFirst(prefix.count)
      return name.hasPrefix(prefix) && (rest.first?.isUppercase ?? (previous != "."))
    }
  }
}
