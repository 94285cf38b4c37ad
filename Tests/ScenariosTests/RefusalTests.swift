import Harness
import Testing
import Workloads

@testable import Scenarios

/// Every mistake is named with its line, its field, what was found and what was expected.
@Suite struct RefusalTests {
  private func complaint(_ text: String) -> String {
    do throws(ScenarioError) {
      let scenario = try Scenario(yaml: text, file: "mine.yaml")
      return "accepted: \(scenario)"
    } catch {
      return error.description
    }
  }

  @Test(
    arguments: [
      ("name: a\nsumary: b\n", "mine.yaml:2: scenario.sumary: found an unknown member, expected "),
      ("name: a\nsumary: b\n", "did you mean \"summary\"?"),
      ("name: a\nsteps: []\n", "scenario.summary: found nothing, expected this member"),
      ("name: Losing\nsummary: b\nsteps: []\n", "mine.yaml:1: scenario.name: found \"Losing\""),
      ("name: lösing\nsummary: b\nsteps: []\n", "scenario.name: found \"lösing\""),
      ("name: a--b\nsummary: b\nsteps: []\n", "scenario.name: found \"a--b\""),
      ("name: a\nsummary: b\n", "scenario.steps: found nothing"),
      ("name: a\nsummary: b\nsteps: 3\n", "mine.yaml:3: scenario.steps: found 3, expected a list"),
      ("name: a\nsummary: b\nsteps: [3]\n", "scenario.steps[0]: found 3, expected an object"),
      ("name: a\nsummary: [b]\nsteps: []\n", "scenario.summary: found a list of 1"),
      ("name: a\nsummary: |\n  b\n  c\nsteps: []\n", "expected one line of 1 to 200 characters"),
      ("- a\n- b\n", "mine.yaml:1: scenario: found a list of 2, expected an object"),
      ("just a text", "mine.yaml:1: scenario: found \"just a text\""),
      ("", "mine.yaml: there is nothing in it"),
      ("# nothing\n", "mine.yaml: there is nothing in it"),
      ("name: a\nname: b\n", "mine.yaml:1: found \"name\" twice in one mapping"),
      ("name: a\nsteps:\n  - {at: 1s, at: 2s}\n", "mine.yaml:3: found \"at\" twice"),
      ("name: a\n\"na\\x6de\": b\n", "found \"name\" twice"),
      ("name: a\nnet-tick:\n", "mine.yaml:2: scenario.net-tick: found nothing, expected a value"),
      ("name: ~\n", "scenario.name: found nothing"),
      ("name: [a\n", "mine.yaml:2: no YAML: did not find expected ',' or ']'"),
      ("name: a\n\tb: c\n", "mine.yaml:2: no YAML: found a tab character that violates"),
      ("name: 'a\n", "no YAML: found unexpected end of stream"),
      ("name: a\n---\nname: b\n", "mine.yaml:2: no YAML: but found another document"),
      ("name: a\u{0}\n", "no YAML: control characters are not allowed"),
      ("a: b\nname: a\u{7}\n", "mine.yaml:2: no YAML: control characters are not allowed"),
      ("? [a, b]\n: c\n", "mine.yaml:1: scenario: found a name that is no plain text"),
      ("\(String(repeating: "k", count: 65)): 1\n", "scenario: found a name of 65 bytes"),
      ("\"a\\eb\": 1\n", "without control characters"),
      ("name: !!binary aGFsbG8=\n", "mine.yaml:1: scenario.name: found a tag (!)"),
      ("steps: !mine []\n", "scenario.steps: found a tag (!)"),
      ("name: &a b\n", "mine.yaml:1: scenario.name: found an anchor (&)"),
      ("name: &a b\nsummary: *a\n", "found an anchor (&)"),
      ("name: *a\n", "mine.yaml:1: no YAML: found undefined alias"),
    ])
  func theDocument(text: String, message: String) {
    #expect(complaint(text).contains(message), "\(complaint(text))")
  }

