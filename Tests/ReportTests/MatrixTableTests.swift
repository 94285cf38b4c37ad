import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct MatrixTableTests {
  private static func cell(
    _ result: CompareResult, _ guarantee: Guarantee, group: Int, queue: Int
  ) throws -> MatrixTable.Cell {
    let matrix = MatrixTable(result)
    let row = try #require(matrix.rows.first { $0.guarantee == guarantee })
    return row.cells[group][queue]
  }

  @Test func theControlAndTheFaultsAreGroupsOfColumns() {
    let matrix = MatrixTable(SampleResult.compare)
    #expect(matrix.groups.map(\.title) == ["no faults", "isolate n1 + kill n1"])
    #expect(
      matrix.groups.map(\.queues) == Array(repeating: ["plain", "mirrored", "quorum"], count: 2))
    #expect(
      matrix.groups[1].faults == [
        MatrixTable.FaultMention("isolate n1, 5.8 s to 19.8 s"),
        MatrixTable.FaultMention("kill n1, 22.8 s to 26.8 s"),
      ])
    #expect(matrix.rows.allSatisfy { $0.cells.map(\.count) == [3, 3] })
    #expect(
      matrix.rows.map(\.guarantee)
        == Guarantee.allCases.filter { matrix.rows.map(\.guarantee).contains($0) })
  }

  @Test func cellsSayWhatWasFound() throws {
    let result = SampleResult.compare
    #expect(
      try Self.cell(result, .atLeastOnce, group: 1, queue: 1)
        == MatrixTable.Cell(
          .violated, note: "97", isRequired: true, target: "violated-at-least-once-1"))
    #expect(
      try Self.cell(result, .atLeastOnce, group: 0, queue: 1)
        == MatrixTable.Cell(.held, isRequired: true))
    #expect(
      try Self.cell(result, .exclusiveHold, group: 1, queue: 2)
        == MatrixTable.Cell(.notExercised, reason: "no message was delivered twice"))
    #expect(
      try Self.cell(result, .integrity, group: 0, queue: 0) == MatrixTable.Cell(.notJudged))
    #expect(
      try Self.cell(result, .exclusiveHold, group: 1, queue: 1).reason
        == "the consumers' connections were lost at the same time")
  }

  @Test func requiredAndJudgedByNobodyIsUnknown() throws {
    var result = SampleResult.compare
    result.run.queues[2].required.append(.noResurrection)
    let cell = try Self.cell(result, .noResurrection, group: 1, queue: 2)
    #expect(
      cell == MatrixTable.Cell(.unknown, isRequired: true, reason: "no checker judged it"))
  }

  @Test(arguments: [FaultStage.began, .unproved, .failed])
  func nothingIsHeldUnderAFaultWithoutEvidence(stage: FaultStage) throws {
    var result = SampleResult.compare
    let place = try #require(
      result.run.timeline.faults.lastIndex { $0.event.fault == FaultID(0) })
    result.run.timeline.faults[place].event.stage = stage
    let cell = try Self.cell(result, .atLeastOnce, group: 1, queue: 2)
    #expect(cell.mark == .notExercised)
    #expect(cell.reason.hasPrefix("fault 0 (isolate)"))
    #expect(try Self.cell(result, .atLeastOnce, group: 1, queue: 1).mark == .violated)
    #expect(try Self.cell(result, .atLeastOnce, group: 0, queue: 2).mark == .held)
    #expect(MatrixTable(result).groups[1].faults[0].shortcoming != nil)
  }

  @Test func aFaultThatNeverBeganIsNamed() {
    var result = SampleResult.compare
    result.run.timeline.faults.removeAll { $0.event.fault == FaultID(2) }
    let group = MatrixTable(result).groups[1]
    #expect(group.title == "isolate n1 + kill same as fault 0")
    #expect(group.faults[1].shortcoming == "never began")
  }

  @Test func theTableOfAMatrixKnowsNothingOfRuns() throws {
    let matrix = MatrixTable(
      groups: [
        MatrixTable.Group(title: "a<b", queues: ["x"]),
        MatrixTable.Group(
          title: "kill", faults: [MatrixTable.FaultMention("kill", shortcoming: "never began")],
          queues: ["x", "y"]),
      ],
      rows: [
        MatrixTable.Row(
          .integrity,
          cells: [
            [MatrixTable.Cell(.violated, note: "3 of 10 runs", target: "there")],
            [MatrixTable.Cell(.held), MatrixTable.Cell(.notExercised, reason: "w\"y")],
          ])
      ])
    let document = try ParsedXML("<div>" + MatrixMarkup(matrix).markup.source + "</div>")
    let cells = document.all("td").map(\.text)
    #expect(cells == ["", "✗ violated 3 of 10 runs", "✓ held", "○ not exercised"])
    #expect(
      document.all("th").map { $0.attributes["scope"] }
        == ["colgroup", "colgroup", "col", "col", "col", "row"])
    #expect(document.all("th")[1].attributes["colspan"] == "2")
    #expect(document.all("a").map { $0.attributes["href"] } == ["#there"])
    #expect(document.values(of: "title") == ["w\"y"])
    #expect(
      document.all("li").map(\.text) == ["kill: never began, so that nothing counts as exercised"])
  }
}
