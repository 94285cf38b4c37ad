import Environment
import Harness
import Judging
import Operations

extension HTMLReport {
  /// Where and on what it ran, its phases, what the broker did.
  var course: Markup {
    fold("Environment", environment)
      + (run.timeline.phases.isEmpty ? Markup() : fold("Phases", phases))
      + (run.timeline.brokerEvents.isEmpty
        ? Markup() : fold("What the broker did, as seen from outside", brokerEvents))
  }

  private var environment: Markup {
    let identity = run.identity
    let facts: [(String, String)] =
      [
        ("run", identity.name), ("seed", identity.seedText), ("system", identity.system),
        ("directory", identity.directory), ("plan digest", identity.planDigest),
        ("started", Readable.time(unixNanoseconds: identity.startedAtUnixNanoseconds)),
        ("took", Readable.duration(identity.duration)), ("nodes", "\(run.cluster.nodes)"),
        ("partition handling", run.cluster.partitionHandling.rawValue),
        ("net tick", Readable.setting(run.cluster.netTick)),
      ] + run.environment.map { ($0.name, $0.value) }
    return .tag(
      "dl", ["class": "facts"],
      joining: facts.filter { !$0.1.isEmpty }.flatMap { name, value in
        [Markup.tag("dt", [:], Markup(name)), .tag("dd", [:], Markup(value))]
      })
  }

  private var phases: Markup {
    let rows = run.timeline.phases.filter { $0.phase != .done }.map { record in
      [
        MarkupTable.Cell("\(record.phase.name)"), .figure(offset(record.from)),
        .figure(
          record.to.map { Readable.duration($0.elapsed(since: record.from)) } ?? "never ended"),
        MarkupTable.Cell("\(record.phase.meaning)"),
      ]
    }
    return MarkupTable(
      caption: "Phases of the run",
      headings: [
        MarkupTable.Cell("phase"), MarkupTable.Cell("began", style: "number"),
        MarkupTable.Cell("took", style: "number"), MarkupTable.Cell("what happens"),
      ], rows: rows
    ).markup
  }

  private var brokerEvents: Markup {
    let rows = run.timeline.brokerEvents.map { record in
      [
        MarkupTable.Cell.figure(offset(record.at)), MarkupTable.Cell("\(record.event.kind.words)"),
        MarkupTable.Cell("\(record.event.node?.description ?? "")"),
        MarkupTable.Cell("\(record.event.queue.map(queueLabel) ?? "")"),
        MarkupTable.Cell("\(record.event.detail)"),
      ]
    }
    let headings =
      [MarkupTable.Cell("at", style: "number")]
      + ["event", "node", "queue", "detail"].map { MarkupTable.Cell("\($0)") }
    let table = MarkupTable(
      caption: "Broker events", headings: headings, rows: rows, hasRowHeaders: false
    ).markup
    let omitted = run.timeline.omittedBrokerEvents
    if omitted == 0 { return table }
    return table + paragraph("\(Readable.count(omitted)) more are in the history.", "note")
  }

  private func queueLabel(_ id: QueueID) -> String {
    run.queues.first { $0.description.id == id }.map { run.label(of: $0) } ?? "queue \(id)"
  }
}
