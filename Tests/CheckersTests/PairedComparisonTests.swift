import Checkers
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct PairedComparisonTests {
  private func entry(
    _ kind: QueueKind, _ judgement: Judgement?, run: String, fault: String? = "kill",
    proved: Bool = true
  ) -> MatrixEntry {
    MatrixEntry(
      run: run, kind: kind, fault: fault, faultsProved: fault == nil ? [] : [proved],
      findings: judgement.map {
        [Finding(guarantee: .atLeastOnce, queue: QueueID(0), judgement: $0)]
      } ?? [])
  }

  @Test func runsAreComparedOneByOne() {
    let outcomes: [(Judgement, Judgement)] = [
      (.violated, .held), (.violated, .held), (.held, .violated), (.violated, .violated),
      (.held, .held), (.held, .held), (.held, .held),
    ]
    let entries = outcomes.enumerated().flatMap { place, outcome in
      [
        entry(.mirrored, outcome.0, run: "\(place)"), entry(.quorum, outcome.1, run: "\(place)"),
        entry(.plain, .violated, run: "\(place)"),
      ]
    }
    let comparison = PairedComparison(.atLeastOnce, .mirrored, .quorum, in: entries)
    #expect(comparison.onlyFirst == 2 && comparison.onlySecond == 1)
    #expect(comparison.both == 1 && comparison.neither == 3 && comparison.runs == 7)
    #expect(abs(comparison.pValue - 1) < 1e-12)
  }

  @Test func theOrderOfTheEntriesDoesNotMatter() {
    let entries = (0..<7).flatMap { place in
      [entry(.quorum, .held, run: "\(place)"), entry(.mirrored, .violated, run: "\(place)")]
    }
    let comparison = PairedComparison(.atLeastOnce, .mirrored, .quorum, in: entries.reversed())
    #expect(comparison.onlyFirst == 7 && comparison.runs == 7)
    #expect(abs(comparison.pValue - 2.0 / 128) < 1e-12)
  }

  @Test func whatWasNotPutToTheTestDoesNotCount() {
    let comparison = PairedComparison(
      .atLeastOnce, .mirrored, .quorum,
      in: [
        entry(.mirrored, .violated, run: "no other kind"),
        entry(.mirrored, .violated, run: "unknown"), entry(.quorum, .unknown("x"), run: "unknown"),
        entry(.mirrored, .violated, run: "idle"), entry(.quorum, .notExercised("x"), run: "idle"),
        entry(.mirrored, .violated, run: "nobody"), entry(.quorum, nil, run: "nobody"),
        entry(.mirrored, .held, run: "unproved", proved: false),
        entry(.quorum, .violated, run: "unproved", proved: false),
        // A control is another run than the one it precedes.
        entry(.mirrored, .held, run: "control"), entry(.quorum, .held, run: "control", fault: nil),
      ])
    #expect(comparison.runs == 0)
    #expect(comparison.pValue == 1)
  }

  @Test func theLadderEndsBelowWhatDidNotHold() {
    func strongest(_ integrity: Judgement, _ delivery: Judgement) -> Guarantee? {
      var matrix = GuaranteeMatrix()
      matrix.add(
        MatrixEntry(
          run: "1", kind: .quorum, fault: nil, faultsProved: [],
          findings: [
            Finding(guarantee: .integrity, queue: QueueID(0), judgement: integrity),
            Finding(guarantee: .atLeastOnce, queue: QueueID(0), judgement: delivery),
          ]))
      return matrix.strongest(.quorum, under: nil)
    }
    #expect(strongest(.held, .held) == .atLeastOnce)
    #expect(strongest(.held, .violated) == .integrity)
    #expect(strongest(.held, .notExercised("x")) == .integrity)
    #expect(strongest(.violated, .held) == nil)
    #expect(strongest(.unknown("x"), .held) == nil)
  }
}
