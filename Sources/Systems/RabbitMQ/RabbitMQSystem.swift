package import Environment
package import Harness
package import Hosts
import Operations
package import Relays
import Synchronization

/// A cluster of real RabbitMQ nodes, started as an ordinary user.
///
/// Every node finds its peers, and the clients find every node, at addresses of a relay, whose
/// links can be cut. All processes carry `STOAT_RUN=token`, all files are in the run directory.
/// How processes are started, watched and ended is `NodeProcesses`'.
package final class RabbitMQSystem: SilencedSystem, Sendable {
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
  /// The processes of the nodes, of epmd and of the relay.
  package let processes: NodeProcesses
  /// The relay of the run.
  package let hostRelay: HostRelay
  /// The links of the run.
  package let topology: NetworkTopology
  /// What had passed when links were restored.
  package let passedBefore = PassedBytes()
  /// The nodes that are off the network.
  package let silenced = SilencedNodes()
  let configuration: RabbitMQConfiguration
  let plan: ClusterPlan
  let options: Options
  let host: any Host
  let clock: any RunClock
  let call: ErlangCall
  /// The address that keeps other runs off; nil once it was given back.
  let claim: Mutex<AddressClaim?>

  /// A system that is not started yet; its addresses are its own from now on, until `stop`.
  ///
  /// `directory` is the run directory, absolute. The nodes run on `machine`, where the addresses
  /// are claimed. Throws `addressInUse` with the address or port and the process that has it.
  package init(
    installation: RabbitMQInstallation, on machine: LocalHost, plan: ClusterPlan,
    directory: String, journal: any UndoJournal, token: String, options: Options,
    clock: any RunClock = MonotonicClock()
  ) throws(SystemFailure) {
    guard 1...NodeLayout.mostNodes ~= plan.nodes else {
      throw SystemFailure(
        .failed, "a cluster of \(plan.nodes) nodes: use 1 to \(NodeLayout.mostNodes)")
    }
    let (places, claim) = try AddressBlock(
      host: machine, nodeCount: plan.nodes, directory: directory, token: token
    ).claim(octet: options.netOctet)
    do {
      topology = try places.topology(hasPortMapper: true)
    } catch {
      claim.release()
      throw SystemFailure(.failed, "could not lay out the network: \(error)")
    }
    let layout = RabbitMQLayout(places)
    let cookie = "STOAT" + String(Fingerprint.hash(token), radix: 16).uppercased()
    let configuration = RabbitMQConfiguration(layout: layout, plan: plan, cookie: cookie)
    self.installation = installation
    self.layout = layout
    self.configuration = configuration
    self.plan = plan
    self.options = options
    self.clock = clock
    host = machine
    hostRelay = HostRelay(
      host: machine, program: options.nodeExecutable, directory: places.networkDirectory)
    processes = NodeProcesses(
      programs: configuration.programs(installation, on: machine), hosts: [machine], token: token,
      journal: journal, bootDeadline: plan.bootDeadline, clock: clock)
    call = ErlangCall(
      installation: installation, layout: layout, host: machine, cookie: cookie, token: token)
    self.claim = Mutex(claim)
  }

  /// RabbitMQ's default user, allowed on links as well.
  package var credentials: Credentials { Credentials(user: "guest", password: "guest") }

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
      Setting("addresses", layout.places.addresses),
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
    await processes.markLogs()
    try await set(PolicyCommand(queues: queues))
  }

  /// Ends the nodes, epmd and at last the relay, and looks for anything else that carries the run's
  /// mark. May be called at any time, also while the system starts, and again.
  ///
  /// Returns what still runs, for people. The logs are in the run directory; the databases are
  /// deleted unless they are to be kept or something still runs.
  package func stop() async -> [String] {
    let left = await processes.stop()
    if left.isEmpty && !options.keepData {
      // What cannot be removed is left, and is no more than files of the run.
      for node in nodes { try? await host.remove(layout.places.dataDirectory(of: node)) }
    }
    claim.withLock { claim in
      claim?.release()
      claim = nil
    }
    return left
  }
}
