import Environment
import Harness
package import Judging
import Operations

/// Verdicts as JUnit XML, for systems that show tests: junit.xml.
///
/// A run is a test suite, its control run one of its own. Each guarantee that the plan requires of
/// a queue is a test case, and so is the run as a whole. A violation is a `failure`. What is
/// unknown or was not exercised is an `error`, not `skipped`: the verdict is not valid then, and a
/// skipped test does not keep a build from passing.
package struct JUnitReport {
  private let suites: [Suite]

  /// A report of these results, the control run of each before the run itself.
  package init(_ results: [CompareResult]) {
    suites = results.flatMap { result in
      [result.control, result.run].compactMap(\.self).map(Suite.init)
    }
  }

  /// The document, with a newline at its end.
  package var text: String {
    let cases = suites.flatMap(\.cases)
    let content = suites.map { Markup(trusted: "\n  ") + $0.markup }
    let root = Markup.tag(
      "testsuites",
      [
        "name": "stoat", "tests": "\(cases.count)",
        "failures": "\(cases.count(where: \.isFailure))",
        "errors": "\(cases.count(where: \.isError))", "skipped": "0",
        "time": Self.seconds(suites.reduce(.zero) { $0 + $1.run.identity.duration }),
      ], joining: content + [Markup(trusted: "\n")])
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.source + "\n"
  }

  /// Seconds with milliseconds: `214.000`.
  fileprivate static func seconds(_ duration: Duration) -> String {
    let milliseconds = max(0, duration.nanoseconds) / 1_000_000
    return "\(milliseconds / 1000)." + String(1000 + milliseconds % 1000).dropFirst()
  }
}

/// A run as a test suite.
private struct Suite {
  let run: RunResult
  let cases: [Case]
  private let name: String

  init(_ run: RunResult) {
    self.run = run
    let name = "stoat.\(run.identity.name)"
    self.name = name
    let judged = run.queues.flatMap { queue in
      Guarantee.allCases.filter { queue.required.contains($0) }
        .map { Case($0, of: queue, in: run, suite: name) }
    }
    cases = judged + [Case(wholeOf: run, suite: name)]
  }

  var markup: Markup {
    var content = [Markup(trusted: "\n    ") + properties]
    content += cases.map { Markup(trusted: "\n    ") + $0.markup }
    let summary = PlainSummary(CompareResult(run: run)).text
    content.append(
      Markup(trusted: "\n    ")
        + .tag(
          "system-out", [:], Markup(summary), Markup(trusted: "\n"), "Reproduce: ",
          Markup(whole: run.reproduce)))
    return .tag(
      "testsuite",
      [
        "name": name, "tests": "\(cases.count)", "failures": "\(cases.count(where: \.isFailure))",
        "errors": "\(cases.count(where: \.isError))", "skipped": "0",
        "time": JUnitReport.seconds(run.identity.duration), "timestamp": timestamp,
      ], joining: content + [Markup(trusted: "\n  ")])
  }

  /// The beginning of the run as ISO 8601 in UTC, without a zone, as the format wants it.
  private var timestamp: String {
    let time = Readable.time(unixNanoseconds: run.identity.startedAtUnixNanoseconds)
    return time.split(separator: " ").prefix(2).joined(separator: "T")
  }

  private var properties: Markup {
    let identity = run.identity
    let facts = [
      ("seed", identity.seedText), ("system", identity.system), ("schedule", run.schedule.name),
      ("verdict", run.verdict.rawValue), ("plan digest", identity.planDigest),
      ("directory", identity.directory), ("reproduce", run.reproduce),
    ]
    return .tag(
      "properties", [:],
      joining: facts.map { .tag("property", ["name": $0.0, "value": $0.1]) })
  }
}

/// A test case, and what is wrong with it.
private struct Case {
  private enum State {
    case passed
    case failed(kind: String, message: String, lines: [String])
    case open(kind: String, message: String, lines: [String])
  }

  private let className: String
  private let name: String
  private let state: State

  /// A guarantee that is required of a queue.
  init(_ guarantee: Guarantee, of queue: QueueResult, in run: RunResult, suite: String) {
    className = "\(suite).\(run.label(of: queue))"
    name = guarantee.rawValue
    let cell = MatrixTable.Cell(guarantee, of: queue, in: run, isLinked: false)
    switch cell.mark {
    case .held: state = .passed
    case .violated:
      let finding = queue.finding(guarantee)
      let violation = finding.map { Violation(queue: queue, finding: $0).sentence }
      let witnesses = (finding?.witnesses ?? []).map(\.text)
      state = .failed(
        kind: "violated", message: violation ?? cell.mark.word,
        lines: witnesses + ["Reproduce: \(run.reproduce)"])
    case .unknown, .notExercised, .notJudged:
      state = .open(
        kind: cell.mark.word, message: cell.reason.isEmpty ? cell.mark.word : cell.reason,
        lines: [])
    }
  }

  /// What keeps the run as a whole from being valid, whatever its queues did.
  init(wholeOf run: RunResult, suite: String) {
    className = suite
    name = "run"
    let doubts = run.doubts
    state = doubts.first.map { .open(kind: "unknown", message: $0, lines: doubts) } ?? .passed
  }

  var isFailure: Bool {
    if case .failed = state { true } else { false }
  }

  var isError: Bool {
    if case .open = state { true } else { false }
  }

  var markup: Markup {
    .tag("testcase", ["classname": className, "name": name, "time": "0"], outcome)
  }

  private var outcome: Markup {
    switch state {
    case .passed: Markup()
    case .failed(let kind, let message, let lines):
      .tag("failure", Self.attributes(kind, message), Self.text(lines))
    case .open(let kind, let message, let lines):
      .tag("error", Self.attributes(kind, message), Self.text(lines))
    }
  }

  private static func attributes(_ kind: String, _ message: String) -> Markup.Attributes {
    ["type": kind, "message": MarkupText.bounded(message)]
  }

  private static func text(_ lines: [String]) -> Markup {
    Markup(
      joining: lines.map { Markup(whole: MarkupText.bounded($0)) }, separator: Markup(trusted: "\n")
    )
  }
}
