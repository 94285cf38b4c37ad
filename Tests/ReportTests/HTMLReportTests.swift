import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct HTMLReportTests {
  private static let synthetic = SyntheticRun.judge(SyntheticRun(publishes: 1_800).history)
  private static let page = HTMLReport(
    synthetic.result, traces: synthetic.traces, files: SampleResult.files
  ).text

  private static func page(_ result: CompareResult) -> String {
    var traces = RunTraces(of: result.run, queues: result.run.queues.map(\.description))
    traces.observe(TimedEvent(at: SampleResult.at(72), .phase(.done)))
    return HTMLReport(result, traces: traces, files: SampleResult.files).text
  }

  @Test func thePageIsWellFormedAndItsSectionsAreInOrder() throws {
    let document = try ParsedXML(Self.page)
    #expect(
      document.all("h2").map(\.text) == [
        "What was tested", "What came out", "What that does not prove", "To see it again",
        "Guarantees under these faults", "The queues side by side",
        "Throughput and latency over time", "The ledger: one fate for every message",
        "What was violated, and how", "What was not exercised or is unknown",
        "Threats to validity", "Faults and their evidence", "The control run without faults",
        "Environment and course of the run", "Files",
      ])
    #expect(document.all("h1").count == 1)
    #expect(document.elements[0].attributes["lang"] == "en")
    #expect(Self.page.hasPrefix("<!DOCTYPE html>\n<html"))
  }

  @Test func headingsDoNotSkipALevel() throws {
    var last = 0
    for element in try ParsedXML(Self.page).elements {
      guard element.name.count == 2, element.name.hasPrefix("h"),
        let level = Int(element.name.dropFirst())
      else { continue }
      #expect(level <= last + 1, "\(element.text)")
      last = level
    }
    #expect(last > 1)
  }

  @Test func nothingComesFromOutside() throws {
    let document = try ParsedXML(Self.page)
    let loading = ["src", "srcset", "action", "formaction", "data", "poster", "background"]
    #expect(loading.allSatisfy { document.values(of: $0).isEmpty })
    let names = Set(document.elements.map(\.name))
    #expect(names.isDisjoint(with: ["link", "img", "iframe", "object", "embed", "base", "use"]))
    let style = try #require(document.all("style").first).text
    #expect(!style.contains("@import") && !style.contains("url("))
    let address = try Regex("[a-z]+://[^\\s\"<]+")
    let addresses = Self.page.matches(of: address).map { String(Self.page[$0.range]) }
    #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
    #expect(document.all("a").allSatisfy { $0.attributes["href"]?.hasPrefix("#") == true })
  }

  @Test func everyLinkHasItsTargetAndEveryIdIsUnique() throws {
    let document = try ParsedXML(Self.page)
    let ids = document.values(of: "id")
    #expect(Set(ids).count == ids.count)
    let references =
      document.values(of: "href").map { String($0.dropFirst()) }
      + (document.values(of: "aria-labelledby") + document.values(of: "headers"))
      .flatMap { $0.split(separator: " ").map(String.init) }
    #expect(references.count > 20)
    for reference in references { #expect(ids.contains(reference), "\(reference)") }
  }

  @Test func itIsReadableWithoutAScript() throws {
    let document = try ParsedXML(Self.page)
    #expect(document.all("script").count == 1)
    #expect(document.all("details").count > 5)
    #expect(document.all("details").allSatisfy { $0.attributes["open"] != nil })
    #expect(
      document.elements.allSatisfy { element in
        element.attributes.keys.allSatisfy { !$0.hasPrefix("on") }
      })
  }

  @Test func tablesAndPicturesCanBeHeard() throws {
    let document = try ParsedXML(Self.page)
    #expect(document.all("table").count == document.all("caption").count)
    let scopes = ["col", "row", "colgroup"]
    #expect(document.all("th").allSatisfy { scopes.contains($0.attributes["scope"] ?? "") })
    let pictures = document.all("svg")
    #expect(pictures.count >= 6)
    let descriptions = document.all("desc").map(\.text)
    #expect(document.all("title").count == pictures.count + 1)
    #expect(descriptions.count == pictures.count)
    #expect(
      descriptions.contains { $0.contains("isolate n1 from 10.8 s to 24.8 s. kill n1 from 28.0 s") }
    )
  }

  @Test(arguments: [
    "✗ Invalid", "Mirrored did not keep “every confirmed message is delivered”.",
    "Clients published 1,800 messages in 46.0 s and consumed them meanwhile",
    "isolate n1 from 10.8 s until 24.8 s; its effect was proved",
    "stoat compare --system rabbitmq --schedule losing --seed 1", "✓ The totals reconcile",
    "One run: what held here may break in the next", "No consumer ever received it.",
    "4 of 4 directed links stalled, 61440 bytes held", "Net tick.",
    "runs/2025-01-31-losing-1/history.stoat",
  ])
  func aReaderFinds(text: String) throws {
    let body = try #require(try ParsedXML(Self.page).all("body").first).text
    #expect(body.contains(text))
  }

  @Test func everyQueueHasItsChartsOnTheSameAxes() throws {
    let document = try ParsedXML(Self.page)
    let figures = document.all("figure").map(\.text)
    #expect(figures.count == 3)
    for (figure, kind) in zip(figures, ["plain", "mirrored", "quorum"]) {
      #expect(figure.hasPrefix(kind))
      #expect(figure.contains("messages/s") && figure.contains("latency"))
      #expect(figure.contains("70 s"))
    }
  }

  @Test func aPageWithoutAHistorySaysSo() throws {
    let text = HTMLReport(SampleResult.compare, traces: nil, gap: "the file <x> is gone").text
    let document = try ParsedXML(text)
    let gaps = document.all("p").map(\.text).filter { $0.contains("the file <x> is gone") }
    #expect(gaps.first == "There are no charts: the file <x> is gone.")
    #expect(gaps.count == 1 + SampleResult.faulted.violations.count)
    #expect(document.all("svg").isEmpty)
    #expect(document.all("td").contains { $0.text == "message 3.211 | as above" })
  }

  @Test func aValidRunWithoutAControlIsShortAndSaysWhatIsMissing() throws {
    let body = try #require(
      try ParsedXML(Self.page(CompareResult(run: SampleResult.control))).all("body").first
    ).text
    #expect(body.contains("✓ Valid"))
    #expect(body.contains("Everything that was required held."))
    #expect(body.contains("No faults were made."))
    #expect(body.contains("nothing shows that the same workload is free of violations"))
    #expect(!body.contains("What was violated, and how"))
  }

  @Test func aRunWithoutQueuesIsAPageAllTheSame() throws {
    var run = SampleResult.control
    run.queues = []
    run.timeline = RunTimeline()
    let body = try #require(
      try ParsedXML(Self.page(CompareResult(run: run))).all("body").first
    ).text
    #expect(body.contains("? Unknown"))
    #expect(body.contains("no queue was judged"))
  }

  @Test func doubtsAndFaultsWithoutEvidenceStandOut() throws {
    var result = SampleResult.compare
    result.run.queues.remove(at: 1)
    result.run.timeline.faults.removeAll {
      $0.event.stage == .proved && $0.event.fault == FaultID(0)
    }
    let document = try ParsedXML(Self.page(result))
    let body = try #require(document.all("body").first).text
    #expect(body.contains("isolate n1 from 5.8 s until 19.8 s; has no evidence"))
    #expect(body.contains("Why the run as a whole is not valid"))
    #expect(document.all("td").contains { $0.text == "? without evidence" })
    #expect(document.all("td").contains { $0.text == "○ not exercised* required" })
  }
}

