import Hosts
import Testing
import TestSupport

@Suite struct PlanTests {
  private func plan(_ arguments: String...) async throws -> String {
    let result = try await StoatProgram.run(["plan"] + arguments)
    try #require(result.succeeded, "\(result.errors)")
    return result.output
  }

  @Test func theSameSeedGivesTheSameBytesInAnotherProcess() async throws {
    let first = try await plan("--seed", "0x5eed")
    #expect(try await plan("--seed", "24301") == first)
    #expect(try await plan("--seed", "24302") != first)
  }

  @Test func aPlanNamesNoSystem() async throws {
    #expect(try await !plan().contains("rabbitmq"))
  }

  @Test func everyOptionChangesThePlan() async throws {
    let usual = try await plan()
    for change in [
      ["--nodes", "5"], ["--kinds", "mirrored,quorum"], ["--partition-handling", "autoheal"],
      ["--net-tick", "8s"], ["--mirrors", "2"], ["--sync-mode", "manual"],
      ["--promote-on-failure", "when-synced"], ["--group-size", "3"], ["--set", "hold-ns=5ms"],
      ["--set", "hold=5ms"], ["--load", "1m"], ["--schedule", "none"], ["--boot-deadline", "2m"],
      ["--control"],
    ] {
      let result = try await StoatProgram.run(["plan"] + change)
      #expect(result.succeeded, "\(change): \(result.errors)")
      #expect(result.output != usual, "\(change)")
    }
  }
}
