import Environment

/// What a chart shows: panels above each other on one time axis, with strips that say what went on.
struct Chart {
  /// A named span in a strip above the panels.
  struct Segment {
    var from: Instant
    /// The end of the span; nil if it lasts to the end of the chart.
    var to: Instant?
    var label: String
  }

  /// A span that is marked in all panels.
  struct Band {
    var from: Instant
    /// When it is being undone; nil if it never is.
    var undone: Instant?
    /// When it is surely over; nil if it is not known to be.
    var over: Instant?
    var label: String
    /// Whether it is certain that there was something.
    var isProved: Bool
  }

  /// Something that happened at an instant, in a strip of its own.
  struct Mark {
    /// How a mark looks.
    enum Shape: String {
      /// A circle.
      case plain
      /// A filled circle.
      case good
      /// A filled square.
      case bad
    }

    var at: Instant
    var label: String
    var shape: Shape
  }

  /// A value a bin; nil where there is none.
  struct Line {
    var label: String
    var weight: Weight
    var values: [Double?]
  }

  /// How a line is drawn; lines differ in more than colour.
  enum Weight: String {
    /// Solid, with the area below it tinted where a panel asks for it.
    case first
    /// Dashed.
    case second
    /// Dotted and faint.
    case third
  }

  /// A drawing area with an axis of its own.
  struct Panel {
    var title: String
    var axis: ValueAxis
    var lines: [Line]
    var isFirstLineFilled = false
    /// Whether values that are cut off at the top are named there.
    var namesPeaks = false
  }

  /// The id of its elements; unique on the page.
  var id: String
  /// What it is, for screen readers.
  var title: String
  /// What can be seen in it, for screen readers.
  var description: String
  var time: TimeAxis
  /// The width of a bin of the panels.
  var binWidth = Duration.zero
  var phases: [Segment]
  var leaders: [Segment]
  var bands: [Band]
  var marks: [Mark] = []
  var panels: [Panel] = []
}

/// The measures of a chart in SVG units, one for wide pages and paper, one for phones.
struct ChartLayout {
  /// What distinguishes the ids and classes of the two.
  var name: String
  var width: Double
  var left: Double
  var right: Double
  var panelHeight: Double
  var fontSize: Double
  /// The most labels on the time axis.
  var ticks: Int
  /// The length of a line's sample in the key, and the gap between two entries.
  var sample: Double

  static let wide = ChartLayout(
    name: "wide", width: 860, left: 64, right: 12, panelHeight: 112, fontSize: 12, ticks: 10,
    sample: 17)
  static let narrow = ChartLayout(
    name: "narrow", width: 340, left: 46, right: 8, panelHeight: 96, fontSize: 10.5, ticks: 4,
    sample: 10)

  static let stripHeight = 18.0
  static let titleHeight = 26.0
  static let axisHeight = 22.0

  var plotWidth: Double { width - left - right }

  /// The horizontal place of an instant.
  func x(_ instant: Instant, _ time: TimeAxis) -> Double { left + time.place(instant) * plotWidth }

  /// About how wide a text is; good enough to decide whether it fits.
  func textWidth(_ text: String) -> Double { Double(text.count) * fontSize * 0.6 }
}
