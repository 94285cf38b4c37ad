import Hosts
import Harness
import Operations
import Synchronization
import Systems
import TestSupport
import Testing

/// One RabbitMQ node for all tests of a suite, stopped after them.
struct SharedBroker: SuiteTrait, TestScoping {
  @TaskLocal static var current: Running?

  /// Where the node is, and how to log in.
  struct Running: Sendable {
    var endpoint: Endpoint
    var credentials: Credentials
  }

  /// The node's address while it runs.
  static var endpoint: Endpoint {
    get throws { try #require(current).endpoint }
  }

  /// What to log in with.
  static var credentials: Credentials {
    get throws { try #require(current).credentials }
  }

  @concurrent func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let scratch = try ScratchDirectory()
    let system = try RabbitMQSystem(
      installation: RabbitMQInstallation.find(home: nil, on: LocalHost()), on: LocalHost(),
      plan: ClusterPlan(
        nodes: 1, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(120)),
      directory: scratch.file("run"), journal: RecordingJournal(),
      token: "clients-\(UInt64.random(in: 0 ... .max))",
      options: RabbitMQSystem.Options(nodeExecutable: StoatProgram.path("stoat-node")) { print($0) }
    )
    do {
      try await system.start()
      let running = Running(
        endpoint: system.endpoint(of: NodeID(1)), credentials: system.credentials)
      try await Self.$current.withValue(running) { try await function() }
    } catch {
      _ = await system.stop()
      throw error
    }
    let left = await system.stop()
    #expect(left == [])
  }
}
