import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@Suite struct ConfirmProtocolTests {
  private func answer(
    _ sequence: UInt64, multiple: Bool = false, positive: Bool = true, session: UInt32 = 0
  ) -> Event {
    .answered(
      ConfirmAnswer(
        session: SessionID(session), sequence: sequence, multiple: multiple, positive: positive))
  }

  /// The violations' texts after `count` publishes on session 0 and these answers.
  private func texts(_ count: Int, _ answers: [Event]) throws -> [String] {
    let report = report(count, answers)
    let finding = try #require(report.finding(.confirmProtocol, of: QueueID(0)))
    #expect(finding.violations == finding.witnesses.count)
    #expect((finding.judgement == .held) == finding.witnesses.isEmpty)
    return finding.witnesses.map(\.text)
  }

  private func report(_ count: Int, _ answers: [Event]) -> SuiteReport {
    var story = Story()
    for _ in 0..<count { _ = story.begin() }
    for answer in answers { story.add(answer) }
    let report = story.check()
    #expect(report.failures == [])
    return report
  }

  @Test func eachNumberOnceInAnyOrderIsRight() throws {
    #expect(try texts(3, [answer(2), answer(3, positive: false), answer(1)]) == [])
    #expect(try texts(3, [answer(2, multiple: true), answer(3)]) == [])
    #expect(try texts(4, [answer(2), answer(3, multiple: true), answer(4, multiple: true)]) == [])
    #expect(try texts(3, [answer(0, multiple: true)]) == [])
  }

  @Test func numbersMayStayUnanswered() throws {
    #expect(try texts(3, [answer(2)]) == [])
    #expect(report(3, [answer(2)]).measure(.unanswered, of: QueueID(0)) == .count(2))
  }

  @Test func twiceIsWrong() throws {
    let texts = try texts(3, [answer(2), answer(2)])
    #expect(
      texts == [
        "the ack of number 2 to session 0 at 0.014000 s answers a number that was answered before"
      ])
    #expect(try self.texts(3, [answer(3, multiple: true), answer(1)]).count == 1)
    #expect(try self.texts(3, [answer(2), answer(2, positive: false)]).count == 1)
    #expect(try self.texts(3, [answer(2), answer(2, multiple: true)]).count == 1)
  }

  @Test func neverGivenIsWrong() throws {
    #expect(
      try texts(3, [answer(4)]) == [
        "the ack of number 4 to session 0 at 0.013000 s answers a number that was never given: "
          + "the highest given is 3"
      ])
    #expect(try texts(0, [answer(1)]).count == 1)
    #expect(try texts(3, [answer(0)]).count == 1)
    #expect(try texts(3, [answer(4, multiple: true)]).count == 1)
  }

  @Test func everythingOfNothingIsWrong() throws {
    #expect(try texts(1, [answer(1), answer(0, multiple: true)]).count == 1)
    #expect(try texts(0, [answer(0, multiple: true)]).count == 1)
  }

  @Test func aReturnComesBeforeItsConfirm() throws {
    let returned = Event.returned(SessionID(0), MessageID(client: ClientID(0), sequence: 1))
    #expect(try texts(2, [returned, answer(2)]) == [])
    #expect(try texts(2, [answer(2), returned]).count == 1)
    #expect(try texts(2, [answer(2, multiple: true), returned]).count == 1)
    #expect(try texts(1, [returned]).count == 1)
  }

  @Test func answersAreMeasured() {
    let report = report(
      5, [answer(3, multiple: true), answer(4, positive: false), answer(5, positive: false)])
    let names: [MeasureName] = [.answers, .multipleAnswers, .nacked, .returns, .unanswered]
    #expect(
      names.map { report.measure($0, of: QueueID(0)) } == [3, 1, 2, 0, 0].map { .count($0) })
  }

  @Test func sessionsNumberApart() throws {
    var story = Story()
    _ = story.begin(0)
    _ = story.begin(1, session: 1)
    story.add(answer(1))
    story.add(answer(1, session: 1))
    #expect(story.check().judgement(.confirmProtocol) == .held)
    story.add(answer(1, session: 4))
    #expect(story.check().judgement(.confirmProtocol, 0) == .held)
    #expect(story.check().judgement(.confirmProtocol, 1) == .violated)
  }

  @Test func manyAnswersAreFollowed() throws {
    var answers: [Event] = []
    for block in 0..<40 as Range<UInt64> {
      for offset in stride(from: UInt64(50), to: 0, by: -1) {
        answers.append(answer(block * 50 + offset))
      }
    }
    #expect(try texts(2000, answers) == [])
    #expect(try texts(2000, answers + [answer(1)]).count == 1)
    #expect(try texts(2000, answers + [answer(2000)]).count == 1)
  }

  @Test func whatIsWrittenAfterItsDeadlineHasANumber() {
    var story = Story()
    let late = story.begin(0, session: nil)
    story.end(late, .info(.timeout))
    story.add(.written(Written(operation: OperationID(0), session: SessionID(0), sequence: 1)))
    story.add(answer(1))
    let report = story.check()
    #expect(report.failures == [])
    #expect(report.judgement(.confirmProtocol) == .held)
  }

  @Test func aNumberOutOfTurnIsAnInconsistency() {
    var story = Story()
    _ = story.begin(0, session: nil)
    story.add(.written(Written(operation: OperationID(0), session: SessionID(0), sequence: 2)))
    let failures = story.check().failures
    #expect(failures.map(\.checker) == ["confirm-protocol"])
  }

  @Test func anAnswerToAnUnopenedSessionIsAnInconsistency() {
    var story = Story()
    story.add(answer(1, session: 77))
    #expect(story.check().failures.map(\.checker) == ["confirm-protocol"])
  }
}
