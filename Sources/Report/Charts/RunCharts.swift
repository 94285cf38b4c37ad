import Environment
import Harness
import Judging
import Operations

/// The charts of a run: throughput and latency of each queue, on the same axes.
struct RunCharts {
  private let run: RunResult
  private let traces: RunTraces
  private let time: TimeAxis
  private let rates: ValueAxis
  private let times: ValueAxis
  private let spans: [FaultSpan]
  private var series: RunSeries { traces.series }

  init(_ run: RunResult, _ traces: RunTraces) {
    self.run = run
    self.traces = traces
    spans = run.faultSpans
    let series = traces.series
    time = TimeAxis(end: series.end - .zero)
    let bins = series.queues.flatMap(\.bins)
    let most = bins.map { max($0.offered, $0.confirmed, $0.delivered) }.max() ?? 0
    // What piled up during a fault comes in a burst; the rest of the run has to stay readable.
    let shown = min(most, 2 * max(1, bins.map(\.offered).max() ?? 0))
    rates = .rates(upTo: Double(shown) / series.binWidth.seconds)
    let medians = bins.compactMap { $0.latency.quantile(perMille: 500) }
    let longest = bins.map(\.latency.longest).max() ?? .zero
    times = .times(from: medians.min() ?? .milliseconds(1), to: longest)
  }

  /// The chart of a queue; nil if the history does not have it.
  func chart(of queue: QueueResult) -> Chart? {
    guard let series = series.queues.first(where: { $0.queue == queue.description.id }) else {
      return nil
    }
    let leaders = Self.leaders(of: queue.description.id, traces)
    return Chart(
      id: "chart-\(queue.description.id)", title: "\(run.label(of: queue)) queue over time",
      description: description(of: queue, series, leaders: leaders), time: time,
      binWidth: self.series.binWidth,
      phases: run.timeline.phases.filter { $0.phase != .done }.map(\.segment), leaders: leaders,
      bands: spans.map(\.band),
      panels: [throughput(series), latency(series)])
  }

  private func throughput(_ queue: QueueSeries) -> Chart.Panel {
    let count = binCount
    let width = series.binWidth.seconds
    let rates = { (what: (SeriesBin) -> Int) -> [Double?] in
      (0..<count).map { $0 < queue.bins.count ? Double(what(queue.bins[$0])) / width : 0 }
    }
    return Chart.Panel(
      title: "messages/s", axis: self.rates,
      lines: [
        Chart.Line(label: "confirmed", weight: .first, values: rates(\.confirmed)),
        Chart.Line(label: "delivered", weight: .second, values: rates(\.delivered)),
        Chart.Line(label: "offered", weight: .third, values: rates(\.offered)),
      ], isFirstLineFilled: true, namesPeaks: true)
  }

  private func latency(_ queue: QueueSeries) -> Chart.Panel {
    let quantile = { (perMille: Int) -> [Double?] in
      queue.bins.map { bin in
        bin.latency.quantile(perMille: perMille).map { Double($0.nanoseconds) }
      }
    }
    return Chart.Panel(
      title: "latency", axis: times,
      lines: [
        Chart.Line(label: "p50", weight: .first, values: quantile(500)),
        Chart.Line(label: "p99", weight: .second, values: quantile(990)),
        Chart.Line(label: "max", weight: .third, values: quantile(1000)),
      ])
  }

  private var binCount: Int {
    Int((series.end - .zero).nanoseconds / series.binWidth.nanoseconds) + 1
  }

  /// Who was seen to lead a queue, and until when.
  static func leaders(of queue: QueueID, _ traces: RunTraces) -> [Chart.Segment] {
    let changes = traces.stories.brokerEvents.filter {
      $0.event.kind == .leader && $0.event.queue == queue
    }
    return changes.enumerated().map { place, change in
      Chart.Segment(
        from: change.at, to: place + 1 < changes.count ? changes[place + 1].at : nil,
        label: change.event.node?.description ?? "?")
    }
  }

  private func description(
    of queue: QueueResult, _ series: QueueSeries, leaders: [Chart.Segment]
  ) -> String {
    let offset = { (instant: Instant) in Readable.offset(instant - .zero) }
    var text =
      "Messages per second and latency of the \(run.label(of: queue)) queue over "
      + "\(Readable.duration(time.end)), in steps of \(Readable.setting(self.series.binWidth))."
    let most = series.bins.map(\.confirmed).max() ?? 0
    let rate = Int((Double(most) / self.series.binWidth.seconds).rounded())
    text += " At most \(Readable.count(rate)) a second were confirmed."
    if let median = series.latency.quantile(perMille: 500) {
      text +=
        " Half of the confirms came within \(Readable.duration(median)), the last one after "
        + "\(Readable.duration(series.latency.longest))."
    }
    for span in spans {
      let end = span.undone.map { " to " + offset($0) } ?? " to the end"
      text +=
        " \(span.label)\(span.isProved ? "" : " (not proved)") from \(offset(span.from))\(end)."
    }
    for leader in leaders { text += " \(leader.label) led from \(offset(leader.from))." }
    return text
  }
}

extension PhaseRecord {
  /// The phase in a chart.
  var segment: Chart.Segment { Chart.Segment(from: from, to: to, label: phase.name) }
}

extension FaultSpan {
  /// The fault in a chart.
  var band: Chart.Band {
    Chart.Band(from: from, undone: undone, over: over, label: label, isProved: isProved)
  }
}
