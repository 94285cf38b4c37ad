import CanonicalJSON
import Environment
import Harness
@testable import Judging
import Operations
import Report
import Testing

@Suite struct CheckLineTests {
  private static let queues = [
    QueueDescription(id: QueueID(0), name: "a", kind: .mirrored),
    QueueDescription(id: QueueID(1), name: "b", kind: .quorum),
  ]
  private static let witness = Witness(
    message: MessageID(client: ClientID(3), sequence: 7), operations: [OperationID(4)],
    from: Instant(nanoseconds: 5), to: Instant(nanoseconds: 9), text: "gone \"for\" good")

  private func line(
    _ findings: [Finding], _ measures: [Measure] = [], checker: String = "ledger",
    doubt: String? = nil, queues: [QueueDescription] = queues
  ) -> CheckLine {
    Self.line(
      "x/y.edn", checker, queues, [.atLeastOnce, .integrity], findings, measures, doubt: doubt)
  }

  private static func line(
    _ file: String, _ checker: String, _ queues: [QueueDescription], _ guarantees: [Guarantee],
    _ findings: [Finding], _ measures: [Measure] = [], doubt: String? = nil
  ) -> CheckLine {
    let results = queues.map { queue in
      QueueResult(
        description: queue, required: [], findings: findings.filter { $0.queue == queue.id },
        measures: [])
    }
    return CheckLine(
      file: file, checker: checker,
      run: RunJudgement(
        queues: results, schedule: PlannedSchedule(name: "none", steps: []),
        timeline: RunTimeline(), warnings: doubt.map { [RunWarning(.truncated, $0)] } ?? []),
      queues: results.map { CheckLine.Queue(result: $0, guarantees: guarantees) },
      measures: measures, name: { "<\($0)>" })
  }

  private func all(_ judgement: Judgement, but last: Judgement? = nil) -> [Finding] {
    var findings = [Guarantee.atLeastOnce, .integrity].flatMap { guarantee in
      Self.queues.map { Finding(guarantee: guarantee, queue: $0.id, judgement: judgement) }
    }
    if let last {
      findings[3].judgement = last
      findings[3].violations = 2
      findings[3].witnesses = [Self.witness, Self.witness]
    }
    return findings
  }

  @Test func theLineLooksLikeThis() {
    let measures = [
      Measure(.attempts, queue: QueueID(0), .count(5)),
      Measure(.lost, queue: QueueID(1), .count(2)),
      Measure(.attempts, queue: QueueID(1), .count(6)),
      Measure(.other("other"), queue: QueueID(0), .count(1)),
      Measure(.other("longest"), queue: QueueID(0), .duration(.microseconds(3))),
      Measure(.other("longest"), queue: QueueID(1), .duration(.microseconds(2))),
      Measure(.other("longest"), queue: QueueID(1), .absent("nothing")),
      Measure(.longestUnavailability, queue: QueueID(1), .absent("nothing")),
      Measure(.log("crash"), queue: QueueID(0), .count(4)),
      Measure(.log("crash"), queue: QueueID(1), .count(4)),
    ]
    #expect(
      line(all(.held, but: .violated), measures).json.text()
        == #"{"file":"x/y.edn","checker":"ledger","verdict":"invalid","counts":{"attempts":11,"#
        + #""confirmed":null,"lost":2,"recovered":null,"vanished":null,"phantom":null,"#
        + #""duplicated":null,"unflagged":null,"other":1,"longest-ns":3000,"log-crash":4,"#
        + #""longest-unavailability-ns":null},"#
        + #""witness":{"message":"<3.7>","text":"gone \"for\" good","from_ns":5,"to_ns":9,"#
        + #""operations":[4]}}"#)
    #expect(
      line(all(.held), checker: "availability").json.text()
        == #"{"file":"x/y.edn","checker":"availability","verdict":"valid","counts":{},"#
        + #""witness":null}"#)
  }

  @Test func theWorstCounts() {
    #expect(line(all(.held)).verdict == .valid)
    #expect(line(all(.held)).reasons == [])
    let unknown = line(all(.held, but: .unknown("why")))
    #expect(unknown.verdict == .unknown && unknown.reasons == ["b: integrity unknown, why"])
    let idle = line(all(.held, but: .notExercised("idle")))
    #expect(idle.verdict == .unknown && idle.reasons == ["b: integrity not exercised, idle"])
    #expect(line(all(.unknown("why"), but: .violated)).verdict == .invalid)
    #expect(line(all(.violated, but: .unknown("why"))).witness == nil, "it has none")
    #expect(line(Array(all(.held).dropLast())).reasons == ["b: integrity was not judged"])
    #expect(line(all(.held), doubt: "torn").verdict == .unknown)
    #expect(line(all(.held, but: .violated), doubt: "torn").verdict == .invalid)
    #expect(line([], queues: []).reasons == ["the history has no queue"])
  }

  @Test func whatIsNotAskedDoesNotCount() {
    let line = Self.line(
      "f", "ledger", [Self.queues[1]], [.atLeastOnce], all(.held, but: .violated))
    #expect(line.verdict == .valid && line.witness == nil)
    let nothing = Self.line("f", "c", Self.queues, [], [])
    #expect(nothing.verdict == .unknown)
    #expect(nothing.reasons.allSatisfy { $0 == "the history does not show what c judges" })
  }

  @Test func people() {
    let measures = [
      Measure(.attempts, queue: QueueID(0), .count(5)),
      Measure(.other("other"), queue: QueueID(0), .count(0)),
    ]
    #expect(
      line(all(.held, but: .violated), measures).plainText == """
        x/y.edn: ledger: invalid
          attempts 5, confirmed unknown, lost unknown, recovered unknown, vanished unknown, \
        phantom unknown, duplicated unknown, unflagged unknown
          b: integrity violated, 2 times
          gone "for" good
        """)
  }
}
