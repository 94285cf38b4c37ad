import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct VerdictTests {
  private static func queue(
    required: [Guarantee], _ findings: [(Guarantee, Judgement)]
  ) -> QueueResult {
    SampleResult.queue(
      0, .mirrored, required: required,
      findings: findings.map { SampleResult.finding(0, $0.0, $0.1) }, [])
  }

  @Test(
    arguments: [
      ([(.atLeastOnce, .held)], Verdict.valid),
      ([(.atLeastOnce, .held), (.integrity, .violated)], .valid),
      ([(.atLeastOnce, .violated)], .invalid),
      ([(.atLeastOnce, .unknown("no drain"))], .unknown),
      ([(.atLeastOnce, .notExercised("too few"))], .unknown),
      ([(.integrity, .held)], .unknown),
      ([], .unknown),
    ] as [([(Guarantee, Judgement)], Verdict)])
  func verdictOfAQueueThatRequiresAtLeastOnce(
    findings: [(Guarantee, Judgement)], expected: Verdict
  ) {
    #expect(Self.queue(required: [.atLeastOnce], findings).verdict == expected)
  }

  @Test func theWorstQueueDecides() {
    var run = SampleResult.control
    #expect(run.verdict == .valid)
    run.queues[0].findings[0].judgement = .unknown("not drained")
    #expect(run.verdict == .unknown)
    run.queues[1].findings[0].judgement = .violated
    #expect(run.verdict == .invalid)
  }

  @Test func aControlThatIsNotValidSpoilsTheComparison() {
    var result = SampleResult.compare
    result.run.queues.remove(at: 1)
    #expect(result.verdict == .valid)
    result.control?.queues[0].findings[0].judgement = .violated
    #expect(result.verdict == .invalid)
    #expect(result.run.verdict == .valid)
    #expect(
      PlainSummary(result).text.hasSuffix(
        "Verdict: invalid, because of the control run: plain: 1 confirmed message was never "
          + "delivered, although the queue was proved empty at the end."))
  }

  @Test func aViolationOutranksEveryDoubt() {
    var run = SampleResult.faulted
    run.warnings.append(RunWarning(.historyWrite, "the disk is full"))
    #expect(run.verdict == .invalid)
    run.queues.remove(at: 1)
    #expect(run.verdict == .unknown)
  }

  @Test(arguments: [
    (RunWarning.Kind.selfWatch, Verdict.valid), (.leftovers, .valid), (.other, .valid),
    (.historyWrite, .unknown), (.truncated, .unknown),
  ])
  func warnings(kind: RunWarning.Kind, expected: Verdict) {
    var run = SampleResult.control
    run.warnings = [RunWarning(kind, "something")]
    #expect(run.verdict == expected)
  }

  @Test(arguments: [
    (FaultStage.proved, Verdict.valid, []),
    (.began, .unknown, ["fault 2 (kill) has no evidence"]),
    (.unproved, .unknown, ["fault 2 (kill) has no evidence: process 4711 is gone"]),
    (.failed, .unknown, ["fault 2 (kill) could not be done: process 4711 is gone"]),
  ])
  func aFaultWithoutEvidenceIsADoubt(stage: FaultStage, expected: Verdict, doubts: [String]) throws
  {
    var run = SampleResult.faulted
    run.queues.remove(at: 1)
    let place = try #require(
      run.timeline.faults.lastIndex { $0.event.fault == FaultID(2) })
    run.timeline.faults[place].event.stage = stage
    #expect(run.verdict == expected)
    #expect(run.doubts == doubts)
  }

  @Test func aFaultThatNeverBeganAndAnEarlyEndAreDoubts() {
    var run = SampleResult.faulted
    run.timeline.faults.removeAll { $0.event.fault == FaultID(3) }
    run.timeline.phases.removeLast()
    #expect(run.doubts == ["the run ended early", "fault 3 (start) never began"])
  }

  @Test func aRunWithoutQueuesIsUnknown() {
    var run = SampleResult.control
    run.queues = []
    #expect(run.verdict == .unknown)
    let result = CompareResult(run: run)
    let text = TerminalReport(result, style: TerminalStyle(colour: false)).text
    #expect(text.contains("Verdict: unknown: no queue was judged."))
    #expect(MarkdownReport(result).text.contains("- no queue was judged"))
  }

  @Test func reportsOfCheckersAreJoinedByQueue() {
    let plan = QueuePlan(
      id: QueueID(1), name: "q", kind: .quorum,
      mirroring: Mirroring(replicas: 0, syncMode: .manual, promoteOnFailure: .always),
      groupSize: 0, required: [.integrity])
    let first = CheckerReport(
      findings: [
        SampleResult.finding(1, .integrity, .held), SampleResult.finding(0, .integrity, .violated),
      ],
      measures: [
        Measure(.lost, queue: QueueID(1), .count(3)),
        Measure(.lost, queue: QueueID(0), .count(9)),
      ])
    let second = CheckerReport(
      findings: [SampleResult.finding(1, .integrity, .unknown("late"))],
      measures: [Measure(.lost, queue: QueueID(1), .count(4))])
    let queue = QueueResult(plan, reports: [first, second])
    #expect(queue.findings.map(\.judgement) == [.unknown("late")])
    #expect(queue.count(.lost) == 3)
    #expect(queue.verdict == .unknown)
  }
}

struct RunTimelineTests {
  @Test func itKeepsWhatPeopleAreShown() {
    let timeline = SampleResult.faulted.timeline
    #expect(timeline.phases.map(\.phase) == [.setup, .load, .recovery, .drain, .done])
    #expect(timeline.phases.map(\.to) == [0.8, 45.8, 60, 72, 72].map(SampleResult.at))
    #expect(timeline.loadBegan == SampleResult.at(0.8))
    #expect(timeline.faults.count == 8)
    #expect(timeline.isComplete)
  }

  @Test func brokerEventsAreBounded() {
    var timeline = RunTimeline()
    for second in 0..<1_000 {
      timeline.observe(
        TimedEvent(at: SampleResult.at(Double(second)), .broker(BrokerEvent(kind: .nodeUp))))
    }
    #expect(timeline.brokerEvents.count == RunTimeline.brokerEventLimit)
    #expect(timeline.omittedBrokerEvents == 1_000 - RunTimeline.brokerEventLimit)
  }
}
