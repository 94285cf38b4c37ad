import Checkers
import Harness
package import Judging
import Linearizability
import Operations
package import Report
import Store

/// One violation of a history: the least that shows it, in words and as a drawing.
package struct HistoryExplanation: Sendable {
  /// A name of its own for files: `at-least-once-0-orders`.
  package var name: String
  /// For a terminal, line by line.
  package var lines: [String]
  /// The drawing as an SVG file.
  package var drawing: String
  /// The least of the history as a JSONL file; nil where there is none.
  package var excerpt: [UInt8]?
}

/// What there is to explain of a history.
package struct HistoryExplanations: Sendable {
  /// The violations that are explained, what is required first.
  package var explanations: [HistoryExplanation] = []
  /// How many others there are.
  package var omitted = 0
  /// What the explanations of that would be called which was judged and is not violated.
  package var refuted: [String] = []
}

extension HistoryCheck {
  /// How many violations of a history are explained.
  package static let explanationLimit = 12
  /// How many are followed in one reading: each keeps its own part of the history.
  private static let batch = 4

  /// The explanations of what some choices find violated.
  ///
  /// The history is read once for the findings and once more for every few of them.
  package func explanations(
    of choices: [CheckerChoice], style: TerminalStyle
  ) throws -> HistoryExplanations {
    let findings = try findings(of: choices)
    let violated = violations(in: findings)
    let shown = violated.prefix(Self.explanationLimit)
    var explanations: [HistoryExplanation] = []
    for start in stride(from: 0, to: shown.count, by: Self.batch) {
      var selectors = ExcerptSelector.selectors(
        header: reader.header, findings: Array(shown.dropFirst(start).prefix(Self.batch)))
      _ = try reader.forEachBatch { events in
        for number in selectors.indices {
          for place in events.indices { selectors[number].observe(events[place]) }
        }
      }
      explanations += selectors.map { explanation($0.finish(), style) }
    }
    let refuted = findings.filter { $0.judgement == .held }
    return HistoryExplanations(
      explanations: explanations, omitted: violated.count - shown.count,
      refuted: refuted.map { name(ofGuarantee: $0.guarantee, $0.queue) })
  }

  private func explanation(_ excerpt: Excerpt, _ style: TerminalStyle) -> HistoryExplanation {
    let minimal = excerpt.minimalWitness(criteria: criteria)
    let names = HistoryNames(reader.imported)
    return HistoryExplanation(
      name: name(ofGuarantee: minimal.guarantee, minimal.queue),
      lines: ExplanationText(minimal, names: names, style: style).lines,
      drawing: DiagramDrawing(IntervalDiagram(minimal, names: names)).text,
      excerpt: minimal.history.linesWithEnd)
  }

  private func name(ofGuarantee guarantee: Guarantee, _ queue: QueueID) -> String {
    let name = reader.header.queues.first { $0.id == queue }?.name
    return "\(guarantee.rawValue)-\(queue)" + (name.map { "-\($0)" } ?? "")
  }

  /// What the choices find about what they judge; nothing of a history that is not whole may be
  /// called held.
  private func findings(of choices: [CheckerChoice]) throws -> [Finding] {
    var checkers: [any Checker.Type] = []
    for checker in choices.flatMap(\.checkers) where !checkers.contains(where: { $0 == checker }) {
      checkers.append(checker)
    }
    var suite = CheckerSuite(header: reader.header, criteria: criteria, checkers: checkers)
    let ending = try reader.forEachBatch { suite.observe($0) }
    let findings = suite.conclude().checkerReport.findings.filter { isAsked($0, of: choices) }
    return ending.isComplete ? findings : findings.filter { $0.judgement != .held }
  }

  /// What is violated, what is required first.
  private func violations(in findings: [Finding]) -> [Finding] {
    var logs = 0
    let violated = findings.filter { finding in
      guard finding.judgement == .violated else { return false }
      // The logs are those of the nodes, and every queue has the same finding about them.
      if finding.guarantee == .cleanLogs { logs += 1 }
      return finding.guarantee != .cleanLogs || logs == 1
    }
    return violated.filter(isRequired) + violated.filter { !isRequired($0) }
  }

  private func isAsked(_ finding: Finding, of choices: [CheckerChoice]) -> Bool {
    guard choices.contains(where: { $0.guarantees.contains(finding.guarantee) }),
      let queue = reader.header.queues.first(where: { $0.id == finding.queue })
    else { return false }
    return finding.guarantee.applies(to: queue)
      && knowledge?.judgeable.contains(finding.guarantee) ?? true
  }

  private func isRequired(_ finding: Finding) -> Bool {
    let required =
      plan?.queues.first { $0.id == finding.queue }?.required ?? ImportedKnowledge.required
    return required.contains(finding.guarantee)
  }
}

extension GeneralLine {
  /// Why the history is not linearizable; nil if it may be.
  package func explanation(style: TerminalStyle) -> HistoryExplanation? {
    guard let counterexample else { return nil }
    let model = outcome.model
    return HistoryExplanation(
      name: model.rawValue,
      lines: ExplanationText(counterexample, model: model, style: style).lines,
      drawing: DiagramDrawing(IntervalDiagram(counterexample, model: model)).text)
  }
}
