import Harness
import Operations

/// Leaves messages, operations and proofs out of an excerpt as long as the checker still finds the
/// violation.
///
/// It is a greedy search with ever smaller groups (Zeller and Hildebrandt's delta debugging): what
/// is left loses the violation with any one more of its messages.
package struct WitnessReduction {
  /// The most judgements.
  package static let maximumRuns = 4_000
  /// The most events in all of them.
  package static let maximumEvents = 20_000_000
  /// The most messages, besides those that are named, of a violation that is shown and not proved.
  static let shownCompanions = 20

  /// With how many messages it is tried first where the named ones do not suffice.
  private static let firstCompanions = 64

  private let excerpt: Excerpt
  private let criteria: Criteria
  private let checkers: [any Checker.Type]
  private var runs = 0
  private var events = 0
  private var isCut = false
  /// Why the checker could not judge a part, if it could not.
  private var failure: String?

  init(_ excerpt: Excerpt, criteria: Criteria) {
    self.excerpt = excerpt
    self.criteria = Criteria(
      minimumConfirmed: criteria.minimumConfirmed,
      unavailabilityBound: criteria.unavailabilityBound,
      witnessLimit: max(criteria.witnessLimit, ExcerptSelector.maximumCompanions))
    checkers = CheckerSuite.all.filter { $0.guarantees.contains(excerpt.guarantee) }
  }

  mutating func run() -> MinimalWitness {
    switch excerpt.guarantee.facts.excerpt.reducibility {
    case .nothing(let reason): return unproved(reason)
    case .allMessages, .messages: break
    }
    guard let start = start() else {
      return unproved(
        failure.map { "the checker cannot judge the excerpt by itself: \($0)" }
          ?? "the events about these messages alone show nothing; what else happened decides"
      )
    }
    let selection = reduced(start)
    guard let witness = witness(of: selection, isBounded: false) else {
      return unproved("the checker did not find the violation again")
    }
    return result(selection, witness, .alone(isMinimal: !isCut))
  }

  /// The smallest of the ready selections that shows the violation: ever more of the messages
  /// around it.
  private mutating func start() -> Excerpt.Selection? {
    let named = excerpt.named
    var sizes =
      excerpt.guarantee.facts.excerpt.reducibility == .allMessages
      ? [0, named.count] : [named.count]
    let ordered = excerpt.byDistance
    while let size = sizes.last, size < ordered.count {
      sizes.append(min(ordered.count, max(Self.firstCompanions, size * 8)))
    }
    for size in sizes {
      let selection = excerpt.selection(of: Array(ordered.prefix(size)))
      if witness(of: selection, isBounded: false) != nil { return selection }
    }
    return nil
  }

  private mutating func reduced(_ start: Excerpt.Selection) -> Excerpt.Selection {
    var best = start
    let primary = excerpt.witness.message
    let isFixed = !isAboutOperation
    let removable = excerpt.byDistance.reversed().filter {
      best.messages[$0] && !(isFixed && excerpt.messages[$0].message == primary)
    }
    let base = best
    let kept = reduce(removable) { reduction, kept in
      var candidate = base
      for number in removable { candidate.messages[number] = false }
      for number in kept { candidate.messages[number] = true }
      return reduction.witness(of: candidate) != nil
    }
    for number in removable { best.messages[number] = kept.contains(number) }
    reduceOperations(&best)
    reduceEvents(&best)
    return best
  }

  private mutating func reduceOperations(_ best: inout Excerpt.Selection) {
    let named = Set(excerpt.witness.operations)
    let removable = excerpt.removableOperations.filter { !named.contains($0) }
    let base = best
    let kept = reduce(removable) { reduction, kept in
      var candidate = base
      candidate.leftOutOperations = Set(removable).subtracting(kept)
      return reduction.witness(of: candidate) != nil
    }
    best.leftOutOperations = Set(removable).subtracting(kept)
  }

  private mutating func reduceEvents(_ best: inout Excerpt.Selection) {
    let removable = excerpt.removableEvents
    let base = best
    let kept = reduce(removable) { reduction, kept in
      var candidate = base
      candidate.leftOutEvents = Set(removable).subtracting(kept)
      return reduction.witness(of: candidate) != nil
    }
    best.leftOutEvents = Set(removable).subtracting(kept)
  }

  /// What is left of some things if the test shall hold of them, so that it does with none less.
  private mutating func reduce<Element>(
    _ elements: [Element], _ test: (inout Self, [Element]) -> Bool
  ) -> [Element] {
    if elements.isEmpty || test(&self, []) { return [] }
    var kept = elements
    var size = max(1, kept.count / 2)
    while !kept.isEmpty, !isCut {
      var place = 0
      var wasReduced = false
      while place < kept.count, !isCut {
        var candidate = kept
        candidate.removeSubrange(place..<min(place + size, kept.count))
        if test(&self, candidate) {
          kept = candidate
          wasReduced = true
        } else {
          place += size
        }
      }
      if size == 1, !wasReduced { break }
      size = max(1, size / 2)
    }
    return kept
  }

  /// The violation in a selection; nil if there is none, or the work is over.
  private mutating func witness(
    of selection: Excerpt.Selection, isBounded: Bool = true
  ) -> Witness? {
    if isBounded, runs >= Self.maximumRuns || events >= Self.maximumEvents {
      isCut = true
      return nil
    }
    let history = excerpt.history(selection)
    runs += 1
    events += history.events.count
    guard let witness = witness(in: history) else { return nil }
    let probe = excerpt.probe(history)
    if probe.events.count == history.events.count { return witness }
    return self.witness(in: probe) == nil ? nil : witness
  }

  /// Whether the violation is an operation's, which a message only illustrates.
  private var isAboutOperation: Bool {
    excerpt.guarantee == .emptyWhileReady || excerpt.witness.text.hasPrefix("EMPTY")
  }

  /// The violation of the same guarantee by the same queue, of the same message if it is about one.
  private mutating func witness(in history: History) -> Witness? {
    let report = CheckerSuite.check(history, criteria: criteria, checkers: checkers)
    if let failure = report.failures.first { self.failure = failure.reason }
    guard report.failures.isEmpty,
      let finding = report.finding(excerpt.guarantee, of: excerpt.queue),
      finding.judgement == .violated
    else { return nil }
    if isAboutOperation {
      let operation = excerpt.witness.operations.first
      return finding.witnesses.first { $0.operations.first == operation }
    }
    guard let message = excerpt.witness.message else { return finding.witnesses.first }
    return finding.witnesses.first { $0.message == message }
  }

  private func unproved(_ reason: String) -> MinimalWitness {
    let isShown = excerpt.guarantee == .boundedUnavailability
    let count = excerpt.named.count + (isShown ? Self.shownCompanions : 0)
    var selection = excerpt.selection(of: Array(excerpt.byDistance.prefix(count)))
    let named = Set(excerpt.witness.operations)
    selection.leftOutOperations = Set(excerpt.removableOperations).subtracting(named)
    return result(selection, excerpt.witness, .wholeHistory(reason))
  }

  private func result(
    _ selection: Excerpt.Selection, _ witness: Witness, _ evidence: MinimalWitness.Evidence
  ) -> MinimalWitness {
    let history = excerpt.history(selection)
    let messages = excerpt.all.filter { selection.messages[$0] }
      .map { excerpt.messages[$0].message }
    return MinimalWitness(
      history: history, guarantee: excerpt.guarantee, queue: excerpt.queue, messages: messages,
      witness: witness, original: excerpt.witness, evidence: evidence,
      removedMessages: max(0, excerpt.wholeMessages - messages.count),
      removedEvents: max(0, excerpt.wholeEvents - history.events.count), runs: runs)
  }
}
