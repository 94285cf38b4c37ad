import Hosts
package import Harness
package import Relays
package import Operations
import Synchronization

/// A cluster of real RabbitMQ nodes on this machine, started as an ordinary user.
///
/// Every node finds its peers, and the clients find every node, at addresses of a relay, whose
/// links can be cut. All processes carry `STOAT_RUN=token`, all files are in the run directory.
package final class RabbitMQSystem: RelayedSystem, Sendable {
  /// What is not fixed by the plan.
  package struct Options: Sendable {
    /// The path of the program `stoat-node`, which is the relay.
    package var nodeExecutable: String
    /// The run's addresses are 127.<octet>.x.y, 1 to 254; nil for a free one.
    package var netOctet: Int?
    /// Whether the databases of the nodes are kept when the system is stopped.
    package var keepData: Bool
    /// Told about what should not be missed although it went well in the end, e.g. a boot that
    /// hung and was cured.
    package var onNotice: @Sendable (String) -> Void

    /// Options.
    package init(
      nodeExecutable: String, netOctet: Int? = nil, keepData: Bool = false,
      onNotice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
      self.nodeExecutable = nodeExecutable
      self.netOctet = netOctet
      self.keepData = keepData
      self.onNotice = onNotice
    }
  }

  /// The RabbitMQ that is run.
  package let installation: RabbitMQInstallation
  /// Names, addresses, ports and paths of this run.
  package let layout: RabbitMQLayout
  let configuration: RabbitMQConfiguration
  let plan: ClusterPlan
  let options: Options
  let journal: any UndoJournal
  let token: String
  let host = LocalHost()
  /// The links of the run.
  package let topology: NetworkTopology
  let call: ErlangCall
  let state: Mutex<State>
  /// What had passed when links were restored.
  package let passedBefore = PassedBytes()

  /// What changes while the system runs.
  struct State {
    /// The address that keeps other runs off; nil once it was given back.
    var claim: AddressClaim?
    /// Nothing more may be started.
    var isStopping = false
    var epmd: ProcessIdentity?
    var relay: ProcessIdentity?
    var nodes: [NodeID: ProcessIdentity] = [:]
    /// The nodes whose hosts are taken off the network.
    var silenced: Set<NodeID> = []
    /// How long each node's log was when the queues were prepared, in bytes.
    var logged: [NodeID: Int] = [:]
  }

  /// A system that is not started yet; its addresses are its own from now on, until `stop`.
  ///
  /// `directory` is the run directory, absolute. Throws `addressInUse` with the address or port
  /// and the process that has it.
  package init(
    installation: RabbitMQInstallation, plan: ClusterPlan, directory: String,
    journal: any UndoJournal, token: String, options: Options
  ) throws(SystemFailure) {
    guard 1...RabbitMQLayout.mostNodes ~= plan.nodes else {
      throw SystemFailure(
        .failed, "a cluster of \(plan.nodes) nodes: use 1 to \(RabbitMQLayout.mostNodes)")
    }
    let (layout, claim) = try AddressBlock(plan: plan, directory: directory, token: token)
      .claim(octet: options.netOctet)
    do {
      topology = try layout.topology()
    } catch {
      claim.release()
      throw SystemFailure(.failed, "could not lay out the network: \(error)")
    }
    let cookie = "STOAT" + String(Fingerprint.hash(token), radix: 16).uppercased()
    self.installation = installation
    self.layout = layout
    self.plan = plan
    self.options = options
    self.journal = journal
    self.token = token
    configuration = RabbitMQConfiguration(
      layout: layout, plan: plan, cookie: cookie, token: token)
    call = ErlangCall(
      installation: installation, layout: layout, cookie: cookie, token: token)
    state = Mutex(State(claim: claim))
  }

  /// The control socket of the run's relay.
  package var relaySocket: String { layout.relaySocket }

  /// `n1` and so on.
  package var nodes: [NodeID] { layout.nodes }

  /// RabbitMQ's default user, allowed on links as well.
  package var credentials: Credentials { Credentials(user: "guest", password: "guest") }

  /// The relay's address for clients of `node`, or the node's own for a node that does not exist.
  package func endpoint(of node: NodeID) -> Endpoint {
    let client = NetworkTopology.clientName(of: node.description)
    guard let link = topology.link(from: client, to: node.description) else {
      return Endpoint(host: "127.0.0.1", port: layout.clientPort(of: node))
    }
    return Endpoint(host: link.listen.host, port: Int(link.listen.port))
  }

  /// Versions, settings, and a hash of each file that the nodes were configured with.
  package func describe() async -> SystemDescription {
    var settings = [
      Setting("erlang", installation.erlangVersion),
      Setting("server", installation.serverScript),
      Setting("nodes", "\(plan.nodes)"),
      Setting("cluster_partition_handling", plan.partitionHandling.rawValue),
      Setting("net_ticktime", "\(configuration.netTickSeconds) s"),
      Setting(
        "dead_letter_worker_publisher_confirm_timeout",
        "\(configuration.deadLetterTimeoutSeconds) s"),
      Setting("addresses", "127.\(layout.octet).x.y"),
    ]
    for node in nodes {
      for file in configuration.files(of: node) {
        settings.append(Setting("\(node)/\(file.name)", Fingerprint.text(of: file.text)))
      }
    }
    return SystemDescription(
      name: "rabbitmq", version: installation.version, settings: settings)
  }

  /// Sets one policy for each mirrored queue, and removes those of an earlier call.
  package func prepare(_ queues: [QueuePlan]) async throws(SystemFailure) {
    markLogs()
    try await set(PolicyCommand(queues: queues))
  }
}