struct HostilePageTests {
  static let nasty =
    "</title></style><script>alert('x')</script>\"><b onclick=\"e()\">&amp;\u{0}\u{202E}"

  /// The sample with a hostile text wherever a broker, a file or a user can put one.
  private static var result: CompareResult {
    var result = SampleResult.compare
    result.run.identity.name = nasty
    result.run.identity.systemName = nasty
    result.run.identity.directory = nasty
    result.run.identity.planDigest = nasty
    result.run.schedule.name = nasty
    for step in result.run.schedule.steps.indices {
      result.run.schedule.steps[step].name = nasty
      result.run.schedule.steps[step].target = nasty
    }
    result.run.environment = [EnvironmentSetting(nasty, nasty)]
    for queue in result.run.queues.indices {
      result.run.queues[queue].description.kind = .quorum
      result.run.queues[queue].description.name = nasty
      result.run.queues[queue].measures.append(
        Measure(.other(nasty), queue: QueueID(0), .absent(nasty)))
      for finding in result.run.queues[queue].findings.indices {
        for witness in result.run.queues[queue].findings[finding].witnesses.indices {
          result.run.queues[queue].findings[finding].witnesses[witness].text = nasty
        }
      }
    }
    result.run.queues[0].findings[3].judgement = .unknown(nasty)
    for fault in result.run.timeline.faults.indices {
      result.run.timeline.faults[fault].event.name = nasty
      result.run.timeline.faults[fault].event.detail = nasty
    }
    for event in result.run.timeline.brokerEvents.indices {
      result.run.timeline.brokerEvents[event].event.detail = nasty
    }
    result.run.warnings = RunWarning.Kind.allCases.map { RunWarning($0, nasty) }
    result.run.reproduce = nasty
    return result
  }

