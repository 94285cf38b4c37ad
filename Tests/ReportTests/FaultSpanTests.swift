import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct FaultSpanTests {
  /// A run with these steps; each began after so many seconds and reached its stage one later.
  private static func run(
    _ steps: [(name: String, at: Double, nodes: [UInt32], stage: FaultStage?)],
    ends: [FaultID: FaultID] = [:]
  ) -> RunResult {
    var run = SampleResult.control
    run.schedule = PlannedSchedule(
      name: "x",
      steps: steps.enumerated().map { place, step in
        let id = FaultID(UInt32(place))
        return PlannedStep(id: id, at: .zero, name: step.name, target: "", ends: ends[id])
      })
    run.timeline = RunTimeline()
    for (place, step) in steps.enumerated() {
      guard let stage = step.stage else { continue }
      for (offset, stage) in [(0.0, FaultStage.began), (1, stage)] {
        run.timeline.observe(
          TimedEvent(
            at: SampleResult.at(step.at + offset),
            .fault(
              FaultEvent(
                fault: FaultID(UInt32(place)), name: step.name, stage: stage,
                nodes: step.nodes.map { NodeID($0) }, detail: ""))))
      }
    }
    return run
  }

  @Test func theLosingScheduleHasTwoFaults() {
    let spans = SampleResult.faulted.faultSpans
    #expect(spans.map(\.label) == ["isolate n1", "kill n1"])
    #expect(spans.map(\.from) == [5.8, 22.8].map(SampleResult.at))
    #expect(spans.map(\.undone) == [19.8, 26.8].map(SampleResult.at))
    #expect(spans.map(\.over) == [19.9, 41.2].map(SampleResult.at))
    #expect(spans.map(\.isProved) == [true, true])
  }

  @Test func aFaultEndsWithTheStepThatUndoesIt() {
    let run = Self.run([
      ("kill", 1, [1], .proved), ("kill", 2, [2], .proved), ("pause", 3, [3], .proved),
      ("one-way", 4, [3], .proved), ("heal", 6, [], .proved), ("start", 8, [2], .proved),
      ("resume", 9, [3], .proved), ("start", 10, [1], .proved), ("isolate", 12, [1], .proved),
    ])
    let spans = run.faultSpans
    #expect(
      spans.map(\.label) == ["kill n1", "kill n2", "pause n3", "one-way n3", "isolate n1"])
    #expect(spans.map(\.undone) == [10, 8, 9, 6, nil].map { $0.map(SampleResult.at) })
    #expect(spans.last?.over == nil)
  }

  @Test func anUndoThatWasNotProvedLeavesTheFaultInForce() {
    let spans = Self.run([("isolate", 1, [1], .unproved), ("heal", 3, [], .failed)]).faultSpans
    #expect(spans.map(\.undone) == [SampleResult.at(3)])
    #expect(spans.map(\.over) == [nil])
    #expect(spans.map(\.isProved) == [false])
    #expect(spans[0].overlaps(SampleResult.at(50), SampleResult.at(60)))
    #expect(!spans[0].overlaps(SampleResult.at(0), SampleResult.at(0.9)))
  }

  @Test func aHealThatNamesAStepEndsThatOneOnly() {
    let run = Self.run(
      [
        ("isolate", 1, [1], .proved), ("slow-links", 2, [2], .proved), ("heal", 5, [], .proved),
        ("heal", 9, [], .proved),
      ], ends: [FaultID(2): FaultID(1)])
    #expect(run.faultSpans.map(\.undone) == [9, 5].map(SampleResult.at))
  }

  @Test func aFaultThatDoesNotLastIsOverWhenItIsDone() {
    let run = Self.run([
      ("restart", 1, [1], .proved), ("reset-clients", 4, [2], .unproved),
      ("invented", 6, [3], .proved), ("start", 9, [1], .proved), ("heal", 10, [], .proved),
    ])
    let spans = run.faultSpans
    #expect(spans.map(\.label) == ["restart n1", "reset-clients n2", "invented n3"])
    #expect(spans.map(\.undone) == [2, 5, 7].map(SampleResult.at))
    #expect(spans.map(\.over) == [2, 5, 7].map(SampleResult.at))
  }

  @Test func whatWasNotTriedFollowsFromTheFaultsThatWereProved() {
    let apart = Self.run([
      ("slow-links", 1, [1], .proved), ("heal", 3, [], .proved), ("pause", 6, [2], .unproved),
      ("resume", 9, [2], .proved),
    ])
    let untried = ThreatsToValidity(CompareResult(run: apart)).untried
    #expect(!untried.contains("slow links"))
    #expect(untried.contains("paused processes") && untried.contains("several faults at once"))
    let together = Self.run([
      ("slow-links", 1, [1], .proved), ("pause", 2, [2], .proved), ("resume", 9, [2], .proved),
      ("heal", 12, [], .proved),
    ])
    #expect(
      !ThreatsToValidity(CompareResult(run: together)).untried.contains("several faults at once"))
  }

  @Test func aFaultThatNeverBeganHasNoSpan() {
    #expect(Self.run([("isolate", 1, [1], nil), ("heal", 3, [], .proved)]).faultSpans.isEmpty)
  }
}
