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
    /// When the same was seen again.
    var again: [Instant] = []

    var instants: [Instant] { [from] + (to.map { [$0] } ?? []) + again }
  }

  /// How often a row says at most that the same was seen again.
  static let maximumRepeats = 6

  /// How many faults are shown however many rows matter more.
  private static let reservedFaults = 4

  var rows: [Row] = []

  /// Adds something that was seen at an instant; what was seen before is seen again. Of very many
  /// times the last one counts.
  mutating func addMoment(_ row: Row) {
    guard row.weight == .context,
      let known = rows.firstIndex(where: {
        $0.kind == row.kind && $0.lane == row.lane && $0.label == row.label
      })
    else { return rows.append(row) }
    if rows[known].again.count == Self.maximumRepeats { rows[known].again.removeLast() }
    rows[known].again.append(row.from)
  }

  /// The rows that are shown: the weightiest, and of these those closest to an instant; the others
  /// are counted.
  func shown(near instant: Instant) -> (rows: [Row], omitted: Int) {
    guard rows.count > IntervalDiagram.maximumRows else { return (rows, 0) }
    var weights = rows.map(\.weight)
    // What was broken at the time says more than the thirtieth message.
    let faults = rows.indices.filter { rows[$0].kind == .fault && rows[$0].from <= instant }
    for place in faults.suffix(Self.reservedFaults) { weights[place] = .wrong }
    let order = rows.indices.sorted { first, second in
      let distances = [first, second].map { place in
        rows[place].instants.map { abs(($0 - instant).nanoseconds) }.min() ?? 0
      }
      return (weights[second], distances[0], first)
        < (weights[first], distances[1], second)
    }
    let kept = order.prefix(IntervalDiagram.maximumRows).sorted()
    return (kept.map { rows[$0] }, rows.count - kept.count)
  }

  /// The instants of rows, each once, in order.
  static func instants(of rows: [Row]) -> [Instant] {
    var instants: [Instant] = []
    for instant in rows.flatMap(\.instants).sorted()
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
          to: row.to.flatMap { places[$0] } ?? max(0, instants.count - 1), end: row.end,
          again: row.again.compactMap { places[$0] }))
    }
    return lanes
  }
}
