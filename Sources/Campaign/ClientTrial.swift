package import Clients
package import Harness
import NIOCore
import NIOPosix

/// Measures the client libraries beside each other on a system that it starts and stops.
package enum ClientTrial {
  /// Runs the bench against the first node; `tell` hears of every part of a round.
  package static func run(
    _ bench: ClientBench, on system: any Harness.System,
    tell: @escaping @Sendable (ClientKind, ClientBench.Figures) -> Void
  ) async throws -> ClientBench.Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      try await system.start()
      let result = try await bench.run(
        endpoint: system.endpoint(of: system.nodes[0]), credentials: system.credentials,
        loop: group.next(), tell: tell)
      _ = await system.stop()
      try await group.shutdownGracefully()
      return result
    } catch {
      _ = await system.stop()
      try await group.shutdownGracefully()
      throw error
    }
  }
}
