import CanonicalJSON
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct ResultsFileTests {
  @Test func aRichResultComesBackAsItWas() throws {
    let text = ResultsFile.text(SampleResult.compare)
    let read = try ResultsFile.read(text)
    #expect(read == SampleResult.compare)
    #expect(ResultsFile.text(read) == text)
  }

  @Test func extremesComeBackAsTheyWere() throws {
    var run = SampleResult.control
    run.identity.seed = .max
    run.identity.startedAtUnixNanoseconds = .min
    run.identity.name = "“quoted” \"name\"\n\u{1}"
    run.queues[0].findings = [
      Finding(
        guarantee: .integrity, queue: QueueID(0), judgement: .unknown("why\tnot"),
        violations: .max,
        witnesses: [
          Witness(
            message: .foreign, operations: [OperationID(.max)], from: Instant(nanoseconds: .min),
            to: Instant(nanoseconds: .max), text: "")
        ])
    ]
    run.queues[0].measures = [
      Measure(.other("skew"), queue: QueueID(0), .duration(.nanoseconds(Int64.min))),
      Measure(.lost, queue: QueueID(0), .absent("no drain")),
    ]
    run.timeline.omittedBrokerEvents = 12
    run.timeline.phases = [PhaseRecord(.load, from: Instant(nanoseconds: -5), to: nil)]
    run.timeline.faults = FaultStage.allCases.map {
      FaultRecord(
        at: .zero,
        FaultEvent(
          fault: FaultID(9), name: "kill", stage: $0, nodes: [NodeID(1), NodeID(2)], detail: "x"))
    }
    run.timeline.brokerEvents = BrokerEventKind.allCases.map {
      BrokerRecord(at: .zero, BrokerEvent(kind: $0))
    }
    let result = CompareResult(run: run)
    #expect(try ResultsFile.read(ResultsFile.text(result)) == result)
  }

  @Test func aStepMayNameTheOneThatItEnds() throws {
    var result = SampleResult.compare
    result.run.schedule.steps[1].ends = FaultID(0)
    let text = ResultsFile.text(result)
    #expect(try ResultsFile.read(text) == result)
    // Files of earlier versions of the program do not have the member.
    let line = try Regex(",\\s*\"ends\": (null|0)")
    let old = text.replacing(line, with: "")
    #expect(!old.contains("ends\":"))
    #expect(try ResultsFile.read(old) == SampleResult.compare)
  }

  @Test func theLayoutIsTheDocumentedOne() throws {
    let document = ResultsFile.value(SampleResult.compare)
    #expect(try names(document) == ["format", "version", "verdict", "control", "run"])
    let run = try #require(document["run"])
    #expect(
      try names(run) == [
        "name", "seed", "system", "directory", "plan_digest", "started_at_unix_ns", "duration_ns",
        "verdict", "reproduce", "cluster", "schedule", "environment", "queues", "phases", "faults",
        "broker_events", "omitted_broker_events", "warnings",
      ])
    #expect(run["seed"] == "0000000000000001")
    #expect(run["duration_ns"] == 214_000_000_000)
    guard case .array(let queues) = run["queues"] else {
      Issue.record("queues is not a list")
      return
    }
    #expect(
      try names(queues[1]) == [
        "id", "name", "kind", "verdict", "required", "findings", "measures",
      ])
    let measure: JSONValue = ["name": "lost", "count": 97]
    #expect(queues[1].text().contains(measure.text()))
  }

  private func names(_ value: JSONValue) throws -> [String] {
    try JSONReader(value, path: "value").members().map(\.name)
  }

  @Test(arguments: [
    (
      "\"format\": \"stoat-results\"", "\"format\": \"other\"",
      "results.format: found \"other\", expected \"stoat-results\""
    ),
    (
      "\"version\": 1,", "\"version\": 2,",
      "results.version: found 2, expected 1, the only version that this program reads"
    ),
    (
      "\"name\": \"isolate\"", "\"nam\": \"isolate\"",
      "results.run.schedule.steps[0].name: found nothing, expected this member"
    ),
    (
      "\"judgement\": \"violated\"", "\"judgement\": \"held\"",
      "results.run.queues[1].verdict: found \"invalid\", expected \"valid\", which follows from "
        + "the findings"
    ),
    (
      "\"judgement\": \"violated\"", "\"judgement\": \"broken\"",
      "results.run.queues[0].findings[2].judgement: found \"broken\", expected one of held, "
        + "violated, unknown, not exercised"
    ),
    (
      "\"message\": \"3.210\"", "\"message\": \"3.-1\"",
      "results.run.queues[1].findings[0].witnesses[0].message: found \"3.-1\", expected a message "
        + "such as \"3.17\""
    ),
    (
      "\"stage\": \"proved\"", "\"stage\": \"sure\"",
      "results.run.faults[1].stage: found \"sure\", expected one of began, proved, unproved, failed"
    ),
    (
      "\"node\": \"n1\"", "\"node\": \"1\"",
      "results.run.broker_events[0].node: found \"1\", expected a node such as \"n1\""
    ),
    (
      "\"kind\": \"quorum\"", "\"kind\": \"quorun\"",
      "results.control.queues[2].kind: found \"quorun\", expected one of plain, mirrored, quorum "
        + "(did you mean \"quorum\"?)"
    ),
    ("{", "", "line 1, column 9: ',' after the end of the value"),
  ])
  func aFileThatIsNotOneIsRefusedWithThePlace(old: String, new: String, message: String) throws {
    let text = ResultsFile.text(SampleResult.compare)
    let damaged = old == "{" ? "\"format\"," : text.replacing(old, with: new)
    try #require(damaged != text)
    let error = #expect(throws: JSONError.self) { try ResultsFile.read(damaged) }
    #expect(error?.description == message)
  }

  @Test func noTruncatedFileIsAccepted() {
    let bytes = Array(ResultsFile.text(CompareResult(run: SampleResult.control)).utf8)
    for length in stride(from: 0, to: bytes.count - 2, by: 7) {
      let text = String(decoding: bytes[..<length], as: UTF8.self)
      #expect(throws: JSONError.self) { try ResultsFile.read(text) }
    }
  }
}
