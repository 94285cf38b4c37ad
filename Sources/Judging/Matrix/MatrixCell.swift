package import Operations

/// What all runs together say of one guarantee, kind of queue and class of fault.
package enum MatrixVerdict: String, Hashable, Sendable, CaseIterable {
  /// Some run violated it.
  case violated
  /// No run violated it, and it held in at least one.
  case held
  /// Neither, and some run could not tell.
  case unknown
  /// No run put it to the test.
  case notExercised = "not exercised"
}

/// A violation that stands for those of its cell.
package struct MatrixWitness: Hashable, Sendable {
  /// Where people find the run.
  package var run: String
  /// The queue in that run.
  package var queue: QueueID
  /// How many violations that run had.
  package var violations: Int
  /// The first of them, for people.
  package var text: String
}

/// The runs of one guarantee, kind of queue and class of fault, by what came out.
package struct MatrixCell: Hashable, Sendable {
  /// Runs in which the guarantee was exercised and held.
  package internal(set) var held = 0
  /// Runs that violated it.
  package internal(set) var violated = 0
  /// Runs that cannot tell.
  package internal(set) var unknown = 0
  /// Runs that did not put it to the test.
  package internal(set) var notExercised = 0
  /// A violation of the first run that has one; nil if none has.
  package internal(set) var witness: MatrixWitness?

  /// A cell without runs.
  package init() {}

  /// How many runs there were.
  package var runs: Int { held + violated + unknown + notExercised }

  /// What they say together.
  package var verdict: MatrixVerdict {
    if violated > 0 { return .violated }
    if held > 0 { return .held }
    return unknown > 0 ? .unknown : .notExercised
  }

  /// The rate of violations that the runs still allow: the exact one-sided 95 % limit for none in
  /// as many runs as held. Nil where a run violated the guarantee or none held.
  package var upperBound: Double? {
    verdict == .held ? ExactBinomial.upperBound(events: 0, runs: held) : nil
  }
}
