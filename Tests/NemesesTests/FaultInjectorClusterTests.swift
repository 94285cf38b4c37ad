import Harness
import Operations
import Synchronization
import Systems
import TestSupport
import Testing

@testable import Nemeses

/// Faults on a real cluster: done ones are proved, pretended ones are noticed.
@Suite(.serialized) struct FaultInjectorClusterTests {
  private static let victim = NodeID(2)

  private final class Stages: Sendable {
    private let events = Mutex<[FaultEvent]>([])

    func add(_ event: Event) {
      if case .fault(let fault) = event { events.withLock { $0.append(fault) } }
    }

    /// The last stage of each fault, in order of the faults.
    var last: [FaultStage] {
      let all = events.withLock { $0 }
      let ids = Set(all.map(\.fault)).sorted()
      return ids.compactMap { id in all.last { $0.fault == id }?.stage }
    }

    var details: String {
      events.withLock { $0.map { "\($0.name) \($0.stage): \($0.detail)" }.joined(separator: "\n") }
    }
  }

  private func inject(_ faults: [Fault], into system: any System) async -> Stages {
    let stages = Stages()
    let injector = FaultInjector(
      system: system, queues: [], evidenceWithin: .seconds(3), report: { stages.add($0) })
    for (index, fault) in faults.enumerated() {
      let step = FaultStep(id: FaultID(UInt32(index)), at: .zero, fault: fault)
      await injector.begin(step, on: fault.target == nil ? [] : [Self.victim])?()
    }
    return stages
  }

  @Test func doneFaultsAreProvedAndPretendedOnesNoticed() async throws {
    let scratch = try ScratchDirectory()
    let system = try RabbitMQSystem(
      installation: RabbitMQInstallation.find(home: nil),
      plan: ClusterPlan(
        nodes: 3, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(120)),
      directory: scratch.file("run"), journal: NoJournal(),
      token: "injector-\(UInt64.random(in: 0 ... .max))",
      options: RabbitMQSystem.Options(nodeExecutable: StoatProgram.path("stoat-node")))
    do {
      try await system.start()
      try await proveAll(system)
    } catch {
      _ = await system.stop()
      throw error
    }
    #expect(await system.stop() == [])
  }

  private func proveAll(_ system: RabbitMQSystem) async throws {
    let target = FaultTarget.node(Self.victim)
    let pretended = DoNothingSystem(real: system)

    var stages = await inject([.isolate(target), .kill(target)], into: pretended)
    #expect(stages.last == [.unproved, .unproved], "\(stages.details)")

    stages = await inject([.isolate(target)], into: system)
    #expect(stages.last == [.proved], "\(stages.details)")
    stages = await inject([.heal], into: pretended)
    #expect(stages.last == [.unproved], "\(stages.details)")
    stages = await inject([.heal, .kill(target)], into: system)
    #expect(stages.last == [.proved, .proved], "\(stages.details)")

    stages = await inject([.start(target)], into: pretended)
    #expect(stages.last == [.unproved], "\(stages.details)")
    stages = await inject([.start(target), .start(target)], into: system)
    #expect(stages.last == [.proved, .failed], "\(stages.details)")
  }
}

/// The system is stopped by the test itself.
private struct NoJournal: UndoJournal {
  func add(_ undo: Undo) {}
}
