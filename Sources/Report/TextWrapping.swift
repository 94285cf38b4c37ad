import Judging

/// Breaks text at spaces into lines of a width; a word that is longer gets a line of its own.
enum TextWrapping {
  private static let units: Set<String> = ["ns", "µs", "ms", "s", "min", "h"]

  /// The lines of `text`; the first begins with `first`, all others with `rest`.
  static func lines(
    _ text: String, width: Int, first: String = "", rest: String? = nil
  ) -> [String] {
    let rest = rest ?? String(repeating: " ", count: first.count)
    var lines: [String] = []
    var line = first
    var isFresh = true
    for word in words(Readable.printable(text)) {
      if !isFresh, line.count + 1 + word.count > width {
        lines.append(line)
        line = rest
        isFresh = true
      }
      line += isFresh ? word : " " + word
      isFresh = false
    }
    return lines + [line]
  }

  /// The words of `text`; a number and its unit are one word.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    for word in text.split(separator: " ") {
      let isUnit = units.contains(String(word.prefix { $0.isLetter }))
      if isUnit, let last = words.last?.last, last.isNumber {
        words[words.count - 1] += " " + word
      } else {
        words.append(String(word))
      }
    }
    return words
  }
}
