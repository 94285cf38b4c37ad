import Checkers
import Harness
import Judging
import Operations

extension CampaignSummary {
  /// What the summary is about, in a line.
  var title: String {
    let systems = results.map(\.run.identity.system).reduce(into: [String]()) { systems, system in
      if !systems.contains(system) { systems.append(system) }
    }
    let schedules = faults.count
    let scope = schedules > 0 ? " under \(Readable.counted(schedules, "fault schedule"))" : ""
    return "\(Readable.counted(results.count, "run")) of \(Readable.list(systems))\(scope)"
  }

  /// What all runs come to, a sentence each.
  var conclusions: [String] {
    kinds.map { conclusion($0) } + [verdicts, proofs].filter { !$0.isEmpty }
  }

  private func conclusion(_ kind: QueueKind) -> String {
    let runs = losses(kind, under: nil)
    let lossy = runs.filter { $0.lost > 0 }
    if runs.isEmpty { return "\(Readable.sentence(kind.rawValue)): nothing was measured." }
    let lost = lossy.reduce(0) { $0 + $1.lost }
    let confirmed = runs.reduce(0) { $0 + $1.confirmed }
    return "\(Readable.sentence(kind.rawValue)) queues lost confirmed messages in "
      + "\(lossy.count) of \(Readable.counted(runs.count, "run")) with faults: "
      + "\(Readable.count(lost)) of \(Readable.count(confirmed))."
  }

  private var verdicts: String {
    let words = Verdict.allCases.compactMap { verdict -> String? in
      let count = results.filter { $0.verdict == verdict }.count
      return count > 0 ? "\(verdict.rawValue) in \(count)" : nil
    }
    return words.isEmpty ? "" : "The verdict was \(Readable.list(words))."
  }

  private var proofs: String {
    let doubtful = results.filter { !$0.run.faultCourses.allSatisfy(\.isProved) }
    if doubtful.isEmpty { return faults.isEmpty ? "" : "Every planned fault was proved." }
    return "In \(Readable.counted(doubtful.count, "run")) not every planned fault was proved; they "
      + "count as not exercised, unless something was violated."
  }
}
