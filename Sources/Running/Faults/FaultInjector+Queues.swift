import Environment
import Harness
import Operations

extension FaultInjector {
  func setMirroring(_ mirroring: Mirroring) async throws(SystemFailure) -> Proof {
    let broker: any QueueAdministration = try capability("changing policies")
    let mirrored = try queues(of: .mirrored)
    let before = try await broker.mirroring(of: mirrored)
    try await broker.setMirroring(mirroring, of: mirrored)
    return {
      await repeatUntilEvidence {
        do throws(SystemFailure) {
          let now = try await broker.mirroring(of: mirrored)
          let isChanged = zip(before, now).allSatisfy { $0 != $1 }
          return (isChanged, "policies \(before) before, \(now) after")
        } catch {
          return (false, error.description)
        }
      }
    }
  }

  func synchronise() async throws(SystemFailure) -> Proof {
    let broker: any QueueAdministration = try capability("synchronising mirrors")
    let before = await unsynchronised(try queues(of: .mirrored))
    for queue in try queues(of: .mirrored) { try await broker.synchronise(queue) }
    let mirrored = try queues(of: .mirrored)
    return {
      await repeatUntilEvidence {
        let now = await unsynchronised(mirrored)
        return (
          before.map { $0 > 0 } == true && now == 0,
          "\(before.map(String.init) ?? "an unknown number of") mirrors unsynchronised before, "
            + "\(now.map(String.init) ?? "an unknown number") after"
        )
      }
    }
  }

  func transferLeader(
    of kind: QueueKind, to node: NodeID
  ) async throws(SystemFailure) -> Proof {
    let broker: any QueueAdministration = try capability("moving leaders")
    let queue = try queues(of: kind)[0]
    let before = await state(of: kind)?.leader
    try await broker.transferLeader(of: queue, to: node)
    return {
      await repeatUntilEvidence {
        let now = await state(of: kind)?.leader
        return (
          before != node && now == node,
          "led by \(before?.description ?? "nobody") before, "
            + "by \(now?.description ?? "nobody") after"
        )
      }
    }
  }

  private func queues(of kind: QueueKind) throws(SystemFailure) -> [QueuePlan] {
    let found = queues.filter { $0.kind == kind }
    guard !found.isEmpty else {
      throw SystemFailure(.failed, "the plan has no \(kind.rawValue) queue")
    }
    return found
  }

  /// How many replicas of these queues lack something; nil if nobody answered.
  private func unsynchronised(_ queues: [QueuePlan]) async -> Int? {
    guard let inspected = system as? any QueueInspection else { return nil }
    for node in system.nodes {
      guard let states = try? await inspected.queueStates(queues.map(\.name), on: node),
        states.count == queues.count
      else { continue }
      return states.reduce(0) { $0 + $1.replicas.count { !$0.synchronised } }
    }
    return nil
  }
}
