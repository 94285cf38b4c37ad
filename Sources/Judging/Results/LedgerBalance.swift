import Harness
import Operations

/// Whether the ledger's totals of a queue add up, shown with the figures, so that a reader can add
/// them herself.
package struct LedgerBalance {
  /// One equation.
  package struct Line: Hashable {
    /// What is equal: `attempts = refused + returned + …`.
    package var rule: String
    /// The same in figures; empty if one of them is missing.
    package var figures: String
    /// Whether it holds; nil if a figure is missing.
    package var holds: Bool?
  }

  private static let rules: [(total: MeasureName, parts: [MeasureName])] = [
    (.attempts, [.refused, .returned, .delivered, .recovered, .vanished, .lost, .undrained]),
    (.attempts, [.refused, .returned, .confirmed, .doubtful]),
    (.firstDeliveries, [.delivered, .recovered, .failedYetDelivered]),
  ]
  /// A fate that queues without a queue for dead letters do not have.
  private static let deadLettered = MeasureName.deadLettered

  private let queue: QueueResult

  /// The balance of a queue's figures.
  package init(_ queue: QueueResult) {
    self.queue = queue
  }

  /// The equations of docs/checkers.md that can be checked with the figures of a result.
  package var lines: [Line] {
    let isMoved = [MeasureName.deadLettersIn, .deadLettersOut].contains {
      (queue.count($0) ?? 0) > 0
    }
    return Self.rules.compactMap { rule in
      // Dead letters are first received elsewhere than they were published.
      if rule.total == .firstDeliveries, isMoved { return nil }
      let hasDeadLetters = rule.parts.contains(.lost) && queue.count(Self.deadLettered) != nil
      return line((rule.total, rule.parts + (hasDeadLetters ? [Self.deadLettered] : [])))
    }
  }

  private func line(_ rule: (total: MeasureName, parts: [MeasureName])) -> Line {
    let words =
      "\(rule.total.rawValue) = \(rule.parts.map(\.rawValue).joined(separator: " + "))"
    let parts = rule.parts.compactMap { queue.count($0) }
    guard let total = queue.count(rule.total), parts.count == rule.parts.count else {
      return Line(rule: words, figures: "", holds: nil)
    }
    let sum = parts.reduce(0, &+)
    let figures =
      "\(Readable.count(total)) \(sum == total ? "=" : "≠") "
      + parts.map(Readable.count).joined(separator: " + ")
    return Line(rule: words, figures: figures, holds: sum == total)
  }
}
