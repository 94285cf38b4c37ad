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
        await monitor.poll().map { event in
          guard case .broker(let event) = event, event.kind == .leader else { return "\(event)" }
          return "\(event.node?.description ?? "-") \(event.detail)"
        })
    }
    #expect(
      told == [
        ["n1 "], ["n2 several nodes lead it: n1, n2"], [], [], [], [], ["n2 "], [], ["n3 "],
      ])
  }
}
