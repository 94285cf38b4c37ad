package import Environment
package import Operations

/// A broker cluster that the harness starts, asks and ends.
///
/// What not every system can do is an extra protocol: `QueueInspection`, `QueueAdministration`,
/// `ProcessFaults`, `HostFaults`, `LinkFaults`, `LogFiles`. All calls obey the deadlines of the
/// plan's cluster settings and throw `SystemFailure`.
package protocol System: Sendable {
  /// The nodes in order; `n1` first.
  var nodes: [NodeID] { get }
  /// Name, version and settings, for environment.json and the report.
  func describe() async -> SystemDescription
  /// Boots all nodes and waits until they form one cluster.
  func start() async throws(SystemFailure)
  /// Sets what the queues need before they are declared (policies); repeated calls replace.
  func prepare(_ queues: [QueuePlan]) async throws(SystemFailure)
  /// What is added to the names of queues and to their options, so that a cluster that belongs to
  /// somebody else keeps nothing of the run; empty where the cluster goes with the run.
  var guest: GuestQueues? { get }
  /// Where clients of `node` have to connect; the way leads through a link that can be cut.
  func endpoint(of node: NodeID) -> Endpoint
  /// User name and password for clients.
  var credentials: Credentials { get }
  /// Ends everything that was started and collects the logs; never fails, reports what is left.
  func stop() async -> [String]
}

extension System {
  /// The cluster goes with the run.
  package var guest: GuestQueues? { nil }
}

/// How the queues of a run are kept apart on a cluster that belongs to somebody else.
package struct GuestQueues: Hashable, Sendable {
  /// Added to every queue's name, so that no queue of an earlier run is met.
  package var suffix: String
  /// After how long without consumers the broker deletes them.
  package var expiry: Duration

  /// Guests.
  package init(suffix: String, expiry: Duration) {
    self.suffix = suffix
    self.expiry = expiry
  }
}

/// A TCP address.
package struct Endpoint: Hashable, Sendable {
  /// A numeric IPv4 address.
  package var host: String
  /// The port.
  package var port: Int

  /// An address.
  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}

/// What a client logs in with.
package struct Credentials: Hashable, Sendable {
  /// The user.
  package var user: String
  /// The password.
  package var password: String
  /// The virtual host.
  package var virtualHost: String

  /// Credentials.
  package init(user: String, password: String, virtualHost: String = "/") {
    self.user = user
    self.password = password
    self.virtualHost = virtualHost
  }
}

/// What a system says about itself.
package struct SystemDescription: Hashable, Sendable {
  /// E.g. `rabbitmq`.
  package var name: String
  /// E.g. `3.10.8`.
  package var version: String
  /// Named settings and digests, in the order in which they are to be shown.
  package var settings: [Setting]

  /// A description.
  package init(name: String, version: String, settings: [Setting]) {
    self.name = name
    self.version = version
    self.settings = settings
  }
}

/// A named setting of a system, as people read it.
package struct Setting: Hashable, Sendable {
  /// The name.
  package var name: String
  /// The value, with its unit.
  package var value: String

  /// A setting.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A system that can be asked about its queues and its view of the cluster, quickly.
package protocol QueueInspection: System {
  /// The state of the named queues as `node` sees it; queues that it does not know are left out.
  func queueStates(_ names: [String], on node: NodeID) async throws(SystemFailure) -> [QueueState]
  /// Which nodes `node` reports as partitioned from it, and which it sees running.
  func clusterView(of node: NodeID) async throws(SystemFailure) -> ClusterView
}

/// A queue as one node sees it.
package struct QueueState: Hashable, Sendable {
  /// The queue's name.
  package var name: String
  /// The leader or master, if one is known and running.
  package var leader: NodeID?
  /// All replicas that this view knows, the leader included.
  package var replicas: [ReplicaState]
  /// Messages ready for delivery at the leader; nil if it does not answer.
  package var ready: Int?
  /// Messages delivered and not acknowledged at the leader; nil if it does not answer.
  package var unacknowledged: Int?

  /// A queue's state.
  package init(
    name: String, leader: NodeID?, replicas: [ReplicaState], ready: Int?, unacknowledged: Int?
  ) {
    self.name = name
    self.leader = leader
    self.replicas = replicas
    self.ready = ready
    self.unacknowledged = unacknowledged
  }
}

/// One replica of a queue.
package struct ReplicaState: Hashable, Sendable {
  /// Where it lives.
  package var node: NodeID
  /// Whether its process runs.
  package var online: Bool
  /// Whether it has everything that the leader has (mirrors); true for quorum members.
  package var synchronised: Bool
  /// How many messages it holds, where the system can tell without asking the leader.
  package var depth: Int?

  /// A replica.
  package init(node: NodeID, online: Bool, synchronised: Bool, depth: Int?) {
    self.node = node
    self.online = online
    self.synchronised = synchronised
    self.depth = depth
  }
}

/// The cluster as one node sees it.
package struct ClusterView: Hashable, Sendable {
  /// The nodes that it sees running, itself included.
  package var running: [NodeID]
  /// The nodes that it reports as partitioned from it.
  package var partitioned: [NodeID]

  /// A view.
  package init(running: [NodeID], partitioned: [NodeID]) {
    self.running = running
    self.partitioned = partitioned
  }
}
