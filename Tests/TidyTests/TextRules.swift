extension Rule {
  /// A clone lies anywhere and alone. The needles are put together so as not to find themselves.
  static let machinePaths = Rule(
    "No text names a path of one machine, or one outside the package",
    samples: [
      .bad("docs/a.md", "one\nsee /" + "work/main", line: 2),
      .bad("scripts/a", "cd /" + "root/x"),
      .bad("Sources/A/B.swift", "let a = \"/" + "home/me\""),
      .bad("README.md", "read `../" + "shared/a.md`"),
      .good("docs/a.md", "runs/" + "work/a, ~/work/b, workshop, roots and homes"),
    ]
  ) { file in
    let needles = ["/" + "root/", "/" + "work/", "/" + "home/", "/tmp/" + "helpers"]
    return file.lines.enumerated().flatMap { index, line in
      let inside = line.contains(".." + "/shared") ? [".." + "/shared"] : []
      let found = inside + needles.filter { names($0, in: line) }
      return found.map { (line: index + 1, what: $0) }
    }
  }

  /// What is still to be done stands in the project's list of work.
  static let unfinished = Rule(
    "No note of unfinished work, and no number of a ticket",
    samples: [
      .bad("Sources/A/B.swift", "let a = 1  // TO" + "DO: more", line: 1),
      .bad("docs/a.md", "\nFIX" + "ME", line: 2),
      .bad("docs/a.md", "as asked in is" + "sue #3"),
      .good("docs/a.md", "TODOS, Mastodon, an issue of order, tissue 2"),
    ]
  ) { file in
    file.lines.enumerated().flatMap { index, line in
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "#" }.map(String.init)
      var found = words.filter { ["TO" + "DO", "FIX" + "ME", "XX" + "X"].contains($0) }
      for (word, next) in zip(words, words.dropFirst()) where isTicket(word, next) {
        found.append("\(word) \(next)")
      }
      return found.map { (line: index + 1, what: $0) }
    }
  }

  private static func isTicket(_ word: String, _ next: String) -> Bool {
    let number = next.hasPrefix("#") ? next.dropFirst() : next[...]
    return word.lowercased() == "issue" && !number.isEmpty && number.allSatisfy(\.isNumber)
  }

  /// Whether `line` has `path` where a path begins, so not in the middle of a longer one.
  private static func names(_ path: String, in line: String) -> Bool {
    var rest = line[...]
    while let place = rest.firstRange(of: path) {
      let before = line[..<place.lowerBound].last
      let isMiddle = before.map { $0.isLetter || $0.isNumber || "~._-}*".contains($0) } ?? false
      if !isMiddle { return true }
      rest = rest[place.upperBound...]
    }
    return false
  }
}
