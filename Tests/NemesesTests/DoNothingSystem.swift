import Harness
import Operations
import Systems

/// The real system with an injector that only pretends: it says yes and does nothing.
struct DoNothingSystem: QueueInspection, ProcessFaults, LinkFaults {
  let real: RabbitMQSystem

  var nodes: [NodeID] { real.nodes }
  var credentials: Credentials { real.credentials }

  func isolate(_ side: [NodeID]) async throws(SystemFailure) {}
  func healLinks() async throws(SystemFailure) {}
  func kill(_ node: NodeID) async throws(SystemFailure) {}
  func launch(_ node: NodeID) async throws(SystemFailure) {}
  func awaitBoot(
    _ node: NodeID, onRetry: @Sendable (String) -> Void
  ) async throws(SystemFailure) {}

  func describe() async -> SystemDescription { await real.describe() }
  func start() async throws(SystemFailure) { try await real.start() }
  func prepare(_ queues: [QueuePlan]) async throws(SystemFailure) { try await real.prepare(queues) }
  func endpoint(of node: NodeID) -> Endpoint { real.endpoint(of: node) }
  func stop() async -> [String] { await real.stop() }
  func queueStates(
    _ names: [String], on node: NodeID
  ) async throws(SystemFailure) -> [QueueState] {
    try await real.queueStates(names, on: node)
  }
  func clusterView(of node: NodeID) async throws(SystemFailure) -> ClusterView {
    try await real.clusterView(of: node)
  }
  func processID(of node: NodeID) async -> Int32? { await real.processID(of: node) }
  func acceptsClients(_ node: NodeID) async -> Bool { await real.acceptsClients(node) }
  func probeLinks(around side: [NodeID]) async throws(SystemFailure) -> LinkProbe {
    try await real.probeLinks(around: side)
  }
}
