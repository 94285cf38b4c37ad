import Environment
import Harness
import Operations
import Testing

@testable import Campaign

@Suite struct PlanBuilderTests {
  private func plan(seed: UInt64) -> TestPlan {
    var options = PlanOptions()
    options.seed = seed
    return options.plan()
  }

  @Test func aSeedFixesThePlan() {
    #expect(plan(seed: 7).canonicalText == plan(seed: 7).canonicalText)
    let texts = Set((0..<50).map { plan(seed: $0).canonicalText })
    #expect(texts.count == 50)
  }

  /// The text of a plan may only change together with the version of the generators.
  @Test func thePlanOfSeedOneIsKnown() {
    #expect(SeededGenerator.version == 1)
    let steps = plan(seed: 1).schedule.steps
    #expect(steps.map(\.fault.name) == ["isolate", "heal", "kill", "start"])
    #expect(steps.map(\.trigger.latest) == PlanBuilderTests.stepsOfSeedOne)
  }

  private static let stepsOfSeedOne: [Duration] = [
    .milliseconds(9_897), .milliseconds(24_662), .milliseconds(27_662), .milliseconds(31_662),
  ]

  @Test func theLosingScheduleKeepsItsDistances() {
    for seed in 0..<200 as Range<UInt64> {
      let steps = plan(seed: seed).schedule.steps
      #expect(steps[1].trigger.latest - steps[0].trigger.latest >= .seconds(14))
      #expect(steps[2].trigger.latest - steps[1].trigger.latest == .seconds(3))
      #expect(steps.map(\.trigger.latest) == steps.map(\.trigger.latest).sorted())
      #expect(plan(seed: seed).load > steps[3].trigger.latest)
    }
  }

  @Test func theCutOutlastsALongerNetTick() {
    var options = PlanOptions()
    options.cluster.netTick = .seconds(30)
    let steps = options.plan().schedule.steps
    #expect(steps[1].trigger.latest - steps[0].trigger.latest >= .seconds(64))
  }

  @Test func theControlIsTheSameWithoutFaults() {
    let options = PlanOptions()
    let (control, faulted) = (options.controlPlan(), options.plan())
    #expect(control.schedule.steps.isEmpty)
    #expect(control.workload == faulted.workload)
    #expect(control.queues.map(\.kind) == faulted.queues.map(\.kind))
    #expect(Set(control.queues.map(\.name)).isDisjoint(with: faulted.queues.map(\.name)))
  }
}
