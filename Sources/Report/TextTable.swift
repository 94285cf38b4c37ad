/// A table for terminals: a column of labels at the left, right-aligned columns of figures.
///
/// Where the columns do not fit side by side the table continues below with the next ones.
struct TextTable {
  /// One figure.
  struct Cell {
    var text: String
    var tone: Tone = .plain
    /// At most one character after the figure, in a slot of its own.
    var mark = ""
  }

  /// One line.
  struct Row {
    var label: String
    var tone: Tone = .plain
    /// One cell a column; none for a line that only separates.
    var cells: [Cell] = []
  }

  private static let indent = 2
  private static let gap = 3

  /// One heading a column.
  var headings: [String]
  /// The lines.
  var rows: [Row]

  /// The lines of text, none longer than the style's width unless a single column is.
  func lines(_ style: TerminalStyle) -> [String] {
    if headings.isEmpty { return [] }
    let labelWidth = rows.map(\.label.count).max() ?? 0
    let slot = rows.contains { $0.cells.contains { !$0.mark.isEmpty } } ? 1 : 0
    let widths = headings.indices.map { column in
      rows.compactMap { column < $0.cells.count ? $0.cells[column].text.count : nil }
        .reduce(headings[column].count, max)
    }
    let room = style.width - Self.indent - labelWidth
    let parts = Self.parts(widths.map { Self.gap + $0 + slot }, room: room)
    return parts.enumerated().flatMap { number, columns in
      (number > 0 ? [""] : [])
        + part(columns, widths: widths, labelWidth: labelWidth, slot: slot, style)
    }
  }

  /// The columns that stand side by side, greedily from the left.
  private static func parts(_ widths: [Int], room: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    var used = 0
    for (column, width) in widths.enumerated() {
      if column > start, used + width > room {
        parts.append(start..<column)
        start = column
        used = 0
      }
      used += width
    }
    return parts + [start..<widths.count]
  }

  private func part(
    _ columns: Range<Int>, widths: [Int], labelWidth: Int, slot: Int, _ style: TerminalStyle
  ) -> [String] {
    let heading = Row(
      label: "", cells: headings.map { Cell(text: $0, tone: .strong) })
    return ([heading] + rows).map { row in
      var line = Self.spaces(row.label.isEmpty ? 0 : Self.indent) + style.paint(row.label, row.tone)
      var pending =
        Self.indent + labelWidth - (row.label.isEmpty ? 0 : Self.indent + row.label.count)
      for column in columns where column < row.cells.count {
        let cell = row.cells[column]
        pending += Self.gap + widths[column] - cell.text.count
        line += Self.spaces(pending) + style.paint(cell.text, cell.tone) + cell.mark
        pending = slot - cell.mark.count
      }
      return line
    }
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
