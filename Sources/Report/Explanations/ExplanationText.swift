import Checkers
import Environment
import Harness
package import Judging
package import Linearizability
import Operations

/// What a terminal prints of one violation: what is violated, the witness, how far it was reduced,
/// the drawing and the steps in order.
package struct ExplanationText {
  /// The most steps.
  static let stepLimit = 80

  private let diagram: IntervalDiagram
  private let steps: [(label: String, text: String)]
  private let style: TerminalStyle

  /// The text of a minimal witness.
  package init(
    _ minimal: MinimalWitness, names: HistoryNames = .own, style: TerminalStyle
  ) {
    diagram = IntervalDiagram(minimal, names: names)
    self.style = style
    let columns = diagram.columns
    steps = ExplanationSteps(minimal, names: names).steps.map { step in
      let moment = Readable.exactMoment(step.at)
      let column = columns.firstIndex(of: moment).map { String($0 + 1) } ?? ""
      return ("\(column.padded(to: 3))  \(moment)", step.text)
    }
  }

  /// The text of a counterexample of a general model.
  package init(_ example: CounterexampleReport, model: ModelName, style: TerminalStyle) {
    diagram = IntervalDiagram(example, model: model)
    let columns = diagram.columns
    steps = diagram.events.map { event in
      ("\(String(event.column + 1).padded(to: 3))  \(columns[event.column])", event.text)
    }
    self.style = style
  }

  /// Everything, line by line, within the width of the style.
  package var lines: [String] {
    [style.paint(wrap(diagram.title)[0], .bad)] + wrap(diagram.title).dropFirst()
      + wrap(diagram.meaning) + wrap(diagram.finding) + [""]
      + TextDiagram(diagram, style: style).lines + [""]
      + diagram.notes.flatMap { wrap($0) } + stepLines
  }

  private var stepLines: [String] {
    if steps.isEmpty { return [] }
    let shown = steps.prefix(Self.stepLimit)
    let width = shown.map(\.label.count).max() ?? 0
    var lines = ["", "Step by step:"]
    for step in shown {
      let label = String(repeating: " ", count: width - step.label.count) + step.label + "  "
      lines += TextWrapping.lines(step.text, width: style.width, first: label)
        .map { cut($0) }
    }
    if steps.count > shown.count {
      lines.append("\(Readable.counted(steps.count - shown.count, "more step")) not shown.")
    }
    return lines
  }

  private func wrap(_ text: String) -> [String] {
    TextWrapping.lines(MarkupText.bounded(text), width: style.width).map { cut($0) }
  }

  private func cut(_ line: String) -> String {
    line.count <= style.width ? line : line.prefix(style.width - 1) + "…"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
