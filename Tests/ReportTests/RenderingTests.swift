import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct TerminalReportTests {
  private static let escape: Character = "\u{1B}"

  private static func text(
    _ result: CompareResult = SampleResult.compare, colour: Bool = false, width: Int = 100
  ) -> String {
    let style = TerminalStyle(colour: colour, width: width)
    return TerminalReport(result, style: style, files: SampleResult.files).text
  }

  @Test func theWholeReportIsAsExpected() {
    #expect(Self.text(width: 96) == TerminalSnapshot.text)
  }

  @Test func withoutColourThereIsNoEscape() {
    #expect(!Self.text().contains(Self.escape))
    #expect(Self.text(colour: true).contains(Self.escape))
  }

  @Test func colourChangesNothingElse() throws {
    let escapes = try Regex("\u{1B}\\[[0-9;]*m")
    let plain = Self.text(colour: true).replacing(escapes, with: "")
    #expect(plain == Self.text())
  }

  @Test func lossesAreRedOnlyWhereThereAreSome() {
    let coloured = Self.text(colour: true)
    #expect(coloured.contains("\u{1B}[1;31m97\u{1B}[0m"))
    #expect(!coloured.contains("\u{1B}[1;31m0\u{1B}[0m"))
  }

  @Test(arguments: [10, 40, 50, 60, 72, 80, 99, 100, 300])
  func linesKeepToTheWidth(width: Int) {
    let bound = min(max(width, 40), 100)
    for line in Self.text(width: width).split(separator: "\n") where line.count > bound {
      let isUnbreakable = line.contains("Reproduce: ") || line.contains("runs/")
      let isSingleColumn = line.hasPrefix("  ") && line.count <= 44
      #expect(isUnbreakable || isSingleColumn, "\(line)")
    }
  }

  @Test func columnsThatDoNotFitComeBelow() {
    let lines = Self.text(width: 60).split(separator: "\n").map(String.init)
    let headings = lines.filter { $0.hasPrefix("          ") && !$0.contains(":") }
    #expect(
      headings.map { $0.split(separator: " ").map(String.init) } == [
        ["plain", "mirrored"], ["quorum"],
      ])
    #expect(lines.filter { $0.hasPrefix("  lost  ") }.count == 2)
  }

  @Test func foreignTextCannotCommandTheTerminal() {
    var result = SampleResult.compare
    result.run.identity.systemVersion = "\u{1B}]0;x\u{7}"
    result.run.schedule.name = "a\nb"
    result.run.warnings = [RunWarning(.other, "\u{1B}[2J")]
    result.run.queues[1].findings[0].witnesses[0].text = "\r\u{9B}1A"
    result.run.reproduce = "\u{1B}c"
    let text = Self.text(result)
    #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x9B })
    #expect(text.contains("schedule a b"))
  }

  @Test func absentFiguresAreDashes() throws {
    var result = SampleResult.compare
    result.run.queues[2].measures = []
    let text = Self.text(result)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  lost ") })
    #expect(line.split(separator: " ") == ["lost", "0", "97", "–"])
    #expect(text.contains("quorum was not measured"))
  }

  @Test func openDrainsAreSaid() {
    var result = SampleResult.compare
    result.run.queues[2].measures.removeAll { $0.key == .whole(.undrained) }
    result.run.queues[2].measures.append(Measure(.undrained, queue: QueueID(2), .count(12)))
    #expect(
      PlainSummary(result).text.contains(
        "quorum lost none of 2,011 (12 more messages are open: the queue was not proved empty)."))
  }

  @Test func recoveriesOfTheSameKindAreNumbered() {
    var result = SampleResult.compare
    result.run.queues[1].measures.append(SampleResult.time("recovery-heal-7", 1, 900))
    let labels = Self.text(result).split(separator: "\n").filter { $0.hasPrefix("  recovery") }
      .map { $0.prefix(33) }
    #expect(
      labels == [
        "  recovery after heal (fault 1)  ", "  recovery after restart         ",
        "  recovery after heal (fault 7)  ",
      ])
  }

  @Test func severalQueuesOfAKindGoByTheirNames() {
    var result = SampleResult.compare
    result.run.queues.append(SampleResult.quorum)
    result.run.queues[3].description.name = "second"
    let line = Self.text(result).split(separator: "\n").first { $0.contains("stoat-quorum  ") }
    #expect(
      line?.split(separator: " ") == ["plain", "mirrored", "stoat-quorum", "second"])
  }
}

