import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct LogPatternsTests {
  private func check(_ story: Story, _ criteria: Criteria = Story.criteria) -> SuiteReport {
    CheckerSuite.check(story.history, criteria: criteria, checkers: [LogPatterns.self])
  }

  private func read(_ story: inout Story, nodes: ClosedRange<UInt32> = 1...3) {
    for node in nodes { story.log(node, .read) }
  }

  @Test func logsThatWereReadAndSayNothingAreClean() {
    var story = Story()
    read(&story)
    #expect(check(story).findings.map(\.judgement) == [.held, .held])
    #expect(check(story).measures == [])
  }

  @Test func logsThatNobodyReadTestNothing() {
    #expect(
      check(Story()).judgement(.cleanLogs)
        == .notExercised("nobody read the logs of the nodes"))
  }

  @Test func aLogThatNobodyReadLeavesADoubt() {
    var story = Story()
    story.log(2, .read)
    #expect(
      check(story).judgement(.cleanLogs) == .unknown("nobody read the log of n1, n3"))
  }

  @Test func aLineIsAViolationOfEveryQueue() throws {
    var story = Story()
    read(&story)
    story.log(
      2, .matched(LogLine(pattern: "inconsistent-database", line: "running_partitioned_network")))
    let report = check(story)
    for queue in 0...1 as ClosedRange<UInt32> {
      let finding = try #require(report.finding(.cleanLogs, of: QueueID(queue)))
      #expect(finding.judgement == .violated)
      #expect(finding.violations == 1)
      #expect(
        finding.witnesses.map(\.text) == [
          "the log of n2 has inconsistent-database: running_partitioned_network"
        ])
      #expect(report.measure(.log("inconsistent-database"), of: QueueID(queue)) == .count(1))
    }
  }

  /// What is found stands, whether or not everything was read.
  @Test func aLineIsAViolationEvenIfOtherLogsWereNotRead() {
    var story = Story()
    story.log(1, .matched(LogLine(pattern: "crash-report", line: "x")))
    #expect(check(story).judgement(.cleanLogs) == .violated)
  }

  @Test func linesAreCountedByPattern() {
    var story = Story()
    read(&story)
    for node in 1...3 as ClosedRange<UInt32> {
      story.log(node, .matched(LogLine(pattern: "crash-report", line: "x")))
    }
    story.log(1, .matched(LogLine(pattern: "badmatch", line: "y")))
    let report = check(story)
    #expect(
      report.measures.filter { $0.queue == QueueID(0) } == [
        Measure(.log("badmatch"), queue: QueueID(0), .count(1)),
        Measure(.log("crash-report"), queue: QueueID(0), .count(3)),
      ])
    #expect(report.finding(.cleanLogs, of: QueueID(0))?.violations == 4)
  }

  @Test func namesAreBounded() {
    var story = Story()
    read(&story)
    for number in 0..<40 {
      story.log(1, .matched(LogLine(pattern: "pattern-\(number)", line: "x")))
    }
    for odd in ["", "Two Words", "ä", String(repeating: "long-", count: 20)] {
      story.log(1, .matched(LogLine(pattern: odd, line: "x")))
    }
    let report = check(story)
    let ofQueue = report.measures.filter { $0.queue == QueueID(0) }
    #expect(ofQueue.count == LogPatterns.maximumPatterns + 1)
    #expect(report.measure(.log("other"), of: QueueID(0)) == .count(8 + 4))
    #expect(report.finding(.cleanLogs, of: QueueID(0))?.violations == 44)
  }

  @Test func tooFewConfirmedMessagesExerciseNothing() {
    var story = Story()
    read(&story)
    let message = story.publish()
    story.deliver(message)
    let criteria = Criteria(minimumConfirmed: 1, unavailabilityBound: .seconds(5))
    let report = check(story, criteria)
    #expect(report.judgement(.cleanLogs, 0) == .held)
    #expect(report.judgement(.cleanLogs, 1)?.name == "not exercised")
  }

  @Test func otherBrokerEventsAreNotLines() {
    var story = Story()
    read(&story)
    story.add(.broker(BrokerEvent(kind: .partitioned, node: NodeID(1), detail: "crash-report: x")))
    #expect(check(story).judgement(.cleanLogs) == .held)
  }
}
