import DequeModule
import Environment
import Harness
import Operations
import Simulator

/// A node of a scripted cluster.
struct ScriptedNode {
  var isUp = true
  var isSuspended = false
  var isSilent = false
  /// It runs and serves nobody yet.
  var isBooting = false
  /// How often it was started.
  var lives = 1

  var serves: Bool { isUp && !isBooting && !isSuspended }
}

/// A small model of a cluster with plain, mirrored and quorum queues, in virtual time: enough of
/// what brokers do for every branch of a run to be taken, and no more.
///
/// Mirrored queues split with the cluster once a link has been cut for the net-tick, and what a
/// copy without replicas held is gone; quorum queues need a majority; plain ones wait for their
/// node. Everything happens on the executor's thread.
final class ScriptedCluster {
  let executor: VirtualExecutor
  let nodes: [NodeID]
  let netTick: Duration
  let script: Script
  var states: [NodeID: ScriptedNode]
  var queues: [ScriptedQueue] = []
  var sessions: [ScriptedSession] = []
  /// The ways that carry nothing, each with when that began.
  var cuts: [LinkWay: Instant] = [:]
  var shapes: [LinkWay: LinkConditions] = [:]
  /// How many bytes wait in cut ways, in words of the probe.
  var passed: [LinkWay: Int] = [:]
  var resets: [NodeID: Int] = [:]
  /// Mirrors that lack something.
  var unsynchronised: Set<NodeID> = []
  /// Somebody has asked for the mirrors to be brought up to date.
  var isSynchronised = false
  /// How often each method was called.
  var calls: [String: Int] = [:]
  var hangingBoots: [NodeID: Int]
  /// Pairs of nodes that gave each other up and have not restarted since.
  var partitioned: [[NodeID]] = []
  /// Work that waits for a way or a leader, oldest first.
  private var parked: [(ScriptedCluster) -> Bool] = []

  init(executor: VirtualExecutor, nodes: Int, netTick: Duration, script: Script) {
    self.executor = executor
    self.nodes = (1...UInt32(nodes)).map { NodeID($0) }
    self.netTick = netTick
    self.script = script
    hangingBoots = script.hangingBoots
    unsynchronised = script.unsynchronised
    states = Dictionary(uniqueKeysWithValues: self.nodes.map { ($0, ScriptedNode()) })
  }

  func state(_ node: NodeID) -> ScriptedNode { states[node] ?? ScriptedNode(isUp: false) }

  // MARK: - Who sees whom

  /// Whether bytes pass from one node to the other and back.
  func isCut(_ a: NodeID, _ b: NodeID) -> Bool {
    if a == b { return false }
    let way = LinkWay(from: .node(a), to: .node(b))
    return cuts[way] != nil || cuts[way.reversed] != nil
      || state(a).isSuspended || state(b).isSuspended
  }

  /// Whether two nodes have given each other up.
  func areSplit(_ a: NodeID, _ b: NodeID) -> Bool {
    partitioned.contains { $0 == [min(a, b), max(a, b)] }
  }

  func clientsAreCut(from node: NodeID) -> Bool {
    let way = LinkWay(from: .clients(node), to: .node(node))
    return cuts[way] != nil || cuts[way.reversed] != nil
  }

  /// The copy of a queue that a node uses now; nil while there is none that answers.
  func copy(of queue: ScriptedQueue, seenBy node: NodeID) -> QueueCopy? {
    guard state(node).serves else { return nil }
    let reachable = queue.copies.filter { copy in
      guard let leader = copy.leader, state(leader).serves else { return false }
      if queue.kind == .quorum {
        return !isCut(node, leader) && majority(of: queue, around: leader)
      }
      return copy.members.contains(node) || (!isCut(node, leader) && !areSplit(node, leader))
    }
    return reachable.first { $0.members.contains(node) } ?? reachable.first
  }

  func majority(of queue: ScriptedQueue, around node: NodeID) -> Bool {
    guard let members = queue.copies.first?.members else { return false }
    let near = members.filter { state($0).serves && !isCut(node, $0) }
    return near.count > members.count / 2
  }

  // MARK: - Work

