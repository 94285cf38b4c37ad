extension Rule {
  /// A library reports what the world does to it; it does not end the program.
  static let traps = Rule(
    "No fatalError and no try! in programs and libraries",
    samples: [
      .bad("Sources/A/B.swift", "func a() {\n  fatalError(\"no\")\n}", line: 2),
      .bad("Workloads/B.swift", "let a = try! b()"),
      .good("Sources/A/B.swift", "// fatalError(\nlet a = try? b()\npreconditionFailure(\"bug\")"),
      .good("Sources/A/B.swift", "let a = \"try! fatalError()\""),
    ]
  ) { file in
    guard file.isSource else { return [] }
    return ["fatalError(", "try!"].flatMap { pattern in
      file.places(of: pattern).map { (file.tokens[$0].line, pattern) }
    }
  }

  /// `!` after a value, a type or `as`.
  static let forceUnwraps = Rule(
    "No force unwrap, forced cast or implicitly unwrapped optional",
    samples: [
      .bad("Sources/A/B.swift", "let a = b!"),
      .bad("Tests/ATests/B.swift", "\nlet a = b[0]!.c", line: 2),
      .bad("Checkers/B.swift", "let a = b() as! C"),
      .bad("Sources/A/B.swift", "var a: Int!"),
      .bad("Sources/A/B.swift", "let a = \"\\(b!)\""),
      .good("Sources/A/B.swift", "let a = !b && c != d && !(e)\n#if !os(Linux)\n#endif"),
      .good("Sources/A/B.swift", "let a = \"b!\"  // c!"),
    ]
  ) { file in
    file.tokens.indices.compactMap { index in
      let token = file.tokens[index]
      guard token.text == "!", !token.isSpaced, index > 0 else { return nil }
      let before = file.tokens[index - 1]
      guard before.isWord || [")", "]", "}", ">", "?"].contains(before.text) else { return nil }
      let isComparison = file.token(index + 1) == "=" && !file.tokens[index + 1].isSpaced
      return isComparison ? nil : (token.line, "\(before.text)!")
    }
  }

  /// Each one is a promise that the compiler cannot check.
  static let uncheckedSendable = Rule(
    "At most five @unchecked Sendable, each with its reason in a comment beside it",
    samples: [
      .bad("Sources/A/B.swift", "let a = 1\nfinal class B: @unchecked Sendable {}", line: 2),
      .bad("Sources/A/B.swift", promises(6), line: 12),
      .good("Sources/A/B.swift", promises(5)),
      .good("Sources/A/B.swift", "final class B: @unchecked Sendable {}  // all state in a Mutex"),
    ],
    overall: { texts in
      let places = texts.flatMap { file in
        file.places(of: "@unchecked").map { (file, file.tokens[$0].line) }
      }
      let silent = places.filter { !$0.hasComment(near: $1) }
        .map { Violation(path: $0.path, line: $1, what: "no reason beside it") }
      let excess = places.dropFirst(5)
        .map { Violation(path: $0.path, line: $1, what: "more than five") }
      return silent + excess
    })

  /// The compiler's other way out, which has no place here.
  static let unsafe = Rule(
    "No nonisolated(unsafe)",
    samples: [
      .bad("Sources/A/B.swift", "nonisolated(unsafe) var a = 1"),
      .good("Sources/A/B.swift", "nonisolated func a() {}  // not nonisolated(unsafe)"),
    ]
  ) { file in
    file.places(of: "nonisolated(unsafe)").map { (file.tokens[$0].line, "nonisolated(unsafe)") }
  }

  /// A task that nobody waits for outlives its run.
  static let ownedTasks = Rule(
    "No unowned task: structured groups only",
    samples: [
      .bad("Sources/A/B.swift", "func a() {\n  Task { await b() }\n}", line: 2),
      .bad("Sources/A/B.swift", "let a = Task.detached { }"),
      .bad("Sources/A/B.swift", "let a = Task(priority: .low) { }"),
      .good("Sources/A/B.swift", "await withTaskGroup(of: Int.self) { $0.addTask { 1 } }"),
      .good("Sources/A/B.swift", "try await Task.sleep(for: .seconds(1))  // no Task { } here"),
    ]
  ) { file in
    // The executor of virtual runs has to begin with one task, which it runs to its end itself.
    guard file.isSource, file.path != "Sources/Simulator/VirtualExecutor.swift" else { return [] }
    let patterns = ["Task {", "Task(", "Task.detached", "Task.immediate", "Task<"]
    return patterns.flatMap { pattern in
      file.places(of: pattern).filter { file.token($0 - 1) != "." }
        .map { (file.tokens[$0].line, pattern) }
    }
  }

  private static func promises(_ count: Int) -> String {
    (1...count).map { "// all state in a Mutex\nclass A\($0): @unchecked Sendable {}\n" }.joined()
  }
}
