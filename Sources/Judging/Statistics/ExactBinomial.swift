/// Exact confidence limits for the rate of an event of which `events` were seen in `runs` runs.
///
/// Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
/// binomial", Biometrika 26 (1934): each limit is the rate at which the observed count just reaches
/// the tail probability. The limits are found by bisection on exact binomial sums.
package enum ExactBinomial {
  /// The rate below which the true one lies with this confidence (one-sided).
  ///
  /// For no event in n runs it is 1 − (1 − confidence)^(1/n), about 3/n at 95 %.
  package static func upperBound(events: Int, runs: Int, confidence: Double = 0.95) -> Double {
    precondition(runs > 0 && (0...runs).contains(events), "events must lie within 0...runs")
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    if events == runs { return 1 }
    let tail = 1 - confidence
    return bisect { probability(atMost: events, of: runs, rate: $0) > tail }
  }

  /// The rate above which the true one lies with this confidence (one-sided).
  package static func lowerBound(events: Int, runs: Int, confidence: Double = 0.95) -> Double {
    1 - upperBound(events: runs - events, runs: runs, confidence: confidence)
  }

  /// The interval that holds the true rate with this confidence (two-sided, equal tails).
  package static func interval(
    events: Int, runs: Int, confidence: Double = 0.95
  ) -> ClosedRange<Double> {
    let oneSided = 1 - (1 - confidence) / 2
    let lower = lowerBound(events: events, runs: runs, confidence: oneSided)
    let upper = upperBound(events: events, runs: runs, confidence: oneSided)
    return lower...upper
  }

  /// P(X ≤ `events`) for X binomial with `runs` trials of probability `rate`.
  ///
  /// Terms are taken relative to the largest one, so that nothing overflows and only terms too
  /// small to matter underflow.
  package static func probability(atMost events: Int, of runs: Int, rate: Double) -> Double {
    if rate <= 0 || events >= runs { return 1 }
    if rate >= 1 { return 0 }
    let mode = min(runs, Int((Double(runs) + 1) * rate))
    let odds = rate / (1 - rate)
    var below = mode <= events ? 1.0 : 0
    var all = 1.0
    var term = 1.0
    var count = mode
    while count > 0, term > 0 {
      term *= Double(count) / Double(runs - count + 1) / odds
      count -= 1
      all += term
      if count <= events { below += term }
    }
    term = 1
    count = mode
    while count < runs, term > 0 {
      term *= Double(runs - count) / Double(count + 1) * odds
      count += 1
      all += term
      if count <= events { below += term }
    }
    return below / all
  }

  /// The place in 0...1 where a condition that holds at 0 stops to hold.
  private static func bisect(_ holds: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return high }
      if holds(middle) { low = middle } else { high = middle }
    }
  }
}
