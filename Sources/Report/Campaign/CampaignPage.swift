import Harness
package import Judging

/// What many runs say together, in one HTML file that needs nothing from outside.
package struct CampaignPage {
  private let summary: CampaignSummary

  /// A summary of `results`.
  package init(_ results: [CompareResult]) {
    summary = CampaignSummary(results)
  }

  /// The page, with a newline at its end.
  package var text: String {
    HTMLDocument.text(
      title: Markup(summary.title),
      body: [
        .tag("main", ["class": "wide"], joining: [opening] + sections + [runs, threats])
      ])
  }

  private var opening: Markup {
    .tag(
      "header", [:], .tag("p", ["class": "eyebrow"], "Stoat report on many runs"),
      .tag("h1", [:], Markup(summary.title)), list(summary.conclusions.map { "\($0)" }))
  }

  private var sections: [Markup] {
    let tables = summary.sections.map { table in
      section(
        table.title, .tag("p", [:], Markup(table.intro)),
        MarkupTable(
          caption: table.title,
          headings: table.headings.enumerated().map { place, heading in
            MarkupTable.Cell("\(heading)", style: place >= table.figuresFrom ? "number" : nil)
          },
          rows: table.rows.map { row in
            row.enumerated().map { place, text in
              place >= table.figuresFrom ? .figure(text) : MarkupTable.Cell("\(text)")
            }
          }
        ).markup)
    }
    let matrix = section(
      "Guarantees by schedule and queue",
      Markup(joining: MatrixTable.tables(summary).map { MatrixMarkup($0).markup }))
    return tables.prefix(1) + [matrix] + tables.dropFirst()
  }

  private var runs: Markup {
    section(
      "Runs",
      MarkupTable(
        caption: "Runs",
        headings: ["run", "schedule", "seed", "verdict", "to see it again"].map {
          MarkupTable.Cell(Markup($0))
        },
        rows: summary.results.map { result in
          let run = result.run
          return [
            MarkupTable.Cell(.tag("code", [:], "\(run.identity.directory)")),
            MarkupTable.Cell("\(run.schedule.name)"), MarkupTable.Cell("\(run.identity.seedText)"),
            MarkupTable.Cell(
              "\(result.verdict.symbol) \(result.verdict.rawValue)",
              style: result.verdict.tone.style),
            MarkupTable.Cell(.tag("code", [:], Markup(whole: run.reproduce))),
          ]
        }
      ).markup)
  }

  /// What stands between the runs and those of a reader; the same sentence only once.
  private var threats: Markup {
    let items = summary.results.flatMap { ThreatsToValidity($0).items }
    let different = items.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return section("Threats to validity", list(different.map { Markup(markdown: $0) }))
  }

  private func section(_ title: String, _ content: Markup...) -> Markup {
    .tag("section", [:], joining: [.tag("h2", [:], Markup(title))] + content)
  }

  private func list(_ items: [Markup]) -> Markup {
    items.isEmpty ? Markup() : .tag("ul", [:], joining: items.map { .tag("li", [:], $0) })
  }
}
