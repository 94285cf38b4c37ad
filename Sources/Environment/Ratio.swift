/// An exact fraction, used for probabilities so that a seed gives the same draws on every machine.
public struct Ratio: Hashable, Sendable {
  /// The upper part, at most `denominator` when the ratio is a probability.
  public let numerator: UInt64
  /// The lower part, never zero.
  public let denominator: UInt64

  /// The fraction `numerator`/`denominator`; the denominator must not be zero.
  public init(_ numerator: UInt64, in denominator: UInt64) {
    precondition(denominator > 0, "a ratio needs a denominator above zero")
    self.numerator = numerator
    self.denominator = denominator
  }
}
