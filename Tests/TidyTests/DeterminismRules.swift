extension SourceText {
  /// Whether the file must behave the same for the same seed, in any process: its module is `pure`
  /// in the map of docs/architecture.md.
  var isDeterministic: Bool {
    isSwift && (isSource || path.hasPrefix("Tests/Mutations/")) && kind == "pure"
      && path != "Sources/Environment/MonotonicClock.swift"
      && path != "Sources/Harness/Systems/RunClock.swift"
  }

  /// Whether the file is a procedure that runs in real and in virtual time: its module is one in
  /// the map, or it supervises nodes. The executor and the real clock are what they run on.
  var isProcedure: Bool {
    let exceptions = [
      "Sources/Simulator/VirtualExecutor.swift",
      "Sources/Systems/Nodes/MonotonicClock+RunClock.swift",
    ]
    return isSwift && (kind == "procedure" || path.hasPrefix("Sources/Systems/Nodes/"))
      && !exceptions.contains(path)
  }

  /// The modules that the file imports, each with its line.
  var imports: [(line: Int, module: String)] {
    let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
    return places(of: "import").map { index in
      let name = token(kinds.contains(token(index + 1)) ? index + 2 : index + 1)
      return (tokens[index].line, name)
    }
  }

  private var kind: String? { MappedModule.own.first { $0.name == module }?.kind }
}

extension Rule {
  /// What would bring the world into a machine that a seed alone must determine.
  static let determinism = Rule(
    "Deterministic modules use no clock, task, process, or randomness of their own",
    samples: [
      .bad("Sources/Harness/B.swift", "func a() {\n  let now = Date()\n}", line: 2),
      .bad("Workloads/B.swift", "let a = Int.random(in: 0..<3)"),
      .bad("Checkers/B.swift", "let a = b.shuffled()"),
      .bad("Sources/AMQP/B.swift", "func a() async {}"),
      .bad("Sources/Harness/B.swift", "func a() { Task { b() } }"),
      .bad("Sources/Operations/B.swift", "let a = ContinuousClock.now"),
      .bad("Sources/Environment/B.swift", "let a = b.hashValue"),
      .good("Sources/Harness/B.swift", "protocol P {\n  func boot() async throws\n}"),
      .good("Workloads/B.swift", "let a = Int.random(in: 0..<3, using: &generator)"),
      .good("Sources/AMQP/B.swift", "// Date()\nlet a = \"Task {\"\nlet b = updateDate()"),
      .good("Sources/Store/B.swift", "let a = Date()"),
      .good("Sources/Environment/MonotonicClock.swift", "let a = ContinuousClock.now"),
    ]
  ) { file in
    guard file.isDeterministic else { return [] }
    var patterns = [
      "Date(", "UUID(", "SystemRandomNumberGenerator", "ContinuousClock", "SuspendingClock",
      "MonotonicClock", "Task", "Thread", "DispatchQueue", "ProcessInfo", "getenv(", "await",
      ".hashValue", "Hasher(", "ObjectIdentifier(", ".randomElement()", ".shuffled()",
      ".shuffle()", "print(", "readLine(",
    ]
    if file.module != "Harness" { patterns.append("async") }
    let found = patterns.flatMap { pattern in
      file.places(of: pattern).map { (file.tokens[$0].line, pattern) }
    }
    let draws = file.places(of: ".random(").filter { index in
      !file.tokens[index...file.closing(index + 2)].contains { $0.text == "using" }
    }
    return found + draws.map { (file.tokens[$0].line, ".random( without a generator") }
  }

  /// What would take a run out of virtual time, or let its order depend on the machine.
  static let procedures = Rule(
    "Procedures know the time they are given, and stay on the executor that runs them",
    samples: [
      .bad(
        "Sources/Running/B.swift", "func a() async {\n  try? await Task.sleep(for: b)\n}", line: 2),
      .bad("Sources/Running/B.swift", "func a() { Task { b() } }"),
      .bad("Sources/Running/B.swift", "let a = Task.detached { b() }"),
      .bad("Sources/Systems/Nodes/B.swift", "@MainActor func a() {}"),
      .bad("Sources/Running/B.swift", "let a = ContinuousClock.now"),
      .bad("Sources/Running/B.swift", "import NIOCore"),
      .bad("Sources/Running/B.swift", "import Glibc"),
      .bad("Tests/VirtualWorld/B.swift", "let a = MonotonicClock()"),
      .bad("Sources/Simulator/B.swift", "final class B: TaskExecutor {}"),
      .bad("Sources/Running/B.swift", "actor B { nonisolated var unownedExecutor: C { c } }"),
      .bad("Sources/Systems/Nodes/B.swift", "let a = Date()"),
      .good("Sources/Running/B.swift", "func a() async throws { try await clock.sleep(for: b) }"),
      .good("Sources/Running/B.swift", "let a = Task.isCancelled\nawait Task.yield()"),
      .good("Sources/Systems/RabbitMQ/B.swift", "try await Task.sleep(for: a)"),
      .good("Sources/Simulator/VirtualExecutor.swift", "final class A: TaskExecutor {}"),
    ]
  ) { file in
    guard file.isProcedure else { return [] }
    let patterns = [
      "Task {", "Task(", "Task.detached", "Task.immediate", "Task.sleep", "MainActor", "@MainActor",
      "ContinuousClock", "SuspendingClock", "MonotonicClock", "Date(", "TaskExecutor",
      "SerialExecutor", "unownedExecutor", "DispatchQueue", "Thread", ".randomElement()",
      ".shuffled()", "SystemRandomNumberGenerator", "getenv(",
    ]
    let found = patterns.flatMap { pattern in
      file.places(of: pattern).map { (file.tokens[$0].line, pattern) }
    }
    // The numbers of signals are Glibc's, whatever host they are sent on.
    let isAboutSignals = file.path.hasPrefix("Sources/Systems/Nodes/")
    let foreign = file.imports.filter {
      $0.module == "Foundation" || $0.module.hasPrefix("NIO")
        || $0.module == "Glibc" && !isAboutSignals
    }
    return found + foreign.map { ($0.line, "import \($0.module)") }
  }

  /// What a deterministic module may see; Workloads and Checkers see only the extension points.
  static let imports = Rule(
    "Deterministic modules import only each other and plain containers",
    samples: [
      .bad("Sources/Harness/B.swift", "import Harness\npublic import Foundation", line: 2),
      .bad("Checkers/B.swift", "@preconcurrency import Glibc"),
      .bad("Workloads/B.swift", "import struct NIOCore.ByteBuffer"),
      .bad("Workloads/B.swift", "import Store"),
      .bad("Sources/Harness/B.swift", "import Yams"),
      .good("Sources/Scenarios/B.swift", "import Yams"),
      .good("Sources/AMQP/B.swift", "package import Environment\nimport DequeModule"),
      .good("Sources/Store/B.swift", "import Foundation"),
      .good("Checkers/B.swift", "public import Operations\n// import Foundation"),
    ]
  ) { file in
    guard file.isDeterministic else { return [] }
    let pure = MappedModule.own.filter { $0.kind == "pure" }.map(\.name)
    let allowed = Set(pure).union(["DequeModule", "HeapModule", "OrderedCollections"])
    // Digests are a function of their bytes, whoever computes them.
    let digests = file.module == "Digests" ? "CCrypto" : ""
    return file.imports.compactMap { line, name in
      if name == "Yams", file.module == "Scenarios" { return nil }
      return allowed.contains(name) || name == digests ? nil : (line, "import \(name)")
    }
  }
}
