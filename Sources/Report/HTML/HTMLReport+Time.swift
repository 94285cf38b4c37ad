import Environment
import Harness
import Judging
import Operations

extension HTMLReport {
  /// Throughput and latency of each queue on one time axis.
  var overTime: Markup {
    guard let traces else {
      return paragraph("There are no charts: \(gap).", "doubtful")
    }
    if traces.series.queues.allSatisfy(\.bins.isEmpty) { return Markup() }
    let charts = RunCharts(run, traces)
    let figures = run.queues.compactMap { queue in
      charts.chart(of: queue).map { chart in
        Markup.tag(
          "figure", [:], .tag("figcaption", [:], "\(run.label(of: queue))"),
          ChartDrawing(chart, .wide).markup, ChartDrawing(chart, .narrow).markup)
      }
    }
    return paragraph(reading(traces.series)) + Markup(joining: figures) + latencies(traces.series)
  }

  private func reading(_ series: RunSeries) -> Markup {
    var text =
      "All charts have the same axes; a step is \(Readable.setting(series.binWidth)). A message is "
      + "offered when a client publishes it. Its latency runs from the intended time of "
      + "that to its confirm and is shown at that time; what was never confirmed has none, and "
      + "shows as the gap between offered and confirmed. ▲ names a burst that is cut off at the "
      + "top. Dotted lines across a chart are changes of the leader as they were seen from outside."
    let spans = run.faultSpans
    if !spans.isEmpty {
      text += " Red bands are faults in force, paler while they were being undone."
    }
    if spans.contains(where: { !$0.isProved }) {
      text += " Hatched ones were not proved to have worked."
    }
    if series.omittedOperations > 0 {
      text +=
        " \(Readable.counted(series.omittedOperations, "operation")) were left out: too many were "
        + "open at once."
    }
    return "\(text)"
  }

  private func latencies(_ series: RunSeries) -> Markup {
    let columns = [("p50", 500), ("p90", 900), ("p99", 990), ("p99.9", 999), ("max", 1000)]
    let headings =
      [MarkupTable.Cell("queue"), MarkupTable.Cell("confirms", style: "number")]
      + columns.map { MarkupTable.Cell("\($0.0)", style: "number") }
    let rows = run.queues.compactMap { queue -> [MarkupTable.Cell]? in
      guard let latency = series.queues.first(where: { $0.queue == queue.description.id })?.latency
      else { return nil }
      return [
        MarkupTable.Cell("\(run.label(of: queue))"), .figure(Readable.count(latency.count)),
      ]
        + columns.map { column in
          .figure(
            latency.quantile(perMille: column.1).map { Readable.duration($0) } ?? Readable.absent)
        }
    }
    return MarkupTable(
      caption: "Latency of all confirmed publishes", headings: headings, rows: rows,
      style: "compact"
    ).markup
  }
}
