import Environment
import Harness
import Judging
import Operations

extension HTMLReport {
  /// What the report is about, in a line.
  var title: String {
    let kinds = Readable.list(run.queues.map { run.label(of: $0) })
    return "\(kinds.isEmpty ? "No" : Readable.sentence(kinds)) queues of "
      + "\(run.identity.system) under the schedule “\(run.schedule.name)”"
  }

  /// The verdict, and in plain words what was tested, what came out, what that does not prove.
  var opening: Markup {
    let identity = run.identity
    let eyebrow =
      "Stoat report · run \(identity.name) · seed \(identity.seedText) · "
      + Readable.time(unixNanoseconds: identity.startedAtUnixNanoseconds)
    let columns = Markup.tag(
      "div", ["class": "columns"],
      .tag("div", [:], .tag("h2", [:], "What was tested"), tested),
      .tag("div", [:], .tag("h2", [:], "What came out"), outcome),
      .tag("div", [:], .tag("h2", [:], "What that does not prove"), limits))
    let again =
      Markup.tag("h2", ["class": "small"], "To see it again") + command(run.reproduce)
      + paragraph(
        "The seed fixes the plan: the same operations and faults. What the cluster makes of it "
          + "can differ from run to run.", "note")
    return .tag(
      "header", [:], paragraph("\(eyebrow)", "eyebrow"), .tag("h1", [:], Markup(title)), banner,
      tiles, columns, again)
  }

  private var banner: Markup {
    .tag(
      "div", ["class": "verdict \(result.verdict.tone.style ?? "")"],
      .tag("strong", [:], "\(result.verdict.symbol) \(Readable.sentence(result.verdict.rawValue))"),
      paragraph("\(PlainSummary(result).verdictReason)"))
  }

  /// A tile a queue: what it lost, the one figure that matters most.
  private var tiles: Markup {
    if run.queues.isEmpty { return Markup() }
    return .tag("ul", ["class": "tiles"], joining: run.queues.map(tile))
  }

  private func tile(_ queue: QueueResult) -> Markup {
    let lost = queue.count(.lost)
    let confirmed = queue.count(.confirmed)
    let hasClaim = !queue.required.isEmpty
    let tone = hasClaim ? queue.verdict.tone.style : "faint"
    let symbol = hasClaim ? queue.verdict.symbol + " " : ""
    let open = queue.count(.undrained) ?? 0
    var figure = Markup.tag(
      "span", ["class": (lost ?? 0) > 0 ? "figure bad" : "figure"],
      "\(lost.map(Readable.count) ?? Readable.absent) lost")
    if open > 0 {
      figure += .tag("span", ["class": "figure doubtful"], "\(Readable.count(open)) open")
    }
    let rest =
      "of \(confirmed.map(Readable.count) ?? Readable.absent) confirmed"
      + (open > 0 ? "; open: \(queue.openReason)" : "")
    return .tag(
      "li", [:],
      .tag(
        "span", ["class": "name"], .tag("span", [:], "\(run.label(of: queue))"),
        .tag("span", ["class": tone], "\(symbol)\(queue.verdictWords)")),
      figure, .tag("span", ["class": "faint"], "\(rest)"))
  }

  private var tested: Markup {
    let attempts = run.queues.compactMap { $0.count(.attempts) }.reduce(0, &+)
    let labels = run.queues.map { run.label(of: $0) }
    let load = run.timeline.phases.first { $0.phase == .load }
    let time = load.flatMap { load in load.to.map { Readable.duration($0 - load.from) } }
    var text =
      "\(Readable.counted(run.queues.count, "queue")) (\(Readable.list(labels))) on a cluster of "
      + "\(Readable.counted(run.cluster.nodes, "node")) of \(run.identity.system). "
      + "Clients published \(Readable.counted(attempts, "message"))"
    text += time.map { " in \($0)" } ?? ""
    text += " and consumed them meanwhile; after that, the queues were to be emptied."
    let spans = run.faultSpans
    let faults = run.faultCourses.filter { !$0.step.isUndo }.map { course in
      deed(course, spans.first { $0.fault == course.step.id })
    }
    if faults.isEmpty { return paragraph("\(text)") + paragraph("No faults were made.") }
    return paragraph("\(text)") + paragraph("Meanwhile:") + list(faults)
  }

  private func deed(_ course: FaultCourse, _ span: FaultSpan?) -> Markup {
    guard let span else { return "\(course.label): \(course.shortcoming)" }
    let end = span.undone.map { " until " + offset($0) } ?? ""
    let proof: Markup =
      course.isProved
      ? "its effect was proved"
      : "\(.tag("strong", ["class": "doubtful"], Markup(course.shortcoming)))"
    return "\(.tag("code", [:], Markup(course.label))) from \(offset(span.from))\(end); \(proof)"
  }

  private var outcome: Markup {
    let summary = PlainSummary(result)
    return list(
      [summary.losses, summary.duplicates, summary.unavailability, summary.control]
        .filter { !$0.isEmpty }.map { "\($0)" })
  }

  private var limits: Markup {
    var items: [Markup] = [
      "One run: what held here may break in the next. “Held” means only that this run did not "
        + "break it."
    ]
    if !run.openFindings.isEmpty {
      items.append(
        "\(.tag("a", ["href": "#\(Section.open.rawValue)"], "Some guarantees")) were not exercised "
          + "or could not be judged.")
    }
    if run.cluster.netTick != .seconds(60) {
      items.append(
        "Nodes gave up an unreachable peer after \(Readable.setting(run.cluster.netTick)), not "
          + "after RabbitMQ’s default of 60 s.")
    }
    items.append(Markup(markdown: ThreatsToValidity(result).untried))
    items.append(
      "What else stands between this run and yours: "
        + "\(.tag("a", ["href": "#\(Section.threats.rawValue)"], "threats to validity")).")
    return list(items)
  }
}

extension Verdict {
  /// A symbol that can be told apart without colour.
  var symbol: String {
    switch self {
    case .valid: "✓"
    case .unknown: "?"
    case .invalid: "✗"
    }
  }
}
