extension Rule {
  /// A name says what a thing is; these words say that nobody knew.
  static let names = Rule(
    "No file, folder or type is named Util, Common, Helper, Manager or Misc",
    samples: [
      .bad("Sources/A/StringUtils.swift", "let a = 1", line: 0),
      .bad("Sources/Common/B.swift", "let a = 1", line: 0),
      .bad("Sources/A/B.swift", "\nstruct QueueManager {}", line: 2),
      .bad("Tests/ATests/B.swift", "enum TestHelpers {}"),
      .good("Sources/A/B.swift", "struct Commonality { let manager = 1 }"),
      .good("Sources/A/Commander+Utilize.swift", "// a QueueManager\nlet a = \"struct Util {\""),
    ]
  ) { file in
    guard file.isSwift else { return [] }
    var found: [(line: Int, what: String)] = []
    let folders = file.path.split(separator: "/").dropLast().map(String.init)
    for name in folders + [file.baseName] where isVague(name) { found.append((0, name)) }
    return found + file.types.filter { isVague($0.name) }.map { ($0.line, $0.name) }
  }

  /// A type named as its module makes every other name of the module unreachable by its full name.
  static let moduleNames = Rule(
    "No type shares its module's name",
    samples: [
      .bad("Sources/Relays/B.swift", "\npublic enum Relays {}", line: 2),
      .bad("Checkers/B.swift", "struct A { struct Checkers {} }"),
      .good("Sources/Relays/B.swift", "enum Relay {}\nextension Relays {}\n// enum Relays {}"),
      .good("Sources/Store/B.swift", "enum Relays {}"),
    ]
  ) { file in
    file.types.filter { $0.name == file.module }
      .map { ($0.line, "\($0.keyword) \($0.name) in module \(file.module)") }
  }

  private static func isVague(_ name: String) -> Bool {
    let vague: Set<String> = [
      "util", "utils", "utility", "utilities", "common", "helper", "helpers", "manager",
      "managers", "misc",
    ]
    return words(of: name).contains { vague.contains($0) }
  }

  /// `QueueManager+String` is queue, manager, string.
  private static func words(of name: String) -> [String] {
    var words: [String] = [""]
    for character in name {
      if character.isUppercase || !character.isLetter { words.append("") }
      if character.isLetter || character == "_" {
        words[words.count - 1] += character.lowercased()
      }
    }
    return words
  }
}
