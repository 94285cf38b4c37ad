import Checkers
import Environment
import Harness
import Mutations
import Operations
import Testing

/// A mutator applies where its result is illegal, and nowhere else.
@Suite struct MutatorConditionTests {
  /// A history and whether a mutator applies to it.
  struct Case: Sendable, CustomTestStringConvertible {
    var mutator: String
    var applies: Bool
    var what: String
    var header = Story.header
    var tell: @Sendable (inout Story) -> Void
    var testDescription: String { "\(mutator): \(what)" }

    init(
      _ mutator: String, _ applies: Bool, _ what: String, header: HistoryHeader = Story.header,
      _ tell: @escaping @Sendable (inout Story) -> Void
    ) {
      self.mutator = mutator
      self.applies = applies
      self.what = what
      self.header = header
      self.tell = tell
    }
  }

  @Test(arguments: MutatorConditions.all) func appliesWhereItsResultIsIllegal(
    example: Case
  ) throws {
    let mutator = try #require(HistoryMutator.all.first { $0.name == example.mutator })
    var story = Story(header: example.header)
    example.tell(&story)
    let facts = HistoryFacts(story.history)
    // What is drawn differs, whether there is something to draw does not.
    for seed in 0..<20 as Range<UInt64> {
      var draws = SeededGenerator(seed: seed)
      let mutation = mutator.apply(to: facts, using: &draws)
      #expect((mutation != nil) == example.applies, "seed \(seed)")
      if let mutation { try MutationTests.requireFound(mutation, "seed \(seed)") }
    }
  }

  @Test func everyMutatorHasItsCases() {
    for mutator in HistoryMutator.all {
      #expect(MutatorConditions.all.contains { $0.mutator == mutator.name && $0.applies })
      #expect(
        MutatorConditions.all.contains { $0.mutator == mutator.name && !$0.applies }
          || MutatorConditions.always.contains(mutator.name))
    }
  }
}
