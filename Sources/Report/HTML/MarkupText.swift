import Judging

/// Text as XML and HTML show it: markup escaped, nothing in it that XML 1.0 forbids.
enum MarkupText {
  /// The most scalars of a foreign text that a report shows; the whole text is in results.json.
  static let limit = 2_000

  /// `text` for element content and quoted attributes; control characters become spaces.
  static func escaped(_ text: some StringProtocol) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in Readable.printable(String(text)).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case _ where scalar.properties.isNoncharacterCodePoint: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// The beginning of a text that is longer than `limit`, and how much is missing.
  static func bounded(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard
      let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    let missing = scalars.distance(from: end, to: scalars.endIndex)
    return String(scalars[..<end]) + "… (\(Readable.counted(missing, "more character")))"
  }
}
