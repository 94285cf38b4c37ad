import Environment
import Harness
import Operations
import Systems

/// The real system with an injector that only pretends: it says yes and does nothing.
struct DoNothingSystem: QueueAdministration, HostFaults, LinkFaults {
  let real: RabbitMQSystem

  var nodes: [NodeID] { real.nodes }
  var credentials: Credentials { real.credentials }

  func cut(_ ways: [LinkWay], onlyStream: Bool) {}
  func shape(_ ways: [LinkWay], _ conditions: LinkConditions) {}
  func open(_ ways: [LinkWay]) {}
  func smooth(_ ways: [LinkWay]) {}
  func resetClients(of nodes: [NodeID]) {}
  func kill(_ node: NodeID) {}
  func killHost(_ node: NodeID) {}
  func shutDown(_ node: NodeID) {}
  func suspend(_ node: NodeID) {}
  func resume(_ node: NodeID) {}
  func launch(_ node: NodeID) {}
  func awaitBoot(_ node: NodeID, onRetry: @Sendable (String) -> Void) {}
  func setMirroring(_ mirroring: Mirroring, of queues: [QueuePlan]) {}
  func synchronise(_ queue: QueuePlan) {}
  func transferLeader(of queue: QueuePlan, to node: NodeID) {}

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
  func incarnation(of node: NodeID) async -> NodeIncarnation? { await real.incarnation(of: node) }
  func isSuspended(_ node: NodeID) async -> Bool? { await real.isSuspended(node) }
  func isSilent(_ node: NodeID) async throws(SystemFailure) -> Bool {
    try await real.isSilent(node)
  }
  func acceptsClients(_ node: NodeID) async -> Bool { await real.acceptsClients(node) }
  func probe(_ ways: [LinkWay]) async throws(SystemFailure) -> LinkProbe {
    try await real.probe(ways)
  }
  func resetConnections(of nodes: [NodeID]) async throws(SystemFailure) -> Int {
    try await real.resetConnections(of: nodes)
  }
  func mirroring(of queues: [QueuePlan]) async throws(SystemFailure) -> [String] {
    try await real.mirroring(of: queues)
  }
}
