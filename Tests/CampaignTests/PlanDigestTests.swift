import Environment
import Harness
import Scenarios
import Testing
import Workloads

@testable import Campaign

/// The bytes of plans change only together with the version of the generators, and old plans still
/// run.
@Suite struct PlanDigestTests {
  private static func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private func digests() throws -> PlanDigests {
    try #require(PlanDigests.table.last)
  }

  private func digest(of scenario: Scenario, seed: UInt64 = 1, workload: String? = nil) throws
    -> UInt64
  {
    var options = try PlanOptions(scenario)
    options.seed = seed
    if let workload { options.use(try #require(WorkloadCatalogue.named(workload))) }
    return Self.fnv1a(options.plan().canonicalText)
  }

  @Test func theLastRowIsThatOfThePresentVersion() throws {
    #expect(Self.fnv1a("foobar") == 0x8594_4171_F739_67E8)
    #expect(PlanDigests.table.map(\.version) == Array(1...SeededGenerator.version))
    #expect(try Set(digests().losing.keys) == Set(WorkloadCatalogue.all.map { $0.name }))
    #expect(try Set(digests().scenarios.keys) == Set(ScenarioLibrary.all.map(\.name)))
  }

  @Test(arguments: WorkloadCatalogue.all.map { $0.name })
  func theLosingScheduleOfTenSeedsIsKnown(workload: String) throws {
    let known = try #require(digests().losing[workload])
    let made = try (1...10).map {
      try digest(of: ScenarioLibrary.losing, seed: $0, workload: workload)
    }
    #expect(made == known, "\(made.map { "0x" + String($0, radix: 16) })")
  }

  @Test(arguments: ScenarioLibrary.all)
  func everyScenarioIsKnown(scenario: Scenario) throws {
    let known = try #require(digests().scenarios[scenario.name])
    let made = try digest(of: scenario)
    #expect(made == known, "0x\(String(made, radix: 16))")
  }

  @Test func everyStepIsKnown() throws {
    let scenario = try Scenario(yaml: StoredPlan.scenario, file: "every-step.yaml")
    #expect(Set(scenario.steps.map(\.fault.kind)) == Set(FaultKind.allCases))
    #expect(try digest(of: scenario) == digests().everyStep)
  }

  @Test func aPlanOfTheFirstVersionStillRuns() throws {
    let plan = try TestPlan(parsing: StoredPlan.text)
    #expect(plan.generatorVersion == 1)
    #expect(plan.canonicalText == StoredPlan.text)
    #expect(Set(plan.schedule.steps.map(\.fault.kind)) == Set(FaultKind.allCases))
  }
}
