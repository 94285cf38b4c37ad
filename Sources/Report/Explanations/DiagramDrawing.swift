import Environment
import Judging

/// Draws an interval diagram as an SVG file that needs nothing from outside.
///
/// All names stand left of the bars and all sentences above and below them, so that no two texts
/// can cover each other; colours follow the reader's light or dark mode and carry no meaning alone.
package struct DiagramDrawing {
  private static let width = 960.0
  private static let margin = 20.0
  private static let rowHeight = 20.0
  private static let laneHeight = 24.0
  private static let lineHeight = 18.0
  private static let fontSize = 12.5
  private static let titleSize = 17.0
  /// The widest that names may be.
  private static let widestNames = 420.0
  /// The least distance of two times on the axis.
  private static let timeDistance = 15.0

  private let diagram: IntervalDiagram
  /// The left end of the bars.
  private let left: Double
  private let top: Double
  private let intro: [(text: String, style: String)]
  private let outro: [String]

  /// A drawing.
  package init(_ diagram: IntervalDiagram) {
    self.diagram = diagram
    let names = diagram.lanes.flatMap { lane in
      [Self.textWidth(lane.label) + 8] + lane.rows.map { Self.nameWidth(of: $0) + 22 }
    }
    left = Self.margin + min(Self.widestNames, max(120, names.max() ?? 0)) + 12
    intro =
      Self.wrapped(diagram.meaning, characterWidth: 0.58).map { ($0, "text") }
      + Self.wrapped(diagram.finding, characterWidth: 0.68).map { ($0, "strong") }
    outro = diagram.notes.flatMap { Self.wrapped($0, characterWidth: 0.58) }
    let longest = diagram.columns.map(Self.textWidth).max() ?? 0
    let head = Self.margin + Self.titleSize + 10 + Double(intro.count) * Self.lineHeight
    top = head + longest * 0.87 + 40
  }

  /// The file.
  package var text: String { markup.source + "\n" }

  /// The element, with its title and description for readers that do not see it.
  var markup: Markup {
    let height = PathData.number(bottom)
    let width = PathData.number(Self.width)
    return .tag(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": width, "height": height,
        "viewBox": "0 0 \(width) \(height)",
        "aria-labelledby": "explanation-title explanation-desc",
        "font-size": PathData.number(Self.fontSize),
      ],
      .tag("title", ["id": "explanation-title"], Markup(diagram.title)),
      .tag("desc", ["id": "explanation-desc"], Markup(description)),
      .tag("style", [:], Markup(whole: Palette.declarations), Self.sheet),
      .tag("rect", ["class": "ground", "width": "100%", "height": "100%"]),
      heading, grounds, grid, axis, lanes, legend, closing)
  }

  private var description: String {
    let rows = diagram.lanes.map { lane in
      "\(lane.label): "
        + lane.rows.map { row in
          let range =
            row.from == row.to ? "step \(row.from + 1)" : "steps \(row.from + 1) to \(row.to + 1)"
          return "\(row.text) (\(range)\(row.weight == .wrong ? ", what cannot be" : ""))"
        }.joined(separator: ", ")
    }
    return ([diagram.meaning, diagram.finding] + rows + diagram.notes).joined(separator: " ")
  }

  // MARK: - Measures

  /// How wide the characters of a row's name are: what is wrong stands in bold.
  private static func characterWidth(of row: IntervalDiagram.Row) -> Double {
    fontSize * (row.weight == .wrong ? 0.64 : 0.58)
  }

  private static func nameWidth(of row: IntervalDiagram.Row) -> Double {
    Double(row.text.count) * characterWidth(of: row)
  }

  /// About how wide a text is; rather too wide.
  private static func textWidth(_ text: String) -> Double { Double(text.count) * fontSize * 0.58 }

  /// The lines of a text; a word that no line can hold is cut rather than drawn over the edge.
  private static func wrapped(_ text: String, characterWidth: Double) -> [String] {
    let count = Int((width - 2 * margin) / (fontSize * characterWidth))
    return TextWrapping.lines(MarkupText.bounded(text), width: count).map { line in
      line.count > count ? line.prefix(count - 1) + "…" : line
    }
  }

  private var rowCount: Int { diagram.lanes.reduce(0) { $0 + $1.rows.count } }
  private var plotBottom: Double {
    top + Double(diagram.lanes.count) * Self.laneHeight + Double(rowCount) * Self.rowHeight + 6
  }
  private var legendTop: Double { plotBottom + 24 }
  private var closingTop: Double { legendTop + Double(legendLines.count) * 20 + 8 }
  private var bottom: Double {
    closingTop + Double(outro.count) * Self.lineHeight + Self.margin - 8
  }
  private var right: Double { Self.width - Self.margin - 36 }

  private func x(_ column: Int) -> Double {
    let count = diagram.columns.count
    return count > 1 ? left + 8 + Double(column) * step : left + 8
  }
  private var step: Double {
    min(110, (right - left - 8) / Double(max(1, diagram.columns.count - 1)))
  }
  /// Where bars without an end go.
  private var edge: Double {
    min(Self.width - Self.margin, x(max(0, diagram.columns.count - 1)) + 22)
  }

  // MARK: - Around the bars

  private func text(
    _ text: String, _ x: Double, _ y: Double, _ style: String, anchor: String? = nil,
    transform: String? = nil, size: Double? = nil
  ) -> Markup {
    .tag(
      "text",
      [
        "class": style, "x": PathData.number(x), "y": PathData.number(y), "text-anchor": anchor,
        "transform": transform, "font-size": size.map(PathData.number),
      ], Markup(text))
  }

  private var heading: Markup {
    let first = Self.margin + Self.titleSize
    var heading = text(
      cut(diagram.title, Self.width - 2 * Self.margin, characterWidth: Self.titleSize * 0.65),
      Self.margin, first, "bad title",
      size: Self.titleSize)
    for (place, line) in intro.enumerated() {
      heading += text(
        line.text, Self.margin, first + 10 + Double(place + 1) * Self.lineHeight, line.style)
    }
    return heading
  }

  private var closing: Markup {
    Markup(
      joining: outro.enumerated().map { place, line in
        text(line, Self.margin, closingTop + Double(place + 1) * Self.lineHeight - 4, "muted")
      })
  }

  /// A line a column, and a strong one where the queue was proved empty.
  private var grid: Markup {
    var strokes = PathData()
    for column in diagram.columns.indices {
      strokes.move(x(column), top)
      strokes.vertical(plotBottom)
    }
    var cuts = PathData()
    for column in diagram.cuts {
      cuts.move(x(column), top)
      cuts.vertical(plotBottom)
    }
    return .tag("path", ["class": "grid", "d": strokes.text])
      + (diagram.cuts.isEmpty ? Markup() : .tag("path", ["class": "cut", "d": cuts.text]))
  }

  /// The number of each step and, slanted above it, its time.
  private var axis: Markup {
    var axis = text(diagram.axis, left - 8, top - 22, "muted", anchor: "end")
    axis += text("step", left - 8, top - 6, "muted", anchor: "end")
    let timed = max(1, Int((Self.timeDistance / step).rounded(.up)))
    let numbered = max(1, Int((16 / step).rounded(.up)))
    for (column, label) in diagram.columns.enumerated() {
      let place = x(column)
      if column % numbered == 0 {
        axis += text("\(column + 1)", place, top - 6, "muted", anchor: "middle", size: 11)
      }
      if column % timed == 0 {
        axis += text(
          label, place + 3, top - 21, "muted",
          transform: "rotate(-60 \(PathData.number(place + 3)) \(PathData.number(top - 21)))",
          size: 11)
      }
    }
    return axis
  }

  private var legendLines: [[(sign: IntervalDiagram.Sign, words: String)]] {
    var lines: [[(sign: IntervalDiagram.Sign, words: String)]] = []
    var room = 0.0
    for entry in diagram.legend {
      let width = Self.textWidth(entry.words) + 48
      if width > room {
        lines.append([])
        room = Self.width - 2 * Self.margin
      }
      lines[lines.count - 1].append(entry)
      room -= width
    }
    return lines
  }

  private var legend: Markup {
    var legend = Markup()
    for (place, line) in legendLines.enumerated() {
      let y = legendTop + Double(place) * 20
      var x = Self.margin
      for entry in line {
        legend += BarDrawing.sample(entry.sign, x: x, y: y)
        legend += text(entry.words, x + 32, y + 4, "muted")
        x += Self.textWidth(entry.words) + 48
      }
    }
    return legend
  }

  // MARK: - Bars

  /// Each lane and row with its upper edge.
  private var places: [(lane: IntervalDiagram.Lane, row: IntervalDiagram.Row?, y: Double)] {
    var places: [(lane: IntervalDiagram.Lane, row: IntervalDiagram.Row?, y: Double)] = []
    var y = top
    for lane in diagram.lanes {
      places.append((lane, nil, y))
      y += Self.laneHeight
      for row in lane.rows {
        places.append((lane, row, y))
        y += Self.rowHeight
      }
    }
    return places
  }

  /// What lies behind the lines.
  private var grounds: Markup {
    Markup(
      joining: places.compactMap { place in
        guard let row = place.row else {
          return ground("lane", place.y + 3, height: Self.laneHeight - 4)
        }
        return row.weight == .wrong ? ground("tint", place.y, height: Self.rowHeight) : nil
      })
  }

  private func ground(_ style: String, _ y: Double, height: Double) -> Markup {
    .tag(
      "rect",
      [
        "class": style, "x": PathData.number(Self.margin - 8), "y": PathData.number(y),
        "width": PathData.number(Self.width - 2 * Self.margin + 16),
        "height": PathData.number(height), "rx": "3",
      ])
  }

  private var lanes: Markup {
    Markup(
      joining: places.map { lane, row, y in
        if let row { return self.row(row, y: y) }
        let name = cut(Readable.printable(lane.label), left - Self.margin - 12)
        return text(name, Self.margin, y + 17, "strong")
      })
  }

  private func row(_ row: IntervalDiagram.Row, y: Double) -> Markup {
    let middle = y + Self.rowHeight / 2
    var pieces: [Markup] = [.tag("title", [:], Markup(row.text))]
    if row.weight == .wrong {
      pieces.append(BarDrawing.sample(.wrong, x: Self.margin - 6, y: middle))
    }
    let style = row.weight == .wrong ? "bad" : row.weight == .key ? "text" : "muted"
    let name = cut(
      Readable.printable(row.text), left - Self.margin - 26,
      characterWidth: Self.characterWidth(of: row))
    pieces.append(text(name, Self.margin + 14, middle + 4, style))
    pieces.append(
      BarDrawing(
        row, from: x(row.from), to: x(row.to), edge: edge, y: middle,
        again: row.again.map(x)
      ).markup)
    return .tag("g", [:], joining: pieces)
  }

  private func cut(
    _ text: String, _ width: Double, characterWidth: Double = fontSize * 0.58
  ) -> String {
    Readable.shortened(text, to: Int(width / characterWidth))
  }
}
