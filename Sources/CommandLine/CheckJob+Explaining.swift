import Campaign
import Checkers
import Glibc
import Harness
import Judging
import Report
import Store

extension CheckJob {
  /// Adds the explanations of what is violated in a history, or in that of a run.
  func explain(
    _ check: HistoryCheck, _ judged: Judged, _ choices: [CheckerChoice],
    _ answer: inout CheckAnswer
  ) throws {
    let path = check.path
    let found = try Check.checked {
      try check.explanations(of: choices, in: judged, style: Self.style)
    }
    add(found.explanations, about: path, refuted: found.refuted, to: &answer)
    if found.explanations.isEmpty {
      answer.text.append("\nNothing is violated, so nothing to explain.")
    }
    if found.omitted > 0 {
      answer.text.append(
        "\n\(Readable.counted(found.omitted, "more violation")) not explained; --checker chooses "
          + "some.")
    }
  }

  /// Prints explanations, and writes their drawings and excerpts; those with `refuted` names, which
  /// may have been written earlier, go.
  func add(
    _ explanations: [HistoryExplanation], about path: String, refuted: [String],
    to answer: inout CheckAnswer
  ) {
    let directory = Paths.isDirectory(path) ? "\(path)/explained" : "\(path).explained"
    var files: [ExplainedFile] = []
    for explanation in explanations {
      answer.text.append("\n" + explanation.lines.joined(separator: "\n"))
      let stem = Self.fileName(explanation.name)
      files.append(ExplainedFile(name: stem + ".svg", bytes: Array(explanation.drawing.utf8)))
      answer.text.append(Readable.printable("  drawing: \(directory)/\(stem).svg"))
      guard let excerpt = explanation.excerpt else { continue }
      files.append(ExplainedFile(name: stem + ".jsonl", bytes: excerpt))
      answer.text.append(Readable.printable("  excerpt: \(directory)/\(stem).jsonl"))
    }
    answer.writings.append { [files] in
      ExplainedFile.write(files, to: directory, removing: refuted.map(Self.fileName))
    }
  }

  /// A name without what means something in a path, and not longer than a name can be; queues may
  /// be called anything.
  static func fileName(_ name: String) -> String {
    var kept = ""
    for scalar in name.unicodeScalars {
      let isPlain =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar == "-" || scalar == "_"
      let character = isPlain ? Character(scalar) : "_"
      if kept.utf8.count + character.utf8.count > 120 { break }
      kept.append(character)
    }
    return kept
  }
}

/// A file that explains something.
struct ExplainedFile: Sendable {
  var name: String
  var bytes: [UInt8]

  /// Writes files to a directory, which need not exist, and removes what was written there of what
  /// is right now; what went wrong.
  static func write(
    _ files: [ExplainedFile], to directory: String, removing stems: [String]
  ) -> String? {
    do throws(StoreError) {
      if !files.isEmpty { try Paths.makeDirectory(directory) }
      for file in files { try SmallFile.replace("\(directory)/\(file.name)", with: file.bytes) }
    } catch {
      return error.description
    }
    for stem in stems {
      unlink("\(directory)/\(stem).svg")
      unlink("\(directory)/\(stem).jsonl")
    }
    return nil
  }
}
