import Campaign
import Checkers
import Report
import Store

extension CheckJob {
  /// Adds the explanations of what is violated in the history, or in that of the run, at `path`.
  func explain(_ path: String, _ choices: [CheckerChoice], _ answer: inout CheckAnswer) throws {
    let (explanations, omitted) = try Check.checked {
      try Self.check(path).explanations(of: choices, style: Self.style)
    }
    try add(explanations, about: path, to: &answer)
    if explanations.isEmpty { answer.text.append("\nNothing is violated, so nothing to explain.") }
    if omitted > 0 {
      answer.text.append(
        "\n\(Readable.counted(omitted, "more violation")) not explained; --checker chooses some.")
    }
  }

  /// Prints explanations, and writes their drawings and excerpts.
  func add(
    _ explanations: [HistoryExplanation], about path: String, to answer: inout CheckAnswer
  ) throws {
    if explanations.isEmpty { return }
    let directory = Paths.isDirectory(path) ? "\(path)/explained" : "\(path).explained"
    for explanation in explanations {
      answer.text.append("\n" + explanation.lines.joined(separator: "\n"))
      let stem = "\(directory)/\(Self.fileName(explanation.name))"
      answer.text += try Check.checked {
        try Paths.makeDirectory(directory)
        try SmallFile.replace(stem + ".svg", with: Array(explanation.drawing.utf8))
        guard let excerpt = explanation.excerpt else { return ["  drawing: \(stem).svg"] }
        try SmallFile.replace(stem + ".jsonl", with: excerpt)
        return ["  drawing: \(stem).svg", "  excerpt: \(stem).jsonl"]
      }
    }
  }

  /// A name without what means something in a path; queues may be called anything.
  private static func fileName(_ name: String) -> String {
    let kept = name.unicodeScalars.prefix(100).map { scalar -> Character in
      let isPlain =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar == "-" || scalar == "_"
      return isPlain ? Character(scalar) : "_"
    }
    return String(kept)
  }
}
