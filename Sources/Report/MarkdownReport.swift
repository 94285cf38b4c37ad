import Environment
import Harness
package import Judging
import Operations

/// The report of a run for people who were not there: report.md.
package struct MarkdownReport {
  let result: CompareResult
  let files: [ReportFile]
  var run: RunResult { result.run }

  /// A report on `result`; `files` are named at its end.
  package init(_ result: CompareResult, files: [ReportFile] = []) {
    self.result = result
    self.files = files
  }

  /// The report, with a newline at its end.
  package var text: String {
    let sections = [
      opening, section("What each queue did", figures), section("Guarantees", guarantees),
      section("Violations", violations), section("Control run", control),
      section("Faults and their evidence", faults), section("Phases", phases),
      section("What the broker did", brokerEvents), section("Environment", environment),
      section("About the run itself", warnings), section("Not judged", openFindings),
      section("Threats to validity", MarkdownText.list(ThreatsToValidity(result).items)),
      section("Files", fileList),
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "## \(title)\n\n\(body)"
  }

  private var opening: String {
    let kinds = Readable.list(run.queues.map { run.label(of: $0) })
    let title =
      "# \(kinds.isEmpty ? "No" : Readable.sentence(MarkdownText.plain(kinds))) queues of "
      + "\(MarkdownText.plain(run.identity.system)) under the schedule "
      + MarkdownText.code(run.schedule.name)
    return [
      title, "**Verdict: \(result.verdict.rawValue).** " + MarkdownText.plain(summary),
      "To see it again:", MarkdownText.block([run.reproduce]),
    ].joined(separator: "\n\n")
  }

  private var summary: String { PlainSummary(result).text }

  private var figures: String {
    if run.queues.isEmpty { return "" }
    let table = FigureTable(run)
    let known = (table.measures + table.details).map { measure in
      [measure.label] + run.queues.map { Readable.figure($0.figure(measure.key)) }
    }
    let others = table.otherMeasures.map { key in
      [MarkdownText.plain(key.description)] + run.queues.map { Readable.figure($0.figure(key)) }
    }
    let legend = (table.measures + table.details).map { "**\($0.label)**: \($0.meaning)" }
    return MarkdownText.table(
      headings(""), figures: Set(1...max(1, run.queues.count)), known + others)
      + "\n\n" + MarkdownText.list(legend + absences(table))
  }

  /// Why figures are missing where a checker said so.
  private func absences(_ table: FigureTable) -> [String] {
    run.queues.flatMap { queue in
      queue.measures.compactMap { measure in
        guard case .absent(let reason) = measure.value, !reason.isEmpty else { return nil }
        let label = MeasureCatalogue.measure(measure.key)?.label ?? measure.key.description
        return MarkdownText.plain(
          "no \(label) of \(run.label(of: queue)): \(reason)")
      }
    }
  }

  func headings(_ first: String) -> [String] {
    [first] + run.queues.map { MarkdownText.plain(run.label(of: $0)) }
  }

  private var guarantees: String {
    if run.queues.isEmpty { return "" }
    let rows = FigureTable(run).guarantees.map { guarantee in
      [guarantee.rawValue, guarantee.facts.promise]
        + run.queues.map { queue in
          let words = queue.finding(guarantee).words
          return queue.required.contains(guarantee) ? "**\(words)**" : words
        }
    }
    let verdicts = ["verdict", ""] + run.queues.map { "**\($0.verdictWords)**" }
    return MarkdownText.table(
      ["guarantee", "what it promises"] + headings("").dropFirst(), rows + [verdicts])
      + "\n\nBold: required by the plan; only these decide the verdict. “Not exercised”: this run "
      + "could not have broken it, so it says nothing. “No claim”: the plan requires nothing "
      + "of this queue."
  }

  private var violations: String {
    run.violations.map { violation in
      let guarantee = violation.finding.guarantee
      let note = violation.isRequired ? "" : " (not required)"
      let title =
        "### \(MarkdownText.plain(run.label(of: violation.queue))): \(guarantee.rawValue)\(note)"
      var parts = [title, MarkdownText.plain(violation.sentence)]
      if !violation.finding.witnesses.isEmpty { parts.append(witnesses(violation.finding)) }
      return (parts + ["To see it again:", MarkdownText.block([run.reproduce])])
        .joined(separator: "\n\n")
    }.joined(separator: "\n\n")
  }

  private func witnesses(_ finding: Finding) -> String {
    let rows = finding.witnesses.map { witness in
      [
        offset(witness.from), offset(witness.to), witness.message?.description ?? "",
        MarkdownText.plain(witness.text),
      ]
    }
    let table = MarkdownText.table(
      ["from", "to", "message", "what happened"], figures: [0, 1], rows)
    let left = finding.violations - finding.witnesses.count
    if left <= 0 { return table }
    return table + "\n\nThe first \(Readable.count(finding.witnesses.count)) of "
      + "\(Readable.count(finding.violations)); times are those of the history."
  }

  /// An instant since the run's origin, as in the history.
  func offset(_ instant: Instant) -> String {
    Readable.offset(instant - .zero)
  }
}
