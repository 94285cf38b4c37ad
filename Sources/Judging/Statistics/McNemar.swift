/// The exact test of McNemar for pairs of yes-or-no outcomes.
///
/// McNemar, "Note on the sampling error of the difference between correlated proportions",
/// Psychometrika 12 (1947), in its exact form: of the pairs whose outcomes differ, each side is as
/// likely as the other one if there is no difference, whatever the other pairs did.
package enum McNemar {
  /// How probable it is to see a split at least as uneven as this one (two-sided), if neither of
  /// the two is likelier; 1 where no pair differs.
  package static func pValue(onlyFirst: Int, onlySecond: Int) -> Double {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "counts are not negative")
    let pairs = onlyFirst + onlySecond
    if pairs == 0 { return 1 }
    let tail = ExactBinomial.probability(
      atMost: min(onlyFirst, onlySecond), of: pairs, rate: 0.5)
    return min(1, 2 * tail)
  }
}
