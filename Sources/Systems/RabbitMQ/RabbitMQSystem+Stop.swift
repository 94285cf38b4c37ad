import Hosts
import Relays
import Operations
import Synchronization

extension RabbitMQSystem {
  /// How long the nodes may take to end by themselves, so that their logs are complete.
  private static let stopGrace = Duration.seconds(5)
  private static let scanTimeout = Duration.seconds(20)

  /// Ends the nodes, epmd and at last the relay, and looks for anything else that carries the run's
  /// mark. May be called at any time, also while the system starts, and again.
  ///
  /// Returns what still runs, for people. The logs are in the run directory; the databases are
  /// deleted unless they are to be kept or something still runs.
  package func stop() async -> [String] {
    let running = state.withLock { state in
      state.isStopping = true
      return state
    }
    await withTaskGroup(of: Void.self) { group in
      for node in nodes {
        guard let identity = running.nodes[node] else { continue }
        group.addTask { _ = await self.host.end(identity, grace: Self.stopGrace) }
      }
    }
    if let epmd = running.epmd { _ = await host.end(epmd, grace: .seconds(1)) }
    if let relay = running.relay { _ = await host.end(relay, grace: .seconds(2)) }
    let left = await host.endMarked(token, grace: .seconds(1), timeout: Self.scanTimeout)
    if left.isEmpty && !options.keepData {
      for node in nodes { host.removeTree(layout.dataDirectory(of: node)) }
    }
    state.withLock { state in
      state.claim?.release()
      state.claim = nil
    }
    return left
  }
}
