package import Environment
package import Harness
package import Operations
package import Simulator

/// A scripted cluster as the harness sees it: everything a system can do, in virtual time, in the
/// way that its script says.
package final class ScriptedSystem: System {
  /// The nodes in order.
  package let nodes: [NodeID]
  /// Nobody logs in.
  package let credentials = Credentials(user: "guest", password: "guest")
  let executor: VirtualExecutor
  let bound: ExecutorBound<ScriptedCluster>
  let script: Script
  let plan: ClusterPlan

  /// A cluster that is up.
  package init(_ plan: ClusterPlan, script: Script = Script(), on executor: VirtualExecutor) {
    let cluster = ScriptedCluster(
      executor: executor, nodes: plan.nodes, netTick: plan.netTick, script: script)
    self.executor = executor
    self.script = script
    self.plan = plan
    nodes = cluster.nodes
    bound = ExecutorBound(cluster, to: executor)
  }

  var cluster: ScriptedCluster { bound.value }

  /// Makes a session of a client of `node`.
  package func session(
    to node: NodeID, deadlines: Deadlines, report: @escaping (SessionEvent) -> Void
  ) -> any BrokerSession {
    ScriptedSession(node, on: cluster, deadlines: deadlines, report: report)
  }

  /// Named so.
  package func describe() async -> SystemDescription {
    SystemDescription(name: "scripted", version: "1", settings: [])
  }
  /// It is up already.
  package func start() async throws(SystemFailure) { try refuse("start") }
  /// Nothing to prepare.
  package func prepare(_ queues: [QueuePlan]) async throws(SystemFailure) { try refuse("prepare") }
  /// An address that nobody uses.
  package func endpoint(of node: NodeID) -> Endpoint {
    Endpoint(host: "127.0.0.1", port: Int(node.rawValue))
  }
  /// Nothing is left.
  package func stop() async -> [String] { [] }

  /// Throws if the script refuses this.
  func refuse(_ method: String) throws(SystemFailure) {
    cluster.calls[method, default: 0] += 1
    let isOver =
      script.refusedAfter.map {
        $0.method == method && cluster.calls[method, default: 0] > $0.calls
      }
      ?? false
    if isOver || script.refused.contains(method) {
      throw SystemFailure(.failed, "the script refuses \(method)")
    }
  }

  /// Does a fault unless the script refuses it or only pretends.
  func act(_ method: String, _ body: (ScriptedCluster) -> Void) throws(SystemFailure) {
    try refuse(method)
    if !script.pretended.contains(method) { body(cluster) }
  }

  /// A question takes a while, and longer if it is not answered.
  func ask(_ method: String, _ node: NodeID) async throws(SystemFailure) {
    let isMute =
      script.mute.contains(node) && executor.now >= script.muteFrom || !cluster.state(node).serves
    try? await executor.sleep(until: executor.now + (isMute ? .seconds(1) : .milliseconds(5)))
    try refuse(method)
    if isMute { throw SystemFailure(.timedOut, "\(node) did not answer") }
  }
}

extension ScriptedSystem: QueueInspection {
  /// The queues as `node` sees them.
  package func queueStates(
    _ names: [String], on node: NodeID
  ) async throws(SystemFailure) -> [QueueState] {
    try await ask("queueStates", node)
    return names.filter { !script.unknown.contains($0) }.compactMap { name in
      cluster.queues.first { $0.name == name }.flatMap { cluster.view(of: $0, on: node) }
    }
  }

  /// The cluster as `node` sees it.
  package func clusterView(of node: NodeID) async throws(SystemFailure) -> ClusterView {
    try await ask("clusterView", node)
    return cluster.view(of: node)
  }
}

extension ScriptedSystem: ProcessFaults, HostFaults {
  /// Kills the node.
  package func kill(_ node: NodeID) async throws(SystemFailure) {
    try act("kill") { $0.kill(node) }
  }
  /// Ends the node.
  package func shutDown(_ node: NodeID) async throws(SystemFailure) {
    try act("shutDown") { $0.kill(node) }
  }
  /// Makes the node stand still.
  package func suspend(_ node: NodeID) async throws(SystemFailure) {
    try act("suspend") { $0.suspend(node, true) }
  }
  /// Lets the node go on.
  package func resume(_ node: NodeID) async throws(SystemFailure) {
    try act("resume") { $0.suspend(node, false) }
  }
  /// Starts the node.
  package func launch(_ node: NodeID) async throws(SystemFailure) {
    if cluster.state(node).isUp {
      throw SystemFailure(.failed, "\(node) cannot be started: it runs already")
    }
    try act("launch") { $0.launch(node) }
  }

  /// Waits for the boot, which is tried once more after the plan's deadline.
  package func awaitBoot(
    _ node: NodeID, onRetry: @Sendable (String) -> Void
  ) async throws(SystemFailure) {
    if await boots(node) { return }
    onRetry("\(node) did not boot; it is killed and started once more")
    try act("kill") { $0.kill(node) }
    try act("launch") { $0.launch(node) }
    if await boots(node) { return }
    throw SystemFailure(.timedOut, "\(node) did not boot")
  }

