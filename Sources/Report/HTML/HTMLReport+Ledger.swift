import Harness
import Judging
import Operations

extension HTMLReport {
  private static let fates: [MeasureName] = [
    .delivered, .deadLettered, .recovered, .vanished, .refused, .returned, .lost, .undrained,
  ]
  private static let anomalies: [MeasureName] = [
    .redelivered, .unflagged, .resurrected, .deliveredAfterAck, .overlappingHolds, .outOfOrder,
    .failedYetDelivered, .droppedUnacknowledged, .lostDeadLetter, .deadLetteredAgain, .phantom,
  ]

  /// The fates with their sum, the anomalies, and whether the totals reconcile.
  var ledger: Markup {
    if run.queues.isEmpty { return Markup() }
    return paragraph(
      "Every publish that was tried has exactly one fate, and the fates add up to the attempts. "
        + "Anomalies come on top; a message may have several.")
      + table("Fates", of: "fate", Self.fates, total: .attempts)
      + table("Anomalies", of: "anomaly", Self.anomalies)
      + balance
  }

  private func table(
    _ caption: String, of kind: String, _ names: [MeasureName], total: MeasureName? = nil
  ) -> Markup {
    let headings =
      [MarkupTable.Cell("\(kind)")]
      + run.queues.map { MarkupTable.Cell("\(run.label(of: $0))", style: "number") }
      + [MarkupTable.Cell("what it means")]
    let known = names.filter { name in run.queues.contains { $0.figure(name) != nil } }
    if known.isEmpty { return Markup() }
    let rows = (known + [total].compactMap(\.self)).map { name in
      row(MeasureCatalogue.measure(name), isTotal: name == total)
    }
    return MarkupTable(caption: caption, headings: headings, rows: rows).markup
  }

  private func row(_ measure: ReportedMeasure, isTotal: Bool) -> [MarkupTable.Cell] {
    let label: Markup = isTotal ? "\(measure.label) (sum)" : "\(measure.label)"
    let figures = run.queues.map { queue in
      let isGrave = measure.concern == .grave && (queue.count(measure.key) ?? 0) > 0
      return MarkupTable.Cell.figure(
        Readable.figure(queue.figure(measure.key)),
        tone: isGrave ? .bad : isTotal ? .strong : .plain)
    }
    return [MarkupTable.Cell(label, style: isTotal ? "strong" : nil)] + figures
      + [MarkupTable.Cell("\(measure.meaning)", style: "faint meaning")]
  }

  private var balance: Markup {
    let lines = run.queues.flatMap { queue in
      LedgerBalance(queue).lines.map { (run.label(of: queue), $0) }
    }
    let known = lines.filter { $0.1.holds != nil }
    if known.isEmpty {
      return paragraph("Whether the totals reconcile cannot be checked: figures are missing.")
    }
    let wrong = known.filter { $0.1.holds == false }.count
    let verdict: Markup =
      wrong == 0
      ? .tag("strong", ["class": "good"], "✓ The totals reconcile")
      : .tag(
        "strong", ["class": "bad"],
        "✗ \(Readable.counted(wrong, "total")) of \(Readable.count(known.count)) do not reconcile")
    let rows = known.map { label, line in
      [
        MarkupTable.Cell("\(label)"), MarkupTable.Cell("\(line.rule)", style: "faint"),
        MarkupTable.Cell(
          "\(line.holds == true ? "✓" : "✗") \(line.figures)",
          style: line.holds == true ? nil : "bad"),
      ]
    }
    let table = MarkupTable(
      caption: "Sums over the figures of this report",
      headings: [MarkupTable.Cell("queue"), MarkupTable.Cell("rule"), MarkupTable.Cell("figures")],
      rows: rows)
    return fold("\(verdict) \(.tag("span", ["class": "note"], "(the sums)"))", table.markup)
  }
}
