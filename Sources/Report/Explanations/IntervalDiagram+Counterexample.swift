import Checkers
import Harness
import Judging
package import Linearizability

extension IntervalDiagram {
  /// The diagram of a counterexample of a general model: lines of the file instead of times.
  package init(_ example: CounterexampleReport, model: ModelName) {
    let shown = Self.shown(example)
    var lines: [Int] = []
    for line in shown.flatMap({ [$0.invoked] + ($0.returned.map { [$0] } ?? []) }).sorted()
    where lines.last != line {
      lines.append(line)
    }
    let part = example.part.map { " (key \($0))" } ?? ""
    title = "not linearizable as a \(model.rawValue)\(part)"
    meaning =
      "Promised: each operation takes effect at one instant between its invocation and its return."
    finding = "Found: \(example.unplaced)"
    columns = lines.map { "line \($0)" }
    axis = "line"
    omittedRows = example.omittedRows + example.rows.count - shown.count
    lanes = Self.lanes(shown, over: lines)
    notes = Self.notes(example, omitted: omittedRows)
  }

  /// The last rows, and the one that cannot be placed.
  private static func shown(_ example: CounterexampleReport) -> [CounterexampleReport.Row] {
    let rows = example.rows
    guard rows.count > maximumRows else { return rows }
    let tail = rows.suffix(maximumRows)
    if tail.contains(where: \.isUnplaced) { return Array(tail) }
    return rows.filter(\.isUnplaced) + tail.dropFirst()
  }

  private static func lanes(
    _ rows: [CounterexampleReport.Row], over lines: [Int]
  ) -> [Lane] {
    var processes: [Int64] = []
    for row in rows where !processes.contains(row.process) { processes.append(row.process) }
    return processes.sorted().map { process in
      let own = rows.filter { $0.process == process }
      return Lane(label: "process \(process)", rows: own.map { self.row($0, over: lines) })
    }
  }

  private static func row(_ row: CounterexampleReport.Row, over lines: [Int]) -> Row {
    let isDone = row.returned != nil
    let isLater = row.returnsLater != nil
    return Row(
      label: row.operation, result: row.result, kind: isDone || isLater ? .operation : .doubt,
      weight: row.isUnplaced ? .wrong : isDone ? .key : .other,
      from: lines.firstIndex(of: row.invoked) ?? 0,
      to: row.returned.flatMap { lines.firstIndex(of: $0) } ?? max(0, lines.count - 1),
      end: isDone ? .plain : isLater ? .later : .open)
  }

  private static func notes(_ example: CounterexampleReport, omitted: Int) -> [String] {
    var notes = ["Not to scale: equal steps in the order of the lines."]
    if !example.statesBefore.isEmpty {
      notes.append(
        "Before these operations it was \(example.statesBefore.joined(separator: " or ")).")
    }
    if !example.statesAtReturn.isEmpty {
      notes.append(
        "When the marked operation returned it can have been "
          + "\(example.statesAtReturn.joined(separator: " or ")).")
    }
    if omitted > 0 { notes.append("\(Readable.counted(omitted, "more row")) not drawn.") }
    notes.append(
      example.isVerified
        ? "Verified: another algorithm finds no order up to here, and one up to the line before."
        : "A shorter beginning may have no order either: there was no time or memory to tell.")
    return notes
  }
}
