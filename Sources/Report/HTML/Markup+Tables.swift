/// A table for the HTML report; row headers are the first cells, column headers the headings.
struct MarkupTable {
  /// One cell.
  struct Cell {
    var content: Markup
    /// Classes of the style sheet, such as `number`.
    var style: String?

    init(_ content: Markup, style: String? = nil) {
      self.content = content
      self.style = style
    }

    /// A right-aligned figure.
    static func figure(_ text: String, tone: Tone = .plain) -> Cell {
      let style = [("number" as String?), tone.style].compactMap(\.self).joined(separator: " ")
      return Cell(Markup(text), style: style)
    }
  }

  /// What the table shows, for readers and for screen readers.
  var caption: String
  /// One heading a column; an empty one is allowed in the first place only.
  var headings: [Cell]
  /// One list of cells a row, as many as there are headings.
  var rows: [[Cell]]
  /// Whether the first cell of each row is its header.
  var hasRowHeaders = true
  /// Classes of the table.
  var style: String?

  /// The table in a container that scrolls sideways where it is too wide.
  var markup: Markup {
    let head = Markup.tag(
      "thead", [:],
      .tag(
        "tr", [:],
        joining: headings.map { heading in
          heading.content.isEmpty
            ? .tag("td") : .tag("th", ["scope": "col", "class": heading.style], heading.content)
        }))
    let body = Markup.tag("tbody", [:], joining: rows.map(row))
    return Self.scrolling(
      .tag("table", ["class": style], .tag("caption", [:], Markup(caption)), head, body),
      label: caption)
  }

  private func row(_ cells: [Cell]) -> Markup {
    .tag(
      "tr", [:],
      joining: cells.enumerated().map { place, cell in
        place == 0 && hasRowHeaders
          ? .tag("th", ["scope": "row", "class": cell.style], cell.content)
          : .tag("td", ["class": cell.style], cell.content)
      })
  }

  /// A container that can be scrolled with the keyboard, too.
  static func scrolling(_ table: Markup, label: String) -> Markup {
    .tag(
      "div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": label], table)
  }
}

extension Tone {
  /// The class of the style sheet; nil for plain text.
  var style: String? {
    switch self {
    case .plain: nil
    case .strong: "strong"
    case .good: "good"
    case .bad: "bad"
    case .doubtful: "doubtful"
    case .faint: "faint"
    }
  }
}
