package import Environment

/// Confidence intervals by resampling whole runs (the percentile bootstrap).
///
/// Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979). The
/// unit is the run and never the message: losses of one run come together, so that messages are
/// not independent.
package enum Bootstrap {
  /// The interval between the two tails of a statistic over resampled runs; nil without runs or
  /// where the statistic is nil for every resample.
  ///
  /// A run is whatever one run contributed: for a rate its events and its trials, for a comparison
  /// the figures of all queues of that run, so that pairs stay together.
  package static func interval<Run>(
    over runs: [Run], resamples: Int = 10_000, confidence: Double = 0.95,
    using generator: inout SeededGenerator, statistic: ([Run]) -> Double?
  ) -> ClosedRange<Double>? {
    precondition(resamples > 0, "a bootstrap needs a resample")
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    guard !runs.isEmpty else { return nil }
    var values: [Double] = []
    values.reserveCapacity(resamples)
    var sample = runs
    for _ in 0..<resamples {
      for place in sample.indices { sample[place] = runs[generator.index(of: runs.count)] }
      if let value = statistic(sample) { values.append(value) }
    }
    let tail = (1 - confidence) / 2
    values.sort()
    guard let low = Quantile.ofSorted(values, tail), let high = Quantile.ofSorted(values, 1 - tail)
    else { return nil }
    return low...high
  }
}
