import Hosts
import Harness
import Operations
import TestSupport
import Testing

@testable import Systems

/// Boots one cluster for all tests of a suite, and stops it after them.
struct SharedCluster: SuiteTrait, TestScoping {
  @TaskLocal static var current: SharedCluster.Running?

  /// The cluster while it is there.
  struct Running: Sendable {
    var system: RabbitMQSystem
    var journal: RecordingJournal
    var token: String
    var boot: Duration
    // Kept, so that the directory goes after the system.
    fileprivate var tree: FakeTree
  }

  @concurrent func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let tree = FakeTree()
    let journal = RecordingJournal()
    let token = "cluster-\(UInt64.random(in: 0 ... .max))"
    let system = try RabbitMQSystem(
      installation: #require(realInstallation), on: LocalHost(),
      plan: ClusterPlan(
        nodes: 3, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(120)),
      directory: "\(tree.path)/run", journal: journal, token: token,
      options: RabbitMQSystem.Options(nodeExecutable: StoatProgram.path("stoat-node")) { print($0) }
    )
    let begin = ContinuousClock.now
    do {
      try await system.start()
      let running = Running(
        system: system, journal: journal, token: token, boot: .now - begin, tree: tree)
      try await Self.$current.withValue(running) { try await function() }
    } catch {
      _ = await system.stop()
      throw error
    }
    _ = await system.stop()
  }
}
