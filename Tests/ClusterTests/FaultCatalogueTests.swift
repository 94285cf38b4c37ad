@testable import Campaign
import Environment
import Harness
import Hosts
import NIOCore
import NIOPosix
import Operations
import Running
import Store
import Synchronization
import Systems
import TestSupport
import Testing
import Workloads

/// Every fault that three nodes can have, on a real cluster under load: done ones are proved,
/// pretended ones are noticed.
@Suite(.serialized) struct FaultCatalogueTests {
  private static let n2 = FaultTarget.node(NodeID(2))
  private static let n3 = FaultTarget.node(NodeID(3))
  private static let everywhere = Mirroring(
    replicas: 0, syncMode: .manual, promoteOnFailure: .always)
  private static let slow = LinkConditions(delay: .milliseconds(50), jitter: .milliseconds(20))
  private static let narrow = LinkConditions(
    bandwidth: 50_000, stallEvery: .seconds(1), stallFor: .milliseconds(200))

  /// The faults with the seconds that each follows the one before. Partitions are shorter than the
  /// net-tick, so that the cluster stays whole.
  private static let faults: [(after: Int, fault: Fault)] = [
    (3, .resetClients(n2)),
    (2, .slowLinks(n3, slow)), (1, .partition(.isolate(n3))), (2, .heal(FaultID(2))),
    (2, .heal(FaultID(1))),
    (2, .slowLinks(n2, narrow)), (4, .heal(nil)),
    (2, .cutClients(n2)), (3, .heal(nil)),
    (2, .partition(.oneWay(n3, onlyStream: true))), (2, .heal(nil)),
    (3, .partition(.oneWay(n3, onlyStream: false))), (2, .heal(nil)),
    (3, .partition(.bridge(.node(NodeID(1))))), (2, .heal(nil)),
    (2, .pause(n3)), (2, .resume(n3)),
    (3, .setMirroring(everywhere)), (3, .synchronise),
    (6, .transferLeader(.mirrored, n2)), (2, .transferLeader(.quorum, n2)),
    (4, .stop(n3)), (8, .start(.sameAs(FaultID(21)))),
    (22, .kill(n3)), (3, .start(n3)),
    (22, .killHost(n3)), (8, .start(n3)),
    (22, .restart(n3)),
    (30, .kill(.all)), (3, .start(.all)),
  ]

  private static func plan(_ name: String, _ steps: [FaultStep], load: Duration) -> TestPlan {
    let mirroring = Mirroring(replicas: 2, syncMode: .manual, promoteOnFailure: .always)
    let cluster = ClusterPlan(
      nodes: 3, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(120))
    return TestPlan(
      name: name, seed: 5, cluster: cluster, leader: NodeID(1),
      queues: QueueKind.allCases.enumerated().map { index, kind in
        QueuePlan(
          id: QueueID(UInt32(index)), name: "\(name).\(kind.rawValue)", kind: kind,
          mirroring: mirroring, groupSize: 0, required: [])
      },
      workload: WorkloadPlan(
        name: "queue", settings: WorkloadSettings(defaultsOf: QueueWorkload.parameters)),
      schedule: FaultSchedule(name: name, steps: steps), load: load,
      deadlines: PlanOptions().deadlines, criteria: PlanOptions().criteria)
  }

  private static var steps: [FaultStep] {
    var at = Duration.zero
    return faults.enumerated().map { index, next in
      at += .seconds(next.after)
      return FaultStep(id: FaultID(UInt32(index)), at: at, fault: next.fault)
    }
  }

  /// The last thing that was seen of each fault of a run on `system`.
  private static func run(
    _ plan: TestPlan, on system: any Harness.System, in scratch: ScratchDirectory
  ) async throws -> [FaultEvent] {
    let directory = RunDirectory(existing: scratch.path)
    let last = Mutex<[FaultID: FaultEvent]>([:])
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      _ = try await RunStage(plan: plan, directory: directory, machine: LocalHost()).execute(
        on: system, loop: group.next()
      ) { signal in
        guard case .event(let timed) = signal, case .fault(let fault) = timed.event else { return }
        last.withLock { $0[fault.fault] = fault }
      }
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
    return last.withLock { last in plan.schedule.steps.compactMap { last[$0.id] } }
  }

  @Test func doneFaultsAreProvedAndPretendedOnesNoticed() async throws {
    let scratch = try ScratchDirectory()
    let system = try RabbitMQSystem(
      installation: RabbitMQInstallation.find(home: nil, on: LocalHost()), on: LocalHost(),
      plan: Self.plan("boot", [], load: .zero).cluster, directory: scratch.file("run"),
      journal: RecordingJournal(), token: "catalogue-\(UInt64.random(in: 0 ... .max))",
      options: RabbitMQSystem.Options(nodeExecutable: StoatProgram.path("stoat-node")))
    do {
      try await system.start()
      try await Self.expectPretendedOnesNoticed(system)
      try await Self.expectDoneOnesProved(system)
    } catch {
      _ = await system.stop()
      throw error
    }
    #expect(await system.stop() == [])
  }

  /// All at once: nothing happens anyway.
  private static func expectPretendedOnesNoticed(_ system: RabbitMQSystem) async throws {
    let steps = steps.map { FaultStep(id: $0.id, at: .seconds(2), fault: $0.fault) }
    let events = try await run(
      plan("pretended", steps, load: .seconds(5)), on: DoNothingSystem(real: system),
      in: ScratchDirectory())
    #expect(events.count == steps.count)
    for event in events {
      // A heal that has nothing to heal says so; all others found no effect.
      let isNoticed =
        event.stage == .unproved || event.name == "heal" && event.stage == .failed
      #expect(isNoticed, "\(event.name) \(event.stage): \(event.detail)")
    }
  }

  private static func expectDoneOnesProved(_ system: RabbitMQSystem) async throws {
    let steps = steps
    let load = (steps.last?.trigger.latest ?? .zero) + .seconds(5)
    let events = try await run(plan("done", steps, load: load), on: system, in: ScratchDirectory())
    #expect(events.count == steps.count)
    for event in events {
      #expect(event.stage == .proved, "\(event.name) \(event.stage): \(event.detail)")
      print("fault \(event.fault) \(event.name): \(event.detail)")
    }
  }
}
