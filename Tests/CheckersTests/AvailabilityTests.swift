import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct AvailabilityTests {
  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  /// A story that publishes at given milliseconds.
  private struct Timeline {
    var story = Story()

    mutating func at(_ milliseconds: Int) -> Self {
      story.now = .zero + .milliseconds(milliseconds)
      return self
    }

    mutating func begin(_ milliseconds: Int, _ client: UInt32 = 0) -> MessageID {
      story.now = .zero + .milliseconds(milliseconds)
      return story.begin(client, session: nil)
    }

    mutating func end(
      _ milliseconds: Int, _ message: MessageID, _ outcome: Outcome = .ok(.confirmed)
    ) {
      story.now = .zero + .milliseconds(milliseconds)
      story.end(message, outcome)
    }

    mutating func phase(_ milliseconds: Int, _ phase: Phase) {
      story.now = .zero + .milliseconds(milliseconds)
      story.add(.phase(phase))
    }

    mutating func fault(_ milliseconds: Int, _ id: UInt32, _ name: String, _ stage: FaultStage) {
      story.now = .zero + .milliseconds(milliseconds)
      story.fault(id, name, stage)
    }

    /// By node, nil for the whole queue: when the longest span began and how long it was, in ms.
    func longest(_ node: UInt32? = nil) throws -> [Int64] {
      let report = story.check()
      #expect(report.failures == [])
      let summary = try #require(
        report.availability.first { $0.queue == QueueID(0) && $0.node == node.map { NodeID($0) } })
      guard let from = summary.longestFrom, let length = summary.longest else { return [] }
      return [from.nanoseconds / 1_000_000, length.nanoseconds / 1_000_000]
    }
  }

  /// What was offered for less than the bound cannot have broken it.
  @Test(arguments: [(4_000, false), (5_001, true)])
  func whatWasOfferedForLessThanTheBoundIsNotExercised(end: Int, isHeld: Bool) {
    var line = Timeline()
    line.end(10, line.begin(0))
    line.end(end, line.begin(end - 100))
    line.phase(end, .recovery)
    let judgement = line.story.check().judgement(.boundedUnavailability)
    #expect((judgement == .held) == isHeld)
    #expect(
      isHeld
        || judgement
          == .notExercised(
            "publishes were offered for 4.000000 s only, and a pause of 5.000000 s is allowed")
    )
  }

  @Test func aSpanRunsFromTheFirstWaitingPublishToTheNextSuccess() throws {
    var line = Timeline()
    line.end(110, line.begin(100))
    let waiting = line.begin(500)
    let next = line.begin(600)
    line.end(900, waiting, .info(.timeout))
    line.end(1500, next)
    line.phase(1501, .recovery)
    #expect(try line.longest() == [500, 1000])
  }

  @Test func whatStillWaitsAtASuccessIsOfferedFromThen() throws {
    var line = Timeline()
    let first = line.begin(100)
    let second = line.begin(101)
    line.end(150, first)
    line.end(2150, second)
    line.phase(2200, .recovery)
    #expect(try line.longest() == [150, 2000])
  }

  @Test func refusedPublishesAreOffered() throws {
    var line = Timeline()
    for time in stride(from: 1000, through: 4000, by: 100) {
      line.end(time + 1, line.begin(time), .fail(.notWritten))
    }
    line.end(4200, line.begin(4100))
    line.phase(4300, .recovery)
    #expect(try line.longest() == [1000, 3200])
  }

  @Test func timeWithoutOffersDoesNotCount() throws {
    var line = Timeline()
    line.end(1001, line.begin(1000), .fail(.notWritten))
    line.end(9010, line.begin(9000))
    line.phase(9100, .recovery)
    #expect(try line.longest() == [9000, 10])
  }

  @Test func theLoadPhaseBoundsEverything() throws {
    var line = Timeline()
    line.phase(50, .setup)
    let early = line.begin(100)
    line.phase(1000, .load)
    let message = line.begin(2000)
    line.phase(3500, .recovery)
    line.end(60_000, message)
    line.end(60_001, early, .info(.timeout))
    #expect(try line.longest() == [2000, 1500])
  }

  @Test func anIdleEndOfTheLoadPhaseDoesNotCount() throws {
    var line = Timeline()
    line.end(1100, line.begin(1000), .info(.timeout))
    line.phase(30_000, .recovery)
    #expect(try line.longest() == [1000, 100])
  }

  @Test func aHistoryThatStopsInTheLoadPhaseEndsTheSpan() throws {
    var line = Timeline()
    _ = line.begin(1000)
    line.phase(2000, .load)
    let report = CheckerSuite.check(
      History(header: Story.header, events: line.story.events), criteria: Story.criteria)
    #expect(report.availability.first?.longest == .seconds(1))
  }

  @Test func sidesAreMeasuredApart() throws {
    var line = Timeline()
    let cutOff = line.begin(1000, 0)
    for time in stride(from: 1000, to: 9000, by: 100) {
      line.end(time + 20, line.begin(time, 1))
    }
    line.end(9000, cutOff, .info(.timeout))
    line.phase(9000, .recovery)
    #expect(try line.longest(1) == [1000, 8000])
    #expect(try line.longest(2) == [1000, 20])
    #expect(try line.longest()[1] <= 100)
    // The queue as a whole was available, and that is what the guarantee is about.
    #expect(line.story.check().judgement(.boundedUnavailability) == .held)
  }

  @Test func aSpanAboveTheBoundIsAViolation() throws {
    var line = Timeline()
    line.end(6000, line.begin(1000))
    line.end(11_002, line.begin(6001))
    line.phase(11_100, .recovery)
    let finding = try #require(
      line.story.check().finding(.boundedUnavailability, of: QueueID(0)))
    #expect(finding.judgement == .violated)
    #expect(
      finding.witnesses.map(\.text) == [
        "publishes were offered to mirrored for 5.001000 s from 6.001000 s and none was confirmed; "
          + "a pause of 5.000000 s is allowed"
      ])
  }

  @Test func nothingOfferedIsUnknown() throws {
    let report = Story().check()
    #expect(report.judgement(.boundedUnavailability) == .unknown("no publish was offered"))
    #expect(
      report.measure(.longestUnavailability, of: QueueID(0)) == .absent("no publish was offered"))
  }

  @Test func recoveryEndsWithTheFirstSuccessOfWhatWasInvokedAfterIt() throws {
    var line = Timeline()
    let before = line.begin(1000, 0)
    line.fault(2000, 1, "heal", .began)
    line.fault(2010, 1, "heal", .proved)
    line.end(2100, before)
    let other = line.begin(2200, 1)
    let after = line.begin(2300, 0)
    line.end(2500, other)
    line.end(3000, after)
    line.fault(4000, 3, "start", .began)
    line.fault(4001, 3, "start", .proved)
    let last = line.begin(4100, 0)
    line.phase(4200, .recovery)
    line.end(4500, last, .info(.timeout))
    let report = line.story.check()
    let queue = QueueID(0)
    #expect(
      report.measure(.recovery(.heal, FaultID(1), node: nil), of: queue)
        == .duration(.milliseconds(500)))
    #expect(
      report.measure(.recovery(.heal, FaultID(1), node: NodeID(1)), of: queue)
        == .duration(.milliseconds(1000)))
    #expect(
      report.measure(.recovery(.heal, FaultID(1), node: NodeID(2)), of: queue)
        == .duration(.milliseconds(500)))
    #expect(
      report.measure(.recovery(.start, FaultID(3), node: NodeID(1)), of: queue)
        == .absent("no publish that was invoked after it was confirmed"))
    #expect(
      report.measure(.recovery(.start, FaultID(3), node: NodeID(2)), of: queue)
        == .absent("no publish was offered after it"))
    #expect(report.availability.count == 5)
  }

  @Test func aLateSuccessRecoversEarlierFaultsAsWell() throws {
    var line = Timeline()
    line.fault(1000, 1, "heal", .began)
    line.fault(2000, 2, "start", .began)
    line.end(3000, line.begin(2500))
    let report = line.story.check()
    #expect(
      report.measure(.recovery(.heal, FaultID(1), node: nil), of: QueueID(0))
        == .duration(.seconds(2)))
    #expect(
      report.measure(.recovery(.start, FaultID(2), node: nil), of: QueueID(0))
        == .duration(.seconds(1)))
  }
}
