import Environment
package import Harness
package import Operations

/// Watches the cluster from outside the protocol and reports what changes: leaders, partitions,
/// nodes that stop or begin to answer.
package struct ClusterMonitor: Sendable {
  private let system: any QueueInspection
  private let queues: [QueueDescription]
  /// By queue: every leader that some node saw when any was seen last.
  private var leaders: [[NodeID]]
  private var partitioned = false
  private var up: [Bool]
  private var unsynchronised: [Bool]

  /// A monitor of these queues; all nodes are taken to be up.
  package init(system: any QueueInspection, queues: [QueueDescription]) {
    self.system = system
    self.queues = queues
    leaders = Array(repeating: [], count: queues.count)
    up = Array(repeating: true, count: system.nodes.count)
    unsynchronised = Array(repeating: false, count: queues.count)
  }

  /// Asks every node once and returns what has changed since the last time.
  package mutating func poll() async -> [Event] {
    var events: [BrokerEvent] = []
    var anyPartition = false
    var answers = 0
    let system = system
    let views = await askAll { try? await system.clusterView(of: $0) }
    for (index, (node, view)) in zip(system.nodes, views).enumerated() {
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
    await events.append(contentsOf: queueChanges())
    return events.map { .broker($0) }
  }

  /// Asks all nodes at the same time, so that those that do not answer delay nobody.
  private func askAll<Answer: Sendable>(
    _ question: @escaping @Sendable (NodeID) async -> Answer?
  ) async -> [Answer?] {
    await withTaskGroup(of: (Int, Answer?).self) { group in
      for (index, node) in system.nodes.enumerated() {
        group.addTask { (index, await question(node)) }
      }
      var answers: [Answer?] = Array(repeating: nil, count: system.nodes.count)
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
  }

  /// Each side of a partition may have a leader of its own: all of them are named.
  private mutating func queueChanges() async -> [BrokerEvent] {
    var seen: [[NodeID]] = Array(repeating: [], count: queues.count)
    var lacking: [[NodeID]] = Array(repeating: [], count: queues.count)
    var answers = 0
    let (system, names) = (system, queues.map(\.name))
    for states in await askAll({ try? await system.queueStates(names, on: $0) }) {
      guard let states else { continue }
      answers += 1
      for (index, queue) in queues.enumerated() {
        guard let state = states.first(where: { $0.name == queue.name }) else { continue }
        if let leader = state.leader, !seen[index].contains(leader) { seen[index].append(leader) }
        for replica in state.replicas where replica.online && !replica.synchronised {
          if !lacking[index].contains(replica.node) { lacking[index].append(replica.node) }
        }
      }
    }
    let changes = leaderChanges(seen)
    return answers == 0 ? changes : changes + synchronisationChanges(lacking)
  }

  private mutating func synchronisationChanges(_ lacking: [[NodeID]]) -> [BrokerEvent] {
    var events: [BrokerEvent] = []
    for (index, queue) in queues.enumerated() where lacking[index].isEmpty == unsynchronised[index]
    {
      unsynchronised[index].toggle()
      let nodes = lacking[index].map(\.description).joined(separator: ", ")
      events.append(
        BrokerEvent(
          kind: unsynchronised[index] ? .unsynchronised : .synchronised, node: lacking[index].first,
          queue: queue.id, detail: nodes.isEmpty ? "" : "mirrors that lack messages: \(nodes)"))
    }
    return events
  }

  /// What has changed, given every leader that some node sees. That several nodes lead a queue is
  /// told once, and again only when they are others; the event names one that is new.
  private mutating func leaderChanges(_ seen: [[NodeID]]) -> [BrokerEvent] {
    var events: [BrokerEvent] = []
    for (index, queue) in queues.enumerated() {
      let now = seen[index].sorted { $0.rawValue < $1.rawValue }
      guard let first = now.first, now != leaders[index] else { continue }
      let leader = now.first { !leaders[index].contains($0) } ?? first
      leaders[index] = now
      let all = now.map(\.description).joined(separator: ", ")
      events.append(
        BrokerEvent(
          kind: .leader, node: leader, queue: queue.id,
          detail: now.count > 1 ? "several nodes lead it: \(all)" : ""))
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
