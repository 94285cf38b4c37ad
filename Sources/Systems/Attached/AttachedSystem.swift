import Hosts
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
  private let layout: RabbitMQLayout
  private let options: Options
  private let journal: any UndoJournal
  private let token: String
  private let host = LocalHost()
  private let state: Mutex<(claim: AddressClaim?, relay: ProcessIdentity?)>

  /// A view of the cluster at these addresses, one a node; asks each who it is.
  ///
  /// Throws `unavailable` if one does not answer, and if the brokers are of several versions.
  package init(
    _ addresses: [AttachedAddress], directory: String, journal: any UndoJournal, token: String,
    options: Options
  ) async throws(SystemFailure) {
    var targets: [RelayEndpoint] = []
    var greetings: [BrokerGreeting] = []
    for address in addresses {
      guard let numeric = await LocalHost().address(of: address.host),
        let target = RelayEndpoint("\(numeric):\(address.port)")
      else {
        throw SystemFailure(.unavailable, "the host \(address.host) has no IPv4 address")
      }
      greetings.append(try await BrokerGreeting.ask(numeric, port: address.port))
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
      plan: ClusterPlan(
        nodes: addresses.count, partitionHandling: .ignore, netTick: .zero, bootDeadline: .zero),
      directory: directory, token: token
    ).claim(octet: options.netOctet)
    self.greeting = greeting
    self.layout = layout
    self.options = options
    self.journal = journal
    self.token = token
    credentials = first.credentials
    nodes = layout.nodes
    topology = NetworkTopology(links: layout.clientLinks(to: targets))
    state = Mutex((claim, nil))
  }

  /// The control socket of the run's relay.
  package var relaySocket: String { layout.relaySocket }

  /// Queues are named after the run and deleted some minutes after it, whatever becomes of it.
  package var guest: GuestQueues? {
    GuestQueues(suffix: ".\(token)", expiry: Self.queueExpiry)
  }

  private static let queueExpiry = Duration.seconds(600)

  /// The relay's address for clients of `node`.
  package func endpoint(of node: NodeID) -> Endpoint {
    let client = NetworkTopology.clientName(of: node.description)
    guard let link = topology.link(from: client, to: node.description) else {
      return Endpoint(host: "127.0.0.1", port: layout.clientLinkPort)
    }
    return Endpoint(host: link.listen.host, port: Int(link.listen.port))
  }

  /// Starts the relay; the cluster is there already.
  package func start() async throws(SystemFailure) {
    try journal.add(.endMarked(token: token))
    try host.makeDirectory(layout.networkDirectory)
    try journal.add(.endRelay(socket: relaySocket))
    let identity = try host.spawn(
      Daemon(
        relay: options.nodeExecutable, socket: relaySocket, token: token,
        output: "\(layout.networkDirectory)/relay.log"))
    state.withLock { $0.relay = identity }
    try journal.add(.endProcess(identity, what: "relay"))
    try await installLinks()
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
        Setting("addresses", "127.\(layout.octet).x.y"),
      ])
  }

  /// Ends the relay.
  package func stop() async -> [String] {
    if let relay = state.withLock({ $0.relay }) {
      _ = await host.end(relay, grace: .seconds(2))
    }
    let left = await host.endMarked(token, grace: .seconds(1), timeout: .seconds(20))
    state.withLock { state in
      state.claim?.release()
      state.claim = nil
    }
    return left
  }
}
