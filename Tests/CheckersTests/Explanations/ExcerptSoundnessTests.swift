import Environment
import Foundation
import Harness
import Operations
import Testing

@testable import Checkers
@testable import Judging

/// Whatever messages, empty dequeues, consumers and proofs are left out of a legal history as the
/// reduction does, what is left is legal: so an excerpt that is not proves something of the whole.
@Suite struct ExcerptSoundnessTests {
  /// How many clean histories are cut; `STOAT_EXCERPTS` sets it.
  static let histories =
    ProcessInfo.processInfo.environment["STOAT_EXCERPTS"].flatMap(UInt64.init) ?? 2_000

  static let reducible = Guarantee.allCases.filter { guarantee in
    if case .nothing = guarantee.facts.excerpt.reducibility { false } else { true }
  }

  @Test(arguments: 0..<2 as Range<UInt64>) func partsOfLegalHistoriesAreLegal(
    part: UInt64
  ) throws {
    var held: [Guarantee: Int] = [:]
    let count = Self.histories / 2
    for seed in (part * count)..<((part + 1) * count) {
      let history = LegalBroker.makeQuirky(seed: seed).history
      var draws = SeededGenerator(seed: seed, stream: 0xE8CE)
      let messages = Self.messages(of: history, using: &draws)
      for guarantee in Self.reducible {
        let excerpt = Self.excerpt(of: history, guarantee, messages, using: &draws)
        let checkers = CheckerSuite.all.filter { $0.guarantees.contains(guarantee) }
        let report = CheckerSuite.check(excerpt, criteria: Story.criteria, checkers: checkers)
        try #require(report.failures == [], "seed \(seed), \(guarantee)")
        for finding in report.findings where finding.guarantee == guarantee {
          try #require(
            finding.judgement != .violated,
            "seed \(seed): \(guarantee) \(messages.sorted()) \(finding.witnesses.map(\.text))")
          if finding.judgement == .held { held[guarantee, default: 0] += 1 }
        }
      }
    }
    for guarantee in Self.reducible {
      #expect(held[guarantee, default: 0] > Int(count) / 25, "\(guarantee): \(held)")
    }
  }

  /// The same of brokers to which much is given back, and who take much back by themselves.
  @Test func partsOfWhatIsGivenBackAreLegal() throws {
    var held: [Guarantee: Int] = [:]
    for seed in 0..<Self.histories {
      let history =
        seed % 4 == 0
        ? LendingBroker.make(seed: seed)
        : ReturningBroker.make(seed: seed, policy: .original, mayDisturb: seed % 2 == 0)
      var draws = SeededGenerator(seed: seed, stream: 0xE8CF)
      let messages = Self.messages(of: history, using: &draws)
      for guarantee in Redelivery.guarantees {
        if guarantee == .requeuePosition, seed % 4 == 0 { continue }
        let excerpt = Self.excerpt(of: history, guarantee, messages, using: &draws)
        let report = CheckerSuite.check(
          excerpt, criteria: Story.criteria, checkers: [Redelivery.self])
        let finding = try #require(report.finding(guarantee, of: QueueID(0)))
        try #require(
          finding.judgement != .violated,
          "seed \(seed): \(guarantee) \(messages.sorted()) \(finding.witnesses.map(\.text))")
        if finding.judgement == .held { held[guarantee, default: 0] += 1 }
      }
    }
    for guarantee in Redelivery.guarantees {
      #expect(held[guarantee, default: 0] > Int(Self.histories) / 25, "\(guarantee): \(held)")
    }
  }

  /// Each message is in it or not, in some histories most of them are.
  static func messages(
    of history: History, using draws: inout SeededGenerator
  ) -> Set<MessageID> {
    let odds = 1 + draws.index(of: 5)
    var messages: Set<MessageID> = []
    for event in history.events {
      guard case .invoked(let invocation) = event.event,
        case .publish(let message) = invocation.action
      else { continue }
      if draws.index(of: 6) < odds { messages.insert(message) }
    }
    return messages
  }

  static func excerpt(
    of history: History, _ guarantee: Guarantee, _ messages: Set<MessageID>,
    using draws: inout SeededGenerator
  ) -> History {
    let before = Instant(nanoseconds: -1)
    let queue = history.header.queues[draws.index(of: history.header.queues.count)].id
    var selector = ExcerptSelector(
      header: history.header, guarantee: guarantee, queue: queue,
      witness: Witness(from: before, to: before, text: ""), messages: messages)
    for event in history.events { selector.observe(event) }
    let excerpt = selector.finish()
    var selection = excerpt.selection(of: excerpt.named)
    // What the reduction may leave out besides is left out at random.
    for operation in excerpt.removableOperations where draws.index(of: 3) == 0 {
      selection.leftOutOperations.insert(operation)
    }
    for place in excerpt.removableEvents where draws.index(of: 3) == 0 {
      selection.leftOutEvents.insert(place)
    }
    return excerpt.history(selection)
  }
}
