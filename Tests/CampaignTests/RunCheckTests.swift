import Environment
import Harness
import Operations
import Report
import Store
import TestSupport
import Testing

@testable import Campaign
@testable import Judging

/// Whole runs and histories, checked again.
@Suite struct RunCheckTests {
  private let scratch: ScratchDirectory
  private let directory: RunDirectory

  init() throws {
    scratch = try ScratchDirectory()
    directory = RunDirectory(existing: scratch.path)
  }

  private let history = History(
    header: HistoryHeader(
      name: "run", seed: 3, system: "none 1", originUnixNanoseconds: 0, nodes: [NodeID(1)],
      queues: [QueueDescription(id: QueueID(0), name: "q", kind: .quorum)], clients: []),
    events: [
      (1, .phase(.load)), (3, fault(.began)), (4, fault(.proved)), (9, .phase(.done)),
    ].map { TimedEvent(at: .zero + .seconds($0.0 as Int), $0.1) })

  private static func fault(_ stage: FaultStage) -> Event {
    .fault(
      FaultEvent(fault: FaultID(7), name: "kill", stage: stage, nodes: [NodeID(1)], detail: "d"))
  }

  /// Nobody knows what was planned, but what was done stands in the history.
  @Test func faultsOfAHistoryWithoutAPlanAreShown() throws {
    let path = scratch.file("alone.stoat")
    try SmallFile.replace(path, with: history.encoded())
    let run = try RunCheck.ofHistory(path).run
    #expect(
      run.schedule.steps == [
        PlannedStep(id: FaultID(7), at: .seconds(2), name: "kill", target: "n1")
      ])
    #expect(run.faultCourses.map(\.isProved) == [true])
  }

  /// What is written anew goes into the directory that was checked, wherever the run once was.
  @Test func aMovedRunIsUpdatedWhereItIs() throws {
    try SmallFile.replace(directory.history, with: history.encoded())
    let plan = PlanOptions().plan(describing: history.header)
    try SmallFile.replace(directory.plan, with: Array(plan.canonicalText.utf8))
    var before = try RunCheck.ofDirectory(directory.path)
    before.run.identity.directory = "/somewhere/else"
    before.run.reproduce = "stoat compare --seed 3"
    let after = try RunCheck.ofDirectory(directory.path, updating: before)
    #expect(after.run.identity.directory == directory.path)
    #expect(after.run.reproduce == before.run.reproduce)
  }
}