  private func boots(_ node: NodeID) async -> Bool {
    let deadline = executor.now + plan.bootDeadline
    while !cluster.state(node).serves {
      if executor.now >= deadline || Task.isCancelled { return false }
      try? await executor.sleep(until: executor.now + .milliseconds(100))
    }
    return true
  }

  /// Which life of the node this is.
  package func incarnation(of node: NodeID) async -> NodeIncarnation? {
    let state = cluster.state(node)
    return state.isUp ? NodeIncarnation("life \(state.lives)") : nil
  }
  /// Whether the node stands still.
  package func isSuspended(_ node: NodeID) async -> Bool? {
    cluster.state(node).isUp ? cluster.state(node).isSuspended : nil
  }
  /// Whether the node serves clients.
  package func acceptsClients(_ node: NodeID) async -> Bool { cluster.state(node).serves }

  /// Silences the node and kills it.
  package func killHost(_ node: NodeID) async throws(SystemFailure) {
    try act("killHost") { cluster in
      cluster.states[node]?.isSilent = true
      cluster.kill(node)
    }
  }
  /// Whether the node is silent.
  package func isSilent(_ node: NodeID) async throws(SystemFailure) -> Bool {
    try refuse("isSilent")
    return cluster.state(node).isSilent
  }
}

extension ScriptedSystem: LinkFaults, LinkWatch {
  /// Cuts ways.
  package func cut(_ ways: [LinkWay], onlyStream: Bool) async throws(SystemFailure) {
    try act("cut") { $0.cut(ways, onlyStream: onlyStream) }
  }
  /// Shapes ways.
  package func shape(_ ways: [LinkWay], _ conditions: LinkConditions) async throws(SystemFailure) {
    try act("shape") { cluster in for way in ways { cluster.shapes[way] = conditions } }
  }
  /// Mends ways.
  package func open(_ ways: [LinkWay]) async throws(SystemFailure) {
    try act("open") { $0.open(ways) }
  }
  /// Ends shapes.
  package func smooth(_ ways: [LinkWay]) async throws(SystemFailure) {
    try act("smooth") { cluster in
      for way in ways {
        cluster.shapes[way] = nil
        cluster.passed[way] = 1_000
      }
    }
  }
  /// Resets clients.
  package func resetClients(of nodes: [NodeID]) async throws(SystemFailure) {
    try act("resetClients") { cluster in for node in nodes { cluster.reset(node) } }
  }
  /// How many clients were reset.
  package func resetConnections(of nodes: [NodeID]) async throws(SystemFailure) -> Int {
    try refuse("resetConnections")
    return nodes.reduce(0) { $0 + cluster.resets[$1, default: 0] }
  }

  /// What the ways do now.
  package func probe(_ ways: [LinkWay]) async throws(SystemFailure) -> LinkProbe {
    try refuse("probe")
    var probe = LinkProbe()
    for way in ways {
      probe.ways += 1
      probe.connections += 1
      if cluster.cuts[way] != nil {
        probe.stalled += 1
        probe.heldBytes += 100
      } else {
        probe.passedBytes += cluster.passed[way, default: 1_000]
      }
      if let conditions = cluster.shapes[way] {
        probe.shaped += 1
        probe.delayedChunks += 10
        probe.leastDelay = min(probe.leastDelay ?? conditions.delay, conditions.delay)
        probe.stalls += conditions.stallEvery > .zero ? 1 : 0
        probe.highestRate = max(probe.highestRate, conditions.bandwidth / 2)
      }
    }
    return probe
  }

  /// Virtual links are never late.
  package func worstLinkLag() async throws(SystemFailure) -> Duration {
    try refuse("worstLinkLag")
    return .zero
  }
}

extension ScriptedSystem: QueueAdministration, LogFiles {
  private func queue(_ plan: QueuePlan) -> ScriptedQueue? {
    cluster.queues.first { $0.name == plan.name }
  }

  /// Sets a policy.
  package func setMirroring(
    _ mirroring: Mirroring, of queues: [QueuePlan]
  ) async throws(SystemFailure) {
    try act("setMirroring") { _ in
      for plan in queues { queue(plan)?.mirrors = "\(mirroring)" }
    }
  }
  /// The policies.
  package func mirroring(of queues: [QueuePlan]) async throws(SystemFailure) -> [String] {
    try refuse("mirroring")
    return queues.map { queue($0)?.mirrors ?? "" }
  }
  /// Brings mirrors up to date.
  package func synchronise(_ queue: QueuePlan) async throws(SystemFailure) {
    try act("synchronise") { cluster in
      cluster.unsynchronised = []
      cluster.isSynchronised = true
    }
  }
  /// Moves a leader.
  package func transferLeader(
    of plan: QueuePlan, to node: NodeID
  ) async throws(SystemFailure) {
    try act("transferLeader") { cluster in
      guard let copy = queue(plan)?.copies.first, copy.members.contains(node) else { return }
      copy.members.removeAll { $0 == node }
      copy.members.insert(node, at: 0)
      cluster.changed()
    }
  }
  /// What the script says that a node logged.
  package func logLines(of node: NodeID, limit: Int) async -> [LogLine]? {
    script.mute.contains(node) ? nil : script.logged[node] ?? []
  }
}
