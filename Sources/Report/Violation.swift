import Environment
import Harness
import Judging
import Operations

/// A violated guarantee of one queue.
struct Violation {
  var queue: QueueResult
  var finding: Finding

  /// Whether the verdict depends on it.
  var isRequired: Bool { queue.required.contains(finding.guarantee) }

  /// What it means, in plain words.
  var sentence: String {
    let lost = queue.count(.lost) ?? finding.violations
    return finding.guarantee.violationSentence(
      max(1, finding.violations), undelivered: lost >= finding.violations)
  }
}

/// A guarantee that was not judged for some queues, for the same reason.
struct OpenFinding: Hashable {
  /// The queues as people call them.
  var queues: [String]
  var guarantee: Guarantee
  /// The judgement; nil if no checker judged it although it is required.
  var judgement: Judgement?
  /// Whether the verdict depends on it.
  var isRequired: Bool

  /// `unknown` or `not exercised`.
  var words: String { judgement?.name ?? "unknown" }

  /// Why.
  var reason: String { judgement.map(\.reason) ?? "no checker judged it" }

  /// The queues, the guarantee and the reason.
  var text: String {
    "\(Readable.list(queues)): \(guarantee.rawValue)\(isRequired ? "*" : "") \(words)"
      + (reason.isEmpty ? "" : ", \(reason)")
  }
}

extension RunResult {
  /// What was violated: required things first, then by queue and guarantee.
  var violations: [Violation] {
    let all = queues.flatMap { queue in
      Guarantee.allCases.compactMap { queue.finding($0) }
        .filter { $0.judgement == .violated }
        .map { Violation(queue: queue, finding: $0) }
    }
    return all.filter(\.isRequired) + all.filter { !$0.isRequired }
  }

  /// What was not judged: required things first, then by guarantee; equal ones together.
  var openFindings: [OpenFinding] {
    var open: [OpenFinding] = []
    for guarantee in Guarantee.allCases {
      for queue in queues {
        guard var finding = queue.openFinding(guarantee) else { continue }
        let equal = open.firstIndex { known in
          finding.queues = known.queues
          return known == finding
        }
        finding.queues = [label(of: queue)]
        if let equal { open[equal].queues += finding.queues } else { open.append(finding) }
      }
    }
    return open.filter(\.isRequired) + open.filter { !$0.isRequired }
  }

  /// What keeps a run from being valid, one line each.
  var problems: [String] {
    violations.filter(\.isRequired).map { "\(label(of: $0.queue)): \($0.sentence)" }
      + openFindings.filter(\.isRequired).map(\.text) + doubts
  }
}

extension QueueResult {
  fileprivate func openFinding(_ guarantee: Guarantee) -> OpenFinding? {
    let judgement = finding(guarantee)?.judgement
    switch judgement {
    case .held, .violated: return nil
    case nil where !required.contains(guarantee): return nil
    case .unknown, .notExercised, nil:
      return OpenFinding(
        queues: [], guarantee: guarantee, judgement: judgement,
        isRequired: required.contains(guarantee))
    }
  }
}
