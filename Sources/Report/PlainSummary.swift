import Environment
import Harness
import Judging
import Operations

/// The result in a paragraph that needs no prior knowledge.
struct PlainSummary {
  private let result: CompareResult
  private var run: RunResult { result.run }

  init(_ result: CompareResult) {
    self.result = result
  }

  /// The sentences in order.
  var sentences: [String] {
    [losses, duplicates, unavailability, faults, control, verdict].filter { !$0.isEmpty }
  }

  /// The paragraph.
  var text: String { sentences.joined(separator: " ") }

  /// Who lost how much, the worst first.
  var losses: String {
    let order = run.queues.enumerated().sorted { a, b in
      let (mine, other) = (a.element.count(.lost) ?? 0, b.element.count(.lost) ?? 0)
      return mine == other ? a.offset < b.offset : mine > other
    }
    guard !order.isEmpty else { return "No queue was judged." }
    var unit = " confirmed messages"
    let clauses = order.map { clause(about: $0.element, unit: &unit) }
    return Readable.sentence(clauses.joined(separator: "; ")) + "."
  }

  /// What one queue lost; the unit is said once.
  private func clause(about queue: QueueResult, unit: inout String) -> String {
    let name = run.label(of: queue)
    guard let confirmed = queue.count(.confirmed) else {
      return "\(name) was not measured"
    }
    if confirmed == 0 { return "\(name) confirmed nothing" }
    guard let lost = queue.count(.lost) else {
      return "what \(name) lost is not known"
    }
    let amount = lost == 0 ? "none" : Readable.count(lost)
    let said = unit
    unit = ""
    let clause = "\(name) lost \(amount) of \(Readable.count(confirmed))\(said)"
    guard let open = queue.count(.undrained), open > 0 else { return clause }
    return clause
      + " (\(Readable.count(open)) more messages are open: \(queue.openReason))"
  }

  var duplicates: String {
    let clauses = run.queues.compactMap { queue -> String? in
      guard let count = queue.count(.unflagged), count > 0 else { return nil }
      return "\(run.label(of: queue)) \(Readable.count(count))"
    }
    if clauses.isEmpty { return "" }
    return "Duplicates that were not marked as such: \(Readable.list(clauses))."
  }

  var unavailability: String {
    let clauses = run.queues.compactMap { queue -> String? in
      guard let span = queue.duration(.longestUnavailability) else { return nil }
      return "\(run.label(of: queue)) \(Readable.duration(span))"
    }
    if clauses.isEmpty { return "" }
    return "The longest time without a confirm: \(Readable.list(clauses))."
  }

  private var faults: String {
    let courses = run.faultCourses
    if courses.isEmpty {
      return run.isImported
        ? "Nothing is known of faults that had an effect." : "No faults were made."
    }
    let done = courses.filter { $0.began != nil }.map(\.deed)
    let doubtful = courses.filter { !$0.isProved }.count
    var text = done.isEmpty ? "None of the planned faults was made." : ""
    if !done.isEmpty { text = "Faults, by time of the run: \(done.joined(separator: ", "))." }
    if doubtful == 0 { return text + " Each was proved to have worked." }
    return text + " No proof that \(doubtful) of \(courses.count) worked."
  }

  var control: String {
    guard let control = result.control else { return "" }
    return "The control run without faults was \(control.verdict.rawValue)."
  }

  private var verdict: String {
    let (link, clause) = reason
    return "Verdict: \(result.verdict.rawValue)\(link)\(clause)."
  }

  /// Why the verdict is what it is, as a sentence of its own.
  var verdictReason: String { Readable.sentence(reason.clause) + "." }

  /// The same as a part of a sentence, and what links it to the verdict.
  private var reason: (link: String, clause: String) {
    if let control = result.control, control.verdict > run.verdict {
      return (", ", "because of the control run: \(clause(control.problems))")
    }
    let broken = run.violations.filter(\.isRequired).map { violation in
      let promise = violation.finding.guarantee.facts.promise
      return "\(run.label(of: violation.queue)) did not keep “\(promise)”"
    }
    if !broken.isEmpty { return (", because ", Readable.list(broken)) }
    if run.verdict == .valid { return ("; ", "everything that was required held") }
    return (": ", clause(run.problems))
  }

  /// The first of several problems as part of a sentence.
  private func clause(_ problems: [String]) -> String {
    let first = problems.first ?? "nothing was judged"
    return first.hasSuffix(".") ? String(first.dropLast()) : first
  }
}

extension FaultCourse {
  /// What was done, to whom and when: `n1 isolated at 5.0 s`.
  var deed: String {
    let subject = nodes.isEmpty ? step.target : nodes.map(\.description).joined(separator: "+")
    let time = began.map { " at " + Readable.offset($0 - .zero) } ?? ""
    switch step.name {
    case "isolate": return "\(subject) isolated\(time)"
    case "heal": return "links healed\(time)"
    case "kill": return "\(subject) killed\(time)"
    case "start": return "\(subject) started\(time)"
    default: return "\(step.name)\(subject.isEmpty ? "" : " " + subject)\(time)"
    }
  }
}
