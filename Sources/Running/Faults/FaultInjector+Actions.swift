import Environment
import Harness
import Operations

extension FaultInjector {
  /// Looks for the effect of a fault: whether it was seen, and what was seen.
  typealias Proof = @Sendable () async -> (Bool, String)

  /// Does a fault and returns the way to prove it.
  func act(_ step: FaultStep, on nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    switch step.fault {
    case .partition(let partition): try await split(partition, step, on: nodes)
    case .cutClients: try await cutClients(step, of: nodes)
    case .slowLinks(_, let conditions): try await slow(conditions, step, around: nodes)
    case .heal(let earlier): try await heal(earlier)
    case .resetClients: try await resetClients(of: nodes)
    case .kill: try await kill(nodes)
    case .killHost: try await killHosts(nodes)
    case .stop: try await shutDown(nodes)
    case .start: try await start(nodes)
    case .restart: try await restart(nodes)
    case .pause: try await suspend(nodes)
    case .resume: try await resume(nodes)
    case .setMirroring(let mirroring): try await setMirroring(mirroring)
    case .synchronise: try await synchronise()
    case .transferLeader(let kind, _): try await transferLeader(of: kind, to: nodes[0])
    }
  }

  /// Repeats a look until it shows the effect or the time for evidence is over.
  func repeatUntilEvidence(_ look: () async -> (Bool, String)) async -> (Bool, String) {
    let clock = ContinuousClock()
    let deadline = clock.now + evidenceWithin
    while true {
      let (isProved, seen) = await look()
      if isProved || clock.now >= deadline || Task.isCancelled { return (isProved, seen) }
      try? await clock.sleep(for: Self.probeInterval)
    }
  }
}
