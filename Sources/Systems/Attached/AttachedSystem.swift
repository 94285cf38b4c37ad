package import Environment
package import Hosts
package import Harness
package import Relays
package import Operations
import Synchronization

/// A cluster that already runs, and that belongs to somebody else.
///
/// Clients reach it over a relay, so that their links can be cut, shaped and reset. Nothing else is
/// done to it, and nothing is known of it but what the protocol says: its queues cannot be proved
/// empty, and what needs that is not exercised.
package final class AttachedSystem: RelayedSystem, Sendable {
  /// What is not fixed by the plan.
  package struct Options: Sendable {
    /// The path of the program `stoat-node`, which is the relay.
    package var nodeExecutable: String
    /// The run's addresses are 127.<octet>.x.y, 1 to 254; nil for a free one.
    package var netOctet: Int?

    /// Options.
    package init(nodeExecutable: String, netOctet: Int? = nil) {
      self.nodeExecutable = nodeExecutable
      self.netOctet = netOctet
    }
  }

  /// The links between clients and nodes.
  package let topology: NetworkTopology
  /// What had passed when links were restored.
  package let passedBefore = PassedBytes()
  /// The nodes, one an address.
  package let nodes: [NodeID]
  /// What clients log in with: that of the first address.
  package let credentials: Credentials
  /// What the first node said of itself.
  package let greeting: BrokerGreeting
  /// The relay of the run.
  package let hostRelay: HostRelay
  private let layout: NodeLayout
  private let token: String
  private let processes: NodeProcesses
  private let claim: Mutex<AddressClaim?>

  /// A view of the cluster at these addresses, one a node; asks each who it is. The relay runs on
  /// `host`, from where the nodes are reached.
  ///
  /// Throws `unavailable` if one does not answer, and if the brokers are of several versions.
  package init(
    _ addresses: [AttachedAddress], from host: LocalHost, directory: String,
    journal: any UndoJournal, token: String, options: Options,
    clock: any RunClock = MonotonicClock()
  ) async throws(SystemFailure) {
    var targets: [RelayEndpoint] = []
    var greetings: [BrokerGreeting] = []
    for address in addresses {
      guard let numeric = await host.address(of: address.host),
        let target = RelayEndpoint("\(numeric):\(address.port)")
      else {
        throw SystemFailure(.unavailable, "the host \(address.host) has no IPv4 address")
      }
      greetings.append(try await BrokerGreeting.ask(numeric, port: address.port, from: host))
      targets.append(target)
    }
    guard let first = addresses.first, let greeting = greetings.first else {
      throw SystemFailure(.failed, "there is no address to attach to")
    }
    guard greetings.allSatisfy({ $0 == greeting }) else {
      let versions = greetings.map { "\($0.product) \($0.version)" }.joined(separator: ", ")
      throw SystemFailure(.unavailable, "the nodes are not of one version: \(versions)")
    }
    let (layout, claim) = try AddressBlock(
      host: host, nodeCount: addresses.count, directory: directory, token: token
    ).claim(octet: options.netOctet)
    self.greeting = greeting
    self.layout = layout
    self.token = token
    hostRelay = HostRelay(
      host: host, program: options.nodeExecutable, directory: layout.networkDirectory)
    processes = NodeProcesses(
      programs: [:], hosts: [host], token: token, journal: journal, bootDeadline: .zero,
      clock: clock)
    credentials = first.credentials
    nodes = layout.nodes
    topology = NetworkTopology(links: layout.clientLinks(to: targets))
    self.claim = Mutex(claim)
  }

  /// Queues are named after the run and deleted some minutes after it, whatever becomes of it.
  package var guest: GuestQueues? {
    GuestQueues(suffix: ".\(token)", expiry: Self.queueExpiry)
  }

  private static let queueExpiry = Duration.seconds(600)

  /// Starts the relay; the cluster is there already.
  package func start() async throws(SystemFailure) {
    try await processes.prepare()
    try await startRelay(in: processes)
  }

  /// Refuses queues that the broker cannot have; policies are its owner's.
  package func prepare(_ queues: [QueuePlan]) async throws(SystemFailure) {
    try greeting.check(queues)
  }

  /// Who answered, and through which addresses.
  package func describe() async -> SystemDescription {
    SystemDescription(
      name: greeting.product.lowercased(), version: greeting.version,
      settings: [
        Setting("attached to", topology.links.map(\.target.description).joined(separator: ", ")),
        Setting("addresses", layout.addresses),
      ])
  }

  /// Ends the relay.
  package func stop() async -> [String] {
    let left = await processes.stop()
    claim.withLock { claim in
      claim?.release()
      claim = nil
    }
    return left
  }
}
