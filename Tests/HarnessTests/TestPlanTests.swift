import CanonicalJSON
import Environment
import Operations
import Testing

@testable import Harness

@Suite struct TestPlanTests {
  @Test func aPlanSurvivesItsText() throws {
    let plan = Samples.plan
    #expect(try TestPlan(parsing: plan.canonicalText) == plan)
  }

  @Test func theTextIsCanonical() throws {
    let text = Samples.plan.canonicalText
    #expect(try TestPlan(parsing: text).canonicalText == text)
    #expect(text.contains("\"seed\": \"00000000000000ab\""))
  }

  @Test(
    arguments: [
      ("\"nodes\": 3", "\"nodes\": 99", "plan.cluster.nodes: found 99"),
      ("\"leader\": 1", "\"leader\": 4", "plan.leader: found 4"),
      ("\"isolate\"", "\"melt\"", "plan.schedule.steps[0].fault: found \"melt\""),
      ("\"same_as_step\": 0", "\"same_as_step\": 7", "plan.schedule.steps[2].target.same_as_step"),
      ("\"load_ns\"", "\"laod_ns\"", "plan.laod_ns: found an unknown member"),
      ("\"mirrored\",", "\"miror\",", "plan.queues[1].kind: found \"miror\""),
      ("\"at-least-once\"", "\"at-lest-once\"", "did you mean \"at-least-once\"?"),
      ("\"format_version\": 1", "\"format_version\": 2", "plan.format_version: found 2"),
      ("\"name\": \"sample\"", "\"name\": \"sample\" x", "line"),
    ])
  func anUnreadablePlanNamesFieldAndValue(find: String, replace: String, message: String) throws {
    let text = Samples.plan.canonicalText
    let place = try #require(text.range(of: find))
    let broken = text.replacingCharacters(in: place, with: replace)
    let error = #expect(throws: JSONError.self) { try TestPlan(parsing: broken) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? {
    ranges(of: part).first
  }

  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
