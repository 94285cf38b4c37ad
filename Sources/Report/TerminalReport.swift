import Environment
import Harness
package import Judging
import Operations

/// What is printed at the end of `stoat compare` and by `stoat report`.
package struct TerminalReport {
  let result: CompareResult
  let style: TerminalStyle
  let files: [ReportFile]
  var run: RunResult { result.run }

  /// A report on `result`; `files` are named at its end.
  package init(_ result: CompareResult, style: TerminalStyle, files: [ReportFile] = []) {
    self.result = result
    self.style = style
    self.files = files
  }

  /// The report, with a newline at its end.
  package var text: String {
    let sections = [
      title, wrapped(PlainSummary(result).text), FigureTable(run).table.lines(style), legend,
      controlLines, violationLines, openLines, warningLines, fileLines, verdictLines,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var title: [String] {
    let parts = [
      run.identity.system, "schedule \(Readable.printable(run.schedule.name))",
      "seed \(run.identity.seedText)", Readable.duration(run.identity.duration),
    ]
    return wrapped(parts.joined(separator: " · ")).map(heading)
  }

  private var legend: [String] {
    FigureTable(run).legend.flatMap { wrapped($0, first: "  ", rest: "    ") }
      .map { style.paint($0, .faint) }
  }

  private var controlLines: [String] {
    guard let control = result.control else { return [] }
    let verdict = style.paint(control.verdict.rawValue, control.verdict.tone)
    let facts = control.queues.map { queue in
      let lost = Readable.figure(queue.figure(.lost))
      let confirmed = Readable.figure(queue.figure(.confirmed))
      return "\(control.label(of: queue)) lost \(lost) of \(confirmed)"
    }
    let doubts = control.problems.flatMap { wrapped($0, first: "  - ") }
    return [heading("Control run without faults:") + " " + verdict]
      + wrapped(facts.joined(separator: ", ") + ".", first: "  ") + doubts
  }

  private var violationLines: [String] {
    let violations = run.violations
    if violations.isEmpty { return [] }
    return [heading("Violated")] + violations.flatMap { lines(about: $0) }
  }

  private func lines(about violation: Violation) -> [String] {
    let tone: Tone = violation.isRequired ? .bad : .doubtful
    let name = "\(run.label(of: violation.queue)), \(violation.finding.guarantee.rawValue)"
    let note = violation.isRequired ? "" : " (not required)"
    var lines = wrapped(name + note, first: "  ", rest: "  ").map { style.paint($0, tone) }
    lines += wrapped(violation.sentence, first: "    ")
    if let witness = violation.finding.witnesses.first {
      lines += wrapped("First: " + witness.text, first: "    ", rest: "      ")
    }
    return lines + ["    Reproduce: " + Readable.printable(run.reproduce)]
  }

  private var openLines: [String] {
    let open = run.openFindings
    if open.isEmpty { return [] }
    return [heading("Not judged")]
      + open.flatMap { wrapped($0.text, first: "  ", rest: "    ") }
  }

  private var warningLines: [String] {
    let texts = run.doubts + run.warnings.filter { !$0.spoilsRun }.map(\.text)
    if texts.isEmpty { return [] }
    return [heading("About the run itself")]
      + texts.flatMap { wrapped($0, first: "  ", rest: "    ") }
  }

  private var fileLines: [String] {
    if files.isEmpty { return [] }
    let width = files.map(\.path.count).max() ?? 0
    return [heading("Files")]
      + files.map { file in
        let gap = String(repeating: " ", count: width - file.path.count + 2)
        return "  " + Readable.printable(file.path) + gap + Readable.printable(file.about)
      }
  }

  private var verdictLines: [String] {
    let title = "Verdict:"
    let word = result.verdict.rawValue
    let parts = run.queues.map { "\(run.label(of: $0)): \($0.verdictWords)" }
    let reasons = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    let lines = wrapped("\(title) \(word)\(reasons)", rest: "  ")
    let rest = lines[0].dropFirst(title.count + 1 + word.count)
    return ["\(heading(title)) \(style.paint(word, result.verdict.tone))\(rest)"]
      + lines.dropFirst()
  }

  private func heading(_ text: String) -> String { style.paint(text, .strong) }

  private func wrapped(_ text: String, first: String = "", rest: String? = nil) -> [String] {
    TextWrapping.lines(text, width: style.width, first: first, rest: rest)
  }
}
