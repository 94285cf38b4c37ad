/// Draws one bar of an interval diagram.
struct BarDrawing {
  private let row: IntervalDiagram.Row
  private let from: Double
  private let to: Double
  private let edge: Double
  private let y: Double
  private let again: [Double]

  init(
    _ row: IntervalDiagram.Row, from: Double, to: Double, edge: Double, y: Double,
    again: [Double] = []
  ) {
    self.again = again
    self.row = row
    self.from = from
    self.to = to
    self.edge = edge
    self.y = y
  }

  private var style: String {
    let weight =
      switch row.weight {
      case .wrong: "wrong"
      case .key: "key"
      case .other, .context: "other"
      }
    let kind =
      switch row.kind {
      case .operation, .doubt: "operation"
      case .hold: "hold"
      case .fault: "fault"
      case .moment, .proof: "moment"
      }
    return "\(kind) \(weight)"
  }

  var markup: Markup {
    switch row.kind {
    case .moment, .proof: Markup(joining: ([from] + again).map(diamond))
    case .fault: fault
    case .operation, .doubt, .hold: bar
    }
  }

  private func diamond(_ x: Double) -> Markup {
    var path = PathData()
    path.move(x, y - 6)
    path.line(x + 6, y)
    path.line(x, y + 6)
    path.line(x - 6, y)
    path.close()
    let fill = row.kind == .proof ? "filled" : "hollow"
    return .tag("path", ["class": "\(style) \(fill)", "d": path.text])
  }

  private var fault: Markup {
    let end = row.end.isOpen ? edge : max(to, from + 3)
    let rectangle = Markup.tag(
      "rect",
      [
        "class": style, "x": PathData.number(from), "y": PathData.number(y - 5),
        "width": PathData.number(end - from), "height": "10",
      ])
    return rectangle
  }

  private var bar: Markup {
    let isOpen = row.end.isOpen
    let end = isOpen ? edge - 6 : to
    var line = PathData()
    line.move(from, y)
    line.horizontal(end)
    let isDashed = row.kind == .doubt && isOpen
    var markup = Markup.tag(
      "path", ["class": "\(style)\(isDashed ? " dashed" : "")", "d": line.text])
    if row.kind == .hold {
      markup += .tag(
        "circle",
        [
          "class": "\(style) filled", "cx": PathData.number(from), "cy": PathData.number(y),
          "r": "4.5",
        ])
    } else {
      markup += tick(from)
    }
    if isOpen {
      markup += Self.arrow(style, edge, y)
    } else if row.kind == .hold {
      markup += Self.end(row.end, style, to, y)
    } else {
      markup += tick(to)
    }
    if row.kind == .doubt, !isOpen, edge - to > 10 {
      var rest = PathData()
      rest.move(to, y)
      rest.horizontal(edge - 6)
      markup += .tag("path", ["class": "\(style) dashed", "d": rest.text])
      markup += Self.arrow(style, edge, y)
    }
    return markup
  }

  private func tick(_ x: Double) -> Markup {
    var path = PathData()
    path.move(x, y - 6)
    path.vertical(y + 6)
    return .tag("path", ["class": style, "d": path.text])
  }

  private static func arrow(_ style: String, _ x: Double, _ y: Double) -> Markup {
    var path = PathData()
    path.move(x - 7, y - 5)
    path.line(x, y)
    path.line(x - 7, y + 5)
    return .tag("path", ["class": style, "d": path.text])
  }

  /// What became of a held message: a tick, an arrow back, a slash, a cross.
  private static func end(
    _ end: IntervalDiagram.End, _ style: String, _ x: Double, _ y: Double
  ) -> Markup {
    var path = PathData()
    switch end {
    case .acked:
      path.move(x - 5, y - 1)
      path.line(x - 1, y + 5)
      path.line(x + 6, y - 6)
    case .returned:
      path.move(x + 5, y - 5)
      path.line(x, y)
      path.line(x + 5, y + 5)
      path.move(x, y - 6)
      path.vertical(y + 6)
    case .discarded:
      path.move(x - 5, y + 6)
      path.line(x + 5, y - 6)
    case .lost:
      path.move(x - 5, y - 5)
      path.line(x + 5, y + 5)
      path.move(x - 5, y + 5)
      path.line(x + 5, y - 5)
    case .plain, .open, .later: return Markup()
    }
    return .tag("path", ["class": "\(style) sign", "d": path.text])
  }

  /// A sign of the legend, 24 wide.
  static func sample(_ sign: IntervalDiagram.Sign, x: Double, y: Double) -> Markup {
    var row = IntervalDiagram.Row(
      label: "", result: "", kind: .operation, weight: .key, from: 0, to: 1, end: .plain)
    var (start, stop) = (x + 2, x + 22)
    switch sign {
    case .wrong:
      var path = PathData()
      path.move(x + 4, y - 5)
      path.line(x + 13, y)
      path.line(x + 4, y + 5)
      path.close()
      return .tag("path", ["class": "pointer", "d": path.text])
    case .key: break
    case .operation: row.weight = .other
    case .doubt: (row.kind, row.end) = (.doubt, .open)
    case .hold: row.kind = .hold
    case .acked, .returned, .discarded, .lost:
      let ends: [IntervalDiagram.Sign: IntervalDiagram.End] = [
        .acked: .acked, .returned: .returned, .discarded: .discarded, .lost: .lost,
      ]
      return end(ends[sign] ?? .plain, "hold key", x + 14, y)
    case .open: row.end = .open
    case .later: row.end = .later
    case .fault: row.kind = .fault
    case .proof, .moment:
      row.kind = sign == .proof ? .proof : .moment
      (start, stop) = (x + 12, x + 12)
    }
    return BarDrawing(row, from: start, to: stop, edge: x + 26, y: y).markup
  }
}
