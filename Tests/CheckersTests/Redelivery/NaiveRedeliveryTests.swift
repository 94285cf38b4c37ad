import Environment
import Harness
import Operations
import Testing

@testable import Checkers

/// The checker against the definitions, on histories of brokers that do anything.
@Suite struct NaiveRedeliveryTests {
  /// A hold is feasible by the definition of chains: in some order of the deliveries, each followed
  /// by its return, the running maximum of the beginnings is never above the running minimum of
  /// the ends.
  private func isFeasible(_ holds: [MessageHold], after begin: Int64 = .min) -> Bool {
    if holds.isEmpty { return true }
    return holds.indices.contains { first in
      var rest = holds
      let hold = rest.remove(at: first)
      let delivered = max(begin, hold.sent)
      guard delivered <= hold.received else { return false }
      // The last return has no end that it must come before.
      return isFeasible(rest, after: max(delivered, hold.returned))
    }
  }

  @Test func pairsOfHoldsDecideChains() {
    var draws = SeededGenerator(seed: 0xC4A1)
    var feasible = 0
    let tries = 100_000
    for _ in 0..<tries {
      let holds = (0..<(2 + draws.index(of: 3))).map { number in
        let received = Int64(draws.index(of: 12))
        return MessageHold(
          delivery: Int32(number), session: Int32(number),
          sent: received - Int64(draws.index(of: 8)), received: received,
          returned: received + Int64(draws.index(of: 9)) - 4, settled: .max, isAlive: false)
      }
      let collide = holds.indices.contains { place in
        holds.indices.contains { other in
          other != place && holds[other].isSolid && holds[place].collides(with: holds[other])
        }
      }
      let expected = isFeasible(holds)
      #expect(collide != expected, "\(holds)")
      var chain = MessageChain()
      var found = 0
      holds.forEach { chain.add($0) }
      chain.forEachCollision { _, _ in found += 1 }
      #expect((found > 0) != expected, "\(holds)")
      if expected { feasible += 1 }
    }
    #expect(feasible > tries / 5 && feasible < tries * 4 / 5, "\(feasible)")
  }

  private func compare(
    _ history: History, _ policy: RequeuePolicy, _ seen: inout [String: Int], _ name: String
  ) throws {
    var checker = Redelivery(header: history.header, criteria: Story.criteria, policy: policy)
    for event in history.events { try checker.observe(event) }
    let report = try checker.conclude()
    for queue in history.header.queues {
      let naive = NaiveRedelivery(NaiveDeliveries(history, queue: queue.id))
      func violations(_ guarantee: Guarantee) -> Int? {
        report.findings.first { $0.queue == queue.id && $0.guarantee == guarantee }?.violations
      }
      func expect(_ guarantee: Guarantee, _ count: Int) throws {
        try #require(violations(guarantee) == count, "\(name), queue \(queue.id): \(guarantee)")
        if count > 0 { seen[guarantee.rawValue, default: 0] += 1 }
      }
      try expect(.feasibleChains, naive.collisions)
      let isTarget = history.header.queues.contains {
        $0.deadLetters == queue.id && $0.id != queue.id
      }
      let isJudged = queue.deadLetters == nil && !isTarget
      guard isJudged else {
        #expect(violations(.emptyWhileReady) == 0 && violations(.exactlyOnceEffect) == 0)
        continue
      }
      try expect(.emptyWhileReady, naive.wrongEmpties)
      let effects = naive.effects
      try expect(.exactlyOnceEffect, effects.again + effects.missing)
      let overtakers = naive.overtakers(policy)
      try expect(.requeuePosition, overtakers.count)
      let most = report.measures.first { $0.queue == queue.id && $0.key == .whole(.mostOvertaken) }
      try #require(most?.value == .count(overtakers.most), "\(name), queue \(queue.id)")
    }
  }

  /// Leaves out what excuses brokers: faults, lost sessions and answers that never came.
  private func withoutExcuses(_ events: [TimedEvent]) -> [TimedEvent] {
    events.compactMap { event in
      switch event.event {
      case .fault, .sessionLost: return nil
      case .completed(let operation, .info(.connectionLost)):
        return TimedEvent(at: event.at, .completed(operation, .ok(.empty)))
      default: return event
      }
    }
  }

  /// Of a broker that does anything whatever.
  @Test func randomHistoriesAgree() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<4000 as Range<UInt64> {
      let policy = RequeuePolicy.allCases[Int(seed / 7 % 3)]
      let header = seed % 3 == 0 ? RandomHistory.headers[1] : Story.header
      let isLong = seed % 4 == 0
      var history = RandomHistory.make(
        seed: seed, steps: (isLong ? 120 : 30) + Int(seed % 30), header: header)
      if isLong { history.events = withoutExcuses(history.events) }
      try compare(history, policy, &seen, "seed \(seed)")
    }
    // The others need brokers that are right most of the time, see below.
    for guarantee in [Guarantee.feasibleChains, .exactlyOnceEffect] {
      #expect(seen[guarantee.rawValue, default: 0] > 500, "\(seen)")
    }
  }

  /// Of brokers with one defect, judged by any policy.
  @Test func historiesWithDefectsAgree() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<2400 as Range<UInt64> {
      let defects = ReturningBroker.Defect.allCases
      let policy = RequeuePolicy.allCases[Int(seed / 5 % 3)]
      var history = ReturningBroker.make(
        seed: seed, policy: .original, defect: defects[Int(seed) % defects.count],
        mayDisturb: seed % 3 == 0, isCalm: seed % 4 == 0)
      if seed % 11 == 0 { history.events.removeLast(Int(seed) % history.events.count) }
      try compare(history, policy, &seen, "seed \(seed)")
    }
    #expect(seen.count == 4 && seen.values.allSatisfy { $0 > 20 }, "\(seen)")
  }
}
