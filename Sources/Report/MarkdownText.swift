import Judging

/// Pieces of GitHub-flavoured Markdown in which foreign text cannot change the layout.
enum MarkdownText {
  /// Text that is shown as it is, in a paragraph or a table.
  static func plain(_ text: String) -> String {
    var escaped = ""
    for character in Readable.printable(text) {
      if "\\`*_<>|[]#".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  /// Text in a code span, in a paragraph or a table.
  static func code(_ text: String) -> String {
    let shown = Readable.printable(text).replacing("|", with: "\\|")
    let fence = String(repeating: "`", count: longestRunOfBackticks(shown) + 1)
    let space = shown.hasPrefix("`") || shown.hasSuffix("`") ? " " : ""
    return shown.isEmpty ? "" : fence + space + shown + space + fence
  }

  /// Lines in a code block.
  static func block(_ lines: [String]) -> String {
    lines.map { "    " + Readable.printable($0) }.joined(separator: "\n")
  }

  /// A table; `figures` says which columns are right-aligned. Cells are Markdown already.
  static func table(_ headings: [String], figures: Set<Int> = [], _ rows: [[String]]) -> String {
    let rule = headings.indices.map { figures.contains($0) ? "---:" : "---" }
    return ([headings, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }

  /// A list with a line an item. Items are Markdown already.
  static func list(_ items: [String]) -> String {
    items.map { "- " + $0 }.joined(separator: "\n")
  }

  private static func longestRunOfBackticks(_ text: String) -> Int {
    var longest = 0
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
