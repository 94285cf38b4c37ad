import Checkers
import Harness
@testable import Judging
import Operations
import Testing

/// The ledger on histories that Jepsen has recorded.
@Suite struct ImportedHistoryTests {
  private struct Outcome {
    var totals: LedgerTotals
    var report: CheckerReport
    var imported: JepsenImport

    func judgement(_ guarantee: Guarantee) -> Judgement? {
      report.findings.first { $0.guarantee == guarantee }?.judgement
    }
  }

  private func check(_ history: JepsenHistory) throws -> Outcome {
    let imported = try JepsenImport(history, name: "q")
    let report = CheckerSuite.check(imported.history, criteria: ImportedKnowledge.criteria)
    #expect(report.failures == [])
    return Outcome(
      totals: try #require(report.totals.first), report: imported.adapt(report.checkerReport),
      imported: imported)
  }

  /// Lines are `process type f value`.
  private func check(_ lines: [String], more: String = "") throws -> Outcome {
    let text = lines.map { line in
      let parts = line.split(separator: " ", maxSplits: 3)
      let value = parts.count > 3 ? parts[3] : "nil"
      return "{:process \(parts[0]) :type :\(parts[1]) :f :\(parts[2]) :value \(value)\(more)}\n"
    }.joined()
    return try check(JepsenHistory(parsing: Array(text.utf8)))
  }

  private static let two = [
    "0 invoke enqueue 7", "0 ok enqueue 7", "0 invoke enqueue 8", "0 ok enqueue 8",
  ]
  private static let drained = ["2 invoke drain", "2 ok drain []"]

  @Test func whatIsMissingFromADrainIsLost() throws {
    let outcome = try check(Self.two + ["1 invoke dequeue", "1 ok dequeue 8"] + Self.drained)
    #expect(outcome.totals[.lost] == 1 && outcome.totals[.delivered] == 1)
    #expect(outcome.judgement(.atLeastOnce) == .violated)
    #expect(outcome.judgement(.integrity) == .held)
    let witness = outcome.report.findings.first { $0.guarantee == .atLeastOnce }?.witnesses.first
    #expect(witness?.text.hasPrefix("value 7, published by process 0 at") == true)
    #expect(witness?.operations == [OperationID(0)])
  }

  @Test func withoutAProofNothingIsLost() throws {
    let outcome = try check(Self.two + ["1 invoke dequeue", "1 ok dequeue 8"])
    #expect(outcome.totals[.undrained] == 1)
    #expect(outcome.judgement(.atLeastOnce)?.verdict == .unknown)
  }

  @Test func withoutAConfirmNothingIsHeld() throws {
    let outcome = try check(["0 invoke enqueue 7", "0 info enqueue 7"] + Self.drained)
    #expect(outcome.totals[.vanished] == 1)
    #expect(outcome.judgement(.atLeastOnce)?.name == "not exercised")
    let full = try check(
      ["0 invoke enqueue 7", "0 ok enqueue 7", "2 invoke drain", "2 ok drain [7]"])
    #expect(full.judgement(.atLeastOnce) == .held)
    #expect(full.judgement(.integrity) == .held)
  }

