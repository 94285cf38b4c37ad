import Environment
import Harness
import Operations
import Simulator

/// What is done to a scripted cluster.
extension ScriptedCluster {
  func declare(_ plan: QueuePlan) {
    guard !queues.contains(where: { $0.name == plan.name }) else { return }
    let leader = script.ledBy[plan.name] ?? nodes[0]
    let others = nodes.filter { $0 != leader }
    let members =
      switch plan.kind {
      case .plain: [leader]
      case .mirrored:
        plan.mirroring.replicas == 0
          ? nodes : [leader] + others.prefix(max(0, plan.mirroring.replicas - 1))
      case .quorum: [leader] + others.prefix(max(0, plan.groupSize - 1))
      }
    queues.append(ScriptedQueue(name: plan.name, kind: plan.kind, members: members))
  }

  func kill(_ node: NodeID) {
    guard state(node).isUp else { return }
    states[node]?.isUp = false
    states[node]?.isSuspended = false
    // Who restarts has forgotten what it held against others.
    partitioned.removeAll { $0.contains(node) }
    for queue in queues where queue.kind == .plain {
      // What is on disk comes back; who held something has lost its connection.
      for copy in queue.copies where copy.leader == node {
        for session in copy.holders { copy.requeue(session) }
        copy.consumers = []
        copy.pending = []
      }
    }
    var hit = sessions.filter { $0.node == node }
    if script.isNondeterministic {
      // The planted wrong: the order of a Set is another one in every process.
      let order = Array(Set(hit.indices))
      hit = order.map { hit[$0] }
    }
    for session in hit { session.close("\(node) was killed") }
    changed()
  }

  func launch(_ node: NodeID) {
    states[node]?.isUp = true
    states[node]?.isSilent = false
    states[node]?.isBooting = true
    let life = state(node).lives + 1
    states[node]?.lives = life
    if hangingBoots[node, default: 0] > 0 {
      hangingBoots[node, default: 0] -= 1
      return
    }
    executor.schedule(at: executor.now + script.boot) { [self] in
      guard state(node).isUp, state(node).lives == life else { return }
      states[node]?.isBooting = false
      changed()
    }
  }

  func suspend(_ node: NodeID, _ isSuspended: Bool) {
    states[node]?.isSuspended = isSuspended
    changed()
  }

  func cut(_ ways: [LinkWay], onlyStream: Bool) {
    for way in ways {
      cuts[way] = executor.now
      if !onlyStream, cuts[way.reversed] == nil { cuts[way.reversed] = executor.now }
      passed[way] = 0
    }
    executor.schedule(at: executor.now + netTick) { [self] in giveUp() }
    changed()
  }

  /// Nodes whose link has carried nothing for the net-tick give each other up.
  private func giveUp() {
    for a in nodes {
      for b in nodes where a < b && !areSplit(a, b) {
        let way = LinkWay(from: .node(a), to: .node(b))
        let since = [cuts[way], cuts[way.reversed]].compactMap(\.self).min()
        guard let since, executor.now >= since + netTick, state(a).isUp, state(b).isUp else {
          continue
        }
        partitioned.append([a, b])
      }
    }
    changed()
  }

  func open(_ ways: [LinkWay]) {
    for way in ways {
      cuts[way] = nil
      cuts[way.reversed] = nil
      passed[way] = 1_000
    }
    changed()
  }

  func reset(_ node: NodeID) {
    let hit = sessions.filter { $0.node == node }
    resets[node, default: 0] += hit.count
    for session in hit { session.close("connection reset") }
  }

  /// What one node says of a queue; nil if it does not know it.
  func view(of queue: ScriptedQueue, on node: NodeID) -> QueueState? {
    guard let copy = queue.copies.first(where: { $0.members.contains(node) }) ?? queue.copies.first
    else { return nil }
    let leader = copy.leader.flatMap { state($0).serves ? $0 : nil }
    let counts = leader != nil && !script.countless.contains(node)
    let isRefilled =
      script.refilled.map { refilled in
        executor.now >= refilled.from && executor.now < refilled.from + refilled.for
      } ?? false
    let extra = isRefilled ? 1 : 0
    return QueueState(
      name: queue.name, leader: leader,
      replicas: copy.members.map { member in
        ReplicaState(
          node: member, online: state(member).isUp && !state(member).isBooting,
          synchronised: !lacks(member, of: queue),
          depth: script.countless.contains(node) ? nil : copy.depth + extra)
      },
      ready: counts ? copy.ready.count + extra : nil,
      unacknowledged: counts ? copy.unacknowledged : nil)
  }

  /// What one node says of the cluster.
  func view(of node: NodeID) -> ClusterView {
    let running = nodes.filter { other in
      state(other).serves && (other == node || (!isCut(node, other) && !areSplit(node, other)))
    }
    let partitioned = nodes.filter { areSplit(node, $0) }
    let isIll =
      script.illness.map { illness in
        executor.now >= illness.from && executor.now < illness.from + illness.for
      } ?? false
    if script.partitionStays || isIll, partitioned.isEmpty, node == nodes[0] {
      return ClusterView(running: running, partitioned: Array(nodes.suffix(1)))
    }
    return ClusterView(running: running, partitioned: partitioned)
  }

  /// Whether a mirror lacks something.
  private func lacks(_ member: NodeID, of queue: ScriptedQueue) -> Bool {
    if queue.kind != .mirrored { return false }
    let isLate = script.lackingFrom.map { executor.now >= $0 && !isSynchronised } ?? false
    return unsynchronised.contains(member) || isLate && member == nodes.last
  }
}
