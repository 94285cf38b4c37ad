import Environment
import Harness
import Operations
import Synchronization
import Testing

@testable import Running

@Suite struct ClusterMonitorTests {
  /// Three nodes of which each says who leads the one queue.
  private final class Cluster: QueueInspection {
    let nodes = [NodeID(1), NodeID(2), NodeID(3)]
    let credentials = Credentials(user: "u", password: "p")
    /// By node: the leader that it sees.
    private let leaders = Mutex<[UInt32?]>([])

    func see(_ leaders: [UInt32?]) { self.leaders.withLock { $0 = leaders } }

    func describe() async -> SystemDescription {
      SystemDescription(name: "scripted", version: "", settings: [])
    }
    func start() async throws(SystemFailure) {}
    func prepare(_ queues: [QueuePlan]) async throws(SystemFailure) {}
    func endpoint(of node: NodeID) -> Endpoint { Endpoint(host: "127.0.0.1", port: 1) }
    func stop() async -> [String] { [] }

    func queueStates(
      _ names: [String], on node: NodeID
    ) async throws(SystemFailure) -> [QueueState] {
      let leader = leaders.withLock { $0[Int(node.rawValue) - 1] }
      return names.map {
        QueueState(
          name: $0, leader: leader.map { NodeID($0) }, replicas: [], ready: 0, unacknowledged: 0)
      }
    }

    func clusterView(of node: NodeID) async throws(SystemFailure) -> ClusterView {
      ClusterView(running: nodes, partitioned: [])
    }
  }

  /// Each side of a partition has a leader of its own: that is one change, however long it lasts.
  @Test func aSplitIsToldOnce() async {
    let cluster = Cluster()
    let queue = QueueDescription(id: QueueID(0), name: "q", kind: .mirrored)
    var monitor = ClusterMonitor(system: cluster, queues: [queue])
    var told: [[String]] = []
    for leaders: [UInt32?] in [
      [1, 1, 1], [1, 2, 2], [1, 2, 2], [1, 2, 2], [nil, nil, nil], [1, 2, 2], [2, 2, 2], [2, 2, 2],
      [3, 3, 3],
    ] {
      cluster.see(leaders)
      told.append(
        await monitor.poll().compactMap { event in
          guard case .broker(let event) = event else { return "\(event)" }
          if event.kind == .nodeState { return nil }
          guard event.kind == .leader, case .leaders(let all) = event.evidence else {
            return "\(event)"
          }
          return "\(event.node?.description ?? "-") of \(all)"
        })
    }
    #expect(
      told == [
        ["n1 of [n1]"], ["n2 of [n1, n2]"], [], [], [], [], ["n2 of [n2]"], [], ["n3 of [n3]"],
      ])
  }

  /// What a node is seen to be is told once, and again when it changes.
  @Test func statesOfNodesAreToldWhenTheyChange() {
    var log = NodeStateLog()
    let well = NodeState(hasProcess: true, isServing: true, partitioned: [], unseen: [])
    let nodes = [NodeID(1), NodeID(2)]
    let first = log.changes(nodes.map { ($0, well) })
    #expect(first.map(\.node) == nodes && first.allSatisfy { $0.evidence == .node(well) })
    #expect(log.changes(nodes.map { ($0, well) }).isEmpty)
    // A look that asks less, or more of what was unknown, is told only if it finds something new.
    #expect(log.changes([(NodeID(1), NodeState(isServing: true))]).isEmpty)
    #expect(log.changes([(NodeID(1), NodeState(isPortOpen: true))]).count == 1)
    let hung = NodeState(hasProcess: true, isPortOpen: false, isServing: false)
    let told = log.changes([(NodeID(1), hung), (NodeID(2), well)])
    #expect(told.map(\.node) == [NodeID(1)] && told.first?.evidence == .node(hung))
    #expect(
      told.first?.detail == "process there, client port closed, does not answer")
    #expect(log.changes([(NodeID(1), well)]).count == 1)
  }

  @Test func theFirstPollTellsWhatEveryNodeIs() async {
    let cluster = Cluster()
    cluster.see([nil, nil, nil])
    var monitor = ClusterMonitor(system: cluster, queues: [])
    let states = await monitor.poll().compactMap { event -> BrokerEvent? in
      if case .broker(let event) = event { event } else { nil }
    }
    #expect(states.map(\.kind) == [.nodeState, .nodeState, .nodeState])
    #expect(states.map(\.node) == cluster.nodes)
    let state = NodeState(isServing: true, partitioned: [], unseen: [])
    #expect(states.allSatisfy { $0.evidence == .node(state) })
    #expect(state.isWell)
    #expect(await monitor.poll().isEmpty)
    let health = await ClusterHealth.ask(cluster)
    #expect(health.isWell && health.states.map(\.node) == cluster.nodes)
    #expect(health.states.allSatisfy { $0.state == state })
  }
}
