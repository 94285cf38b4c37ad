/// What is known of a guarantee besides how it is judged; one row for each.
package struct GuaranteeFacts: Sendable {
  /// What violations of it mean, as whole sentences in plain words; `#` stands for their number.
  package struct Sentence: Hashable, Sendable {
    /// Of one violation.
    package var one: String
    /// Of several.
    package var many: String
  }

  /// What an imported history has to show so that it can be judged.
  package enum Evidence: Hashable, Sendable {
    /// Nothing that could be missing.
    case any
    /// Which deliveries were flagged as redelivered.
    case flags
    /// When operations began and ended.
    case times
    /// What no imported history shows: acks and holds, numbers of confirms, nodes.
    case own
  }

  /// What it promises, in a few words.
  package var promise: String
  /// What violations of it mean.
  package var violation: Sentence
  /// What they mean where all of them are messages that no consumer ever got; nil if the same.
  package var undelivered: Sentence?
  /// What an imported history has to show.
  package var evidence: Evidence
  /// What an excerpt of a history needs so that it shows a violation on its own.
  package var excerpt: ExcerptRules

  init(
    promise: String, violation one: String, _ many: String, undelivered: Sentence? = nil,
    evidence: Evidence = .own, excerpt: ExcerptRules
  ) {
    self.promise = promise
    violation = Sentence(one: one, many: many)
    self.undelivered = undelivered
    self.evidence = evidence
    self.excerpt = excerpt
  }
}
