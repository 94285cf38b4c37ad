extension Rule {
  /// The order of a Dictionary or a Set differs from process to process.
  ///
  /// Only what is declared as one in the same file, and every `.keys` and `.values`, is seen. A
  /// use whose result does not depend on the order says so: `// order-free: why`.
  static let iteration = Rule(
    "Deterministic modules never iterate a Dictionary or a Set",
    samples: [
      .bad("Workloads/B.swift", "var a: [Int: Int]\nfor (k, v) in a { b(k, v) }", line: 2),
      .bad("Workloads/B.swift", "let a: Set<Int>\nlet b = self.a.map { $0 }", line: 2),
      .bad("Workloads/B.swift", "let a = [Int: Int]()\nlet b = Array(a)", line: 2),
      .bad("Workloads/B.swift", "let a = Set(b)\nfor c in a where c > 0 { d(c) }", line: 2),
      .bad("Workloads/B.swift", "for a in b.c.values { d(a) }"),
      .bad("Workloads/B.swift", "let a = b.keys.first"),
      .bad("Checkers/B.swift", "func f(a: [ID: [Int]]) {\n  a.forEach { b($0) }\n}", line: 2),
      .good("Workloads/B.swift", "let a: Set<Int>\nlet b = a.map { $0 }\n  .sorted()"),
      .good("Workloads/B.swift", "for a in b.keys.sorted() { c(a) }"),
      .good("Workloads/B.swift", "var a: [Int]\nfor b in a { c(b) }"),
      .good("Workloads/B.swift", "// order-free: a sum\nlet a = b.values.reduce(0, +)"),
      .good("Workloads/B.swift", "var a: [Int: Int] = [:]\na[1] = 2\nlet b = a.count"),
      .good("Sources/Store/B.swift", "for a in b.values { c(a) }"),
    ]
  ) { file in
    guard file.isDeterministic else { return [] }
    let names = file.unorderedNames
    return file.tokens.indices.compactMap { index in
      let line = file.tokens[index].line
      guard let end = file.unorderedOperand(at: index, names: names),
        file.isIterated(from: index, to: end), !file.isSorted(after: end, line: line),
        !file.hasComment("order-free", near: line)
      else { return nil }
      return (line, "iterates \(file.token(index)) in no fixed order")
    }
  }
}

extension SourceText {
  /// The names declared in this file as a Dictionary or a Set.
  fileprivate var unorderedNames: Set<String> {
    var names: Set<String> = []
    for index in tokens.indices where token(index) == ":" || token(index) == "=" {
      let isType = token(index) == ":"
      let type = token(index + 1)
      let opener = token(index + 2)
      let isNamed = (type == "Set" || type == "Dictionary") && (opener == "<" || opener == "(")
      if isNamed || (type == "[" && isDictionary(at: index + 1, isType: isType)) {
        names.insert(token(index - 1))
      }
    }
    return names
  }

  /// Whether the brackets at `open` hold a dictionary's type: `[Key: Value]`.
  private func isDictionary(at open: Int, isType: Bool) -> Bool {
    let close = closing(open)
    guard close > open + 1, token(open + 1).first?.isUppercase == true else { return false }
    if !isType, token(close + 1) != "(" { return false }
    var index = open + 1
    while index < close {
      if token(index) == ":" { return true }
      index = ["(", "["].contains(token(index)) ? closing(index) + 1 : index + 1
    }
    return false
  }

  /// The last token of an unordered collection that is used at `index`: `a`, `a.keys`, `.values`.
  fileprivate func unorderedOperand(at index: Int, names: Set<String>) -> Int? {
    let isView = ["keys", "values"].contains(token(index)) && token(index - 1) == "."
    if isView { return index }
    let isOwn = token(index - 1) != "." || token(index - 2) == "self"
    guard isOwn, names.contains(token(index)), token(index + 1) != ":" else { return nil }
    let hasView = token(index + 1) == "." && ["keys", "values"].contains(token(index + 2))
    return hasView ? nil : index
  }

  /// Whether what stands at `start...end` is gone through: by `for`, by a method, by `Array(…)`.
  fileprivate func isIterated(from start: Int, to end: Int) -> Bool {
    let methods: Set<String> = [
      "map", "flatMap", "compactMap", "forEach", "first", "reduce", "joined", "enumerated",
      "prefix", "dropFirst", "lazy", "popFirst", "removeFirst", "makeIterator", "last",
    ]
    if token(end + 1) == "." { return methods.contains(token(end + 2)) }
    var head = start
    while head > 1, token(head - 1) == "." { head -= 2 }
    if token(head - 1) == "in" { return ["{", "where"].contains(token(end + 1)) }
    return token(head - 1) == "(" && token(head - 2) == "Array" && token(end + 1) == ")"
  }

  /// Whether what comes out is put in order on the same line or on one of the next three.
  fileprivate func isSorted(after end: Int, line: Int) -> Bool {
    tokens[end...].prefix { $0.line <= line + 3 }
      .contains { $0.text == "sorted" || $0.text == "sort" }
  }
}
