import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// Nothing is called held that was not put to the test.
@Suite struct VacuityTests {
  /// One message that is published, confirmed, delivered, acked and proved gone.
  private func good() -> Story {
    var story = Story()
    story.consume(2, prefetch: 1)
    story.consume(5, prefetch: 1)
    let message = story.publish()
    story.deliver(message)
    story.settle(message)
    let other = story.publish(4)
    story.deliver(other, to: 5, queue: 1)
    story.settle(other, by: 5)
    story.drained(0)
    story.drained(1)
    for node in 1...3 as ClosedRange<UInt32> { story.log(node, .read) }
    return story
  }

  private func reasons(_ report: SuiteReport) -> Set<String> {
    Set(
      report.findings.map {
        if case .notExercised(let reason) = $0.judgement { reason } else { $0.judgement.name }
      })
  }

  @Test func aGoodHistoryHoldsEverything() {
    let report = good().check(Story.swift)
    #expect(report.findings.count == 2 * Story.guarantees.count)
    #expect(report.findings.allSatisfy { $0.judgement == .held })
  }

  @Test func tooFewConfirmedMessagesExerciseNothing() {
    let criteria = Criteria(minimumConfirmed: 2, unavailabilityBound: .seconds(5))
    #expect(
      reasons(good().check(criteria)) == [
        "1 messages were confirmed and at least 2 are demanded"
      ])
  }

  @Test(
    arguments: [
      (
        FaultStage.unproved,
        "fault 3 (isolate) was injected and its effect was not seen: links still pass bytes"
      ),
      (.failed, "fault 3 (isolate) could not be injected: links still pass bytes"),
      (.began, "fault 3 (isolate) began and the history does not say that it took effect"),
    ])
  func aFaultWithoutEvidenceExercisesNothing(stage: FaultStage, reason: String) {
    var story = good()
    story.fault(2, "kill", .proved)
    story.fault(3, "isolate", .began)
    story.fault(3, "isolate", stage, "links still pass bytes")
    #expect(reasons(story.check()) == [reason])
  }

  @Test func aProvedFaultExercises() {
    var story = good()
    story.fault(3, "isolate", .began)
    story.fault(3, "isolate", .proved, "no byte passed")
    #expect(reasons(story.check(Story.swift)) == ["held"])
  }

  @Test func violationsStandWhateverElseIsMissing() {
    var story = Story()
    story.publish()
    story.drained()
    story.fault(0, "kill", .failed)
    let criteria = Criteria(minimumConfirmed: 100, unavailabilityBound: .seconds(5))
    #expect(story.check(criteria).judgement(.atLeastOnce) == .violated)
  }

  @Test func aHistoryWithoutItsEndIsUnknown() {
    let history = History(header: Story.header, events: good().events)
    let report = CheckerSuite.check(
      history, criteria: Story.criteria, checkers: Story.checkers)
    #expect(
      report.findings.allSatisfy {
        $0.judgement == .unknown("the history ends before the run was done")
      })
  }

  @Test func drainsAreJudgedByTheLastAttempt() {
    func judgement(_ kinds: [BrokerEventKind]) -> Judgement? {
      var story = Story()
      story.publish()
      for kind in kinds {
        if kind == .drained { story.drained() } else { story.undrained(0, "3 ready on n2") }
      }
      return story.check().judgement(.eventualDrain)
    }
    #expect(judgement([.undrained, .drained]) == .held)
    #expect(judgement([.drained, .undrained]) == .violated)
    #expect(judgement([]) == .unknown("nobody tried to prove the queue empty"))
    var story = Story()
    story.publish()
    story.undrained(0, "n2 did not answer", isOpen: true)
    #expect(story.check().judgement(.eventualDrain) == .unknown("n2 did not answer"))
  }

  /// What is not recorded is unknown, and the words beside it decide nothing.
  @Test(arguments: ["3 ready on n2", "not everybody could be asked: n2 did not answer", ""])
  func aFailedProofWithoutEvidenceIsUnknown(detail: String) {
    var story = Story()
    story.publish()
    story.add(.broker(BrokerEvent(kind: .undrained, queue: QueueID(0), detail: detail)))
    #expect(
      story.check().judgement(.eventualDrain)
        == .unknown("the queue could not be proved empty, and who was asked was not recorded"))
    story.undrained(0, detail)
    #expect(story.check().judgement(.eventualDrain) == .violated)
  }

  @Test func anUndrainedQueueSaysWhatIsStuck() {
    var story = Story()
    story.undrained(0, "3 ready on n2")
    #expect(
      story.check().witnesses(.eventualDrain).map(\.text) == [
        "mirrored could not be proved empty by 0.007000 s: 3 ready on n2"
      ])
  }
}
