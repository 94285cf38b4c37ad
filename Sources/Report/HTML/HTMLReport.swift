import Environment
import Harness
package import Judging
import Operations

/// The report of a run for people who were not there, in one file: report.html.
///
/// It needs nothing from outside, no script to be read, and shows every foreign text escaped. Its
/// size does not grow with the run: charts have at most `RunSeries.binLimit` bins, and what is
/// listed is bounded where the checkers and the timeline bound it.
package struct HTMLReport {
  let result: CompareResult
  let traces: RunTraces?
  let gap: String
  let files: [ReportFile]
  var run: RunResult { result.run }

  /// A report on `result`. Without `traces` of the run's history there are no charts and stories,
  /// and the report says why: `gap`. `files` are named at its end.
  package init(
    _ result: CompareResult, traces: RunTraces?, gap: String = "the run's history was not read",
    files: [ReportFile] = []
  ) {
    self.result = result
    self.traces = traces
    self.gap = gap
    self.files = files
  }

  /// The page, with a newline at its end.
  package var text: String {
    HTMLDocument.text(
      title: "\(result.verdict.rawValue): \(title)",
      body: [
        .tag("a", ["class": "skip", "href": "#\(Section.matrix.rawValue)"], "To the results"),
        .tag("main", [:], opening + sections),
      ])
  }

  /// The parts of the page after its opening, in order.
  enum Section: String, CaseIterable {
    case matrix, queues, time, ledger, violations, open, threats, faults, control, run, files

    var title: Markup {
      switch self {
      case .matrix: "Guarantees under these faults"
      case .queues: "The queues side by side"
      case .time: "Throughput and latency over time"
      case .ledger: "The ledger: one fate for every message"
      case .violations: "What was violated, and how"
      case .open: "What was not exercised or is unknown"
      case .threats: "Threats to validity"
      case .faults: "Faults and their evidence"
      case .control: "The control run without faults"
      case .run: "Environment and course of the run"
      case .files: "Files"
      }
    }
  }

  private func content(_ section: Section) -> Markup {
    switch section {
    case .matrix: matrix
    case .queues: figures
    case .time: overTime
    case .ledger: ledger
    case .violations: violations
    case .open: openFindings
    case .threats: threats
    case .faults: faults
    case .control: control
    case .run: course
    case .files: fileList
    }
  }

  /// The sections that have something to say.
  private var sections: Markup {
    let filled = Section.allCases.map { ($0, content($0)) }.filter { !$0.1.isEmpty }
    let links = filled.map { section, _ in
      Markup.tag("li", [:], .tag("a", ["href": "#\(section.rawValue)"], section.title))
    }
    let bodies = filled.map { section, content in
      let id = section.rawValue
      return Markup.tag(
        "section", ["aria-labelledby": id], .tag("h2", ["id": id], section.title), content)
    }
    let nav = Markup.tag(
      "nav", ["aria-label": "Contents"], .tag("ul", [:], joining: links))
    return nav + Markup(joining: bodies)
  }

  /// An instant since the run's origin, as in the history.
  func offset(_ instant: Instant) -> String { Readable.offset(instant - .zero) }

  /// Something secondary, which a script folds on screens.
  func fold(_ title: Markup, _ content: Markup) -> Markup {
    .tag(
      "details", ["class": "fold", "open": "open"], .tag("summary", [:], title), content)
  }

  /// A command that can be copied.
  func command(_ text: String) -> Markup {
    .tag("pre", [:], .tag("code", [:], Markup(whole: text)))
  }

  func list(_ items: [Markup]) -> Markup {
    items.isEmpty ? Markup() : .tag("ul", [:], joining: items.map { .tag("li", [:], $0) })
  }

  func paragraph(_ text: Markup, _ style: String? = nil) -> Markup {
    .tag("p", ["class": style], text)
  }
}
