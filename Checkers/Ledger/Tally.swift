import Harness
import Operations

/// A count of one queue's messages by their final states, made apart from the running totals.
struct Tally: Sendable {
  /// A message that needs a witness.
  struct Subject: Sendable {
    var message: MessageID
    var operation: UInt32
    var slot: MessageSlot
  }
  private(set) var seen = 0
  private(set) var duplicated = 0
  private(set) var holds = 0
  private var marked = Array(repeating: 0, count: Anomaly.allCases.count)
  var lost: [Subject] = []
  /// How many are missing where some of the lost ones may have been taken unseen, otherwise 0.
  var missing = 0
  var dropped: [Subject] = []
  var failed: [Subject] = []
  var lostLetters: [Subject] = []

  /// For witnesses: that no single message, but so many of them are lost.
  var lossDoubt: String {
    guard missing > 0 else { return "" }
    return "; \(missing) confirmed messages are missing so, \(missing - lost.count) of which may "
      + "have been taken by operations that ended in doubt: at least \(lost.count) are lost"
  }

  /// Counts a message in the queue of which this is the count.
  mutating func count(_ state: MessageState) {
    if state.isSeen { seen += 1 }
    if state.flags.contains(.duplicated) { duplicated += 1 }
    holds += Int(state.holds)
    for anomaly in Anomaly.allCases where state.flags.contains(MessageFlags(anomaly)) {
      marked[Int(anomaly.rawValue)] += 1
    }
  }

  /// Throws if the running totals say something else.
  func compare(with totals: LedgerTotals) throws(CheckerFailure) {
    try require("messages seen", seen, totals.firstDeliveries)
    try require("messages duplicated", duplicated, totals.duplicated)
    for anomaly in Anomaly.allCases {
      try require(anomaly.measure.rawValue, marked[Int(anomaly.rawValue)], totals[anomaly].messages)
    }
  }

  private func require(_ what: String, _ here: Int, _ there: Int) throws(CheckerFailure) {
    guard here == there else {
      throw CheckerFailure(
        "the ledger counted \(there) \(what) while it read and \(here) at the end; this is a bug "
          + "of the checker, please report it with the history")
    }
  }
}
