import Environment
import Harness
import Operations

/// What one look for the effect of a fault came to.
struct Sighting: Sendable {
  /// Whether the effect was seen.
  var isProved: Bool
  /// What was seen, for people.
  var words: String
  /// What was seen, as values; nil if nothing could be asked.
  var evidence: FaultEvidence?

  /// A look that saw something.
  init(_ isProved: Bool, _ words: String, _ evidence: FaultEvidence) {
    self.isProved = isProved
    self.words = words
    self.evidence = evidence
  }

  /// A look that failed.
  init(_ failure: SystemFailure) {
    isProved = false
    words = failure.description
  }
}
