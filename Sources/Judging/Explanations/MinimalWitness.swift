package import Harness
package import Operations

/// The least of a history that still shows a violation, as far as it could be found.
package struct MinimalWitness: Hashable, Sendable {
  /// What the history shows on its own.
  package enum Evidence: Hashable, Sendable {
    /// The checker finds the violation in it; `isMinimal` if in nothing less of it.
    case alone(isMinimal: Bool)
    /// It does not, for this reason: the whole history is needed.
    case wholeHistory(String)
  }

  /// What is left: a history of its own.
  package var history: History
  /// What is violated.
  package var guarantee: Guarantee
  /// By which queue.
  package var queue: QueueID
  /// The messages that are left, in the order in which they appeared.
  package var messages: [MessageID]
  /// The violation as it was found again in `history`, or else as it was found in the whole one.
  package var witness: Witness
  /// The violation as it was found in the whole history.
  package var original: Witness
  /// What `history` shows.
  package var evidence: Evidence
  /// How many messages of the whole history are left out.
  package var removedMessages: Int
  /// How many events of the whole history are left out.
  package var removedEvents: Int
  /// How often the checker judged a part of the history on the way.
  package var runs: Int

  /// Whether the checker has found the violation in `history` alone.
  package var isVerified: Bool {
    if case .alone = evidence { true } else { false }
  }

  /// Whether, besides, every message and operation that is left is needed.
  package var isMinimal: Bool { evidence == .alone(isMinimal: true) }
}

extension Excerpt {
  /// Leaves out of the excerpt what is not needed for the violation, and judges the rest again.
  ///
  /// The criteria are those of the check that found it. The work is bounded: after
  /// `WitnessReduction.maximumRuns` judgements it says that more could perhaps be left out.
  package func minimalWitness(criteria: Criteria) -> MinimalWitness {
    var reduction = WitnessReduction(self, criteria: criteria)
    return reduction.run()
  }
}