  private static var page: String {
    let result = result
    var traces = RunTraces(of: result.run, queues: result.run.queues.map(\.description))
    let message = MessageID(client: ClientID(3), sequence: 210)
    let receipt = Receipt(session: SessionID(0), tag: 1, message: message, redelivered: false)
    let leader = BrokerEvent(kind: .leader, node: NodeID(1), queue: QueueID(1), detail: nasty)
    let events: [Event] = [
      .broker(leader), .delivered(Delivery(queue: QueueID(1), receipt: receipt)),
      .sessionLost(SessionID(0), reason: nasty), .phase(.done),
    ]
    for (second, event) in events.enumerated() {
      traces.observe(TimedEvent(at: SampleResult.at(20 + Double(second)), event))
    }
    return HTMLReport(result, traces: traces, files: [ReportFile(nasty, about: nasty)]).text
  }

  @Test func foreignTextNeverBecomesMarkup() throws {
    let document = try ParsedXML(Self.page)
    #expect(document.all("script").count == 1)
    #expect(document.all("b").isEmpty)
    #expect(document.values(of: "onclick").isEmpty)
    #expect(document.all("style").count == 1)
    #expect(!Self.page.contains("<script>alert"))
    #expect(
      !Self.page.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202E })
    let shown = "</title></style><script>alert('x')</script>\"><b onclick=\"e()\">&amp;"
    let texts = document.all("dd") + document.all("li") + document.all("td") + document.all("code")
    #expect(texts.filter { $0.text.contains(shown) }.count > 20)
  }

  @Test func thePageStaysSmallWhateverTheLengthOfTheTexts() {
    var result = Self.result
    let long = String(repeating: "<&>\"", count: 20_000)
    for event in 0..<RunTimeline.brokerEventLimit {
      result.run.timeline.observe(
        TimedEvent(
          at: SampleResult.at(Double(event)), .broker(BrokerEvent(kind: .healed, detail: long))))
    }
    let traces = RunTraces(of: result.run, queues: [])
    let page = HTMLReport(result, traces: traces).text
    #expect(page.utf8.count < 3_000_000)
    #expect(page.contains("(78,000 more characters)"))
  }
}

struct LargeRunTests {
  @Test func aRunOfAHundredThousandOperationsHasASmallPage() throws {
    let history = SyntheticRun(publishes: 100_000).history
    #expect(history.events.count > 400_000)
    let (result, traces) = SyntheticRun.judge(history)
    let page = HTMLReport(result, traces: traces).text
    #expect(page.utf8.count < 400_000)
    #expect(result.run.queues.map { $0.count(.lost) ?? -1 }[1] > 1_000)
    let document = try ParsedXML(page)
    #expect(document.all("svg").count > 6)
    #expect(traces.series.queues.allSatisfy { $0.bins.count <= RunSeries.binLimit })
    #expect(traces.stories.lives.count <= 2 * MessageStories.storiesPerViolation)
  }
}
