package import Harness
package import Operations

/// Two kinds of queue that went through the same runs, by which of them kept a guarantee.
///
/// A pair is one run: both queues lived in one cluster, under the same operations and faults. Only
/// runs that put both to the test count.
package struct PairedComparison: Hashable, Sendable {
  /// The guarantee.
  package let guarantee: Guarantee
  /// The one kind.
  package let first: QueueKind
  /// The other kind.
  package let second: QueueKind
  /// Runs that violated it for the first kind alone.
  package private(set) var onlyFirst = 0
  /// Runs that violated it for the second kind alone.
  package private(set) var onlySecond = 0
  /// Runs that violated it for both.
  package private(set) var both = 0
  /// Runs in which it held for both.
  package private(set) var neither = 0

  /// The comparison over all runs among `entries` that have both kinds.
  package init(
    _ guarantee: Guarantee, _ first: QueueKind, _ second: QueueKind, in entries: [MatrixEntry]
  ) {
    self.guarantee = guarantee
    self.first = first
    self.second = second
    var open: [Run: Bool] = [:]
    for entry in entries where entry.kind == first {
      if let isViolated = entry.isViolated(guarantee) { open[Run(entry)] = isViolated }
    }
    for entry in entries where entry.kind == second {
      guard let isViolated = entry.isViolated(guarantee),
        let isFirstViolated = open.removeValue(forKey: Run(entry))
      else { continue }
      count(isFirstViolated, isViolated)
    }
  }

  /// The runs that count.
  package var runs: Int { onlyFirst + onlySecond + both + neither }

  /// How probable a difference as large as this one is if there is none (McNemar, exact,
  /// two-sided).
  package var pValue: Double { McNemar.pValue(onlyFirst: onlyFirst, onlySecond: onlySecond) }

  private struct Run: Hashable {
    var name: String
    var fault: String?

    init(_ entry: MatrixEntry) {
      name = entry.run
      fault = entry.fault
    }
  }

  private mutating func count(_ first: Bool, _ second: Bool) {
    switch (first, second) {
    case (true, true): both += 1
    case (true, false): onlyFirst += 1
    case (false, true): onlySecond += 1
    case (false, false): neither += 1
    }
  }
}

extension MatrixEntry {
  /// Whether the run violated a guarantee; nil if it did not put it to the test.
  fileprivate func isViolated(_ guarantee: Guarantee) -> Bool? {
    switch verdict(of: guarantee) {
    case .violated: true
    case .held: false
    case .unknown, .notExercised, nil: nil
    }
  }
}
