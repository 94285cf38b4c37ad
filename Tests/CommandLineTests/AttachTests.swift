import Hosts
import Harness
import Operations
import Store
import Systems
import TestSupport
import Testing

/// Attaching to a cluster that belongs to somebody else: here one of our own that plays its part.
@Suite(.serialized) struct AttachTests {
  @Test func onlyClientsAndTheirLinksAreTouched() async throws {
    let scratch = try ScratchDirectory()
    let cluster = try RabbitMQSystem(
      installation: RabbitMQInstallation.find(home: nil, on: LocalHost()), on: LocalHost(),
      plan: ClusterPlan(
        nodes: 1, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(120)),
      directory: scratch.file("cluster"), journal: RecordingJournal(),
      token: "attached-\(UInt64.random(in: 0 ... .max))",
      options: RabbitMQSystem.Options(nodeExecutable: StoatProgram.path("stoat-node")))
    do {
      try await cluster.start()
      let endpoint = cluster.endpoint(of: NodeID(1))
      let uri = "amqp://guest:guest@\(endpoint.host):\(endpoint.port)"
      try await expectClientFaultsProved(uri, scratch)
      try await expectMoreThanThatNotExercised(uri, scratch)
    } catch {
      _ = await cluster.stop()
      throw error
    }
    #expect(await cluster.stop() == [])
  }

  private func expectClientFaultsProved(_ uri: String, _ scratch: ScratchDirectory) async throws {
    let schedule = try scratch.write(
      "clients.yaml",
      """
      name: clients
      summary: Cut and reset the clients of the node.
      tail: 4s
      steps:
        - at: 2s
          fault: cut-clients
          target: n1
        - after: 2s
          fault: heal
        - after: 1s
          fault: reset-clients
          target: n1
      """)
    let run = try await StoatProgram.run(
      ["compare", "--attach", uri, "--schedule", schedule, "--runs-directory", scratch.file("b")],
      timeout: .seconds(180))
    // Nothing is lost, and that the queues are empty nobody could prove.
    #expect(run.ending == .exited(2), "\(run.output)\(run.errors)")
    #expect(run.output.contains("eventual-drain"), "\(run.output)")
    let names = LocalHost().directoryEntries(scratch.file("b"))
    let directory = RunDirectory(existing: "\(scratch.file("b"))/\(try #require(names.first))")
    let faults = try JournalFile.read(directory.faults).lines
    #expect(faults.count { $0.contains("\"proved\"") } == 3, "\(faults)")
    let results = String(decoding: try SmallFile.read(directory.results), as: UTF8.self)
    #expect(results.contains("USER:PASSWORD@") && !results.contains("guest:guest"))
  }

  private func expectMoreThanThatNotExercised(
    _ uri: String, _ scratch: ScratchDirectory
  ) async throws {
    let run = try await StoatProgram.run(
      [
        "compare", "--attach", uri, "--kinds", "plain,mirrored,quorum", "--schedule",
        "kill-leader", "--no-control", "--load", "18s", "--runs-directory", scratch.file("c"),
      ], timeout: .seconds(180))
    #expect(run.ending == .exited(2), "\(run.output)\(run.errors)")
    #expect(run.output.contains("not exercised"), "\(run.output)")
    let nobody = try await StoatProgram.run(
      ["compare", "--attach", "amqp://127.0.0.1:1", "--runs-directory", scratch.file("d")])
    #expect(nobody.ending == .exited(69), "\(nobody.output)\(nobody.errors)")
    #expect(nobody.errors.contains("127.0.0.1:1"), "\(nobody.errors)")
  }
}