struct MarkdownReportTests {
  private let text = MarkdownReport(SampleResult.compare, files: SampleResult.files).text

  @Test func theSectionsAreInOrder() {
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }
    #expect(
      headings == [
        "# Plain, mirrored and quorum queues of rabbitmq 3.10.8 under the schedule `losing`",
        "## What each queue did", "## Guarantees", "## Violations", "### mirrored: at-least-once",
        "### plain: bounded-unavailability (not required)",
        "### mirrored: flagged-redelivery (not required)", "## Control run",
        "## Faults and their evidence", "## Phases", "## What the broker did", "## Environment",
        "## About the run itself", "## Not judged", "## Threats to validity", "## Files",
      ])
  }

  @Test(arguments: [
    "| lost | 0 | 97 | 0 |",
    "| longest unavailability | 35.8 s | 5.31 s | 10.6 s |",
    "| median-latency | – | 1.73 ms | – |",
    "- no recovery after restart of plain: nothing was offered",
    "| longest unavailability, n2 | – | 4.98 s | – |", "| nacked | – | – | 7 |",
    "| at-least-once | every confirmed message is delivered | held | **violated (97)** | "
      + "**held** |",
    "| verdict |  | **no claim** | **invalid** | **valid** |",
    "    stoat compare --system rabbitmq --schedule losing --seed 1",
    "| 16.3 s | 71.0 s | 3.211 | message 3.211 \\| as above |",
    "The first 2 of 97; times are those of the history.",
    "| 0 | load + 5.0 s | isolate | leader of the mirrored queue | n1 | 5.8 s | proved | "
      + "4 of 4 links hold bytes back (61,440 bytes) |",
    "| 2 | load + 22.0 s | kill | same as fault 0 | n1 | 22.8 s | proved | process 4711 is gone |",
    "| drain | 60.0 s | 12.0 s | consumers empty the queues |",
    "| 41.2 s | boot hung, started again | n1 |  | no port after 12 s |",
    "| net tick | 5 s |", "| kernel | Linux 6.1 \\| x86\\_64 |",
    "| started | 2025-01-31 09:05:00 UTC |", "| seed | 1 |",
    "- the recording loop was 180 ms late once (bound 500 ms)",
    "| plain, quorum | exclusive-hold | no | not exercised | no message was delivered twice |",
    "- `runs/2025-01-31-losing-1/report.md`: this report with all its evidence",
  ])
  func aLineIsThere(line: String) {
    #expect(text.split(separator: "\n").contains { $0 == line })
  }

  @Test(arguments: [
    "**Net tick.** Nodes here give up an unreachable peer after 5 s; RabbitMQ's default is 60 s.",
    "**Relays, not a network.**", "**Kills are not power cuts.**", "**One machine.**",
    "**Not tried in this run:** one-way cuts, slow links",
  ])
  func aThreatIsNamed(start: String) {
    #expect(text.contains("- " + start))
  }

  @Test func whatWasNotTriedDependsOnTheRun() {
    let text = MarkdownReport(CompareResult(run: SampleResult.control)).text
    #expect(text.contains("**Not tried in this run:** partitions, kills of a node, restarts,"))
    #expect(text.contains("**No control run.**"))
    #expect(!text.contains("Kills are not power cuts"))
    #expect(text.contains("The schedule has no faults."))
  }

  @Test func everyTableIsRectangularWhateverTheTexts() {
    var result = SampleResult.compare
    let nasty = "a|b `c` *d* <e>\nf \\"
    result.run.queues[1].findings[0].witnesses[0].text = nasty
    result.run.environment = [EnvironmentSetting(nasty, nasty)]
    result.run.identity.planDigest = nasty
    result.run.timeline.faults[1].event.detail = nasty
    result.run.timeline.brokerEvents[0].event.detail = nasty
    result.run.queues[0].findings[3].judgement = .unknown(nasty)
    var columns: Int?
    for line in MarkdownReport(result).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let count = line.replacing("\\\\", with: "").replacing("\\|", with: "").filter { $0 == "|" }
        .count
      #expect(count == columns ?? count, "\(line)")
      columns = count
    }
  }

  @Test(arguments: [
    ("plain", "`plain`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a|b", "`a\\|b`"), ("", ""),
  ])
  func codeSpans(text: String, expected: String) {
    #expect(MarkdownText.code(text) == expected)
  }
}
