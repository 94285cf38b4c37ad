import Environment
import Harness
package import Judging
import Operations

/// Several comparisons of the same kind side by side, one line a seed, as Markdown.
package struct CampaignTable {
  private let results: [CompareResult]
  private let kinds: [QueueKind]

  /// A table of `results`, in their order.
  package init(_ results: [CompareResult]) {
    self.results = results
    kinds = QueueKind.allCases.filter { kind in
      results.contains { !$0.run.queues(of: kind).isEmpty }
    }
  }

  /// The table and the totals below it, with a newline at the end.
  package var text: String {
    if results.isEmpty { return "No runs.\n" }
    return [table, MarkdownText.list(totals)].joined(separator: "\n\n") + "\n"
  }

  private var table: String {
    let headings = kinds.flatMap { kind in
      ["lost", "confirmed", "unflagged", "longest gap"].map { "\(kind.rawValue) \($0)" }
    }
    let rows = results.map { result in
      [result.run.identity.seedText] + kinds.flatMap { cells(result.run, $0) }
        + [result.run.verdict.rawValue, result.control?.verdict.rawValue ?? Readable.absent]
    }
    return MarkdownText.table(
      ["seed"] + headings + ["verdict", "control"], figures: Set(0...headings.count), rows)
  }

  private func cells(_ run: RunResult, _ kind: QueueKind) -> [String] {
    let lost = figure(run, kind, .lost)
    var isLoss = false
    if case .count(let count) = lost { isLoss = count > 0 }
    let text = Readable.figure(lost)
    let others: [MeasureName] = [.confirmed, .unflagged, .longestUnavailability]
    return [isLoss ? "**\(text)**" : text]
      + others.map { Readable.figure(figure(run, kind, $0)) }
  }

  /// The totals, a sentence a kind and one for the runs; Markdown already.
  var totals: [String] {
    kinds.map { total($0) } + [verdicts]
  }

  private func total(_ kind: QueueKind) -> String {
    let runs = results.map(\.run).filter { !$0.queues(of: kind).isEmpty }
    let losses = runs.compactMap { count($0, kind, .lost) }
    let confirmed = runs.compactMap { count($0, kind, .confirmed) }
    let total = losses.reduce(0, +)
    var text =
      "**\(kind.rawValue)** lost confirmed messages in \(losses.filter { $0 > 0 }.count) of "
      + "\(runs.count) runs: \(Readable.count(total)) of \(Readable.count(confirmed.reduce(0, +)))"
    if total > 0, let least = losses.min(), let most = losses.max() {
      text += ", \(Readable.count(least)) to \(Readable.count(most)) a run"
    }
    if losses.count < runs.count {
      text += "; not measured in \(runs.count - losses.count)"
    }
    let verdicts = Verdict.allCases.compactMap { verdict -> String? in
      let count = runs.filter { run in
        run.queues(of: kind).map(\.verdict).max() == verdict
      }.count
      return count > 0 ? "\(verdict.rawValue) in \(count)" : nil
    }
    let isRequired = runs.contains { $0.queues(of: kind).contains { !$0.required.isEmpty } }
    return text + (isRequired ? ". Verdict \(Readable.list(verdicts))." : ". No claim.")
  }

  private var verdicts: String {
    let controls = results.compactMap(\.control)
    let valid = controls.filter { $0.verdict == .valid }.count
    let proved = results.filter { $0.run.faultCourses.allSatisfy(\.isProved) }.count
    return "Control runs valid: \(valid) of \(controls.count). Runs in which every planned fault "
      + "was proved: \(proved) of \(results.count)."
  }

  private func count(_ run: RunResult, _ kind: QueueKind, _ name: MeasureName) -> Int? {
    guard case .count(let count) = figure(run, kind, name) else { return nil }
    return count
  }

  private func figure(_ run: RunResult, _ kind: QueueKind, _ name: MeasureName) -> MeasureValue? {
    run.figure(name, of: kind)
  }
}
