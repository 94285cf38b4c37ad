import Campaign
import Checkers
import Glibc
import Harness
import Report
import Store

extension CheckJob {
  /// Adds the explanations of what is violated in the history, or in that of the run, at `path`.
  func explain(_ path: String, _ choices: [CheckerChoice], _ answer: inout CheckAnswer) throws {
    let (explanations, omitted) = try Check.checked {
      try Self.check(path).explanations(of: choices, style: Self.style)
    }
    add(
      explanations, about: path,
      asked: choices.flatMap(\.guarantees).map { $0.rawValue + "-" }, to: &answer)
    if explanations.isEmpty { answer.text.append("\nNothing is violated, so nothing to explain.") }
    if omitted > 0 {
      answer.text.append(
        "\n\(Readable.counted(omitted, "more violation")) not explained; --checker chooses some.")
    }
  }

  /// Prints explanations, and writes their drawings and excerpts; what was written about the same
  /// earlier goes. The names of all files about what was `asked` begin so.
  func add(
    _ explanations: [HistoryExplanation], about path: String, asked: [String],
    to answer: inout CheckAnswer
  ) {
    let directory = Paths.isDirectory(path) ? "\(path)/explained" : "\(path).explained"
    var files: [ExplainedFile] = []
    for explanation in explanations {
      answer.text.append("\n" + explanation.lines.joined(separator: "\n"))
      let stem = Self.fileName(explanation.name)
      files.append(ExplainedFile(name: stem + ".svg", bytes: Array(explanation.drawing.utf8)))
      answer.text.append("  drawing: \(directory)/\(stem).svg")
      guard let excerpt = explanation.excerpt else { continue }
      files.append(ExplainedFile(name: stem + ".jsonl", bytes: excerpt))
      answer.text.append("  excerpt: \(directory)/\(stem).jsonl")
    }
    answer.writings.append { [files] in
      ExplainedFile.write(files, to: directory, insteadOf: asked)
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

  /// Writes files to a directory, which need not exist, and removes what others were written there
  /// with names that begin as given; what went wrong.
  static func write(
    _ files: [ExplainedFile], to directory: String, insteadOf prefixes: [String]
  ) -> String? {
    do throws(StoreError) {
      if !files.isEmpty { try Paths.makeDirectory(directory) }
      for file in files { try SmallFile.replace("\(directory)/\(file.name)", with: file.bytes) }
    } catch {
      return error.description
    }
    let current = Set(files.map(\.name))
    for name in Paths.entries(of: directory) where !current.contains(name) {
      let isOurs = prefixes.contains { name.hasPrefix($0) }
      if isOurs, name.hasSuffix(".svg") || name.hasSuffix(".jsonl") {
        unlink("\(directory)/\(name)")
      }
    }
    return nil
  }
}
