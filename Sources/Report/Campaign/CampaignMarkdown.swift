import Harness
package import Judging

/// What many runs say together, as Markdown.
package struct CampaignMarkdown {
  private let summary: CampaignSummary

  /// A summary of `results`.
  package init(_ results: [CompareResult]) {
    summary = CampaignSummary(results)
  }

  /// The document, with a newline at its end.
  package var text: String {
    if summary.results.isEmpty { return "No runs.\n" }
    let head = [
      "# " + MarkdownText.plain(summary.title),
      MarkdownText.list(summary.conclusions.map(MarkdownText.plain)),
    ]
    let tables = summary.sections.map(section)
    return (head + tables.prefix(1) + [matrix] + tables.dropFirst() + [runs])
      .joined(separator: "\n\n") + "\n"
  }

  private func section(_ section: CampaignSection) -> String {
    [
      "## " + section.title, MarkdownText.plain(section.intro),
      MarkdownText.table(
        section.headings.map(MarkdownText.plain),
        figures: Set(section.figuresFrom..<max(section.figuresFrom, section.headings.count)),
        section.rows.map { $0.map(MarkdownText.plain) }),
    ].joined(separator: "\n\n")
  }

  private var matrix: String {
    let tables = MatrixTable.tables(summary).map { matrix in
      let headings = matrix.groups.flatMap { group in
        group.queues.map { "\(group.title): \($0)" }
      }
      return MarkdownText.table(
        ["guarantee"] + headings.map(MarkdownText.plain),
        matrix.rows.map { row in
          [row.guarantee.rawValue] + row.cells.flatMap { $0 }.map { MarkdownText.plain($0.words) }
        })
    }
    let legend =
      "Held: put to the test in so many runs, and nothing contradicts it. Violated: in how many of "
      + "the runs. \\* required by the plan. How much runs without a violation prove, stands above."
    return (["## Guarantees by schedule and queue", legend] + tables).joined(separator: "\n\n")
  }

  private var runs: String {
    let rows = summary.results.map { result in
      [
        MarkdownText.code(result.run.identity.directory),
        MarkdownText.plain(result.run.schedule.name), result.run.identity.seedText,
        result.verdict.rawValue, MarkdownText.code(result.run.reproduce),
      ]
    }
    return "## Runs\n\n"
      + MarkdownText.table(["run", "schedule", "seed", "verdict", "to see it again"], rows)
  }
}

extension MatrixTable.Cell {
  /// The cell without markup.
  fileprivate var words: String {
    mark.word + (note.isEmpty ? "" : " " + note) + (isRequired ? " *" : "")
  }
}
