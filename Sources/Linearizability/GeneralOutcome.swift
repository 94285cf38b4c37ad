/// What came of the check of a history.
package struct GeneralOutcome: Hashable, Sendable {
  /// Whether there is an order.
  package enum Verdict: Hashable, Sendable {
    /// There is one.
    case linearizable
    /// There is none, and this is why.
    case notLinearizable(CounterexampleReport)
    /// It was not found out.
    case unknown(UndecidedReason)
  }

  /// What the operations were judged by.
  package var model: ModelName
  /// Whether there is an order.
  package var verdict: Verdict
  /// How many operations were judged: those that returned, and those that may have changed
  /// something.
  package var operations: Int
  /// How many of them never returned, or are in doubt.
  package var inDoubt: Int
  /// How many independent parts were judged one by one; 1 if the thing is one whole.
  package var parts: Int

  /// What is to be said where the time was over before the file was read.
  package static func unread(_ model: ModelName) -> GeneralOutcome {
    GeneralOutcome(
      model: model, verdict: .unknown(.outOfTime), operations: 0, inDoubt: 0, parts: 0)
  }
}

extension UndecidedReason {
  /// The reason for people.
  package var text: String {
    switch self {
    case .outOfTime: "the time was over before all orders were tried"
    case .outOfMemory: "the search would need more memory than it may have"
    case .contradicted:
      "two algorithms disagree about this history: one of them is wrong, which is a fault of this "
        + "program"
    }
  }
}

/// A counterexample in words.
package struct CounterexampleReport: Hashable, Sendable {
  /// An operation of the window.
  package struct Row: Hashable, Sendable {
    /// The process that did it.
    package var process: Int64
    /// What was done: `write 3`.
    package var operation: String
    /// The line of the file on which it was invoked.
    package var invoked: Int
    /// The line on which it returned; nil if it had not by the end of the window.
    package var returned: Int?
    /// The line on which it returned after the end of the window; nil if it never did.
    package var returnsLater: Int?
    /// What came of it; if it had not returned, that and whether it came before the window.
    package var result: String
    /// Whether it is the one that cannot be placed.
    package var isUnplaced: Bool
  }

  /// How many rows there are at most; the operation that cannot be placed is always among them.
  package static let maximumRows = 100
  /// How many states are told at most.
  package static let maximumStates = 20

  /// The key, if keys were judged one by one.
  package var part: String?
  /// The operations of the window in the order of their invocations, the last of them if there are
  /// too many.
  package var rows: [Row]
  /// How many operations of the window are not among the rows.
  package var omittedRows: Int
  /// What the thing can have been like before the window; nothing if that was not found out.
  package var statesBefore: [String]
  /// What it can have been like when the operation that cannot be placed returned, had that not
  /// happened; nothing if its result rather contradicts an earlier one.
  package var statesAtReturn: [String]
  /// How many states are told neither before nor at the return.
  package var omittedStates: Int
  /// The operation that cannot be placed, in a sentence.
  package var unplaced: String
  /// Whether another algorithm has confirmed it: that there is no order up to here, that there is
  /// one up to the line before, and that these are the states. Without it only the first is
  /// certain.
  package var isVerified: Bool

  /// All of it, a line of text each.
  package var lines: [String] {
    var lines = [unplaced]
    if isVerified {
      lines.append("Up to the line before there is an order; another algorithm has confirmed this.")
    } else {
      lines.append("A shorter beginning may have no order either: there was no time or memory.")
    }
    if !statesBefore.isEmpty {
      lines.append("Before these operations it was \(statesBefore.joined(separator: " or ")).")
    }
    if !statesAtReturn.isEmpty {
      lines.append("At that return it can have been \(statesAtReturn.joined(separator: " or ")).")
    }
    if omittedStates > 0 { lines.append("\(omittedStates) more states are not shown.") }
    if omittedRows > 0 { lines.append("\(omittedRows) earlier operations are not shown.") }
    let cells =
      [["", "process", "operation", "invoked", "returned", "result"]]
      + rows.map { row in
        [
          row.isUnplaced ? "!" : "", String(row.process), row.operation, "line \(row.invoked)",
          row.returned.map { "line \($0)" } ?? "–", row.result,
        ]
      }
    let widths = (0..<6).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return lines
      + cells.map { row in
        let padded = zip(row, widths).map { cell, width in
          cell + String(repeating: " ", count: width - cell.count)
        }
        let line = padded.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
      }
  }
}
