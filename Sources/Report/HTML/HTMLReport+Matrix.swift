import Harness
import Judging

extension HTMLReport {
  /// The matrix guarantee × fault × queue, with what is needed to read it.
  var matrix: Markup {
    if run.queues.isEmpty { return Markup() }
    return MatrixMarkup(MatrixTable(result)).markup
  }
}

/// Shows a matrix of guarantees as a table with its legend.
struct MatrixMarkup {
  private let matrix: MatrixTable

  init(_ matrix: MatrixTable) {
    self.matrix = matrix
  }

  /// The table, its legend, and the evidence of the faults.
  var markup: Markup { table + legend + evidence }

  private static let caption = "Guarantees by faults and queue"

  private var table: Markup {
    let head = Markup.tag("thead", [:], groupRow, queueRow)
    let body = Markup.tag("tbody", [:], joining: matrix.rows.map(row))
    return MarkupTable.scrolling(
      .tag("table", ["class": "matrix"], .tag("caption", [:], Markup(Self.caption)), head, body),
      label: Self.caption)
  }

  private var groupRow: Markup {
    let groups = matrix.groups.map { group in
      let isProved = group.faults.allSatisfy { $0.shortcoming == nil }
      let note: Markup =
        isProved ? "" : .tag("span", ["class": "note doubtful"], "not all proved")
      return Markup.tag(
        "th", ["scope": "colgroup", "colspan": "\(max(1, group.queues.count))"],
        "\(group.title)\(note)")
    }
    return .tag("tr", [:], joining: [.tag("td", ["rowspan": "2"])] + groups)
  }

  private var queueRow: Markup {
    .tag(
      "tr", [:],
      joining: matrix.groups.flatMap(\.queues).map { .tag("th", ["scope": "col"], Markup($0)) })
  }

  private func row(_ row: MatrixTable.Row) -> Markup {
    let promise = Markup.tag("span", ["class": "note"], Markup(row.guarantee.facts.promise))
    let header = Markup.tag("th", ["scope": "row"], "\(row.guarantee.rawValue)\(promise)")
    return .tag("tr", [:], joining: [header] + row.cells.flatMap { $0 }.map(cell))
  }

  private func cell(_ cell: MatrixTable.Cell) -> Markup {
    let note = cell.note.isEmpty ? "" : " \(cell.note)"
    let word = Markup.tag("span", ["class": "word"], " \(cell.mark.word)")
    let words: Markup = "\(cell.mark.symbol)\(word)\(note)"
    let linked = cell.target.map { Markup.tag("a", ["href": "#\($0)"], words) } ?? words
    let star: Markup =
      cell.isRequired
      ? .tag("span", ["aria-hidden": "true"], "*") + .tag("span", ["class": "hidden"], " required")
      : ""
    return .tag(
      "td", ["class": cell.style, "title": cell.reason.isEmpty ? nil : cell.reason],
      linked + star)
  }

  private var legend: Markup {
    let cells = matrix.rows.flatMap(\.cells).flatMap { $0 }
    var notes = MatrixTable.Mark.allCases.filter { mark in cells.contains { $0.mark == mark } }
      .map { mark -> Markup in
        "\(.tag("strong", [:], "\(mark.symbol) \(mark.word)")): \(meaning(of: mark))"
      }
    if cells.contains(where: \.isRequired) {
      notes.append(
        "\(.tag("strong", [:], "*")): required by the plan; only these decide the verdict")
    }
    return .tag(
      "p", ["class": "note"], Markup(joining: notes, separator: " · "))
  }

  private func meaning(of mark: MatrixTable.Mark) -> String {
    let isMany = matrix.isOfManyRuns
    switch mark {
    case .held:
      return isMany
        ? "put to the test in so many runs, and nothing contradicts it"
        : "put to the test, and nothing contradicts it"
    case .violated:
      return "something in the history contradicts it; the number says "
        + (isMany ? "in how many of the runs" : "how often")
    case .unknown: return "it cannot be told"
    case .notExercised:
      return isMany
        ? "these runs could not have broken it, so they say nothing"
        : "this run could not have broken it, so it says nothing"
    case .notJudged: return "no checker looked at it"
    }
  }

  /// What each group of columns stands for, where it is more than its title says.
  private var evidence: Markup {
    let groups = matrix.groups.filter { !$0.faults.isEmpty }
    return Markup(joining: groups.map(evidence))
  }

  private func evidence(of group: MatrixTable.Group) -> Markup {
    let title = Markup.tag("strong", [:], Markup(group.title))
    let intro: Markup =
      group.faults.count > 1 && !matrix.isOfManyRuns
      ? "\(title) is one run with all of these faults; it cannot tell which of them broke what:"
      : "\(title):"
    let faults = group.faults.map { fault -> Markup in
      guard let shortcoming = fault.shortcoming else { return "\(fault.text): proved" }
      let scope = matrix.isOfManyRuns ? " in those" : ""
      let words = "\(shortcoming), so that nothing counts as exercised\(scope)"
      return "\(fault.text): \(.tag("span", ["class": "doubtful"], Markup(words)))"
    }
    return .tag("p", ["class": "note"], intro)
      + .tag("ul", ["class": "note"], joining: faults.map { .tag("li", [:], $0) })
  }
}

extension MatrixTable.Cell {
  /// The class of the style sheet; what spoils a verdict stands out.
  fileprivate var style: String {
    switch mark {
    case .held: "held"
    case .violated: "violated"
    case .unknown: "unknown"
    case .notExercised, .notJudged: isRequired ? "unknown" : "idle"
    }
  }
}
