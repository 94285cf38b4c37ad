import Environment
import Judging

/// Draws one panel of a chart: title and key, grid, lines in steps of a bin.
struct PanelDrawing {
  private let panel: Chart.Panel
  private let drawing: ChartDrawing
  private let top: Double
  private var layout: ChartLayout { drawing.layout }
  private var bottom: Double { top + layout.panelHeight }

  init(_ panel: Chart.Panel, of drawing: ChartDrawing, top: Double) {
    self.panel = panel
    self.drawing = drawing
    self.top = top
  }

  var markup: Markup {
    var markup = heading + grid
    if panel.isFirstLineFilled, let line = panel.lines.first {
      markup += .tag("path", ["class": "area", "d": area(line.values)])
    }
    // What is named first is drawn last, on top of the others.
    for line in panel.lines.reversed() {
      markup += .tag("path", ["class": "line \(line.weight.rawValue)", "d": steps(line.values)])
    }
    return panel.namesPeaks ? markup + peaks : markup
  }

  private func y(_ value: Double) -> Double {
    bottom - panel.axis.height(value) * layout.panelHeight
  }

  /// The edges of a bin.
  private func edges(_ bin: Int) -> (left: Double, right: Double) {
    let width = drawing.chart.binWidth
    let left = layout.x(.zero + width * bin, drawing.chart.time)
    return (left, layout.x(.zero + width * (bin + 1), drawing.chart.time))
  }

  /// The title and a sample of each line, from the right.
  private var heading: Markup {
    let baseline = top - 8
    var heading = drawing.text(panel.title, layout.left, baseline, "panel-title")
    var right = layout.width - layout.right
    for line in panel.lines.reversed() {
      let left = right - layout.textWidth(line.label)
      var sample = PathData()
      sample.move(left - layout.sample - 4, baseline - 4)
      sample.horizontal(left - 4)
      heading += drawing.text(line.label, left, baseline, "key")
      heading += .tag("path", ["class": "line \(line.weight.rawValue)", "d": sample.text])
      right = left - layout.sample - 12
    }
    return heading
  }

  private var grid: Markup {
    var grid = PathData()
    var labels = Markup()
    for tick in panel.axis.ticks {
      let place = y(tick.value)
      grid.move(layout.left, place)
      grid.horizontal(layout.width - layout.right)
      labels += drawing.text(tick.label, layout.left - 8, place + 4, "tick", anchor: "end")
    }
    return .tag("path", ["class": "grid", "d": grid.text]) + labels
  }

  /// A line in steps; bins without a value break it.
  private func steps(_ values: [Double?]) -> String {
    var path = PathData()
    var last: Double?
    for (bin, value) in values.enumerated() {
      guard let value else {
        last = nil
        continue
      }
      let (left, right) = edges(bin)
      let height = y(value)
      if last == nil { path.move(left, height) } else { path.vertical(height) }
      path.horizontal(right)
      last = height
    }
    return path.text
  }

  /// The highest value of each run of bins that is cut off at the top, where there is room.
  private var peaks: Markup {
    var peaks = Markup()
    var free = layout.left
    for (bin, value) in highest {
      let label = "▲ " + Readable.count(Int(value.rounded()))
      let place = edges(bin).right + 3
      let width = layout.textWidth(label)
      if place < free || place + width > layout.width { continue }
      peaks += drawing.text(label, place, top + 9, "peak")
      free = place + width + 4
    }
    return peaks
  }

  private var highest: [(bin: Int, value: Double)] {
    var highest: [(bin: Int, value: Double)] = []
    var last: Int?
    for bin in 0..<(panel.lines.map(\.values.count).max() ?? 0) {
      let values = panel.lines.compactMap { bin < $0.values.count ? $0.values[bin] : nil }
      guard let value = values.max(), value > panel.axis.top else { continue }
      if let last, last == bin - 1 {
        if value > highest[highest.count - 1].value { highest[highest.count - 1] = (bin, value) }
      } else {
        highest.append((bin, value))
      }
      last = bin
    }
    return highest
  }

  /// The area between the steps and the bottom.
  private func area(_ values: [Double?]) -> String {
    var path = PathData()
    var isOpen = false
    for (bin, value) in values.enumerated() {
      let (left, right) = edges(bin)
      guard let value else {
        if isOpen { Self.end(&path, left, bottom) }
        isOpen = false
        continue
      }
      if !isOpen { path.move(left, bottom) }
      isOpen = true
      path.vertical(y(value))
      path.horizontal(right)
    }
    if isOpen { Self.end(&path, edges(values.count).left, bottom) }
    return path.text
  }

  private static func end(_ path: inout PathData, _ x: Double, _ bottom: Double) {
    path.vertical(bottom)
    path.close()
  }
}
