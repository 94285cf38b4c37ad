import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct GuaranteeMatrixTests {
  private func finding(
    _ judgement: Judgement, _ guarantee: Guarantee = .atLeastOnce, queue: UInt32 = 0,
    witness: WitnessText? = nil
  ) -> Finding {
    Finding(
      guarantee: guarantee, queue: QueueID(queue), judgement: judgement,
      violations: judgement == .violated ? 3 : 0,
      witnesses: witness.map { [Witness(from: .zero, to: .zero, text: $0)] } ?? [])
  }

  private func entry(
    _ findings: [Finding], run: String = "runs/1", kind: QueueKind = .mirrored,
    fault: String? = "kill leader", proved: [Bool] = [true, true]
  ) -> MatrixEntry {
    MatrixEntry(run: run, kind: kind, fault: fault, faultsProved: proved, findings: findings)
  }

  private func cell(_ entries: [MatrixEntry]) throws -> MatrixCell {
    var matrix = GuaranteeMatrix()
    for entry in entries { matrix.add(entry) }
    return try #require(matrix.cell(.atLeastOnce, .mirrored, under: "kill leader"))
  }

  @Test func runsAreCountedByWhatCameOut() throws {
    let cell = try cell(
      [.held, .held, .unknown("x"), .notExercised("y"), .violated].map { entry([finding($0)]) })
    #expect(
      [cell.held, cell.violated, cell.unknown, cell.notExercised, cell.runs] == [2, 1, 1, 1, 5])
  }

  @Test(
    arguments: [
      ([Judgement.held, .violated, .held], MatrixVerdict.violated),
      ([.held, .unknown("x"), .notExercised("y")], .held),
      ([.unknown("x"), .notExercised("y")], .unknown),
      ([.notExercised("y")], .notExercised),
    ])
  func theVerdictOfACell(judgements: [Judgement], verdict: MatrixVerdict) throws {
    #expect(try cell(judgements.map { entry([finding($0)]) }).verdict == verdict)
  }

  /// A run of which something may be missing is no evidence for a guarantee, only against it.
  @Test func whatMayBeMissingCannotHold() throws {
    for (judgement, verdict) in [
      (Judgement.held, MatrixVerdict.unknown), (.violated, .violated), (.unknown("x"), .unknown),
      (.notExercised("y"), .notExercised),
    ] {
      var partial = entry([finding(judgement)])
      partial.isPartial = true
      #expect(try cell([partial]).verdict == verdict)
      partial.faultsProved = [true, false]
      #expect(try cell([partial]).verdict == (judgement == .violated ? .violated : .notExercised))
    }
    var partial = entry([finding(.held)])
    partial.isPartial = true
    #expect(try cell([entry([finding(.held)]), partial]).held == 1)
  }

  @Test func theBoundIsThatOfTheRunsThatHeld() throws {
    let held = Array(repeating: entry([finding(.held)]), count: 10)
    let unjudged = Array(repeating: entry([finding(.unknown("x"))]), count: 90)
    let bound = try #require(try cell(held + unjudged).upperBound)
    #expect(abs(bound - 0.2589) < 0.0001)
    #expect(try cell(unjudged).upperBound == nil)
    #expect(try cell(held + [entry([finding(.violated)])]).upperBound == nil)
  }

  @Test func theFirstViolationIsTheWitness() throws {
    let cell = try cell([
      entry([finding(.held)], run: "runs/1"),
      entry([finding(.violated, queue: 4, witness: "message 0.1 was lost")], run: "runs/2"),
      entry([finding(.violated, witness: "another")], run: "runs/3"),
    ])
    let witness = try #require(cell.witness)
    #expect(witness.run == "runs/2")
    #expect(witness.queue == QueueID(4))
    #expect(witness.violations == 3)
    #expect(witness.text == "message 0.1 was lost")
  }

  @Test func aViolationWithoutAWitnessIsCounted() throws {
    #expect(
      try cell([entry([finding(.violated)])]).witness?.text == "3 violations of at-least-once")
  }

  @Test(arguments: [[true, false], [false], []])
  func faultsWithoutEvidenceExerciseNothing(proved: [Bool]) throws {
    let held = try cell([entry([finding(.held)], proved: proved)])
    #expect(held.verdict == .notExercised)
    #expect(held.held == 0)
    #expect(try cell([entry([finding(.violated)], proved: proved)]).verdict == .violated)
  }

  @Test func theControlIsAColumnOfItsOwn() {
    var matrix = GuaranteeMatrix()
    matrix.add(entry([finding(.held)], fault: "isolate leader"))
    matrix.add(entry([finding(.held)], fault: nil, proved: []))
    matrix.add(entry([finding(.held)], fault: "kill leader"))
    matrix.add(entry([finding(.held)], fault: "isolate leader"))
    #expect(matrix.columns == ["isolate leader", "no fault", "kill leader"])
    #expect(matrix.cell(.atLeastOnce, .mirrored, under: nil)?.verdict == .held)
    #expect(matrix.rows.map { $0.cells.map(\.runs) } == [[2, 1, 1]])
    // A control in which a fault happened is none.
    var faulty = GuaranteeMatrix()
    faulty.add(entry([finding(.held)], fault: nil, proved: [true]))
    #expect(faulty.cell(.atLeastOnce, .mirrored, under: nil)?.verdict == .notExercised)
  }

  @Test func rowsComeInBlocksAndInOrder() {
    var matrix = GuaranteeMatrix()
    matrix.add(entry([finding(.held, .cleanLogs), finding(.held)], kind: .quorum))
    matrix.add(entry([finding(.held, .integrity)], kind: .plain, fault: "pause"))
    #expect(
      matrix.rows.map { "\($0.kind) \($0.guarantee.rawValue)" } == [
        "plain integrity", "quorum at-least-once", "quorum clean-logs",
      ])
    #expect(matrix.rows.map { $0.cells.map(\.runs) } == [[0, 1], [1, 0], [1, 0]])
    #expect(matrix.rows[0].cells[0].verdict == .notExercised)
    #expect(matrix.cell(.integrity, .quorum, under: "pause") == nil)
    #expect(matrix.cell(.integrity, .plain, under: "stop") == nil)
  }

  /// Two queues of a kind in one run: the source and its dead letters.
  @Test func severalQueuesOfAKindAreOneRun() throws {
    func verdict(_ first: Judgement, _ second: Judgement) throws -> MatrixVerdict {
      let cell = try cell([entry([finding(first), finding(second, queue: 1)])])
      #expect(cell.runs == 1)
      return cell.verdict
    }
    #expect(try verdict(.held, .violated) == .violated)
    #expect(try verdict(.held, .unknown("x")) == .unknown)
    #expect(try verdict(.held, .notExercised("x")) == .held)
    #expect(try verdict(.notExercised("x"), .unknown("x")) == .unknown)
  }

  @Test func checkersFindingsFitIn() {
    var story = Story()
    story.publish()
    story.drained()
    let report = story.check()
    var matrix = GuaranteeMatrix()
    for queue in report.queues {
      matrix.add(
        MatrixEntry(
          run: "seed 1", kind: queue.kind, fault: nil, faultsProved: [],
          findings: report.findings.filter { $0.queue == queue.id }))
    }
    #expect(matrix.rows.count == 2 * Story.guarantees.count)
    #expect(
      matrix.cell(.atLeastOnce, .mirrored, under: nil)?.witness?.text.hasPrefix("message 0.0")
        == true)
  }

  // MARK: Against a naive count

  private static let judgements: [Judgement] = [
    .held, .held, .held, .violated, .unknown("x"), .notExercised("y"),
  ]

  private func randomEntry(_ draws: inout SeededGenerator, number: Int) -> MatrixEntry {
    let fault = [nil, "isolate", "kill", "pause"][draws.index(of: 4)]
    let isProved = draws.index(of: 5) > 0
    let findings = (0..<draws.index(of: 6)).map { _ in
      finding(
        Self.judgements[draws.index(of: Self.judgements.count)],
        Guarantee.allCases[draws.index(of: 4)], queue: UInt32(draws.index(of: 2)),
        witness: draws.index(of: 2) == 0 ? "witness \(number)" : nil)
    }
    return MatrixEntry(
      run: "run \(number)", kind: QueueKind.allCases[draws.index(of: 3)], fault: fault,
      faultsProved: fault == nil ? [] : [true, isProved], findings: findings)
  }

  @Test func aNaiveCountAgrees() throws {
    for seed in 0..<500 as Range<UInt64> {
      var draws = SeededGenerator(seed: seed, stream: 0x3A7)
      let entries = (0..<draws.index(of: 40)).map { randomEntry(&draws, number: $0) }
      var matrix = GuaranteeMatrix()
      for entry in entries { matrix.add(entry) }
      for kind in QueueKind.allCases {
        for guarantee in Guarantee.allCases {
          for fault in [nil, "isolate", "kill", "pause"] {
            let mine = entries.filter { entry in
              entry.kind == kind && entry.fault == fault
                && entry.findings.contains { $0.guarantee == guarantee }
            }
            let cell = matrix.cell(guarantee, kind, under: fault)
            try #require((cell == nil) == mine.isEmpty, "seed \(seed)")
            if let cell { try compare(cell, with: mine, guarantee) }
          }
        }
      }
    }
  }

  private func compare(
    _ cell: MatrixCell, with entries: [MatrixEntry], _ guarantee: Guarantee
  ) throws {
    let runs = entries.map { entry -> String in
      let names = entry.findings.filter { $0.guarantee == guarantee }.map(\.judgement.name)
      if names.contains("violated") { return "violated" }
      if entry.faultsProved.contains(false) { return "not exercised" }
      return ["unknown", "held", "not exercised"].first { names.contains($0) } ?? ""
    }
    func count(_ name: String) -> Int { runs.count { $0 == name } }
    try #require(cell.held == count("held"))
    try #require(cell.violated == count("violated"))
    try #require(cell.unknown == count("unknown"))
    try #require(cell.notExercised == count("not exercised"))
    let order = ["violated", "held", "unknown", "not exercised"]
    try #require(cell.verdict.rawValue == order.first { runs.contains($0) })
    let first = runs.firstIndex(of: "violated").map { entries[$0].run }
    try #require(cell.witness?.run == first)
    if let bound = cell.upperBound {
      // The limit is where no violation in so many runs has a chance of just 5 %.
      var chance = 1.0
      for _ in 0..<count("held") { chance *= 1 - bound }
      try #require(abs(chance - 0.05) < 1e-9)
      try #require(!runs.contains("violated"))
    } else {
      try #require(runs.contains("violated") || !runs.contains("held"))
    }
  }
}
