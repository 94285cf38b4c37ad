import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

/// A history in memory is judged like one in a file, and once.
@Suite struct HistoryJudgeTests {
  private static let queue = QueueID(0)
  private static let required: [Guarantee] = [.atLeastOnce, .integrity]

  /// A history of a queue in which `count` messages are confirmed, and all but `lost` delivered.
  private func history(
    count: UInt32 = 3, lost: UInt32 = 0, faults: [FaultEvent] = [], isWhole: Bool = true
  ) -> History {
    let header = HistoryHeader(
      name: "memory", seed: 5, system: "simulated 1", originUnixNanoseconds: 7,
      nodes: [NodeID(1)],
      queues: [QueueDescription(id: Self.queue, name: "q", kind: .quorum)],
      clients: [
        ClientDescription(id: ClientID(0), role: .publisher, node: NodeID(1), queue: Self.queue)
      ])
    var events: [Event] = [
      .sessionOpened(
        SessionOpening(session: SessionID(0), client: ClientID(0), node: NodeID(1))),
      .phase(.load),
    ]
    for number in 0..<count {
      let message = MessageID(client: ClientID(0), sequence: number)
      events.append(
        .invoked(
          Invocation(
            operation: OperationID(number), client: ClientID(0), queue: Self.queue,
            action: .publish(message))))
      events.append(.completed(OperationID(number), .ok(.confirmed)))
      guard number >= lost else { continue }
      let receipt = Receipt(
        session: SessionID(0), tag: UInt64(number) + 1, message: message, redelivered: false)
      events.append(.delivered(Delivery(queue: Self.queue, receipt: receipt)))
      events.append(
        .settled(
          Settlement(session: SessionID(0), tag: receipt.tag, multiple: false, kind: .ack)))
    }
    events += faults.map { .fault($0) }
    events.append(.broker(BrokerEvent(kind: .drained, queue: Self.queue)))
    if isWhole { events.append(.phase(.done)) }
    return History(
      header: header,
      events: events.enumerated().map {
        TimedEvent(at: Instant(nanoseconds: Int64($0) * 5_000), $1)
      })
  }

  private func plan(
    _ history: History, required: [Guarantee] = required, faults: [FaultStep] = []
  ) -> TestPlan {
    .demanding(
      required, of: history.header, faults: FaultSchedule(name: "planned", steps: faults))
  }

  @Test func aRunInMemoryHasAResult() throws {
    let history = history(lost: 1)
    let judged = try HistoryJudge.judge(history, plan: plan(history))
    let result = RunResult(
      judged,
      identity: RunIdentity(
        name: "memory", seed: 5, systemName: "simulated", systemVersion: "1", directory: "",
        planDigest: "", startedAtUnixNanoseconds: 7, duration: judged.length),
      reproduce: "again")
    #expect(judged.verdict == .invalid && result.verdict == .invalid && result.doubts.isEmpty)
    #expect(judged.length == history.events.last.map { $0.at - .zero })
    let queue = try #require(result.queues.first)
    #expect(queue.totals?.confirmed == 3 && queue.totals?[.lost] == 1)
    #expect(queue.count(.lost) == 1 && queue.count(.confirmed) == 3)
    #expect(queue.availability.first?.offered == 3)
    #expect(result.timeline.isComplete)
    // What is written and read again knows the figures, and not where they came from.
    let read = try ResultsFile.read(ResultsFile.text(CompareResult(run: result)))
    #expect(read.verdict == .invalid && read.run.queues.first?.totals == nil)
    #expect(read.run.queues.first?.measures == queue.measures)
  }

