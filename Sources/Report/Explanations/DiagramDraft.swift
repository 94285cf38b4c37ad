import Environment
import Harness
import Operations

/// Rows of a diagram before their instants become columns.
struct DiagramDraft {
  /// In which lane a row goes; lanes come in this order.
  enum LaneKey: Hashable, Comparable {
    case client(ClientID)
    case brokers
    case faults
  }

  struct Row {
    var lane: LaneKey
    var label: String
    var result = ""
    var kind: IntervalDiagram.Kind
    var weight = IntervalDiagram.Weight.other
    var from: Instant
    /// Nil if it has no end.
    var to: Instant?
    var end = IntervalDiagram.End.plain
  }

  var rows: [Row] = []

  /// The rows that are shown: the weightiest, and of these the first; the others are counted.
  func shown() -> (rows: [Row], omitted: Int) {
    guard rows.count > IntervalDiagram.maximumRows else { return (rows, 0) }
    let order = rows.indices.sorted { first, second in
      (rows[second].weight, first) < (rows[first].weight, second)
    }
    let kept = order.prefix(IntervalDiagram.maximumRows).sorted()
    return (kept.map { rows[$0] }, rows.count - kept.count)
  }

  /// The instants of rows, each once, in order.
  static func instants(of rows: [Row]) -> [Instant] {
    var instants: [Instant] = []
    for instant in rows.flatMap({ [$0.from] + ($0.to.map { [$0] } ?? []) }).sorted()
    where instants.last != instant {
      instants.append(instant)
    }
    return instants
  }

  /// Rows as lanes over the columns of instants; rows without an end reach the last column.
  static func lanes(
    of rows: [Row], over instants: [Instant], label: (LaneKey) -> String
  ) -> [IntervalDiagram.Lane] {
    let places = Dictionary(
      instants.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first }
    )
    var lanes: [IntervalDiagram.Lane] = []
    let sorted = rows.enumerated().sorted {
      ($0.element.lane, $0.element.from, $0.offset) < ($1.element.lane, $1.element.from, $1.offset)
    }
    var last: LaneKey?
    for (_, row) in sorted {
      if row.lane != last { lanes.append(IntervalDiagram.Lane(label: label(row.lane), rows: [])) }
      last = row.lane
      lanes[lanes.count - 1].rows.append(
        IntervalDiagram.Row(
          label: row.label, result: row.result, kind: row.kind, weight: row.weight,
          from: places[row.from] ?? 0,
          to: row.to.flatMap { places[$0] } ?? max(0, instants.count - 1), end: row.end))
    }
    return lanes
  }
}
