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
      await repeatUntilEvidence { () async throws(SystemFailure) in
        let now = try await broker.mirroring(of: mirrored)
        let changed = zip(before, now).count { $0 != $1 }
        return Sighting(
          changed == before.count, "policies \(before) before, \(now) after",
          FaultEvidence(figures: [
            FaultFigure(.policies, Int64(before.count)),
            FaultFigure(.changedPolicies, Int64(changed)),
          ]))
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
        let figures = [(FaultFigure.Name.lackingBefore, before), (.lacking, now)]
        return Sighting(
          before.map { $0 > 0 } == true && now == 0,
          "\(before.map(String.init) ?? "an unknown number of") mirrors unsynchronised before, "
            + "\(now.map(String.init) ?? "an unknown number") after",
          FaultEvidence(
            figures: figures.compactMap { name, count in
              count.map { FaultFigure(name, Int64($0)) }
            }))
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
        let figures = [(FaultFigure.Name.leaderBefore, before), (.leader, now)]
        return Sighting(
          before != node && now == node,
          "led by \(before?.description ?? "nobody") before, "
            + "by \(now?.description ?? "nobody") after",
          FaultEvidence(
            figures: figures.compactMap { name, node in
              node.map { FaultFigure(name, Int64($0.rawValue)) }
            }))
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
