import Environment
package import Harness
package import Operations

/// Watches the cluster from outside the protocol and reports what changes: leaders, partitions,
/// nodes that stop or begin to answer, and what can be seen of them.
package struct ClusterMonitor: Sendable {
  private let system: any QueueInspection
  private let queues: [QueueDescription]
  /// By queue: every leader that some node saw when any was seen last.
  private var leaders: [[NodeID]]
  private var partitioned = false
  private var up: [Bool]
  private var unsynchronised: [Bool]
  private var states = NodeStateLog()

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
    let seen = await look()
    for (index, (node, state)) in seen.enumerated() {
      let isServing = state.isServing == true
      if isServing {
        answers += 1
        anyPartition = anyPartition || state.partitioned?.isEmpty == false
      }
      if isServing != up[index] {
        up[index] = isServing
        events.append(
          BrokerEvent(
            kind: isServing ? .nodeUp : .nodeDown, node: node, detail: "",
            evidence: .node(state)))
      }
    }
    events += states.changes(seen)
    if anyPartition != partitioned, anyPartition || answers == system.nodes.count {
      partitioned = anyPartition
      events.append(BrokerEvent(kind: anyPartition ? .partitioned : .healed))
    }
    await events.append(contentsOf: queueChanges())
    return events.map { .broker($0) }
  }

  /// What each node is seen to be; the port of a node that answers is not tried.
  private func look() async -> [(node: NodeID, state: NodeState)] {
    let system = system
    let states = await askAll { node in
      let view = try? await system.clusterView(of: node)
      var state = NodeState()
      state.see(view, of: system.nodes)
      if let processes = system as? any ProcessFaults {
        state.hasProcess = await processes.incarnation(of: node) != nil
        if view == nil { state.isPortOpen = await processes.acceptsClients(node) }
      }
      return state
    }
    return zip(system.nodes, states).map { ($0, $1 ?? NodeState()) }
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
      events.append(
        BrokerEvent(
          kind: unsynchronised[index] ? .unsynchronised : .synchronised, node: lacking[index].first,
          queue: queue.id, evidence: .lacking(lacking[index])))
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
      events.append(
        BrokerEvent(kind: .leader, node: leader, queue: queue.id, evidence: .leaders(now)))
    }
    return events
  }
}

/// Whether all nodes serve clients, see each other and agree that there is no partition.
package struct ClusterHealth: Sendable {
  /// What each node was seen to be, in the order of the nodes; nothing where nobody can ask.
  package private(set) var states: [(node: NodeID, state: NodeState)] = []
  /// What is not well, for people; empty when all is well.
  package private(set) var complaints: [String] = []

  /// Whether all is well.
  package var isWell: Bool { complaints.isEmpty }

  /// Asks every node of `system`.
  package static func ask(_ system: any System) async -> ClusterHealth {
    var health = ClusterHealth()
    for node in system.nodes {
      var state = NodeState()
      if let processes = system as? any ProcessFaults {
        state.hasProcess = await processes.incarnation(of: node) != nil
        state.isPortOpen = await processes.acceptsClients(node)
      }
      var failure: SystemFailure?
      if let inspected = system as? any QueueInspection {
        do throws(SystemFailure) {
          let view = try await inspected.clusterView(of: node)
          state.see(view, of: system.nodes)
        } catch {
          state.see(nil, of: system.nodes)
          failure = error
        }
      }
      health.add(node, state, failure)
    }
    return health
  }

  private mutating func add(_ node: NodeID, _ state: NodeState, _ failure: SystemFailure?) {
    states.append((node, state))
    if state.isPortOpen == false { complaints.append("\(node) does not accept clients") }
    if let unseen = state.unseen, !unseen.isEmpty {
      complaints.append("\(node) does not see \(unseen)")
    }
    if let partitioned = state.partitioned, !partitioned.isEmpty {
      complaints.append("\(node) reports a partition from \(partitioned)")
    }
    if let failure { complaints.append("\(node) does not answer: \(failure.description)") }
  }
}

extension NodeState {
  /// Notes what the node's view of the cluster shows; nil if it did not answer.
  fileprivate mutating func see(_ view: ClusterView?, of nodes: [NodeID]) {
    isServing = view != nil
    partitioned = view?.partitioned
    unseen = view.map { view in nodes.filter { !view.running.contains($0) } }
  }
}
