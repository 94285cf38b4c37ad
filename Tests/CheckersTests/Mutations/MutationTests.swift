import Checkers
import Environment
import Harness
@testable import Judging
import Mutations
import Operations
import Testing

/// One wrong is done to each clean history, and must be found: under a guarantee that it breaks,
/// with a witness that names it.
@Suite struct MutationTests {
  /// The guarantees that nothing but the wrong itself may break. A new one joins once all mutators
  /// say whether they may break it.
  private static let separate: Set<Guarantee> = [
    .atLeastOnce, .deadLetters, .integrity, .flaggedRedelivery, .noResurrection, .exclusiveHold,
    .channelOrder, .prefetch, .confirmProtocol, .boundedUnavailability, .eventualDrain, .cleanLogs,
    .linearizableFIFO, .linearizableBag, .feasibleChains, .emptyWhileReady, .exactlyOnceEffect,
    .requeuePosition, .replicasAgree,
  ]

  @Test(arguments: 0..<2 as Range<UInt64>) func everyWrongIsFound(part: UInt64) throws {
    var applied = Array(repeating: 0, count: HistoryMutator.all.count)
    let count = CleanHistoryTests.histories / 2
    var mutated = 0
    for seed in (part * count)..<((part + 1) * count) {
      let facts = HistoryFacts(LegalBroker.makeQuirky(seed: seed).history)
      var draws = SeededGenerator(seed: seed, stream: 0x3A7A7E)
      // Those that had the fewest chances come first.
      let order = applied.indices.sorted { (applied[$0], $0) < (applied[$1], $1) }
      for place in order {
        guard let mutation = HistoryMutator.all[place].apply(to: facts, using: &draws) else {
          continue
        }
        applied[place] += 1
        mutated += 1
        try Self.requireFound(mutation, "seed \(seed)")
        break
      }
    }
    #expect(mutated == count)
    for (mutator, number) in zip(HistoryMutator.all, applied) {
      #expect(number > Int(count) / 100, "\(mutator.name): \(applied)")
    }
  }

  /// All wrongs that can be done to a history, each by itself.
  @Test func allWrongsOfAHistoryAreFound() throws {
    var mutated = 0
    for seed in 0..<(CleanHistoryTests.histories / 10) {
      let facts = HistoryFacts(LegalBroker.makeQuirky(seed: seed).history)
      for (place, mutator) in HistoryMutator.all.enumerated() {
        var draws = SeededGenerator(seed: seed, stream: 0x3A7A7E, index: UInt64(place + 1))
        guard let mutation = mutator.apply(to: facts, using: &draws) else { continue }
        mutated += 1
        try Self.requireFound(mutation, "seed \(seed)")
      }
    }
    #expect(mutated > CleanHistoryTests.histories)
  }

  /// Requires that the checkers find what was done, name it and find nothing else.
  static func requireFound(_ mutation: Mutation, _ origin: String) throws {
    let what: Comment = "\(origin), \(mutation.mutator): \(mutation.words)"
    let report = CheckerSuite.check(mutation.history, criteria: Story.criteria)
    try #require(report.failures == [], what)
    let violated = report.findings.filter { $0.judgement == .violated }
    let expected = violated.filter { mutation.admissible.contains($0.guarantee) }
    try #require(!expected.isEmpty, what)
    try #require(expected.contains { $0.witnesses.contains { mutation.isNamed(by: $0) } }, what)
    if let aim = mutation.aim {
      let hits = expected.filter { $0.guarantee == aim }
      try #require(hits.contains { $0.witnesses.contains { mutation.isNamed(by: $0) } }, what)
    }
    for finding in violated where separate.contains(finding.guarantee) {
      try #require(
        mutation.admissible.contains(finding.guarantee),
        "\(what): \(finding.guarantee) \(finding.witnesses.map(\.text))")
    }
  }

  @Test func aSeedGivesOneMutation() {
    for seed in 0..<50 as Range<UInt64> {
      let history = LegalBroker.makeQuirky(seed: seed).history
      for mutator in HistoryMutator.all {
        var (draws, again) = (SeededGenerator(seed: seed), SeededGenerator(seed: seed))
        let first = mutator.apply(to: history, using: &draws)
        let second = mutator.apply(to: history, using: &again)
        #expect(first?.history == second?.history)
        #expect(first?.history != history)
      }
    }
  }

  @Test func mutatorsHaveNamesOfTheirOwn() {
    let names = HistoryMutator.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(HistoryMutator.all.allSatisfy { !$0.admissible.isEmpty && !$0.condition.isEmpty })
    for mutator in HistoryMutator.all {
      if let aim = mutator.aim { #expect(mutator.admissible.contains(aim)) }
    }
  }
}
