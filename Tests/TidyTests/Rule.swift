import Testing

/// A place where a rule is broken.
struct Violation: Hashable, Sendable {
  let path: String
  /// The line, from 1; 0 when the whole file is meant.
  let line: Int
  let what: String
}

/// A text made up to show what a rule finds, or what it must leave alone.
struct Sample: Sendable {
  let texts: [SourceText]
  /// The line at which the rule must find something; nil when it must find nothing.
  let line: Int?

  /// `text` at `path` breaks the rule at `line`.
  static func bad(_ path: String, _ text: String, line: Int = 1) -> Sample {
    Sample(texts: [SourceText(path, text)], line: line)
  }

  /// `text` at `path` keeps the rule.
  static func good(_ path: String, _ text: String) -> Sample {
    Sample(texts: [SourceText(path, text)], line: nil)
  }
}

/// A countable rule of style, with samples that prove that its detector can find and can spare.
struct Rule: Sendable, CustomTestStringConvertible {
  let name: String
  let samples: [Sample]
  let violations: @Sendable ([SourceText]) -> [Violation]

  var testDescription: String { name }

  /// A rule about all files taken together.
  init(
    _ name: String, samples: [Sample],
    overall violations: @escaping @Sendable ([SourceText]) -> [Violation]
  ) {
    self.name = name
    self.samples = samples
    self.violations = violations
  }

  /// A rule about each file by itself: lines at which something is wrong, and what.
  init(
    _ name: String, samples: [Sample],
    _ findings: @escaping @Sendable (SourceText) -> [(line: Int, what: String)]
  ) {
    self.init(name, samples: samples) { texts in
      texts.flatMap { text in
        findings(text).map { Violation(path: text.path, line: $0.line, what: $0.what) }
      }
    }
  }

  static let all: [Rule] = [
    fileLength, functionLength, columns, names, moduleNames, determinism, imports, procedures,
    iteration,
    traps, forceUnwraps, uncheckedSendable, unsafe, ownedTasks, publicModules, documentation,
    assertions, nothingSkipped, machinePaths, unfinished,
  ]

  /// Violations as a table for a failure message: `path:line: what`, one a line.
  static func table(_ violations: [Violation]) -> String {
    violations.map { "\($0.path):\($0.line): \($0.what)" }.joined(separator: "\n")
  }
}

@Suite("Tidy")
struct Tidiness {
  @Test("The package keeps the rule", arguments: Rule.all)
  func holds(rule: Rule) {
    let violations = rule.violations(Checkout.texts)
    if !violations.isEmpty { Issue.record("\(rule.name)\n\(Rule.table(violations))") }
  }

  @Test("The rule finds what it must and spares what it must", arguments: Rule.all)
  func detects(rule: Rule) {
    #expect(rule.samples.contains { $0.line != nil }, "no sample breaks the rule")
    #expect(rule.samples.contains { $0.line == nil }, "no sample keeps the rule")
    for sample in rule.samples {
      let violations = rule.violations(sample.texts)
      let text = sample.texts.map(\.text).joined(separator: "\n")
      if let line = sample.line {
        #expect(violations.contains { $0.line == line }, "not found at line \(line):\n\(text)")
      } else {
        #expect(violations.isEmpty, "\(Rule.table(violations)) in:\n\(text)")
      }
    }
  }

  @Test("The whole package is looked at")
  func looksAtEverything() {
    let wanted: Set = [
      "Package.swift", "Makefile", "README.md", ".ci/run", "scripts/bootstrap",
      "docs/architecture.md", "Tests/TidyTests/Rule.swift",
    ]
    let missing = wanted.subtracting(Checkout.texts.map(\.path))
    #expect(missing.sorted() == [])
    #expect(Checkout.texts.filter(\.isSource).count > 20)
    #expect(Checkout.texts.filter(\.isTest).count > 10)
  }
}
