package import Harness
package import Operations

/// Watches the cluster from outside the protocol and reports what changes: leaders, partitions,
/// nodes that stop or begin to answer.
package struct ClusterMonitor: Sendable {
  private let system: any QueueInspection
  private let queues: [QueueDescription]
  private var leaders: [NodeID?]
  private var partitioned = false
  private var up: [Bool]

  /// A monitor of these queues; all nodes are taken to be up.
  package init(system: any QueueInspection, queues: [QueueDescription]) {
    self.system = system
    self.queues = queues
    leaders = Array(repeating: nil, count: queues.count)
    up = Array(repeating: true, count: system.nodes.count)
  }

  /// Asks every node once and returns what has changed since the last time.
  package mutating func poll() async -> [Event] {
    var events: [BrokerEvent] = []
    var anyPartition = false
    var answers = 0
    for (index, node) in system.nodes.enumerated() {
      let view = try? await system.clusterView(of: node)
      if let view {
        answers += 1
        anyPartition = anyPartition || !view.partitioned.isEmpty
      }
      if (view != nil) != up[index] {
        up[index] = view != nil
        events.append(BrokerEvent(kind: view != nil ? .nodeUp : .nodeDown, node: node))
      }
    }
    if anyPartition != partitioned, anyPartition || answers == system.nodes.count {
      partitioned = anyPartition
      events.append(BrokerEvent(kind: anyPartition ? .partitioned : .healed))
    }
    await events.append(contentsOf: leaderChanges())
    return events.map { .broker($0) }
  }

  /// Each side of a partition may have a leader of its own: all of them are named.
  private mutating func leaderChanges() async -> [BrokerEvent] {
    var seen: [[NodeID]] = Array(repeating: [], count: queues.count)
    for node in system.nodes {
      guard let states = try? await system.queueStates(queues.map(\.name), on: node) else {
        continue
      }
      for (index, queue) in queues.enumerated() {
        guard let leader = states.first(where: { $0.name == queue.name })?.leader else { continue }
        if !seen[index].contains(leader) { seen[index].append(leader) }
      }
    }
    var events: [BrokerEvent] = []
    for (index, queue) in queues.enumerated() {
      guard let leader = seen[index].first(where: { $0 != leaders[index] }) else { continue }
      if let known = leaders[index], seen[index] == [known] { continue }
      leaders[index] = leader
      let all = seen[index].map(\.description).joined(separator: ", ")
      events.append(
        BrokerEvent(
          kind: .leader, node: leader, queue: queue.id,
          detail: seen[index].count > 1 ? "several nodes lead it: \(all)" : ""))
    }
    return events
  }
}

/// Whether all nodes serve clients, see each other and agree that there is no partition.
package struct ClusterHealth: Hashable, Sendable {
  /// What is not well, for people; empty when all is well.
  package var complaints: [String]

  /// Asks every node of `system`.
  package static func ask(_ system: any System) async -> ClusterHealth {
    var complaints: [String] = []
    for node in system.nodes {
      if let processes = system as? any ProcessFaults, await !processes.acceptsClients(node) {
        complaints.append("\(node) does not accept clients")
      }
      guard let inspected = system as? any QueueInspection else { continue }
      do throws(SystemFailure) {
        let view = try await inspected.clusterView(of: node)
        let missing = system.nodes.filter { !view.running.contains($0) }
        if !missing.isEmpty { complaints.append("\(node) does not see \(missing)") }
        if !view.partitioned.isEmpty {
          complaints.append("\(node) reports a partition from \(view.partitioned)")
        }
      } catch {
        complaints.append("\(node) does not answer: \(error.description)")
      }
    }
    return ClusterHealth(complaints: complaints)
  }
}
