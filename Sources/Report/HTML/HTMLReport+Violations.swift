import Environment
import Harness
import Judging
import Operations

extension HTMLReport {
  /// Every violated guarantee of every queue, with the lives of some of its witnesses.
  var violations: Markup {
    let violations = run.violations
    if violations.isEmpty { return Markup() }
    let teller = traces.map { StoryTeller(run, $0) }
    return Markup(joining: violations.map { section($0, teller) })
  }

  private func section(_ violation: Violation, _ teller: StoryTeller?) -> Markup {
    let guarantee = violation.finding.guarantee
    let anchor = PageAnchor.violation(guarantee, of: violation.queue.description)
    let tone = violation.isRequired ? "bad" : "doubtful"
    let need = violation.isRequired ? "required" : "not required"
    let title: Markup =
      "\(run.label(of: violation.queue)): \(guarantee.rawValue) "
      + .tag("span", ["class": "note"], "(\(need))")
    // Each story has what the checker said of it.
    let hasAllStories =
      teller != nil && violation.finding.witnesses.count <= MessageStories.storiesPerViolation
    var content =
      Markup.tag("h3", ["id": anchor], title)
      + paragraph("\(violation.sentence)", "strong \(tone)")
    if let teller {
      content += Markup(
        joining: teller.stories(of: violation).enumerated().map { place, story in
          StoryMarkup(
            story,
            StoryChart(
              story: story, teller: teller, id: "\(anchor)-\(place)",
              queue: violation.queue.description.id
            ).chart
          ).markup(isFirst: place == 0)
        })
    } else {
      content += paragraph("The stories of these violations are missing: \(gap).", "doubtful")
    }
    return .tag(
      "article", ["aria-labelledby": anchor],
      content + (hasAllStories ? Markup() : witnesses(violation.finding))
        + paragraph("To see it again:")
        + command(run.reproduce))
  }

  private func witnesses(_ finding: Finding) -> Markup {
    if finding.witnesses.isEmpty { return Markup() }
    let rows = finding.witnesses.map { witness in
      [
        MarkupTable.Cell.figure(offset(witness.from)), .figure(offset(witness.to)),
        MarkupTable.Cell("\(witness.message?.description ?? Readable.absent)"),
        MarkupTable.Cell("\(witness.text)"),
      ]
    }
    let kept = Readable.count(finding.witnesses.count)
    let isAll = finding.violations <= finding.witnesses.count
    let caption =
      isAll ? "All \(kept) witnesses" : "The first \(kept) of \(Readable.count(finding.violations))"
    let table = MarkupTable(
      caption: caption,
      headings: [
        MarkupTable.Cell("from", style: "number"), MarkupTable.Cell("to", style: "number"),
        MarkupTable.Cell("message"), MarkupTable.Cell("what happened"),
      ], rows: rows, hasRowHeaders: false)
    return fold("What the checker said of \(isAll ? "each" : "the first \(kept)")", table.markup)
  }
}

/// Shows a story: its sentences, a strip of its course, and what happened step by step.
struct StoryMarkup {
  private let story: Story
  private let chart: Chart?

  init(_ story: Story, _ chart: Chart?) {
    self.story = story
    self.chart = chart
  }

  /// The story; only the first one of a violation is unfolded on screens.
  func markup(isFirst: Bool) -> Markup {
    let text = Markup.tag("p", [:], "\(story.sentences.joined(separator: " "))")
    let finding = Markup.tag("p", ["class": "note"], "Checker: \(story.finding)")
    let title: Markup =
      story.gist.isEmpty
      ? "\(story.title)" : "\(story.title) \(.tag("span", ["class": "note"], Markup(story.gist)))"
    let picture = chart.map { ChartDrawing($0, .wide).markup + ChartDrawing($0, .narrow).markup }
    let body = text + (picture ?? Markup()) + finding + steps
    if isFirst { return .tag("div", ["class": "story"], .tag("h4", [:], title), body) }
    return .tag(
      "details", ["class": "fold", "open": "open"], .tag("summary", [:], title),
      .tag("div", ["class": "story"], body))
  }

  private var steps: Markup {
    let rows = story.steps.map(row)
    let head = Markup.tag(
      "thead", [:],
      .tag(
        "tr", [:], .tag("th", ["scope": "col", "class": "number"], "time"),
        .tag("th", ["scope": "col", "class": "number"], "after"),
        .tag("th", ["scope": "col"], "what happened")))
    let label = "Step by step: \(story.title)"
    let table = MarkupTable.scrolling(
      .tag(
        "table", ["class": "life"],
        .tag("caption", ["class": "hidden"], Markup(label)), head,
        .tag("tbody", [:], joining: rows)),
      label: label)
    let omitted: Markup =
      story.omittedSteps > 0
      ? .tag(
        "p", ["class": "note"],
        "\(Readable.counted(story.omittedSteps, "more step")) in the history.")
      : Markup()
    return table + omitted
  }

  private func row(_ step: Story.Step) -> Markup {
    let style: String? =
      switch step.kind {
      case .message: nil
      case .key: "key"
      case .context: "context"
      }
    let since = step.at.elapsed(since: story.from)
    return .tag(
      "tr", ["class": style], .tag("td", [:], "\(Readable.moment(step.at))"),
      .tag("td", [:], "\(since == .zero ? "" : "+" + Readable.duration(since))"),
      .tag("td", [:], Markup(step.text)))
  }
}
