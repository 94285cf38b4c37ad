import Checkers
import Environment
import Foundation
import Harness
import Operations
import Testing

/// A correct broker is never accused, whatever happens to its sessions; a broken one is.
@Suite struct RedeliveryPropertyTests {
  /// How many histories of each kind are tried; `STOAT_REDELIVERY_HISTORIES` makes it a soak.
  static let histories =
    ProcessInfo.processInfo.environment["STOAT_REDELIVERY_HISTORIES"].flatMap(UInt64.init) ?? 6_000

  private let guarantees = Redelivery.guarantees

  private func check(_ history: History, _ policy: RequeuePolicy) throws -> CheckerReport {
    var checker = Redelivery(header: history.header, criteria: Story.criteria, policy: policy)
    for event in history.events { try checker.observe(event) }
    return try checker.conclude()
  }

  private func finding(_ report: CheckerReport, _ guarantee: Guarantee) throws -> Finding {
    try #require(report.findings.first { $0.guarantee == guarantee && $0.queue == QueueID(0) })
  }

  /// It puts everything where it was before, which is the front of all that was never sent.
  @Test(arguments: [LegalBroker.Letters.none, .kept])
  func theLegalBrokerIsNeverAccused(letters: LegalBroker.Letters) throws {
    var held: [Guarantee: Int] = [:]
    for seed in 0..<Self.histories {
      let history = LegalBroker.make(seed: seed, isCalm: seed % 4 == 0, letters: letters)
      for policy in [RequeuePolicy.front, .original] {
        let report = try check(history, policy)
        for finding in report.findings {
          try #require(finding.violations == 0, "seed \(seed), \(policy): \(finding)")
          if finding.judgement == .held { held[finding.guarantee, default: 0] += 1 }
        }
      }
    }
    #expect(held[.feasibleChains, default: 0] > 5000, "\(held)")
    if letters == .none {
      #expect(held[.exactlyOnceEffect, default: 0] > 5000, "\(held)")
      #expect(held[.requeuePosition, default: 0] > 5000, "\(held)")
    }
  }

  /// What it lends comes back anywhere.
  @Test func theLendingBrokerIsNeverAccused() throws {
    var empties = 0
    for seed in 0..<Self.histories {
      let report = try check(LendingBroker.make(seed: seed), .original)
      for guarantee in guarantees where guarantee != .requeuePosition {
        let finding = try finding(report, guarantee)
        try #require(finding.violations == 0, "seed \(seed): \(finding)")
        if guarantee == .emptyWhileReady, finding.judgement == .held { empties += 1 }
      }
    }
    #expect(empties > 1000, "\(empties)")
  }

  @Test(arguments: RequeuePolicy.allCases)
  func aBrokerThatTakesBackIsNeverAccused(policy: RequeuePolicy) throws {
    var held: [Guarantee: Int] = [:]
    for seed in 0..<Self.histories {
      let history = ReturningBroker.make(
        seed: seed, policy: policy, mayDisturb: seed % 2 == 0)
      let report = try check(history, policy)
      for guarantee in guarantees {
        let finding = try finding(report, guarantee)
        try #require(finding.violations == 0, "seed \(seed): \(finding)")
        if finding.judgement == .held { held[guarantee, default: 0] += 1 }
      }
    }
    for guarantee in guarantees { #expect(held[guarantee, default: 0] > 1000, "\(held)") }
  }

  /// Histories that are cut off accuse nobody either.
  @Test func aBeginningIsNeverAccused() throws {
    for seed in 0..<Self.histories / 2 {
      var history = ReturningBroker.make(seed: seed, policy: .front, mayDisturb: seed % 2 == 0)
      history.events.removeLast(Int(seed) % history.events.count)
      for finding in try check(history, .front).findings {
        try #require(finding.violations == 0, "seed \(seed): \(finding)")
      }
    }
  }

  @Test(
    arguments: [
      (ReturningBroker.Defect.deaf, Guarantee.emptyWhileReady), (.repeating, .feasibleChains),
      (.jumping, .requeuePosition), (.resurrecting, .exactlyOnceEffect),
    ]
  ) func aDefectIsFound(defect: ReturningBroker.Defect, guarantee: Guarantee) throws {
    var found = 0
    for seed in 0..<1000 as Range<UInt64> {
      let history = ReturningBroker.make(
        seed: seed, policy: .original, defect: defect, isCalm: seed % 4 > 0)
      let report = try check(history, .original)
      if try finding(report, guarantee).judgement == .violated { found += 1 }
      // What is given out twice goes on to be wrong in other ways.
      if defect == .repeating { continue }
      for other in guarantees where other != guarantee {
        let finding = try finding(report, other)
        try #require(finding.violations == 0, "seed \(seed): \(finding)")
      }
    }
    #expect(found > 200, "\(found)")
  }

  /// A policy is told from the others.
  @Test func anotherPolicyIsFound() throws {
    for (actual, claimed) in [
      (RequeuePolicy.back, RequeuePolicy.original), (.back, .front), (.original, .back),
      (.front, .back),
    ] {
      var found = 0
      for seed in 0..<1000 as Range<UInt64> {
        let history = ReturningBroker.make(seed: seed, policy: actual, isCalm: true)
        if try finding(check(history, claimed), .requeuePosition).violations > 0 { found += 1 }
      }
      #expect(found > 5, "\(actual) for \(claimed): \(found)")
    }
  }
}
