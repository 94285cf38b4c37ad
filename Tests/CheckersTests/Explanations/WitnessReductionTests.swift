import Checkers
import Environment
import Foundation
import Harness
@testable import Judging
import Mutations
import Operations
import Testing

/// What is left of a wrong history shows the same wrong, and needs every message that is left.
@Suite struct WitnessReductionTests {
  /// How many wrong histories are reduced; `STOAT_REDUCTIONS` sets it.
  static let histories =
    ProcessInfo.processInfo.environment["STOAT_REDUCTIONS"].flatMap(UInt64.init) ?? 400

  @Test(arguments: 0..<2 as Range<UInt64>) func wrongHistoriesAreReduced(part: UInt64) throws {
    var reduced: [Guarantee: Int] = [:]
    var whole: [Guarantee: Int] = [:]
    let count = Self.histories / 2
    for seed in (part * count)..<((part + 1) * count) {
      try Self.requireReduced(seed: seed, &reduced, &whole)
    }
    // No mutator gives a session again what it holds, and few let a message overtake.
    for guarantee in ExcerptSoundnessTests.reducible
    where guarantee != .feasibleChains && guarantee != .requeuePosition {
      #expect(reduced[guarantee, default: 0] > 0, "\(guarantee): \(reduced), \(whole)")
    }
  }

  /// Reduces the clean history of a seed with each wrong that can be done to it.
  private static func requireReduced(
    seed: UInt64, _ reduced: inout [Guarantee: Int], _ whole: inout [Guarantee: Int]
  ) throws {
    let facts = HistoryFacts(LegalBroker.makeQuirky(seed: seed).history)
    for (place, mutator) in HistoryMutator.all.enumerated() {
      var draws = SeededGenerator(seed: seed, stream: 0xE8, index: UInt64(place + 1))
      guard let mutation = mutator.apply(to: facts, using: &draws) else { continue }
      let report = CheckerSuite.check(mutation.history, criteria: Story.criteria)
      for finding in report.findings where finding.judgement == .violated {
        let minimal = Self.minimal(mutation.history, finding)
        let what = "seed \(seed), \(mutator.name), \(finding.guarantee)"
        if case .wholeHistory(let reason) = minimal.evidence {
          whole[finding.guarantee, default: 0] += 1
          let reducibility = finding.guarantee.facts.excerpt.reducibility
          try #require(
            reducibility == .nothing(reason), "\(what): \(finding.witnesses[0].text)")
        } else {
          reduced[finding.guarantee, default: 0] += 1
          try Self.requireMinimal(minimal, finding, what)
        }
      }
    }
  }

  /// 1575: a message with which somebody was done before the violation is needed for it.
  @Test(arguments: [1575]) func whatWasNotReducedOnce(seed: UInt64) throws {
    var (reduced, whole): ([Guarantee: Int], [Guarantee: Int]) = ([:], [:])
    try Self.requireReduced(seed: seed, &reduced, &whole)
    #expect(reduced[.linearizableFIFO, default: 0] > 0)
  }

  @Test(
    arguments: [
      (ReturningBroker.Defect.deaf, Guarantee.emptyWhileReady), (.repeating, .feasibleChains),
      (.jumping, .requeuePosition), (.resurrecting, .exactlyOnceEffect),
    ]
  ) func defectsAreReduced(defect: ReturningBroker.Defect, guarantee: Guarantee) throws {
    var found = 0
    for seed in 0..<Self.histories {
      let history = ReturningBroker.make(
        seed: seed, policy: .original, defect: defect, isCalm: seed % 4 > 0)
      let report = CheckerSuite.check(
        history, criteria: Story.criteria, checkers: [Redelivery.self])
      let finding = try #require(report.finding(guarantee, of: QueueID(0)))
      guard finding.judgement == .violated else { continue }
      found += 1
      let minimal = Self.minimal(history, finding)
      try Self.requireMinimal(minimal, finding, "seed \(seed), \(guarantee)")
    }
    #expect(found > Int(Self.histories) / 10, "\(found)")
  }

  static func minimal(_ history: History, _ finding: Finding) -> MinimalWitness {
    var selector = ExcerptSelector(header: history.header, finding: finding)
    for event in history.events { selector.observe(event) }
    return selector.finish().minimalWitness(criteria: Story.criteria)
  }

  private static func requireMinimal(
    _ minimal: MinimalWitness, _ finding: Finding, _ what: String
  ) throws {
    let comment: Comment = "\(what): \(finding.witnesses[0].text)"
    try #require(minimal.isVerified && minimal.isMinimal, comment)
    try #require(isViolated(minimal.history, finding), comment)
    let isAboutOperation =
      finding.guarantee == .emptyWhileReady || finding.witnesses[0].text.hasPrefix("EMPTY")
    if isAboutOperation {
      let operation = finding.witnesses[0].operations.first
      try #require(minimal.witness.operations.first == operation, comment)
    } else if let message = finding.witnesses[0].message {
      try #require(minimal.witness.message == message, comment)
      try #require(minimal.messages.contains(message) || message == .foreign, comment)
    }
    try #require(try History.decode(lines: minimal.history.lines) == minimal.history, comment)
    for message in minimal.messages {
      let rest = Set(minimal.messages).subtracting([message])
      var selector = ExcerptSelector(
        header: minimal.history.header, guarantee: finding.guarantee, queue: finding.queue,
        witness: Witness(from: Instant(nanoseconds: -1), to: Instant(nanoseconds: -1), text: ""),
        messages: rest)
      for event in minimal.history.events { selector.observe(event) }
      let less = selector.finish().history
      // Of several deliveries that are wrong only that one counts which was to be explained.
      let isOther =
        finding.guarantee == .requeuePosition && !Self.isNamed(finding.witnesses[0], in: less)
      try #require(
        !isViolated(less, finding) || isOther, "\(what): \(minimal.messages) without \(message)")
    }
  }

  private static func isNamed(_ witness: Witness, in history: History) -> Bool {
    let report = CheckerSuite.check(
      history, criteria: Story.criteria, checkers: [Redelivery.self])
    return report.findings.contains { finding in
      finding.witnesses.contains { $0.message == witness.message }
    }
  }

  static func isViolated(_ history: History, _ finding: Finding) -> Bool {
    let checkers = CheckerSuite.all.filter { $0.guarantees.contains(finding.guarantee) }
    let report = CheckerSuite.check(history, criteria: Story.criteria, checkers: checkers)
    return report.finding(finding.guarantee, of: finding.queue)?.judgement == .violated
  }
}
