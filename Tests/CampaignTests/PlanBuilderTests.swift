import Environment
import Harness
import Operations
@testable import Judging
@testable import Report
import Scenarios
import Testing
import Workloads

@testable import Campaign

@Suite struct PlanBuilderTests {
  private func plan(seed: UInt64) throws -> TestPlan {
    var options = try PlanOptions(ScenarioLibrary.losing)
    options.seed = seed
    return options.plan()
  }

  @Test func aSeedFixesThePlan() throws {
    #expect(try plan(seed: 7).canonicalText == plan(seed: 7).canonicalText)
    let texts = try Set((0..<50).map { try plan(seed: $0).canonicalText })
    #expect(texts.count == 50)
  }

  /// The text of a plan may only change together with the version of the generators.
  @Test func thePlanOfSeedOneIsKnown() throws {
    #expect(SeededGenerator.version == 1)
    let steps = try plan(seed: 1).schedule.steps
    #expect(steps.map(\.fault.name) == ["isolate", "heal", "kill", "start"])
    #expect(steps.map(\.trigger.latest) == PlanBuilderTests.stepsOfSeedOne)
  }

  private static let stepsOfSeedOne: [Duration] = [
    .milliseconds(9_897), .milliseconds(24_662), .milliseconds(27_662), .milliseconds(31_662),
  ]

  @Test func theLosingScheduleKeepsItsDistances() throws {
    for seed in 0..<200 as Range<UInt64> {
      let plan = try plan(seed: seed)
      let times = plan.schedule.steps.map(\.trigger.latest)
      #expect(times[1] - times[0] >= .seconds(14))
      #expect(times[2] - times[1] == .seconds(3))
      #expect(times == times.sorted())
      #expect(plan.load > times[3])
    }
  }

  @Test func theCutOutlastsALongerNetTick() throws {
    var options = try PlanOptions(ScenarioLibrary.losing)
    options.cluster.netTick = .seconds(30)
    let times = options.plan().schedule.steps.map(\.trigger.latest)
    #expect(times[1] - times[0] >= .seconds(84))
  }

  @Test func theControlIsTheSameWithoutFaults() throws {
    let options = try PlanOptions(ScenarioLibrary.losing)
    let (control, faulted) = (options.controlPlan(), options.plan())
    #expect(control.schedule.steps.isEmpty)
    #expect(control.workload == faulted.workload)
    #expect(control.queues.map(\.kind) == faulted.queues.map(\.kind))
    #expect(Set(control.queues.map(\.name)).isDisjoint(with: faulted.queues.map(\.name)))
  }

  @Test func theScenarioOverridesWhatIsUsual() throws {
    let usual = PlanOptions().plan()
    let options = try PlanOptions(#require(ScenarioLibrary.named("late-mirror")))
    let plan = options.plan()
    #expect(plan.name == "late-mirror")
    #expect(plan.queues.allSatisfy { $0.mirroring.replicas == 1 })
    #expect(plan.workload.settings["hold-ns"] == 80_000_000)
    #expect(plan.cluster == usual.cluster)
    let five = try PlanOptions(#require(ScenarioLibrary.named("halves-5"))).plan()
    #expect(five.cluster.nodes == 5)
    #expect(five.workload.settings["hold-ns"] == 130_000_000)
  }

  @Test func theUserOverridesTheScenario() throws {
    var options = try PlanOptions(#require(ScenarioLibrary.named("halves-5")))
    options.set(.init("hold-ns", 7))
    options.load = .seconds(3)
    #expect(options.plan().workload.settings["hold-ns"] == 7)
    #expect(options.plan().workload.settings["publish-interval-ns"] == 50_000_000)
    #expect(options.plan().load == .seconds(3))
    #expect(options.controlPlan().load == .seconds(10))
  }

  @Test(arguments: WorkloadCatalogue.all.map { $0.name })
  func theWorkloadSaysWhatItNeeds(name: String) throws {
    let workload = try #require(WorkloadCatalogue.named(name))
    var options = try PlanOptions(#require(ScenarioLibrary.named("halves-5")))
    options.use(workload)
    let plan = options.plan()
    #expect(plan.workload.name == name)
    #expect(plan.criteria.minimumConfirmed == workload.minimumConfirmed)
    let required = workload.queues(
      options.kinds.enumerated().map { index, kind in
        QueuePlan(
          id: QueueID(UInt32(index)), name: "stoat.halves-5.\(kind.rawValue)", kind: kind,
          mirroring: options.mirroring, groupSize: 0, required: workload.required)
      }, parameters: plan.workload.settings)
    #expect(plan.queues == required)
    #expect(try TestPlan(parsing: plan.canonicalText) == plan)
  }

  @Test(arguments: ScenarioLibrary.all)
  func everyScenarioMakesAPlanAndItsExpectationCanBeTested(scenario: Scenario) throws {
    let plan = try PlanOptions(scenario).plan()
    #expect(try TestPlan(parsing: plan.canonicalText) == plan)
    if let expectation = scenario.expectation {
      #expect(try !Expectation(parsing: expectation).terms.isEmpty)
    }
  }
}
