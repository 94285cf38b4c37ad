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

  /// The explanations of what some choices find violated in the history that was judged so.
  ///
  /// The history is read once more for every few violations.
  package func explanations(
    of choices: [CheckerChoice], in judged: Judged, style: TerminalStyle
  ) throws -> HistoryExplanations {
    let violated = judged.violations(of: choices)
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
      explanations += selectors.map { explanation($0.finish(), judged.plan.criteria, style) }
    }
    return HistoryExplanations(
      explanations: explanations, omitted: violated.count - shown.count,
      refuted: judged.held(by: choices).map { name(ofGuarantee: $0.guarantee, $0.queue) })
  }

  private func explanation(
    _ excerpt: Excerpt, _ criteria: Criteria, _ style: TerminalStyle
  ) -> HistoryExplanation {
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