  @Test func aCrashedDequeueMayHaveTakenOne() throws {
    for crash in [["1 invoke dequeue"], ["1 invoke dequeue", "1 info dequeue"]] {
      let one = try check(Self.two + crash + Self.drained)
      #expect(one.totals[.lost] == 1 && one.totals[.undrained] == 1)
      #expect(one.totals.excused == 1 && one.totals.takenInDoubt == 1)
      #expect(one.judgement(.atLeastOnce) == .violated)
      let text = one.report.findings.first?.witnesses.first?.text ?? ""
      #expect(
        text.hasSuffix(
          "2 confirmed messages are missing so, 1 of which may have been taken "
            + "by operations that ended in doubt: at least 1 are lost"))
      let both = try check(Self.two + crash + ["3 invoke dequeue"] + Self.drained)
      #expect(both.totals[.lost] == 0 && both.totals[.undrained] == 2)
      #expect(
        both.judgement(.atLeastOnce)
          == .unknown(
            "2 confirmed messages were not delivered and may have been taken by operations that "
              + "ended in doubt"))
    }
  }

  /// A history may have as many publishers as messages.
  @Test func manyPublishersAreJudged() throws {
    let enqueues = (0..<40_000).flatMap { number in
      ["\(number + 5) invoke enqueue \(number)", "\(number + 5) ok enqueue \(number)"]
    }
    let outcome = try check(enqueues + Self.drained)
    #expect(outcome.totals[.lost] == 40_000)
    #expect(outcome.judgement(.atLeastOnce) == .violated)
  }

  /// The proof that was given after all that is in doubt is as good as one without any doubt.
  @Test func theLastProofMayComeAfterAllDoubts() throws {
    let crash = ["1 invoke dequeue", "1 info dequeue"]
    let outcome = try check(Self.two + Self.drained + crash + ["3 invoke drain", "3 ok drain []"])
    #expect(outcome.totals[.lost] == 1 && outcome.totals.excused == 1)
  }

  /// Whoever found the queue empty may have been told the wrong thing.
  @Test func whatCrashesAfterTheProofMayHaveTakenOne() throws {
    for crash in [["1 invoke dequeue"], ["1 invoke dequeue", "1 info dequeue"]] {
      let outcome = try check(Self.two + Self.drained + crash)
      #expect(outcome.totals[.lost] == 1 && outcome.totals.excused == 1)
      let one = try check(Self.two.prefix(2) + ["2 invoke dequeue", "2 ok dequeue"] + crash)
      #expect(one.judgement(.atLeastOnce)?.verdict == .unknown)
    }
    let full = try check(Self.two + Self.drained + ["1 invoke dequeue", "1 fail dequeue"])
    #expect(full.totals[.lost] == 2, "a failed dequeue took nothing")
    let refused = try check(Self.two + ["1 invoke dequeue", "1 fail dequeue"] + Self.drained)
    #expect(refused.totals[.lost] == 2, "a failed dequeue took nothing")
  }

  @Test func aCrashedDrainMayHaveTakenAnything() throws {
    for crash in [["1 invoke drain"], ["1 invoke drain", "1 info drain :timeout"]] {
      let outcome = try check(Self.two + crash + Self.drained)
      #expect(outcome.totals[.lost] == 0 && outcome.totals[.undrained] == 2)
      #expect(outcome.judgement(.atLeastOnce)?.verdict == .unknown)
      let later = try check(Self.two + Self.drained + crash)
      #expect(later.totals[.lost] == 0 && later.totals[.undrained] == 2)
    }
  }

  @Test func repeatsWithoutAFlagAccuseOnlyWhereFlagsAreKnown() throws {
    let twice =
      Self.two.prefix(2) + [
        "1 invoke dequeue", "1 ok dequeue 7", "1 invoke dequeue", "1 ok dequeue 7",
      ]
    let unknown = try check(twice + Self.drained)
    #expect(unknown.totals.duplicated == 1 && unknown.totals[.unflagged].messages == 0)
    #expect(unknown.judgement(.flaggedRedelivery) == nil)
    #expect(unknown.judgement(.noResurrection) == nil)
    #expect(unknown.judgement(.atLeastOnce) == .held)
    let known = try check(twice + Self.drained, more: " :redelivered false")
    #expect(known.totals[.unflagged].messages == 1)
    #expect(known.judgement(.flaggedRedelivery) == .violated)
  }

  @Test func whatNobodyEnqueuedIsAPhantom() throws {
    let outcome = try check(Self.two + ["1 invoke drain", "1 ok drain [7 8 9]"])
    #expect(outcome.totals.phantoms == 1)
    #expect(outcome.judgement(.integrity) == .violated)
    let text = outcome.report.findings.first { $0.guarantee == .integrity }?.witnesses.first?.text
    #expect(text?.hasPrefix("value 9, which nobody had published,") == true)
    let failed = try check(
      ["0 invoke enqueue 7", "0 fail enqueue 7", "1 invoke dequeue", "1 ok dequeue 7"])
    #expect(failed.totals[.failedYetDelivered].messages == 1)
  }

  @Test func timesAreJudgedOnlyWhereThereAreSome() throws {
    let without = try check(Self.two)
    #expect(without.judgement(.boundedUnavailability) == nil)
    #expect(
      without.report.measures.first { $0.key == .whole(.longestUnavailability) }?.value
        == .absent("the history has no times"))
    let with = try check(Self.two, more: " :time 5")
    #expect(with.judgement(.boundedUnavailability)?.name == "not exercised")
  }

  /// A queue that keeps its promises is never accused, whatever crashes.
  @Test func aCorrectQueueIsNeverAccused() throws {
    var doubts = 0
    var held = 0
    for seed in 0..<10_000 as Range<UInt64> {
      let outcome = try check(RandomQueue.make(seed: seed, losing: false).history)
      try #require(outcome.totals[.lost] == 0, "seed \(seed)")
      try #require(outcome.judgement(.integrity) != .violated, "seed \(seed)")
      if outcome.totals.excused > 0 { doubts += 1 }
      if outcome.judgement(.atLeastOnce) == .held { held += 1 }
    }
    #expect(doubts > 500 && held > 500)
  }

  /// What is lost is counted exactly where nothing crashed, and never overrated where it did.
  @Test(arguments: [false, true]) func lossesAreFound(canCrash: Bool) throws {
    var found = 0
    for seed in 0..<5_000 as Range<UInt64> {
      let (history, queue) = try RandomQueue.make(seed: seed, losing: true, canCrash: canCrash)
      let outcome = try check(history)
      let lost = outcome.totals[.lost]
      try #require(lost <= queue.lost && lost >= queue.lost - queue.crashes, "seed \(seed)")
      try #require(canCrash || lost == queue.lost, "seed \(seed)")
      if lost > 0 { found += 1 }
    }
    #expect(found > 500)
  }

  /// What the ledger says of a history it says of its export too.
  @Test(arguments: [false, true]) func exportsAreJudgedLikeTheirOriginals(isCalm: Bool) throws {
    for seed in 0..<2_000 as Range<UInt64> {
      let history = LegalBroker.make(seed: seed, isCalm: isCalm)
      let own = try #require(
        CheckerSuite.check(history, criteria: Story.criteria).totals.first)
      let jepsen = try JepsenHistory(parsing: history.jepsen(of: QueueID(0)).bytes)
      let other = try check(jepsen).totals
      func figures(_ totals: LedgerTotals) -> [Int] {
        [
          totals.attempts, totals.confirmed, totals.doubtful, totals[.delivered],
          totals[.recovered], totals.deliveries, totals.firstDeliveries, totals.repeats,
          totals.duplicated, totals.phantoms, totals[.redelivered].messages,
          totals[.unflagged].messages + totals.ambiguousRepeats,
        ]
      }
      try #require(figures(own) == figures(other), "seed \(seed)")
      try #require(other[.lost] == 0, "seed \(seed)")
    }
  }
}
