import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct CampaignReportTests {
  /// Seven runs of the losing schedule, in each of which mirrored queues lost, and one of another
  /// schedule in which nobody did and whose fault was not proved.
  private static var results: [CompareResult] {
    var results = (1...7).map { seed in
      var result = SampleResult.compare
      result.run.identity.seed = UInt64(seed)
      result.run.identity.directory = "runs/<\(seed)>"
      result.control = seed == 1 ? result.control : nil
      return result
    }
    var calm = SampleResult.compare
    calm.control = nil
    calm.run.schedule.name = "kill|leader"
    calm.run.identity.directory = "runs/calm"
    calm.run.timeline.faults = []
    for place in calm.run.queues.indices {
      calm.run.queues[place].findings = [
        SampleResult.finding(UInt32(place), .atLeastOnce, .held)
      ]
    }
    results.append(calm)
    return results
  }

  @Test func conclusionsAreAboutRunsWithFaults() {
    let summary = CampaignSummary(Self.results)
    #expect(summary.title == "8 runs of rabbitmq 3.10.8 under 2 fault schedules")
    #expect(
      summary.conclusions == [
        "Plain queues lost confirmed messages in 0 of 7 runs with faults: 0 of 10,661.",
        "Mirrored queues lost confirmed messages in 7 of 7 runs with faults: 679 of 14,210.",
        "Quorum queues lost confirmed messages in 0 of 7 runs with faults: 0 of 14,077.",
        "The verdict was unknown in 1 and invalid in 7.",
        "In 1 run not every planned fault was proved; they count as not exercised, unless "
          + "something was violated.",
      ])
  }

  @Test func sectionsSayWhatHeldAndWhatDiffers() throws {
    let sections = CampaignSummary(Self.results).sections
    let strongest = try #require(sections.first)
    #expect(
      strongest.rows == [
        ["no fault", "none of them", "none of them", "none of them"],
        [
          "losing", "at-least-once (7 runs, ≤ 34.8 %)", "integrity (7 runs, ≤ 34.8 %)",
          "at-least-once (7 runs, ≤ 34.8 %)",
        ],
        ["kill|leader", "none of them", "none of them", "none of them"],
      ])
    #expect(
      sections[1].rows == [
        ["losing", "plain and mirrored", "7", "0", "7", "0", "0", "0.016"],
        ["losing", "mirrored and quorum", "7", "7", "0", "0", "0", "0.016"],
        ["all with faults", "plain and mirrored", "7", "0", "7", "0", "0", "0.016"],
        ["all with faults", "plain and quorum", "7", "0", "0", "0", "7", "1"],
        ["all with faults", "mirrored and quorum", "7", "7", "0", "0", "0", "0.016"],
      ])
    #expect(
      sections[2].rows.first == [
        "losing", "mirrored", "7", "679", "14,210", "4.8 %", "4.8 % to 4.8 %",
      ])
    let figures = try #require(sections.last)
    #expect(figures.rows.contains { $0[0] == "losing" && $0[3] == "97" && $0[1] == "mirrored" })
    #expect(figures.rows.contains { $0[0] == "kill|leader" && $0[6] == "35.8 s" })
  }

  @Test func theMatrixOfManyRunsIsCutIntoTablesOfThreeSchedules() throws {
    let results = (1...4).map { number in
      var result = SampleResult.compare
      result.control = nil
      result.run.schedule.name = "schedule \(number)"
      return result
    }
    let tables = MatrixTable.tables(CampaignSummary(results))
    #expect(tables.map { $0.groups.count } == [3, 1])
    #expect(tables[1].groups[0].title == "schedule 4, 1 run")
    let row = try #require(tables[0].rows.first { $0.guarantee == .atLeastOnce })
    let cell = row.cells[0][1]
    #expect(cell.mark == .violated && cell.note == "1 of 1" && cell.isRequired)
    #expect(cell.reason.hasPrefix("runs/2025-01-31-losing-1: "))
    #expect(row.cells[0][2].reason == "up to 95.0 % of such runs may break it")
  }

  @Test func whatWasNotProvedIsNotHeld() throws {
    let tables = MatrixTable.tables(CampaignSummary(Self.results))
    let row = try #require(tables[0].rows.first { $0.guarantee == .atLeastOnce })
    #expect(tables[0].groups[2].title == "kill|leader, 1 run")
    #expect(row.cells[2].allSatisfy { $0.mark == .notExercised })
    #expect(tables[0].groups[2].faults[0].shortcoming == "not proved in 1 of 1 run")
  }

  @Test func thePageIsWellFormedAndEscapes() throws {
    let page = CampaignPage(Self.results).text
    let body = try #require(page.split(separator: "<!DOCTYPE html>\n").first)
    let document = try ParsedXML(String(body))
    #expect(document.all("h1").map(\.text) == ["8 runs of rabbitmq 3.10.8 under 2 fault schedules"])
    #expect(document.all("code").contains { $0.text == "runs/<3>" })
    #expect(
      document.all("h2").map(\.text) == [
        "The strongest guarantee that held", "Guarantees by schedule and queue",
        "At least once: the kinds in the same runs",
        "The share of confirmed messages that was lost", "What was counted", "Runs",
        "Threats to validity",
      ])
    #expect(document.all("td").contains { $0.text.hasPrefix("✗ violated 7 of 7") })
    #expect(!page.contains("http://") && !page.contains("https://"))
  }

  @Test func theSameAsMarkdown() {
    let text = CampaignMarkdown(Self.results).text
    #expect(text.hasPrefix("# 8 runs of rabbitmq 3.10.8 under 2 fault schedules\n\n- Plain"))
    #expect(text.contains("| losing | mirrored and quorum | 7 | 7 | 0 | 0 | 0 | 0.016 |"))
    #expect(text.contains("violated 7 of 7 \\*"))
    #expect(text.contains("kill\\|leader"))
    #expect(CampaignMarkdown([]).text == "No runs.\n")
  }

  @Test(arguments: [
    (0.0, "0.0 %"), (0.0004, "< 0.1 %"), (0.1487, "14.9 %"), (1, "100.0 %"), (-0.25, "-25.0 %"),
  ]) func shares(share: Double, text: String) {
    #expect(Readable.share(share) == text)
  }

  @Test(arguments: [(1.0, "1"), (0.25, "0.250"), (0.0156, "0.016"), (0.0009, "< 0.001")])
  func probabilities(value: Double, text: String) {
    #expect(Readable.probability(value) == text)
  }
}