  @Test(
    arguments: [
      ("nodes: 10", "scenario.nodes: found 10, expected a whole number from 1 to 9"),
      ("nodes: three", "scenario.nodes: found \"three\""),
      ("nodes: 03", "scenario.nodes: found \"03\""),
      ("nodes: 3.0", "scenario.nodes: found \"3.0\""),
      ("nodes: 99999999999999999999", "found \"99999999999999999999\""),
      ("partition-handling: pause-minority", "did you mean \"pause_minority\"?"),
      ("net-tick: 5", "scenario.net-tick: found 5, expected a time such as 250ms or 8s"),
      ("net-tick: 999ms", "scenario.net-tick: found \"999ms\", expected at least 1000ms"),
      ("net-tick: 25h", "expected at most 24h"),
      ("net-tick: 5s..6s", "scenario.net-tick: found \"5s..6s\""),
      ("mirroring: {replicas: 4}", "scenario.mirroring.replicas: found 4, expected"),
      ("mirroring: {sync: later}", "scenario.mirroring.sync: found \"later\""),
      ("mirroring: {promote: allways}", "did you mean \"always\"?"),
      ("mirroring: {copies: 2}", "scenario.mirroring.copies: found an unknown member"),
      ("group-size: 4", "scenario.group-size: found 4"),
      ("workload: queue", "scenario.workload: found \"queue\", expected an object"),
      ("workload: {set: {hold: 1s}}", "scenario.workload.name: found nothing"),
      (
        "workload: {name: queue, set: {hold: quick}}", "scenario.workload.set.hold: found \"quick\""
      ),
      ("workload: {name: queue, set: {hold: [1]}}", "scenario.workload.set.hold: found a list"),
      ("tail: 5s\nload: 6s", "mine.yaml:4: scenario.load: found \"6s\", expected nothing here"),
      ("load: 900ms", "scenario.load: found \"900ms\", expected at least 1.0 seconds"),
      ("expect: \"\"", "scenario.expect: found \"\""),
      ("expect: [a]", "scenario.expect: found a list of 1"),
    ])
  func whatStandsAroundTheSteps(head: String, message: String) {
    let found = complaint(Sample.text([Sample.cut], head: head))
    #expect(found.contains(message), "\(found)")
  }

  @Test(
    arguments: [
      ("fault: heal", "scenario.steps[1]: found no beginning, expected one of at, after, when"),
      ("at: 1s, after: 2s, fault: heal", "scenario.steps[1]: found 2 beginnings"),
      ("at: 1s", "scenario.steps[1].fault: found nothing"),
      ("at: 1s, fault: isolat, target: n1", "did you mean \"isolate\"?"),
      (
        "at: 1, fault: heal",
        "scenario.steps[1].at: found 1, expected a time such as 8s, or a range"
      ),
      ("at: 1us, fault: heal", "scenario.steps[1].at: found \"1us\""),
      ("at: -1s, fault: heal", "scenario.steps[1].at: found \"-1s\""),
      ("at: 2s..1s, fault: heal", "expected a range whose end is later than its beginning"),
      ("at: 2s..2000ms, fault: heal", "expected a range whose end is later"),
      ("at: 2s..3, fault: heal", "expected a range such as 8s..10s"),
      ("at: 2s..25h, fault: heal", "expected at most 24h"),
      ("at: 1s, delay: 2s, fault: heal", "scenario.steps[1].delay: found \"2s\", expected nothing"),
      ("at: 1s, within: 2s, fault: heal", "scenario.steps[1].within: found \"2s\""),
      ("when: step 0 proved, fault: heal", "scenario.steps[1].within: found nothing"),
      ("when: step 0 proved, within: 1s..2s, fault: heal", "scenario.steps[1].within: found"),
      (
        "when: leader changes of quorum, within: 1s, fault: heal",
        "did you mean \"leader change of quorum\"?"
      ),
      (
        "when: 10 uncomfirmed in plain, within: 1s, fault: heal",
        "did you mean \"10 unconfirmed in plain\"?"
      ),
      ("when: 0 unconfirmed in plain, within: 1s, fault: heal", "scenario.steps[1].when: found"),
      ("when: unsynchronised quorum, within: 1s, fault: heal", "scenario.steps[1].when: found"),
      ("when: step 1 proved, within: 1s, fault: heal", "expected an earlier step: only step 0"),
      ("at: 1s, fault: kill", "scenario.steps[1].target: found nothing"),
      ("at: 1s, fault: kill, target: leeder of mirrored", "did you mean \"leader of mirrored\"?"),
      ("at: 1s, fault: kill, target: mirror of plain", "scenario.steps[1].target: found"),
      ("at: 1s, fault: kill, target: n0", "scenario.steps[1].target: found \"n0\""),
      (
        "at: 1s, fault: kill, target: n4",
        "scenario.steps[1].target: found \"n4\", expected n1 to n3"
      ),
      ("at: 1s, fault: kill, target: step 1", "expected an earlier step: only step 0"),
      ("at: 1s, fault: kill, target: step 00", "scenario.steps[1].target: found \"step 00\""),
      ("at: 1s, fault: kill, target: [n1, n2]", "scenario.steps[1].target: found a list of 2"),
      ("at: 1s, fault: heal, target: n1", "expected nothing here: heal has no target"),
      ("at: 1s, fault: isolate, target: all", "expected not all nodes: isolate needs others"),
      ("at: 1s, fault: ring", "scenario.steps[1].fault: found \"ring\", expected nodes: 4 or more"),
      ("at: 1s, fault: heal, step: 1", "scenario.steps[1].step: found 1, expected an earlier step"),
      ("at: 1s, fault: heal, step: first", "scenario.steps[1].step: found \"first\""),
      ("at: 1s, fault: kill, target: n1, step: 0", "expected nothing here: kill has no step"),
      ("at: 1s, fault: kill, target: n1, conditions: {}", "kill has no conditions"),
      ("at: 1s, fault: slow-links, target: n1", "scenario.steps[1].conditions: found nothing"),
      ("at: 1s, fault: slow-links, target: n1, conditions: {}", "something that makes links worse"),
      ("at: 1s, fault: slow-links, target: n1, conditions: {delay: 0s}", "makes links worse"),
      ("at: 1s, fault: slow-links, target: n1, conditions: {bytes-per-second: 0}", "found 0"),
      ("at: 1s, fault: slow-links, target: n1, conditions: {stall-for: 1s}", "or neither"),
      (
        "at: 1s, fault: slow-links, target: n1, conditions: {stall-for: 1s, stall-every: 1s}",
        "a shorter stall-for"
      ),
      (
        "at: 1s, fault: slow-links, target: n1, conditions: {loss: 1}",
        "scenario.steps[1].conditions.loss"
      ),
      ("at: 1s, fault: set-mirroring", "scenario.steps[1].mirroring: found nothing"),
      ("at: 1s, fault: set-mirroring, mirroring: {replicas: 4}", "from 0 to 3"),
      ("at: 1s, fault: transfer-leader, target: n1", "scenario.steps[1].queues: found nothing"),
      ("at: 1s, fault: transfer-leader, queues: plain, target: n1", "expected mirrored or quorum"),
      ("at: 1s, fault: transfer-leader, queues: quorum, target: half", "expected one node"),
      ("at: 1s, fault: kill, target: n1, wait: 3s", "scenario.steps[1].wait: found an unknown"),
    ])
  func aStep(step: String, message: String) {
    let found = complaint(Sample.text([Sample.cut, step]))
    #expect(found.contains(message), "\(found)")
    #expect(found.hasPrefix("mine.yaml:6: "), "\(found)")
  }

