package import Harness
package import Operations

/// Guarantees about the delivery of messages, from the weakest to the strongest.
package enum GuaranteeLadder {
  /// The rungs. Whoever keeps a rung and all below it may be relied on for so much.
  package static let rungs: [Guarantee] = [
    .integrity, .atLeastOnce, .exactlyOnceEffect, .linearizableBag, .linearizableFIFO,
  ]
}

extension GuaranteeMatrix {
  /// The highest rung up to which every guarantee was put to the test and held in all runs that
  /// did so; nil if not even the lowest did.
  package func strongest(_ kind: QueueKind, under fault: String?) -> Guarantee? {
    GuaranteeLadder.rungs.prefix { cell($0, kind, under: fault)?.verdict == .held }.last
  }
}
