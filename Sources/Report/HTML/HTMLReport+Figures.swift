import Harness
import Judging
import Operations

extension HTMLReport {
  /// The figures of the queues, one column each, with what they mean.
  var figures: Markup {
    if run.queues.isEmpty { return Markup() }
    let table = FigureTable(run)
    let main = figureTable("Figures of each queue", table.measures.filter(isTelling), of: run)
    var rest = Markup()
    if !table.details.isEmpty {
      rest = fold(
        "More figures", figureTable("More figures of each queue", table.details, of: run))
    }
    return main + absences + others(table) + rest
  }

  /// Whether a figure belongs to the few that say how the queues differ; the ledger has the rest.
  private func isTelling(_ measure: ReportedMeasure) -> Bool {
    let always: [MeasureName] = [.attempts, .confirmed, .delivered, .lost, .unflagged]
    return always.contains { measure.key == .whole($0) } || measure.unit == .time
      || run.queues.contains { ($0.count(measure.key) ?? 0) != 0 }
  }

  /// A table of measures and verdicts, one column a queue.
  func figureTable(_ caption: String, _ measures: [ReportedMeasure], of run: RunResult) -> Markup {
    let headings =
      [MarkupTable.Cell("figure")]
      + run.queues.map { MarkupTable.Cell("\(run.label(of: $0))", style: "number") }
      + [MarkupTable.Cell("what it means")]
    let rows = measures.map { measure in
      [
        MarkupTable.Cell(
          "\(measure.label)", style: measure.key == .whole(.lost) ? "strong" : nil)
      ]
        + run.queues.map { figure(measure, of: $0) }
        + [MarkupTable.Cell("\(measure.meaning)", style: "faint meaning")]
    }
    let verdicts = run.queues.map { queue in
      MarkupTable.Cell.figure(
        queue.verdictWords, tone: queue.required.isEmpty ? .faint : queue.verdict.tone)
    }
    let last =
      [MarkupTable.Cell("verdict", style: "strong")] + verdicts
      + [MarkupTable.Cell("over what the plan requires", style: "faint meaning")]
    return MarkupTable(caption: caption, headings: headings, rows: rows + [last]).markup
  }

  private func figure(_ measure: ReportedMeasure, of queue: QueueResult) -> MarkupTable.Cell {
    let value = queue.figure(measure.key)
    var tone = Tone.plain
    if case .count(let count) = value, count > 0 {
      switch measure.concern {
      case .grave: tone = .bad
      case .notable: tone = .doubtful
      case .neutral: break
      }
    }
    return .figure(Readable.figure(value), tone: tone)
  }

  /// Why figures are missing where a checker said so.
  private var absences: Markup {
    let items = run.queues.flatMap { queue in
      queue.measures.compactMap { measure -> Markup? in
        guard case .absent(let reason) = measure.value, !reason.isEmpty else { return nil }
        let label = MeasureCatalogue.measure(measure.key)?.label ?? measure.key.description
        return "No \(label) of \(run.label(of: queue)): \(reason)."
      }
    }
    return list(items)
  }

  /// The figures that the catalogue does not know.
  private func others(_ table: FigureTable) -> Markup {
    let keys = table.otherMeasures
    if keys.isEmpty { return Markup() }
    let headings =
      [MarkupTable.Cell("figure")]
      + run.queues.map { MarkupTable.Cell("\(run.label(of: $0))", style: "number") }
    let rows = keys.map { key in
      [MarkupTable.Cell("\(key.description)")]
        + run.queues.map { MarkupTable.Cell.figure(Readable.figure($0.figure(key))) }
    }
    return MarkupTable(
      caption: "Figures without a description", headings: headings, rows: rows, style: "compact"
    ).markup
  }
}
