import Environment

/// What one run lost of what it confirmed.
package struct RunLosses: Hashable, Sendable {
  /// Confirmed messages that were lost.
  package var lost: Int
  /// Confirmed messages.
  package var confirmed: Int

  /// The losses of a run.
  package init(lost: Int, confirmed: Int) {
    self.lost = lost
    self.confirmed = confirmed
  }
}

/// The share of confirmed messages that were lost, with intervals that resample runs.
package enum LossRate {
  /// The share over all runs, 0...1; nil if they confirmed nothing.
  package static func rate(of runs: [RunLosses]) -> Double? {
    let confirmed = runs.reduce(0) { $0 + $1.confirmed }
    if confirmed == 0 { return nil }
    return Double(runs.reduce(0) { $0 + $1.lost }) / Double(confirmed)
  }

  /// The 95 % interval of the share; nil with fewer than two runs, which say nothing of how runs
  /// differ.
  package static func interval(of runs: [RunLosses], seed: UInt64 = 1) -> ClosedRange<Double>? {
    if runs.count < 2 { return nil }
    var draws = SeededGenerator(seed: seed, stream: 0x1055)
    return Bootstrap.interval(over: runs, using: &draws) { rate(of: $0) }
  }

  /// The 95 % interval of the first share minus the second, of runs that had both.
  package static func interval(
    ofDifference pairs: [(first: RunLosses, second: RunLosses)], seed: UInt64 = 1
  ) -> ClosedRange<Double>? {
    if pairs.count < 2 { return nil }
    var draws = SeededGenerator(seed: seed, stream: 0x1055)
    return Bootstrap.interval(over: pairs, using: &draws) { sample in
      guard let first = rate(of: sample.map(\.first)), let second = rate(of: sample.map(\.second))
      else { return nil }
      return first - second
    }
  }
}
