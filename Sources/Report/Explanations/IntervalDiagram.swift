import Harness

/// What happened at the same time as what: a bar for each operation from its invocation to its
/// return, in lanes, over columns that stand for instants in their order.
///
/// The columns are equally far apart, however long the time between them: what counts is what came
/// before what. One model serves the terminal and SVG.
package struct IntervalDiagram: Hashable, Sendable {
  /// The most rows; of more the least telling ones are left out, and that is said.
  package static let maximumRows = 30

  /// How much a row matters.
  enum Weight: Int, Hashable, Sendable, Comparable {
    case context
    case other
    /// The violation is about it.
    case key
    /// It is what cannot be.
    case wrong

    static func < (lhs: Weight, rhs: Weight) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  /// What a bar stands for.
  enum Kind: Hashable, Sendable {
    /// An operation from its invocation to its return.
    case operation
    /// An operation of which nobody knows when it took effect, or whether it did.
    case doubt
    /// A message from its receipt until somebody was done with it.
    case hold
    case fault
    /// Something that was seen at an instant.
    case moment
    /// That a queue was proved empty at an instant, which the whole diagram shows.
    case proof
  }

  /// How a bar ends.
  enum End: Hashable, Sendable {
    case plain
    /// The message was acknowledged, given back, thrown away, lost with its session.
    case acked, returned, discarded, lost
    /// It has no end in the history.
    case open
    /// It ends behind what is shown.
    case later

    /// Whether nothing ends it in the diagram.
    var isOpen: Bool { self == .open || self == .later }
  }

  /// One bar with its name.
  struct Row: Hashable, Sendable {
    /// What was done: `publish 0.3`.
    var label: String
    /// What came of it: `confirmed`.
    var result: String
    var kind: Kind
    var weight: Weight
    /// The column where it begins.
    var from: Int
    /// The column where it ends; where it has no end, the last one.
    var to: Int
    var end: End
    /// The columns where the same was seen again.
    var again: [Int] = []

    /// Both in one.
    var text: String { result.isEmpty ? label : "\(label) → \(result)" }
  }

  /// What one client did, or what happened to the brokers.
  struct Lane: Hashable, Sendable {
    var label: String
    var rows: [Row]
  }

  /// What is wrong, in a few words: `linearizable-fifo violated`.
  package var title: String
  /// What ought to be, as a sentence.
  package var meaning: String
  /// What was found.
  package var finding: String
  /// How far it can be trusted, and what is left out.
  package var notes: [String]
  var lanes: [Lane]
  /// What each column stands for: a time, or a line of a file.
  var columns: [String]
  /// What the labels of columns are: `time`.
  var axis: String
  /// How many rows were left out.
  package var omittedRows: Int

  /// The columns that the whole diagram shows.
  var cuts: [Int] {
    lanes.flatMap(\.rows).filter { $0.kind == .proof }.map(\.from)
  }

  /// What began and ended, in the order of the columns.
  var events: [(column: Int, text: String)] {
    var events: [(column: Int, text: String)] = []
    for lane in lanes {
      for row in lane.rows {
        let ends = row.end == .plain && !row.result.isEmpty
        events.append((row.from, "\(lane.label) began \(row.label)"))
        if ends { events.append((row.to, "\(lane.label) ended \(row.text)")) }
      }
    }
    let order = events.indices.sorted { (events[$0].column, $0) < (events[$1].column, $1) }
    return order.map { events[$0] }
  }

  /// What the signs mean of those that occur.
  var legend: [(sign: Sign, words: String)] {
    let rows = lanes.flatMap(\.rows)
    return Sign.allCases.filter { sign in rows.contains { sign.isUsed(by: $0) } }
      .map { ($0, $0.words) }
  }

  /// A sign of which the legend says what it means.
  enum Sign: CaseIterable, Hashable, Sendable {
    case wrong, key, operation, doubt, hold, acked, returned, discarded, lost, open, later, fault
    case proof, moment

    var words: String {
      switch self {
      case .wrong: "what cannot be"
      case .key: "what it contradicts"
      case .operation: "operation, invoked to returned"
      case .doubt: "in doubt: may take effect later, or never"
      case .hold: "message held since received"
      case .acked: "acknowledged"
      case .returned: "given back"
      case .discarded: "thrown away"
      case .lost: "lost with its session"
      case .open: "no end in the history"
      case .later: "returned later than this shows"
      case .fault: "fault"
      case .proof: "queue proved empty"
      case .moment: "seen at that moment"
      }
    }

    fileprivate func isUsed(by row: Row) -> Bool {
      switch self {
      case .wrong: row.weight == .wrong
      case .key: row.weight == .key
      case .operation: row.kind == .operation
      case .doubt: row.kind == .doubt
      case .hold: row.kind == .hold
      case .acked: row.end == .acked
      case .returned: row.end == .returned
      case .discarded: row.end == .discarded
      case .lost: row.end == .lost
      case .open: row.end == .open && row.kind != .doubt
      case .later: row.end == .later
      case .fault: row.kind == .fault
      case .proof: row.kind == .proof
      case .moment: row.kind == .moment
      }
    }
  }
}
