import Environment
import Judging

/// Draws an interval diagram with box characters, within the width of a terminal.
package struct TextDiagram {
  private let diagram: IntervalDiagram
  private let style: TerminalStyle
  /// How wide the names are, and where each column is behind them.
  private let labelWidth: Int
  private let places: [Int]
  private let plotWidth: Int

  /// A drawing in the width of the style.
  package init(_ diagram: IntervalDiagram, style: TerminalStyle) {
    self.diagram = diagram
    self.style = style
    let longest = diagram.lanes.flatMap(\.rows).map { $0.text.count + 2 }.max() ?? 0
    let columns = max(1, diagram.columns.count)
    // The bars get what they need up to four characters a step, but at least two fifths.
    let wanted = min(columns * 4, style.width * 3 / 5)
    let least = max(style.width * 2 / 5, wanted)
    labelWidth = min(longest, style.width - least - 1)
    let room = style.width - labelWidth - 1
    let step = columns > 1 ? min(6, max(1, (room - 3) / (columns - 1))) : 1
    let span = min(step * (columns - 1), room - 3)
    places = (0..<columns).map { columns > 1 ? $0 * span / (columns - 1) : 0 }
    plotWidth = span + 3
  }

  /// The drawing, line by line, without what stands around it.
  package var lines: [String] {
    header + diagram.lanes.flatMap { lines(of: $0) } + legend
  }

  /// The numbers of the columns, as many as there is room for.
  private var header: [String] {
    var text = ""
    for (column, place) in places.enumerated() {
      let number = String(column + 1)
      guard place >= text.count + (text.isEmpty ? 0 : 1) || place == 0 && text.isEmpty else {
        continue
      }
      text += String(repeating: " ", count: place - text.count) + number
    }
    guard text.count <= plotWidth + 3 else { return [] }
    return [style.paint(pad("step", labelWidth) + " " + text, .faint)]
  }

  private func lines(of lane: IntervalDiagram.Lane) -> [String] {
    let name = cut(Readable.printable(lane.label), style.width)
    return [style.paint(name, .strong)] + lane.rows.map { line(of: $0) }
  }

  private func line(of row: IntervalDiagram.Row) -> String {
    let sign = row.weight == .wrong ? "▶ " : "  "
    let label = pad(cut(sign + Readable.printable(row.text), labelWidth), labelWidth)
    let line = trimmed(label + " " + String(cells(of: row)))
    return style.paint(line, tone(of: row))
  }

  private func tone(of row: IntervalDiagram.Row) -> Tone {
    switch row.weight {
    case .wrong: .bad
    case .key: .plain
    case .other, .context: row.kind == .fault ? .doubtful : .faint
    }
  }

  private func cells(of row: IntervalDiagram.Row) -> [Character] {
    var cells = Array(repeating: Character(" "), count: plotWidth)
    for cut in diagram.cuts { cells[places[cut]] = "┊" }
    let glyphs = BarGlyphs(row)
    let from = places[row.from]
    let to = places[row.to]
    let isOpen = row.end.isOpen
    let end = isOpen ? plotWidth - 1 : to
    if end > from + 1 {
      for place in (from + 1)..<end { cells[place] = glyphs.line }
    }
    cells[from] = end == from ? glyphs.single : glyphs.start
    if end > from { cells[end] = glyphs.end }
    for column in row.again { cells[places[column]] = glyphs.single }
    if row.kind == .doubt, !isOpen {
      for place in (end + 1)..<max(end + 1, plotWidth - 1) { cells[place] = "┄" }
      cells[plotWidth - 1] = "▷"
    }
    return cells
  }

  private var legend: [String] {
    let entries = diagram.legend.map { "\(BarGlyphs.sample($0.sign)) \($0.words)" }
    var lines: [String] = []
    var line = ""
    for entry in entries {
      let joined = line.isEmpty ? entry : "\(line)   \(entry)"
      if joined.count > style.width, !line.isEmpty {
        lines.append(line)
        line = entry
      } else {
        line = joined
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { style.paint(cut($0, style.width), .faint) }
  }

  private func cut(_ text: String, _ width: Int) -> String {
    Readable.shortened(text, to: width)
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }
}

/// The characters of a bar.
private struct BarGlyphs {
  var start: Character
  var line: Character
  var end: Character
  var single: Character

  init(_ row: IntervalDiagram.Row) {
    let isHeavy = row.weight >= .key
    switch row.kind {
    case .operation, .doubt:
      (start, line, end, single) = isHeavy ? ("┣", "━", "┫", "┃") : ("├", "─", "┤", "│")
      if row.kind == .doubt, row.end == .open { line = "┄" }
    case .hold: (start, line, end, single) = ("●", isHeavy ? "━" : "─", "┤", "●")
    case .fault: (start, line, end, single) = ("▒", "▒", "▒", "▒")
    case .moment: (start, line, end, single) = ("◇", " ", "◇", "◇")
    case .proof: (start, line, end, single) = ("◆", " ", "◆", "◆")
    }
    switch row.end {
    case .plain: break
    case .acked: end = "✓"
    case .returned: end = "↩"
    case .discarded: end = "✗"
    case .lost: end = "╳"
    case .open: end = "▷"
    case .later: end = "→"
    }
  }

  static func sample(_ sign: IntervalDiagram.Sign) -> String {
    switch sign {
    case .wrong: "▶"
    case .key: "━"
    case .operation: "├─┤"
    case .doubt: "┄▷"
    case .hold: "●─"
    case .acked: "✓"
    case .returned: "↩"
    case .discarded: "✗"
    case .lost: "╳"
    case .open: "─▷"
    case .later: "─→"
    case .fault: "▒"
    case .proof: "◆┊"
    case .moment: "◇"
    }
  }
}
