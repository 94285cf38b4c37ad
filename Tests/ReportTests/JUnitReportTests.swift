import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct JUnitReportTests {
  private static func parsed(_ results: [CompareResult]) throws -> ParsedXML {
    try ParsedXML(JUnitReport(results).text)
  }

  /// The test cases as `class name: outcome`.
  private static func outcomes(_ document: ParsedXML) -> [String] {
    var outcomes: [String] = []
    for element in document.elements {
      let name = [element.attributes["classname"], element.attributes["name"]].compactMap(\.self)
      if element.name == "testcase" {
        outcomes.append(name.joined(separator: " ") + ": passed")
      } else if element.parents.last == "testcase", let last = outcomes.indices.last {
        outcomes[last] = outcomes[last].replacing("passed", with: element.name)
      }
    }
    return outcomes
  }

  @Test func everyRequiredGuaranteeIsATestCase() throws {
    let document = try Self.parsed([SampleResult.compare])
    #expect(
      Self.outcomes(document) == [
        "stoat.control.plain at-least-once: passed", "stoat.control.mirrored at-least-once: passed",
        "stoat.control.quorum at-least-once: passed", "stoat.control run: passed",
        "stoat.losing.mirrored at-least-once: failure", "stoat.losing.mirrored integrity: passed",
        "stoat.losing.mirrored eventual-drain: passed", "stoat.losing.quorum at-least-once: passed",
        "stoat.losing.quorum integrity: passed", "stoat.losing.quorum flagged-redelivery: passed",
        "stoat.losing.quorum eventual-drain: passed", "stoat.losing run: passed",
      ])
    let suites = document.all("testsuite").map(\.attributes)
    #expect(suites.map { $0["name"] } == ["stoat.control", "stoat.losing"])
    #expect(suites.map { $0["tests"] } == ["4", "8"])
    #expect(suites.map { $0["failures"] } == ["0", "1"])
    #expect(suites.map { $0["time"] } == ["31.000", "214.000"])
    #expect(suites.map { $0["timestamp"] } == ["2025-01-31T09:05:00", "2025-01-31T09:05:00"])
    #expect(document.elements[0].attributes["tests"] == "12")
    #expect(document.elements[0].attributes["time"] == "245.000")
  }

  @Test func aFailureHasItsWitnessesAndTheLineThatReproducesIt() throws {
    let failure = try #require(try Self.parsed([SampleResult.compare]).all("failure").first)
    #expect(failure.attributes["type"] == "violated")
    #expect(failure.attributes["message"]?.hasPrefix("97 confirmed messages were never") == true)
    let lines = failure.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("message 3.210 was confirmed by n1"))
    #expect(
      lines[2] == "Reproduce: stoat compare --system rabbitmq --schedule losing --seed 1")
  }

  @Test func whatIsUnknownIsAnError() throws {
    var result = SampleResult.compare
    result.run.queues[2].findings[0].judgement = .unknown("not drained")
    result.run.queues[2].findings[1].judgement = .notExercised("too few")
    result.run.queues[2].required.append(.noResurrection)
    result.run.warnings.append(RunWarning(.truncated, "the history ends early"))
    let document = try Self.parsed([result])
    let errors = document.all("error").map(\.attributes)
    #expect(errors.map { $0["type"] } == ["unknown", "not exercised", "unknown", "unknown"])
    #expect(
      errors.map { $0["message"] } == [
        "not drained", "too few", "no checker judged it", "the history ends early",
      ])
    #expect(document.all("testsuite").last?.attributes["errors"] == "4")
    #expect(document.all("skipped").isEmpty)
  }

  @Test func theCountsOfAllDocumentsFollowFromTheirCases() throws {
    for result in [SampleResult.compare, CompareResult(run: SampleResult.control)] {
      let document = try Self.parsed([result, result])
      let root = document.elements[0].attributes
      #expect(root["tests"] == "\(document.all("testcase").count)")
      #expect(root["failures"] == "\(document.all("failure").count)")
      #expect(root["errors"] == "\(document.all("error").count)")
    }
  }

  @Test func theDocumentPassesExactlyIfTheResultIsValid() throws {
    var results = [SampleResult.compare, CompareResult(run: SampleResult.control)]
    for kind in RunWarning.Kind.allCases {
      var run = SampleResult.control
      run.warnings = [RunWarning(kind, "x")]
      results.append(CompareResult(run: run))
    }
    var unproved = SampleResult.faulted
    unproved.queues.remove(at: 1)
    unproved.timeline.faults.removeLast()
    results.append(CompareResult(run: unproved))
    for result in results {
      let document = try Self.parsed([result])
      let isClean = document.all("failure").isEmpty && document.all("error").isEmpty
      #expect(isClean == (result.verdict == .valid))
    }
  }

  @Test func hostileTextsAreEscaped() throws {
    var result = SampleResult.compare
    let nasty = "]]></failure><x a='1'>&\"\u{0}\u{1B}\u{FFFF}\n"
    result.run.identity.name = nasty
    result.run.identity.systemVersion = nasty
    result.run.queues[1].findings[0].witnesses[0].text = nasty
    result.run.reproduce = nasty
    let document = try Self.parsed([result])
    #expect(document.all("x").isEmpty)
    let failure = try #require(document.all("failure").first)
    #expect(failure.text.hasPrefix("]]></failure><x a='1'>&\"  \u{FFFD} \n"))
    #expect(document.all("testsuite").last?.attributes["name"]?.contains("<x a='1'>") == true)
  }
}
