import CanonicalJSON
import Harness
import Operations
import Testing
import Workloads

@testable import Scenarios

@Suite struct LibraryTests {
  @Test func theNamesAreKnownAndUnique() {
    let names = ScenarioLibrary.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      names == [
        "none", "losing", "late-mirror", "autoheal", "pause-minority", "pause-leader",
        "kill-leader", "kill-all", "restart-leader", "kill-host", "one-way", "slow-links",
        "halves-5", "bridge-5", "ring-5", "reset-clients", "cut-clients", "transfer-leader",
        "mirrors-under-load",
      ])
    for name in names { #expect(ScenarioLibrary.named(name)?.name == name) }
    #expect(ScenarioLibrary.named("nothing") == nil)
    #expect(ScenarioLibrary.none.name == "none" && ScenarioLibrary.losing.name == "losing")
  }

  /// What a seed means may change only together with the version of the generators.
  @Test func theTimesOfSeedOneAreKnown() {
    let (schedule, load) = ScenarioLibrary.losing.resolve(seed: 1, netTick: .seconds(5))
    #expect(schedule.steps.map(\.fault.name) == ["isolate", "heal", "kill", "start"])
    #expect(
      schedule.steps.map(\.trigger)
        == [9_897, 24_662, 27_662, 31_662].map { .at(.milliseconds($0)) })
    #expect(load == .milliseconds(43_662))
  }

  @Test(arguments: ScenarioLibrary.all)
  func theWorkloadTakesItsSettings(scenario: Scenario) throws {
    let found = try scenario.workload(among: WorkloadCatalogue.all)
    #expect((found == nil) == (scenario.workload == nil))
    #expect(found?.settings.count == scenario.workload?.settings.count)
  }

  @Test(arguments: ScenarioLibrary.all)
  func theScheduleIsOneThatPlansCanHold(scenario: Scenario) throws {
    for seed in 0..<20 as Range<UInt64> {
      let (schedule, load) = scenario.resolve(seed: seed, netTick: .seconds(5))
      let plan = TestPlan(
        name: scenario.name, seed: seed,
        cluster: ClusterPlan(
          nodes: scenario.nodes ?? Scenario.usualNodes, partitionHandling: .ignore,
          netTick: .seconds(5), bootDeadline: .seconds(90)),
        leader: NodeID(1), queues: [], workload: WorkloadPlan(name: "queue", settings: .init([])),
        schedule: schedule, load: load,
        deadlines: Deadlines(
          open: .seconds(1), operation: .seconds(1), confirm: .seconds(1), recovery: .seconds(1),
          drain: .seconds(1)),
        criteria: Criteria(minimumConfirmed: 1, unavailabilityBound: .seconds(1)))
      #expect(try TestPlan(parsing: plan.canonicalText) == plan)
      #expect(schedule.steps.allSatisfy { $0.trigger.latest < load })
    }
  }

  /// Nothing stays broken: the cluster has to be whole for the queues to be proved empty.
  @Test(arguments: ScenarioLibrary.all)
  func everyLastingFaultIsEnded(scenario: Scenario) {
    for (index, step) in scenario.steps.enumerated() {
      guard let end = step.fault.kind.endedBy else { continue }
      let later = scenario.steps[(index + 1)...].filter { $0.fault.kind == end }
      #expect(
        later.contains { step in
          guard let target = step.fault.target else { return true }
          return target == .sameAs(FaultID(UInt32(index)))
            || target == scenario.steps[index].fault.target
        }, "step \(index)")
    }
  }

  /// Under `ignore` a partition never ends by itself, so a side has to be restarted after the heal;
  /// and it takes about two net-ticks for a node that is cut off to confirm alone.
  @Test(arguments: ScenarioLibrary.all.filter { ($0.partitionHandling ?? .ignore) == .ignore })
  func aSplitIsEndedByARestart(scenario: Scenario) throws {
    let splitting: Set<FaultKind> = [.isolate, .bridge, .ring, .oneWay, .oneWayStream, .pause]
    let (schedule, _) = scenario.resolve(seed: 1, netTick: .seconds(5))
    let steps = schedule.steps
    for step in steps where splitting.contains(step.fault.kind) {
      let end = try #require(step.fault.kind.endedBy)
      let heal = try #require(steps.first { $0.id > step.id && $0.fault.kind == end })
      let kill = try #require(steps.first { $0.id > heal.id && $0.fault.kind == .kill })
      #expect(steps.contains { $0.id > kill.id && $0.fault.kind == .start })
      #expect(heal.trigger.latest - step.trigger.latest >= .seconds(14))
      #expect(kill.trigger.latest - heal.trigger.latest >= .seconds(3))
    }
  }

  @Test(arguments: ScenarioLibrary.all)
  func itsTextCanBePrinted(scenario: Scenario) throws {
    #expect(scenario.yaml.hasPrefix("name: \(scenario.name)\nsummary: "))
    #expect(scenario.yaml.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(scenario.summary.hasSuffix(".") || scenario.summary.contains(";"))
    let again = try Scenario(yaml: scenario.yaml, file: "the library")
    #expect(again == scenario)
  }

  @Test func thePageListsThemAllAndItsExampleCanBeRead() throws {
    let page = try Sample.document("scenarios.md")
    for scenario in ScenarioLibrary.all {
      #expect(page.contains("\n| `\(scenario.name)` | "), "\(scenario.name)")
    }
    for kind in FaultKind.allCases { #expect(page.contains("`\(kind.rawValue)`")) }
    let begin = try #require(page.firstRange(of: "```yaml\n")).upperBound
    let end = try #require(page[begin...].firstRange(of: "```")).lowerBound
    let example = try Scenario(yaml: String(page[begin..<end]), file: "scenarios.md")
    #expect(example.name == "slow-failover")
    #expect(example.steps.count == 5)
  }
}
