import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct ExpectationTests {
  @Test(arguments: [
    ("mirrored:lost>0", true, "97"),
    ("mirrored:lost>=98", false, "97"),
    ("mirrored:lost<98", true, "97"),
    ("mirrored:lost<=97", true, "97"),
    ("mirrored:lost=97", true, "97"),
    ("mirrored:lost!=97", false, "97"),
    ("quorum:lost=0", true, "0"),
    ("plain:confirmed>=1523", true, "1,523"),
    ("quorum:longest-unavailability<15s", true, "10.6 s"),
    ("quorum:longest-unavailability<=10600ms", true, "10.6 s"),
    ("quorum:longest-unavailability<10600000000ns", false, "10.6 s"),
    ("quorum:recovery-heal-1<=120ms", true, "120 ms"),
    ("mirrored:longest-unavailability-n2<5s", true, "4.98 s"),
    ("mirrored:recovery-heal-1-n2<5s", false, "recovery-heal-1-n2 was not measured"),
    ("quorum:valid", true, "valid"),
    ("mirrored:invalid", true, "invalid"),
    ("mirrored:valid", false, "invalid"),
    ("run:invalid", true, "invalid"),
    ("run:unknown", false, "invalid"),
    ("control:valid", true, "valid"),
    ("plain:overlapping-holds=0", false, "overlapping-holds was not measured"),
    (
      "plain:recovery-start-3<1s", false,
      "no recovery-start-3: nothing was offered"
    ),
  ])
  func evaluation(text: String, isMet: Bool, actual: String) throws {
    let outcomes = try Expectation(parsing: text).outcomes(for: SampleResult.compare)
    #expect(
      outcomes == [ExpectationOutcome(term: text, isMet: isMet, actual: actual)])
  }

  @Test func allTermsAreEvaluatedInOrder() throws {
    let expectation = try Expectation(
      parsing: "  mirrored:lost>0\tquorum:valid \n plain:confirmed>=9999 ")
    let outcomes = expectation.outcomes(for: SampleResult.compare)
    #expect(outcomes.map(\.isMet) == [true, true, false])
    #expect(outcomes.map(\.line).last == "NOT met: plain:confirmed>=9999 (1,523)")
  }

  @Test(arguments: [
    ("control:valid", "there was no control run"),
    ("quorum:valid", "the run had no quorum queue"),
    ("quorum:lost=0", "the run had no quorum queue"),
  ])
  func whatIsMissingMeetsNothing(text: String, actual: String) throws {
    var result = SampleResult.compare
    result.control = nil
    result.run.queues.removeAll { $0.kind == .quorum }
    let outcome = try #require(
      try Expectation(parsing: text).outcomes(for: result).first)
    #expect(!outcome.isMet)
    #expect(outcome.actual == actual)
  }

  @Test func queuesOfAKindCountTogether() throws {
    var result = SampleResult.compare
    result.run.queues.append(SampleResult.mirrored)
    let expectation = try Expectation(
      parsing: "mirrored:lost=194 mirrored:longest-unavailability=5310ms mirrored:invalid")
    #expect(expectation.outcomes(for: result).map(\.isMet) == [true, true, true])
    result.run.queues[1].measures.removeAll { $0.key == .whole(.lost) }
    #expect(expectation.outcomes(for: result).map(\.isMet) == [false, true, true])
  }

  @Test(arguments: [
    ("", "the expectation is empty; write for example \"mirrored:lost>0 quorum:valid\""),
    (
      "quorum",
      "in the expected \"quorum\": a term needs a ':', as in \"mirrored:lost>0\" or "
        + "\"quorum:valid\""
    ),
    (
      "mirored:lost>0",
      "in the expected \"mirored:lost>0\": there is no subject \"mirored\" "
        + "(did you mean \"mirrored\"?); known: plain, mirrored, quorum, run, control"
    ),
    (
      "run:vaild",
      "in the expected \"run:vaild\": there is no verdict \"vaild\" (did you mean \"valid\"?); "
        + "known: valid, unknown, invalid"
    ),
    (
      "mirrored:lost",
      "in the expected \"mirrored:lost\": say what \"lost\" should be, as in \"lost>0\""
    ),
    (
      "mirrored:lost=>0",
      "in the expected \"mirrored:lost=>0\": \"=>\" is not a comparison; there are > >= < <= = !="
    ),
    (
      "mirrored:lost>many",
      "in the expected \"mirrored:lost>many\": \"many\" is not a whole number, nor a time such as "
        + "\"500ms\" or \"5s\""
    ),
    (
      "mirrored:lost>5s",
      "in the expected \"mirrored:lost>5s\": lost is a count; write it without \"s\""
    ),
    (
      "quorum:longest-unavailability<5",
      "in the expected \"quorum:longest-unavailability<5\": longest-unavailability is a time; "
        + "write it with ns, ms or s, as in \"500ms\" or \"5s\""
    ),
    (
      "quorum:longest-unavailability<9223372036854775807s",
      "in the expected \"quorum:longest-unavailability<9223372036854775807s\": "
        + "\"9223372036854775807s\" is longer than 292 years"
    ),
  ])
  func badInput(text: String, message: String) {
    let error = #expect(throws: ExpectationError.self) { try Expectation(parsing: text) }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    ("mirrored:losst>0", "lost"), ("plain:atempts>0", "attempts"),
    ("quorum:longest-unavailabilty<1s", "longest-unavailability"), ("quorum:vlaid", "valid"),
  ])
  func aNearNameIsSuggested(text: String, name: String) {
    let error = #expect(throws: ExpectationError.self) { try Expectation(parsing: text) }
    #expect(error?.description.contains("(did you mean \"\(name)\"?)") == true)
  }

  @Test(arguments: [
    "run:lost>0", "control:lost=0", "plain:lost-n1>0", "plain:recovery-kill-2<1s", "mirrored:",
    ":lost>0", "mirrored:>0", "a:b:c",
  ])
  func otherNonsenseIsRejected(text: String) {
    #expect(throws: ExpectationError.self) { try Expectation(parsing: text) }
  }
}
