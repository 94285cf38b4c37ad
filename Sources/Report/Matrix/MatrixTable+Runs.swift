import Environment
import Harness
package import Judging
import Operations

extension MatrixTable {
  /// The matrix of a comparison: the control run without faults, if there was one, and the run.
  package init(_ result: CompareResult) {
    let runs = [result.control, result.run].compactMap(\.self)
    self.init(runs: runs, linked: runs.count - 1)
  }

  /// The matrix of several runs, a group each; the cells of one of them can point to its
  /// violations on the page.
  init(runs: [RunResult], linked: Int? = nil) {
    let guarantees = Guarantee.allCases.filter { guarantee in
      runs.contains { FigureTable($0).guarantees.contains(guarantee) }
    }
    self.init(
      groups: runs.map { Group($0) },
      rows: guarantees.map { guarantee in
        Row(
          guarantee,
          cells: runs.enumerated().map { place, run in
            run.queues.map { queue in
              Cell(guarantee, of: queue, in: run, isLinked: place == linked)
            }
          })
      })
  }
}

extension MatrixTable.Group {
  /// The faults of a run, all together: a run cannot tell which of them broke what.
  init(_ run: RunResult) {
    let faults = run.faultCourses.filter { !$0.step.isUndo }
    let title = faults.map(\.label).joined(separator: " + ")
    let spans = run.faultSpans
    self.init(
      title: faults.isEmpty ? "no faults" : title,
      faults: faults.map { course in
        let span = spans.first { $0.fault == course.step.id }
        let end = span?.undone.map { " to " + Readable.offset($0 - .zero) } ?? ""
        let time = span.map { ", \(Readable.offset($0.from - .zero))\(end)" } ?? ""
        return MatrixTable.FaultMention(
          course.label + time, shortcoming: course.isProved ? nil : course.shortcoming)
      },
      queues: run.queues.map { run.label(of: $0) })
  }
}

extension MatrixTable.Cell {
  /// How a guarantee of a queue came out.
  init(_ guarantee: Guarantee, of queue: QueueResult, in run: RunResult, isLinked: Bool) {
    let isRequired = queue.required.contains(guarantee)
    switch run.judgement.judgement(of: guarantee, for: queue) {
    case nil: self.init(.notJudged)
    case .violated:
      let violations = queue.finding(guarantee)?.violations
      self.init(
        .violated, note: violations.map { Readable.count(max(1, $0)) } ?? "",
        isRequired: isRequired,
        target: isLinked ? PageAnchor.violation(guarantee, of: queue.description) : nil)
    case .held: self.init(.held, isRequired: isRequired)
    case .unknown(let reason):
      self.init(.unknown, isRequired: isRequired, reason: reason)
    case .notExercised(let reason):
      self.init(.notExercised, isRequired: isRequired, reason: reason)
    }
  }
}

extension MatrixTable.Mark {
  /// The word for it, never left out: neither colour nor symbol is the only signal.
  package var word: String {
    switch self {
    case .held: "held"
    case .violated: "violated"
    case .unknown: "unknown"
    case .notExercised: "not exercised"
    case .notJudged: "not judged"
    }
  }

  /// A symbol that can be told apart without colour.
  package var symbol: String {
    switch self {
    case .held: "✓"
    case .violated: "✗"
    case .unknown: "?"
    case .notExercised: "○"
    case .notJudged: "–"
    }
  }
}

/// The ids of places on the page.
enum PageAnchor {
  /// The section about a violated guarantee of a queue.
  static func violation(_ guarantee: Guarantee, of queue: QueueDescription) -> String {
    "violated-\(guarantee.rawValue)-\(queue.id)"
  }
}