  @Test(
    arguments: [
      (
        ["after: 1s, fault: synchronise"],
        "expected nothing here: there is no step before the first"
      ),
      (["at: 1s, fault: heal"], "expected an earlier step that cuts or slows links"),
      (["at: 1s, fault: kill, target: step 0"], "expected an earlier step: there is none"),
      (["when: step 0 proved, within: 1s, fault: synchronise"], "an earlier step: there is none"),
      (
        ["at: 1s, fault: synchronise", "after: 1s, fault: kill, target: step 0"],
        "expected a step with a target; step 0 has none"
      ),
      (
        ["at: 1s, fault: kill, target: n1", "after: 1s, fault: heal, step: 0"],
        "step 0 does not"
      ),
      (
        [
          "at: 1s, fault: kill, target: all", "after: 1s, fault: restart, target: step 0",
          "after: 1s, fault: isolate, target: step 1",
        ], "expected not all nodes"
      ),
      (
        [
          "at: 1s, fault: kill, target: half",
          "after: 1s, fault: transfer-leader, queues: quorum, target: step 0",
        ], "expected one node"
      ),
      (Array(repeating: Sample.cut, count: 101), "expected at most 100 steps"),
    ])
  func whatStepsSayOfEachOther(steps: [String], message: String) {
    let found = complaint(Sample.text(steps))
    #expect(found.contains(message), "\(found)")
  }

  @Test(
    arguments: [
      ("{name: quue}", "mine.yaml:3: scenario.workload.name: found \"quue\", expected one of"),
      ("{name: quue}", "did you mean \"queue\"?"),
      ("{name: queue, set: {widow: 5}}", "mine.yaml:3: scenario.workload.set.widow: there is no"),
      ("{name: queue, set: {widow: 5}}", "did you mean \"window\"?"),
      ("{name: queue, set: {window: 0}}", "window takes 1 to 10000, not 0"),
      ("{name: queue, set: {window: 5s}}", "window takes a whole number, not \"5s\""),
      ("{name: queue, set: {hold: 80}}", "hold takes a time such as 80ms, not \"80\""),
      ("{name: queue, set: {hold: 2h}}", "hold-ns takes 0 to 3600000000000, not 7200000000000"),
      ("{name: queue, set: {hold: 1ms, hold-ns: 5}}", "hold-ns is set a second time"),
    ])
  func theWorkload(choice: String, message: String) throws {
    let text = Sample.text([], head: "workload: \(choice)")
    let scenario = try Scenario(yaml: text, file: "mine.yaml")
    let error = #expect(throws: ScenarioError.self) {
      _ = try scenario.workload(among: WorkloadCatalogue.all)
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test func aWorkloadThatIsRightIsFound() throws {
    let text = "workload: {name: queue, set: {hold: 80ms, publish-interval-ns: 7, window: 3}}"
    let found = try #require(
      try Sample.scenario([], head: text).workload(among: WorkloadCatalogue.all))
    #expect(found.type.name == QueueWorkload.name)
    #expect(
      found.settings == [
        .init("hold-ns", 80_000_000), .init("publish-interval-ns", 7), .init("window", 3),
      ])
  }
}
