import Environment

/// Draws a chart as SVG: a few paths and labels, however many bins there are.
struct ChartDrawing {
  let chart: Chart
  let layout: ChartLayout
  private let lanes: [[Chart.Band]]
  private static let markHeight = 26.0

  init(_ chart: Chart, _ layout: ChartLayout) {
    self.chart = chart
    self.layout = layout
    lanes = Self.lanes(chart.bands)
  }

  /// The SVG element.
  var markup: Markup {
    let id = "\(chart.id)-\(layout.name)"
    let height = PathData.number(axisTop + ChartLayout.axisHeight)
    let width = PathData.number(layout.width)
    return .tag(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "chart \(layout.name)", "role": "img",
        "viewBox": "0 0 \(width) \(height)", "aria-labelledby": "\(id)-title \(id)-desc",
        "font-size": PathData.number(layout.fontSize),
      ],
      .tag("title", ["id": "\(id)-title"], Markup(chart.title)),
      .tag("desc", ["id": "\(id)-desc"], Markup(chart.description)),
      hatch(id), bandTints(id), strips, marks, panels, timeAxis)
  }

  private var hasLeaders: Bool { !chart.leaders.isEmpty }
  private var leaderTop: Double { ChartLayout.stripHeight * Double(1 + lanes.count) }
  private var markTop: Double { leaderTop + (hasLeaders ? ChartLayout.stripHeight : 0) }
  private var panelsTop: Double { markTop + (chart.marks.isEmpty ? 0 : Self.markHeight) }
  private var panelStride: Double { ChartLayout.titleHeight + layout.panelHeight }
  private var axisTop: Double { panelsTop + panelStride * Double(chart.panels.count) }
  private var bottomEdge: Double { axisTop }

  private func x(_ instant: Instant) -> Double { layout.x(instant, chart.time) }
  private var end: Instant { .zero + chart.time.end }

  /// Bands that overlap go to different lanes.
  private static func lanes(_ bands: [Chart.Band]) -> [[Chart.Band]] {
    var lanes: [[Chart.Band]] = []
    for band in bands.sorted(by: { $0.from < $1.from }) {
      let free = lanes.firstIndex { lane in
        lane.allSatisfy { other in other.over.map { $0 < band.from } ?? false }
      }
      if let free { lanes[free].append(band) } else { lanes.append([band]) }
    }
    return lanes
  }

  /// The pattern of what was not proved.
  private func hatch(_ id: String) -> Markup {
    if chart.bands.allSatisfy(\.isProved) { return Markup() }
    return .tag(
      "defs", [:],
      .tag(
        "pattern",
        [
          "id": "\(id)-hatch", "width": "7", "height": "7", "patternUnits": "userSpaceOnUse",
          "patternTransform": "rotate(45)",
        ],
        .tag("path", ["class": "hatch", "d": "M0 0V7"])))
  }

  private func bandTints(_ id: String) -> Markup {
    Markup(
      joining: chart.bands.map { band in
        let undone = band.undone ?? end
        let over = band.over ?? end
        let style = band.isProved ? "tint" : "tint unproved"
        let fill = band.isProved ? nil : "fill:url(#\(id)-hatch)"
        let core = rectangle(band.from, undone, markTop, bottomEdge, style, fill)
        if over <= undone { return core }
        return core + rectangle(undone, over, markTop, bottomEdge, "\(style) undoing", fill)
      })
  }

  private func rectangle(
    _ from: Instant, _ to: Instant, _ top: Double, _ bottom: Double, _ style: String,
    _ fill: String? = nil
  ) -> Markup {
    let left = x(from)
    return .tag(
      "rect",
      [
        "class": style, "style": fill, "x": PathData.number(left), "y": PathData.number(top),
        "width": PathData.number(max(1, x(to) - left)), "height": PathData.number(bottom - top),
      ])
  }

  private var strips: Markup {
    var strips = strip("phase", chart.phases, top: 0, style: "phase")
    for (place, lane) in lanes.enumerated() {
      let top = ChartLayout.stripHeight * Double(1 + place)
      if place == 0 { strips += gutter(lanes.count > 1 ? "faults" : "fault", top: top) }
      for band in lane { strips += bar(band, in: lane, top: top) }
    }
    if hasLeaders { strips += strip("leader", chart.leaders, top: leaderTop, style: "leader") }
    return strips
  }

  private func gutter(_ label: String, top: Double) -> Markup {
    text(label, layout.left - 8, top + 13, "gutter", anchor: "end")
  }

  /// Segments with a stroke at each beginning and their names where there is room.
  private func strip(
    _ label: String, _ segments: [Chart.Segment], top: Double, style: String
  ) -> Markup {
    var strokes = PathData()
    var names = Markup()
    for (place, segment) in segments.enumerated() {
      let left = x(segment.from)
      let right = x(segment.to ?? end)
      strokes.move(left, top + 3)
      strokes.vertical(style == "leader" && place > 0 ? bottomEdge : top + 16)
      if layout.textWidth(segment.label) + 6 <= right - left {
        names += text(segment.label, left + 4, top + 13, style)
      }
    }
    return gutter(label, top: top)
      + .tag("path", ["class": "\(style)-stroke", "d": strokes.text]) + names
  }

  /// A fault's bar and its name.
  private func bar(_ band: Chart.Band, in lane: [Chart.Band], top: Double) -> Markup {
    let undone = band.undone ?? end
    let over = band.over ?? end
    let style = band.isProved ? "bar" : "bar unproved"
    var bar = rectangle(band.from, undone, top + 2, top + 16, style)
    if over > undone { bar += rectangle(undone, over, top + 2, top + 16, "\(style) undoing") }
    return bar + name(of: band, in: lane, y: top + 13)
  }

  /// The longest name of a fault for which there is room: inside its bar, else beside it.
  private func name(of band: Chart.Band, in lane: [Chart.Band], y: Double) -> Markup {
    let left = x(band.from)
    let right = x(band.over ?? end)
    let next = lane.map { x($0.from) }.filter { $0 > left }.min() ?? layout.width
    let word = band.label.split(separator: " ").first.map(String.init) ?? ""
    let names = (band.isProved ? [] : ["\(band.label), not proved"]) + [band.label, word]
    for name in names {
      let width = layout.textWidth(name) + 8
      if width <= right - left { return text(name, left + 4, y, "band") }
      if right + width <= next { return text(name, right + 4, y, "band") }
    }
    return Markup()
  }

  func text(
    _ label: String, _ x: Double, _ y: Double, _ style: String, anchor: String? = nil
  ) -> Markup {
    .tag(
      "text",
      [
        "class": style, "x": PathData.number(x), "y": PathData.number(y), "text-anchor": anchor,
      ],
      Markup(label))
  }

  /// What happened to a message, on one line; names stand where there is room.
  private var marks: Markup {
    if chart.marks.isEmpty { return Markup() }
    let middle = markTop + Self.markHeight / 2
    var marks = gutter("message", top: middle - 9)
    var free = layout.left
    let groups = groupedMarks
    for (place, mark) in groups.enumerated() {
      let x = x(mark.at)
      marks += symbol(mark.shape, x, middle)
      let next = place + 1 < groups.count ? self.x(groups[place + 1].at) - 5 : layout.width
      let width = layout.textWidth(mark.label) + 8
      if x + width <= next {
        marks += text(mark.label, x + 7, middle + 4, "mark-name")
        free = x + width
      } else {
        if x - width >= free {
          marks += text(mark.label, x - 7, middle + 4, "mark-name", anchor: "end")
        }
        free = x + 6
      }
    }
    return marks
  }

  /// The marks; those that would cover each other as one, which looks like the gravest of them.
  private var groupedMarks: [Chart.Mark] {
    var groups: [(mark: Chart.Mark, last: String?)] = []
    for mark in chart.marks {
      guard let group = groups.last, x(mark.at) - x(group.mark.at) < 9 else {
        groups.append((mark, nil))
        continue
      }
      groups[groups.count - 1].last = mark.label
      if mark.shape == .bad { groups[groups.count - 1].mark.shape = .bad }
    }
    return groups.map { group in
      var mark = group.mark
      if let last = group.last { mark.label += " … \(last)" }
      return mark
    }
  }

  private func symbol(_ shape: Chart.Mark.Shape, _ x: Double, _ y: Double) -> Markup {
    if shape == .bad {
      return .tag(
        "rect",
        [
          "class": "mark bad", "x": PathData.number(x - 4), "y": PathData.number(y - 4),
          "width": "8", "height": "8",
        ])
    }
    return .tag(
      "circle",
      [
        "class": "mark \(shape.rawValue)", "cx": PathData.number(x), "cy": PathData.number(y),
        "r": "4",
      ])
  }

  private var panels: Markup {
    Markup(
      joining: chart.panels.enumerated().map { place, panel in
        let top = panelsTop + panelStride * Double(place) + ChartLayout.titleHeight
        return PanelDrawing(panel, of: self, top: top).markup
      })
  }

  private var timeAxis: Markup {
    var strokes = PathData()
    var labels = Markup()
    for tick in chart.time.ticks(atMost: layout.ticks) {
      let place = x(.zero + tick.at)
      strokes.move(place, axisTop)
      strokes.vertical(axisTop + 4)
      let isAtEnd = place + layout.textWidth(tick.label) / 2 > layout.width
      labels += text(tick.label, place, axisTop + 17, "tick", anchor: isAtEnd ? "end" : "middle")
    }
    return .tag("path", ["class": "axis", "d": strokes.text]) + labels
  }
}
