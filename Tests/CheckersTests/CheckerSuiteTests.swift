import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct CheckerSuiteTests {
  @Test func everyGuaranteeHasExactlyOneChecker() {
    let judged = CheckerSuite.all.flatMap { $0.guarantees }
    #expect(judged.count == Guarantee.allCases.count)
    #expect(Set(judged) == Set(Guarantee.allCases))
  }

  @Test func checkersAreFoundByName() throws {
    #expect(
      CheckerSuite.names == [
        "ledger", "linearizable-queue", "confirm-protocol", "prefetch", "availability",
        "log-patterns", "redelivery", "replica-agreement",
      ])
    let found = try CheckerSuite.choices(named: ["availability", "ledger", "ledger"])
    #expect(found.map(\.name) == ["availability", "ledger"])
    #expect(found[1].guarantees == Ledger.guarantees)
    #expect(throws: UnknownChecker(name: "leger")) {
      try CheckerSuite.choices(named: ["ledger", "leger"])
    }
    #expect(
      UnknownChecker(name: "leger").description
        == "there is no checker and no guarantee `leger`; checkers: "
        + CheckerSuite.names.joined(separator: ", ") + "; guarantees: "
        + Guarantee.allCases.map(\.rawValue).joined(separator: ", "))
  }

  @Test(arguments: Guarantee.allCases) func guaranteesChooseTheirChecker(guarantee: Guarantee)
    throws
  {
    let choices = try CheckerSuite.choices(named: [guarantee.rawValue])
    let choice = try #require(choices.first)
    #expect(choice.guarantees.contains(guarantee))
    #expect(
      choice.guarantees.allSatisfy { chosen in
        choice.checkers.contains { $0.guarantees.contains(chosen) }
      })
  }

  @Test func onlyTheChosenCheckersRun() {
    let report = CheckerSuite.check(
      Story().history, criteria: Story.criteria, checkers: [ConfirmProtocol.self])
    #expect(Set(report.findings.map(\.guarantee)) == [.confirmProtocol])
    #expect(report.totals.isEmpty && report.availability.isEmpty)
    #expect(report.finding(.integrity, of: QueueID(0)) == nil)
  }

  /// A second completion contradicts the history; whatever that checker judges becomes unknown.
  @Test func aCheckerThatThrowsYieldsUnknown() throws {
    var story = Story()
    let message = story.publish()
    story.drained()
    story.add(
      .sessionOpened(
        SessionOpening(
          session: SessionID(2), client: ClientID(2), node: NodeID(1))))
    story.end(message)
    let report = CheckerSuite.check(
      story.history, criteria: Story.criteria, checkers: [Ledger.self, Availability.self])
    #expect(report.failures.map(\.checker) == ["ledger", "availability"])
    #expect(report.failures.first?.reason == "session 2 is opened twice")
    #expect(report.findings.count == 2 * Ledger.guarantees.count)
    #expect(
      report.findings.allSatisfy {
        $0.judgement.reason.hasPrefix("checker ") && $0.judgement.verdict == .unknown
      })
  }
}
