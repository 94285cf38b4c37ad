import Checkers
import Harness
import Judging
import Operations

extension MatrixTable {
  /// How many schedules stand side by side in one table.
  private static let width = 3

  /// The matrix of many runs: a group for each schedule, in it a column for each kind of queue; in
  /// several tables where it would be too wide.
  static func tables(_ summary: CampaignSummary) -> [MatrixTable] {
    let columns = summary.matrix.columns
    return stride(from: 0, to: columns.count, by: width).map { first in
      MatrixTable(
        summary,
        faults: columns[first..<min(first + width, columns.count)].map {
          $0 == GuaranteeMatrix.noFault ? nil : $0
        })
    }
  }

  private init(_ summary: CampaignSummary, faults: [String?]) {
    let matrix = summary.matrix
    let guarantees = Guarantee.allCases.filter { guarantee in
      matrix.rows.contains { $0.guarantee == guarantee }
    }
    self.init(
      groups: faults.map { Group(schedule: $0, of: summary) },
      rows: guarantees.map { guarantee in
        Row(
          guarantee,
          cells: faults.map { fault in
            let runs = summary.runs(under: fault)
            return summary.kinds.map { kind in
              let isRequired = runs.contains { run in
                run.queues(of: kind).contains { $0.required.contains(guarantee) }
              }
              return Cell(matrix.cell(guarantee, kind, under: fault), isRequired: isRequired)
            }
          })
      },
      isOfManyRuns: true)
  }
}

extension MatrixTable.Group {
  /// The runs under a schedule; its faults are those of the first of them.
  fileprivate init(schedule: String?, of summary: CampaignSummary) {
    let runs = summary.runs(under: schedule)
    let faults = runs.first?.faultCourses.filter { !$0.step.isUndo } ?? []
    self.init(
      title: "\(schedule ?? "no faults"), \(Readable.counted(runs.count, "run"))",
      faults: faults.map { fault in
        let unproved = runs.filter { run in
          run.faultCourses.contains { $0.step.id == fault.step.id && !$0.isProved }
        }
        let target = fault.step.target.isEmpty ? "" : " " + fault.step.target
        return MatrixTable.FaultMention(
          fault.step.name + target,
          shortcoming: unproved.isEmpty
            ? nil : "not proved in \(unproved.count) of \(Readable.counted(runs.count, "run"))")
      },
      queues: summary.kinds.map(\.rawValue))
  }
}

extension MatrixTable.Cell {
  /// What all runs together say.
  fileprivate init(_ cell: MatrixCell?, isRequired: Bool) {
    guard let cell, cell.runs > 0 else {
      self.init(.notJudged)
      return
    }
    let others = cell.runs - cell.held - cell.violated
    switch cell.verdict {
    case .violated:
      let words = cell.witness.map { "\($0.run): \($0.text)" } ?? ""
      self.init(
        .violated, note: "\(Readable.count(cell.violated)) of \(Readable.count(cell.runs))",
        isRequired: isRequired, reason: words)
    case .held:
      let bound = cell.upperBound.map { "up to \(Readable.share($0)) of such runs may break it" }
      let rest = "\(Readable.counted(others, "run")) did not put it to the test"
      self.init(
        .held,
        note: Readable.count(cell.held) + (others > 0 ? " of \(Readable.count(cell.runs))" : ""),
        isRequired: isRequired,
        reason: [bound ?? "", others > 0 ? rest : ""].filter { !$0.isEmpty }
          .joined(separator: "; "))
    case .unknown:
      self.init(
        .unknown, note: "\(Readable.count(cell.unknown)) of \(cell.runs)",
        isRequired: isRequired)
    case .notExercised: self.init(.notExercised, isRequired: isRequired)
    }
  }
}
