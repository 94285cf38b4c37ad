import Environment
import Harness
import Judging
import Operations

extension MarkdownReport {
  var control: String {
    guard let control = result.control else { return "" }
    let rows = FigureTable(control).presentMeasures.map { measure in
      [measure.label] + control.queues.map { Readable.figure($0.figure(measure.key)) }
    }
    let verdicts = ["verdict"] + control.queues.map { "**\($0.verdictWords)**" }
    let headings = [""] + control.queues.map { MarkdownText.plain(control.label(of: $0)) }
    let text =
      "The same workload without faults, \(Readable.duration(control.identity.duration)): "
      + "**\(control.verdict.rawValue)**. What is wrong here is not the faults' doing."
    let parts = [
      text,
      MarkdownText.table(
        headings, figures: Set(1...max(1, control.queues.count)), rows + [verdicts]),
      MarkdownText.list(control.problems.map(MarkdownText.plain)),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  var faults: String {
    let rows = run.faultCourses.map { course in
      [
        "\(course.step.id)", MarkdownText.plain(course.step.plannedWords),
        MarkdownText.plain(course.step.name),
        MarkdownText.plain(course.step.target.isEmpty ? "the cluster" : course.step.target),
        course.nodes.map(\.description).joined(separator: ", "),
        course.began.map(offset) ?? Readable.absent, course.result,
        MarkdownText.plain(course.last?.event.detail ?? ""),
      ]
    }
    if rows.isEmpty { return "The schedule has no faults." }
    return MarkdownText.table(
      ["#", "planned", "fault", "aimed at", "nodes", "began", "result", "evidence"],
      figures: [0, 1, 5], rows)
      + "\n\nTimes are those of the history, since the run began; the load began at "
      + "\(offset(run.timeline.loadBegan)). A fault without evidence counts as not exercised."
  }

  var phases: String {
    let rows = run.timeline.phases.filter { $0.phase != .done }.map { record in
      [
        record.phase.name, offset(record.from),
        record.to.map { Readable.duration($0 - record.from) } ?? "the run ended in it",
        record.phase.meaning,
      ]
    }
    return rows.isEmpty
      ? "" : MarkdownText.table(["phase", "began", "took", "what happens"], figures: [1, 2], rows)
  }

  var brokerEvents: String {
    let rows = run.timeline.brokerEvents.map { record in
      [
        offset(record.at), record.event.kind.words, record.event.node?.description ?? "",
        MarkdownText.plain(record.event.queue.map(queueLabel) ?? ""),
        MarkdownText.plain(record.event.detail),
      ]
    }
    if rows.isEmpty { return "" }
    let omitted = run.timeline.omittedBrokerEvents
    let note = omitted > 0 ? "\n\n\(Readable.count(omitted)) more are in the history." : ""
    return MarkdownText.table(["at", "event", "node", "queue", "detail"], figures: [0], rows) + note
  }

  private func queueLabel(_ id: QueueID) -> String {
    run.queues.first { $0.description.id == id }.map { run.label(of: $0) } ?? "queue \(id)"
  }

  var environment: String {
    let identity = run.identity
    var rows = [
      ["run", MarkdownText.code(identity.name)],
      ["seed", identity.seedText],
      ["system", MarkdownText.plain(identity.system)],
      ["plan digest", MarkdownText.code(identity.planDigest)],
      ["started", Readable.time(unixNanoseconds: identity.startedAtUnixNanoseconds)],
      ["took", Readable.duration(identity.duration)],
      ["nodes", "\(run.cluster.nodes)"],
      ["partition handling", MarkdownText.code(run.cluster.partitionHandling.rawValue)],
      ["net tick", Readable.setting(run.cluster.netTick)],
    ]
    rows += run.environment.map { [MarkdownText.plain($0.name), MarkdownText.plain($0.value)] }
    return MarkdownText.table(["setting", "value"], rows)
  }

  var warnings: String {
    MarkdownText.list(
      (run.doubts + run.warnings.filter { !$0.spoilsRun }.map(\.text)).map(MarkdownText.plain))
  }

  var openFindings: String {
    let rows = run.openFindings.map { open in
      [
        MarkdownText.plain(open.queues.joined(separator: ", ")), open.guarantee.rawValue,
        open.isRequired ? "yes" : "no", open.words, MarkdownText.plain(open.reason),
      ]
    }
    return rows.isEmpty
      ? ""
      : MarkdownText.table(["queue", "guarantee", "required", "judgement", "why"], rows)
  }

  var fileList: String {
    MarkdownText.list(
      files.map { MarkdownText.code($0.path) + ": " + MarkdownText.plain($0.about) })
  }
}

extension FaultCourse {
  /// What came of it, in a word or two.
  var result: String {
    switch last?.event.stage {
    case .proved: "proved"
    case .began, .unproved: "**without evidence**"
    case .failed: "**failed**"
    case nil: "**never began**"
    }
  }
}

extension BrokerEventKind {
  /// What was learnt, for people.
  var words: String {
    switch self {
    case .leader: "leads the queue"
    case .drained: "proved empty"
    case .undrained: "not proved empty"
    case .nodeUp: "node serves clients"
    case .nodeDown: "node is down"
    case .bootRetried: "boot hung, started again"
    case .healed: "nobody reports a partition"
    case .partitioned: "a partition is reported"
    case .unsynchronised: "a mirror lacks messages"
    case .synchronised: "all mirrors have everything"
    case .logged: "the node's log says"
    case .nodeState: "node was seen"
    }
  }
}
