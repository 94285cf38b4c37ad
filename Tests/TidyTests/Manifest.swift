/// What Package.swift says about the package's own targets, read from its text.
///
/// Asking SwiftPM would start it within itself, where it waits for its own lock for ever.
struct Manifest {
  /// One target; `dependencies` are the package's own, `products` all the others.
  struct Target: Equatable {
    let name: String
    let isTest: Bool
    let path: String?
    let dependencies: [String]
    let products: [String]
  }

  /// The targets in the order of the manifest.
  let targets: [Target]
  /// Calls among the targets that this reader does not understand.
  let unknown: [String]

  /// Reads the `targets:` of the call of `Package(`.
  init(_ text: String) {
    let source = SourceText("Package.swift", text)
    let literals = Self.literals(of: text)
    var calls: [(function: String, arguments: Range<Int>)] = []
    if let list = Self.targetList(in: source) {
      var index = list.lowerBound
      while index < list.upperBound {
        if source.token(index) == "(" {
          let close = source.closing(index)
          calls.append((source.token(index - 1), index + 1..<close))
          index = close
        }
        index += 1
      }
    }
    let kinds: Set<String> = [
      "module", "target", "executableTarget", "systemLibrary", "tests", "testTarget",
    ]
    unknown = calls.map(\.function).filter { !kinds.contains($0) }
    let known = calls.filter { kinds.contains($0.function) }
    let raw = known.map { Self.read($0.arguments, of: source, literals: literals) }
    let names = Set(raw.map(\.name))
    targets = zip(known, raw).map { call, target in
      Target(
        name: target.name, isTest: call.function.hasPrefix("test"), path: target.path,
        dependencies: target.dependencies.filter(names.contains),
        products: target.dependencies.filter { !names.contains($0) })
    }
  }

  /// The target `name` and all that it depends on, directly or not.
  func closure(of name: String) -> [Target] {
    var pending = [name]
    var seen: [Target] = []
    while let next = pending.popLast() {
      guard !seen.contains(where: { $0.name == next }),
        let target = targets.first(where: { $0.name == next })
      else { continue }
      seen.append(target)
      pending += target.dependencies
    }
    return seen
  }

  /// The tokens between the brackets after `targets:` in the call of `Package(`.
  private static func targetList(in source: SourceText) -> Range<Int>? {
    guard let call = source.places(of: "Package(").last(where: { source.token($0 - 1) == "=" })
    else { return nil }
    let end = source.closing(call + 1)
    var index = call + 2
    while index < end {
      if source.token(index) == "targets", source.token(index + 2) == "[" {
        return index + 3..<source.closing(index + 2)
      }
      index = ["(", "["].contains(source.token(index)) ? source.closing(index) + 1 : index + 1
    }
    return nil
  }

  /// Name, path and dependencies of one target; a dependency is a literal or a constant's name.
  private static func read(
    _ arguments: Range<Int>, of source: SourceText, literals: [String]
  ) -> (name: String, path: String?, dependencies: [String]) {
    var name = ""
    var path: String?
    var dependencies: [String] = []
    var label = ""
    var depth = 0
    for index in arguments {
      let token = source.tokens[index]
      let value = token.text == "\"" ? literals[source.quotes(before: index)] : token.text
      let isValue = token.text == "\"" || (token.isWord && source.token(index + 1) != ":")
      if ["(", "["].contains(token.text) { depth += 1 }
      if [")", "]"].contains(token.text) { depth -= 1 }
      if depth == 0, source.token(index + 1) == ":" { label = token.text }
      if depth == 0, token.text == "," { label = "" }
      if depth == 0, isValue, label == "path" { path = value }
      if depth == 0, isValue, name.isEmpty, ["", "name"].contains(label) { name = value }
      if depth == 1, isValue, ["", "dependencies"].contains(label) { dependencies.append(value) }
    }
    return (name, path, dependencies)
  }

  /// What stands in the string literals, in order; the manifest has only plain ones.
  private static func literals(of text: String) -> [String] {
    let source = SourceText("Package.swift", text)
    return zip(source.lines, source.code).flatMap { line, code in
      let bytes = Array(line.utf8)
      let blanked = Array(code.utf8)
      return blanked.indices.filter { blanked[$0] == Ascii.quote }.map { start in
        String(decoding: bytes[(start + 1)...].prefix { $0 != Ascii.quote }, as: UTF8.self)
      }
    }
  }
}

extension SourceText {
  /// How many string literals begin before token `index`.
  fileprivate func quotes(before index: Int) -> Int {
    tokens[..<index].count { $0.text == "\"" }
  }
}
