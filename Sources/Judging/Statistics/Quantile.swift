/// Medians and other quantiles by linear interpolation between order statistics.
///
/// Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50
/// (1996), type 7: the quantile p of n sorted values lies at place (n − 1)·p.
package enum Quantile {
  /// The quantile `p` (0...1) of some values; nil if there are none.
  package static func of(_ values: [Double], _ p: Double) -> Double? {
    ofSorted(values.sorted(), p)
  }

  /// The median; nil if there are no values.
  package static func median(_ values: [Double]) -> Double? {
    of(values, 0.5)
  }

  /// The quantile `p` (0...1) of durations; nil if there are none.
  package static func of(_ values: [Duration], _ p: Double) -> Duration? {
    let sorted = values.sorted()
    guard let (place, fraction) = position(p, count: sorted.count) else { return nil }
    guard fraction > 0 else { return sorted[place] }
    return sorted[place] + (sorted[place + 1] - sorted[place]) * fraction
  }

  /// The quantile `p` (0...1) of values that are sorted already; nil if there are none.
  package static func ofSorted(_ values: [Double], _ p: Double) -> Double? {
    guard let (place, fraction) = position(p, count: values.count) else { return nil }
    guard fraction > 0 else { return values[place] }
    return values[place] + (values[place + 1] - values[place]) * fraction
  }

  private static func position(_ p: Double, count: Int) -> (place: Int, fraction: Double)? {
    precondition(p >= 0 && p <= 1, "a quantile lies between 0 and 1")
    guard count > 0 else { return nil }
    let exact = Double(count - 1) * p
    let place = Int(exact)
    return (place, place == count - 1 ? 0 : exact - Double(place))
  }
}
