import Environment
import Harness
import Judging
import Operations

extension HTMLReport {
  /// What this run says nothing about.
  var openFindings: Markup {
    let rows = run.openFindings.map { open in
      [
        MarkupTable.Cell("\(open.guarantee.rawValue)\(open.isRequired ? "*" : "")"),
        MarkupTable.Cell("\(Readable.list(open.queues))"),
        MarkupTable.Cell("\(open.words)", style: open.isRequired ? "doubtful" : nil),
        MarkupTable.Cell("\(open.reason.isEmpty ? Readable.absent : open.reason)"),
      ]
    }
    let doubts = run.doubts
    let warnings = run.warnings.filter { !$0.spoilsRun }.map(\.text)
    var content = Markup()
    if !rows.isEmpty {
      content +=
        MarkupTable(
          caption: "Guarantees without a judgement (* required)",
          headings: ["guarantee", "queue", "judgement", "why"].map { MarkupTable.Cell("\($0)") },
          rows: rows
        ).markup
    }
    if !doubts.isEmpty {
      content +=
        .tag("h3", [:], "Why the run as a whole is not valid") + list(doubts.map { "\($0)" })
    }
    if !warnings.isEmpty {
      content += .tag("h3", [:], "Warnings about the run itself") + list(warnings.map { "\($0)" })
    }
    return content.isEmpty
      ? paragraph("Every guarantee that was looked at was put to the test.") : content
  }

  /// What keeps the result from holding elsewhere.
  var threats: Markup {
    list(ThreatsToValidity(result).items.map { Markup(markdown: $0) })
  }

  /// The planned faults, what became of them, and how that was seen.
  var faults: Markup {
    let rows = run.faultCourses.map { course in
      [
        MarkupTable.Cell("\(course.step.id.description)", style: "number"),
        MarkupTable.Cell("\(course.label)"),
        MarkupTable.Cell("\(course.step.target.isEmpty ? "the cluster" : course.step.target)"),
        MarkupTable.Cell.figure(course.step.plannedWords),
        .figure(course.began.map(offset) ?? Readable.absent),
        MarkupTable.Cell(
          course.isProved ? "✓ proved" : .tag("strong", [:], "? \(course.shortWord)"),
          style: course.isProved ? "good" : "doubtful"),
        MarkupTable.Cell("\(course.last?.event.detail ?? "")"),
      ]
    }
    if rows.isEmpty { return paragraph("The schedule has no faults.") }
    let headings = [
      MarkupTable.Cell("no.", style: "number"), MarkupTable.Cell("fault"),
      MarkupTable.Cell("aimed at"), MarkupTable.Cell("planned", style: "number"),
      MarkupTable.Cell("began", style: "number"), MarkupTable.Cell("result"),
      MarkupTable.Cell("evidence"),
    ]
    return MarkupTable(
      caption: "The steps of the schedule “\(run.schedule.name)”", headings: headings, rows: rows
    ).markup
      + paragraph(
        "Times are those of the history, since the run began; the load began at "
          + "\(offset(run.timeline.loadBegan)). A fault without evidence counts as not exercised.",
        "note")
  }

  /// The same workload without faults.
  var control: Markup {
    guard let control = result.control else {
      return paragraph(
        "There was none: nothing shows that the same workload is free of violations without "
          + "faults.")
    }
    let tone = control.verdict.tone.style
    let verdict = "\(control.verdict.symbol) \(control.verdict.rawValue)"
    let text: Markup =
      "The same workload without faults, \(Readable.duration(control.identity.duration)): "
      + "\(.tag("strong", ["class": tone], Markup(verdict))). "
      + "What is wrong here is not the faults’ doing."
    let measures = FigureTable(control).presentMeasures
    return paragraph(text) + list(control.problems.map { "\($0)" })
      + (control.queues.isEmpty || measures.isEmpty
        ? Markup() : figureTable("Figures of the control run", measures, of: control))
  }

  var fileList: Markup {
    list(files.map { "\(.tag("code", [:], Markup(whole: $0.path))): \($0.about)" })
  }
}

extension FaultCourse {
  /// What came of a fault that was not proved.
  fileprivate var shortWord: String {
    switch last?.event.stage {
    case .proved: "proved"
    case .began, .unproved: "without evidence"
    case .failed: "failed"
    case nil: "never began"
    }
  }
}

extension Markup {
  /// A sentence of the program's own with `**strong**` and `` `code` `` in it.
  init(markdown text: String) {
    self.init()
    for (place, strong) in text.split(separator: "**", omittingEmptySubsequences: false)
      .enumerated()
    {
      let codes = strong.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      let pieces = codes.map { place, piece -> Markup in
        place % 2 == 1 ? .tag("code", [:], Markup(String(piece))) : Markup(String(piece))
      }
      self +=
        place % 2 == 1
        ? .tag("strong", [:], joining: pieces) : Markup(joining: pieces)
    }
  }
}