  @Test func everybodyReadsTheSameFindings() throws {
    for (lost, verdict) in [(0 as UInt32, Verdict.valid), (2, .invalid)] {
      let history = history(lost: lost)
      let judged = try HistoryJudge.judge(history, plan: plan(history))
      let line = judged.line(about: "f", of: try choice("ledger"))
      #expect(judged.verdict == verdict && line.verdict == verdict)
      #expect(judged.line(about: "f", of: try choice("at-least-once")).verdict == verdict)
      #expect(
        line.witness == judged.run.queues.first?.finding(.atLeastOnce)?.witnesses.first)
      #expect(
        judged.violations(of: CheckerSuite.choices).map(\.guarantee).contains(.atLeastOnce)
          == (verdict == .invalid))
      #expect(judged.held(by: [try choice("integrity")]).map(\.guarantee) == [.integrity])
    }
  }

  private func choice(_ name: String) throws -> CheckerChoice {
    try #require(try CheckerSuite.choices(named: [name]).first)
  }

  /// Of what is not required a choice depends on what was exercised, if anything was.
  @Test func whatIsOnlyJudgedCountsAsFarAsItWasExercised() throws {
    let history = history()
    let ledger = try choice("ledger")
    func verdict(_ guarantees: [(Guarantee, Judgement)]) throws -> Verdict {
      var judge = try HistoryJudge(
        plan: plan(history, required: []), header: history.header,
        checkers: [Scripted.self])
      judge.observe(history.events.span)
      return Scripted.$findings.withValue(
        guarantees.map { Finding(guarantee: $0.0, queue: Self.queue, judgement: $0.1) }
      ) {
        judge.conclude()
      }.line(about: "f", of: ledger).verdict
    }
    let all = ledger.guarantees.filter { $0 != .deadLetters }
    func judgements(_ judgement: Judgement, but first: Judgement) -> [(Guarantee, Judgement)] {
      all.enumerated().map { ($1, $0 == 0 ? first : judgement) }
    }
    #expect(try verdict(judgements(.held, but: .notExercised("idle"))) == .valid)
    #expect(try verdict(judgements(.unknown("why"), but: .notExercised("idle"))) == .unknown)
    #expect(try verdict(judgements(.violated, but: .notExercised("idle"))) == .invalid)
    #expect(try verdict(judgements(.notExercised("a"), but: .notExercised("b"))) == .unknown)
    #expect(try verdict([]) == .unknown)
  }

  /// Worse wins, whatever comes first, and for everybody.
  @Test(arguments: [
    ([Judgement.held, .violated], Verdict.invalid), ([.violated, .held], .invalid),
    ([.unknown("a"), .held], .unknown), ([.held, .unknown("a")], .unknown),
    ([.violated, .unknown("a")], .invalid), ([.unknown("a"), .violated], .invalid),
  ])
  func ofTwoFindingsTheWorseCounts(_ judgements: [Judgement], _ expected: Verdict) throws {
    let history = history()
    var judge = try HistoryJudge(
      plan: plan(history, required: [.integrity]), header: history.header,
      checkers: [Scripted.self])
    judge.observe(history.events.span)
    let judged = Scripted.$findings.withValue(
      judgements.map { Finding(guarantee: .integrity, queue: Self.queue, judgement: $0) }
    ) {
      judge.conclude()
    }
    #expect(judged.verdict == expected)
    #expect(judged.run.queues[0].findings.count == 1)
    #expect(judged.line(about: "f", of: try choice("integrity")).verdict == expected)
    let isViolated = judged.violations(of: CheckerSuite.choices).map(\.guarantee) == [.integrity]
    #expect(isViolated == (expected == .invalid))
  }

  @Test func theHarnessMayBeTooLateToMeasureTimes() throws {
    let history = history()
    let plan = plan(history, required: [.boundedUnavailability])
    // What the harness saw of itself is part of the history.
    func judged(lag: Duration?) throws -> RunJudgement {
      var history = history
      let watch = HarnessWatch(loopLag: .zero, relayLag: lag)
      if lag != nil { history.events.insert(TimedEvent(at: .zero, .watched(watch)), at: 0) }
      return try HistoryJudge.judge(history, plan: plan).run
    }
    let unknown = try judged(lag: nil)
    #expect(unknown.warnings.isEmpty)
    let prompt = try judged(lag: RunJudgement.lagBound)
    #expect(prompt.warnings.isEmpty && prompt.queues == unknown.queues)
    let late = try judged(lag: RunJudgement.lagBound + .milliseconds(1))
    #expect(late.warnings.map(\.kind) == [.selfWatch])
    #expect(
      late.queues[0].finding(.boundedUnavailability)?.judgement.reason
        == late.warnings.first?.text)
    #expect(late.queues[0].finding(.atLeastOnce) == unknown.queues[0].finding(.atLeastOnce))
    #expect(late.verdict == .unknown)
  }

  @Test func nothingRequiredIsNothingShown() throws {
    let history = history()
    let judged = try HistoryJudge.judge(history, plan: plan(history, required: []))
    #expect(judged.verdict == .unknown)
    #expect(judged.run.doubts == ["the plan requires nothing of any queue"])
    #expect(judged.run.shortcomings.isEmpty)
  }

  @Test func everyQueueOfTheHistoryIsPlanned() {
    let history = history()
    var plan = plan(history)
    plan.queues = []
    #expect(throws: UnplannedQueue(name: "q")) { try HistoryJudge.judge(history, plan: plan) }
  }

  /// A queue of the plan that the history lacks was judged by nobody.
  @Test func everyQueueOfThePlanIsJudged() throws {
    let history = history()
    var plan = plan(history)
    plan.queues.append(plan.queues[0])
    plan.queues[1].id = QueueID(9)
    plan.queues[1].name = "other"
    let judged = try HistoryJudge.judge(history, plan: plan)
    let line = judged.line(about: "f", of: try choice("ledger"))
    #expect(judged.verdict == .unknown && line.verdict == .unknown)
    #expect(line.reasons.contains("other: integrity was not judged"))
  }

  @Test func whatIsMissingFromARunKeepsEverythingFromBeingValid() throws {
    let step = FaultStep(id: FaultID(4), at: .zero, fault: .heal(nil))
    let fault = { stage in
      FaultEvent(fault: FaultID(4), name: "heal", stage: stage, nodes: [], detail: "")
    }
    let cases: [(History, [String])] = [
      (history(isWhole: false), ["the run ended early", "fault 4 (heal) never began"]),
      (history(), ["fault 4 (heal) never began"]),
      (history(faults: [fault(.began)]), ["fault 4 (heal) has no evidence"]),
      (history(faults: [fault(.began), fault(.proved)]), []),
    ]
    for (history, doubts) in cases {
      let judged = try HistoryJudge.judge(history, plan: plan(history, faults: [step]))
      #expect(judged.run.doubts == doubts)
      let expected: Verdict = doubts.isEmpty ? .valid : .unknown
      #expect(judged.verdict == expected)
      #expect(judged.line(about: "f", of: try choice("ledger")).verdict == expected)
      #expect(judged.line(about: "f", of: try choice("integrity")).verdict == expected)
    }
  }
}

/// A checker that finds what a test tells it to.
private struct Scripted: Checker {
  @TaskLocal static var findings: [Finding] = []
  static let name = "ledger"
  static let guarantees = Ledger.guarantees

  init(header: HistoryHeader, criteria: Criteria) {}
  mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {}
  mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    CheckerReport(findings: Self.findings, measures: [])
  }
}