  /// Does something now or as soon as it can be done; `work` says whether it was.
  func perform(_ work: @escaping (ScriptedCluster) -> Bool) {
    if !work(self) { parked.append(work) }
  }

  /// Something has changed: leaders follow, then what was parked is tried again.
  func changed() {
    for queue in queues { reconsider(queue) }
    let waiting = parked
    parked = []
    for work in waiting { perform(work) }
    for queue in queues { for copy in queue.copies { deliver(queue, copy) } }
  }

  func reconsider(_ queue: ScriptedQueue) {
    switch queue.kind {
    case .plain: break
    case .mirrored: reconsiderMirrors(queue)
    case .quorum: reconsiderQuorum(queue)
    }
    for copy in queue.copies { confirm(queue, copy) }
  }

  private func reconsiderMirrors(_ queue: ScriptedQueue) {
    for copy in queue.copies {
      let before = copy.leader
      copy.members.removeAll { !state($0).isUp }
      guard let leader = copy.leader else { continue }
      if leader != before { lead(copy) }
      let lost = copy.members.filter { areSplit(leader, $0) }
      if lost.isEmpty { continue }
      copy.members.removeAll { lost.contains($0) }
      queue.copies.append(copy.split(members: lost))
    }
    // What only dead nodes had is gone.
    queue.copies.removeAll { $0.members.isEmpty }
    let lone = nodes.filter { node in
      state(node).isUp && !state(node).isBooting
        && !queue.copies.contains { $0.members.contains(node) }
    }
    for node in lone {
      if let copy = queue.copies.first(where: { copy in
        copy.leader.map { !isCut(node, $0) && !areSplit(node, $0) } ?? false
      }) {
        copy.members.append(node)
      } else if queue.copies.isEmpty {
        queue.copies.append(QueueCopy(members: [node]))
      }
    }
  }

  private func reconsiderQuorum(_ queue: ScriptedQueue) {
    guard let copy = queue.copies.first, let leader = copy.leader else { return }
    if state(leader).serves, majority(of: queue, around: leader) { return }
    guard
      let next = copy.members.first(where: {
        $0 != leader && state($0).serves && majority(of: queue, around: $0)
      })
    else { return }
    copy.members.removeAll { $0 == next }
    copy.members.insert(next, at: 0)
    // What no majority has is forgotten, without an answer.
    copy.pending = []
    lead(copy)
  }

  /// A new leader knows of no consumer and holds nothing out.
  private func lead(_ copy: QueueCopy) {
    for session in copy.holders { copy.requeue(session) }
    for consumer in copy.consumers { consumer.session.cancelConsumer(consumer.incarnation) }
    copy.consumers = []
  }

  /// Confirms what all replicas that count have.
  func confirm(_ queue: ScriptedQueue, _ copy: QueueCopy) {
    guard let leader = copy.leader, state(leader).serves, !copy.pending.isEmpty else { return }
    let isReplicated =
      switch queue.kind {
      case .plain: true
      case .mirrored: copy.members.allSatisfy { !isCut(leader, $0) }
      case .quorum: majority(of: queue, around: leader)
      }
    guard isReplicated else { return }
    let pending = copy.pending
    copy.pending = []
    for publish in pending {
      copy.ready.append(QueuedMessage(message: publish.message))
      publish.confirm()
    }
    deliver(queue, copy)
  }

  /// Hands ready messages to consumers with room, in turn.
  func deliver(_ queue: ScriptedQueue, _ copy: QueueCopy) {
    guard let leader = copy.leader, state(leader).serves, !script.holdsBack(queue.name) else {
      return
    }
    var turn = 0
    while !copy.ready.isEmpty, turn < copy.consumers.count {
      let consumer = copy.consumers[turn]
      let session = consumer.session
      let key = ObjectIdentifier(session)
      guard session.isOpen(consumer.incarnation), !isCut(session.node, leader),
        copy.held[key]?.count ?? 0 < consumer.prefetch, let next = copy.ready.popFirst()
      else {
        turn += 1
        continue
      }
      if copy.held[key] == nil { copy.holders.append(session) }
      copy.held[key, default: []].append((session.deliver(next), next))
      copy.consumers.remove(at: turn)
      copy.consumers.append(consumer)
      turn = 0
    }
  }
}
