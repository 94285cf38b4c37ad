package import Harness
package import Operations
import Relays

/// Where everything of one run is, whatever the broker: addresses, ports and paths, all of them
/// functions of the run's octet and directory.
package struct NodeLayout: Hashable, Sendable {
  /// The second byte of the run's addresses 127.<octet>.x.y.
  package var octet: Int
  /// The number of nodes.
  package var nodeCount: Int
  /// The run directory.
  package var directory: String

  /// The numeric address at which nodes, and what they share, really listen on their host.
  package static let ownAddress = "127.0.0.1"
  /// The most nodes for which there are ports.
  package static let mostNodes = 28
  /// The octets that a run may have; 127.0.x.y is everybody's.
  package static let octets = 1...254
  private static let firstPort = 12_000
  private static let portsPerRun = 64

  /// A layout.
  package init(octet: Int, nodeCount: Int, directory: String) {
    self.octet = octet
    self.nodeCount = nodeCount
    self.directory = directory
  }

  /// The nodes in order.
  package var nodes: [NodeID] { (1...max(1, nodeCount)).map { NodeID(UInt32($0)) } }

  /// The run's addresses, for people.
  package var addresses: String { "127.\(octet).x.y" }

  // Ports are the run's own, and below those that the kernel gives to outgoing connections: a node
  // that is down must find its ports free when it comes back.
  private var basePort: Int { Self.firstPort + octet * Self.portsPerRun }
  /// A port mapper that all nodes of a host share, where the broker has one.
  package var portMapperPort: Int { basePort }
  /// The relay's links between nodes.
  package var peerLinkPort: Int { basePort + 1 }
  /// The relay's links from clients.
  package var clientLinkPort: Int { basePort + 2 }
  /// The address and port that say that the octet is taken.
  package var claim: Endpoint {
    Endpoint(host: "127.\(octet).255.254", port: basePort + Self.portsPerRun - 1)
  }
  /// Where a node listens for its peers; the same after every restart.
  package func peerPort(of node: NodeID) -> Int { basePort + 4 + 2 * number(node) }
  /// Where a node listens for clients.
  package func clientPort(of node: NodeID) -> Int { basePort + 5 + 2 * number(node) }
  /// Where clients reach a node past all links, on its own host.
  package func service(of node: NodeID) -> Endpoint {
    Endpoint(host: Self.ownAddress, port: clientPort(of: node))
  }

  /// All ports that the run's own programs listen on.
  package var ports: [Int] {
    [portMapperPort, peerLinkPort, clientLinkPort]
      + nodes.flatMap { [peerPort(of: $0), clientPort(of: $0)] }
  }

  private func number(_ node: NodeID) -> Int { Int(node.rawValue) - 1 }

  /// Where node `from` finds its peer `to`.
  package func peerAddress(from: NodeID, to: NodeID) -> String {
    "127.\(octet).\(from.rawValue).\(to.rawValue)"
  }

  /// A node's own directory.
  package func directory(of node: NodeID) -> String { "\(directory)/nodes/\(node)" }
  /// A node's configuration.
  package func configDirectory(of node: NodeID) -> String { directory(of: node) + "/config" }
  /// A node's logs; they stay.
  package func logDirectory(of node: NodeID) -> String { directory(of: node) + "/logs" }
  /// A node's database; it goes at the end of the run.
  package func dataDirectory(of node: NodeID) -> String { directory(of: node) + "/data" }
  /// What a node writes to its standard output.
  package func outputFile(of node: NodeID) -> String { logDirectory(of: node) + "/stdout.log" }
  /// Where relay and port mapper write.
  package var networkDirectory: String { "\(directory)/network" }

  /// The links from the clients of each node to where it is, for a cluster that already runs.
  func clientLinks(to targets: [RelayEndpoint]) -> [RelayLink] {
    zip(nodes, targets).map { node, target in
      let client = NetworkTopology.clientName(of: node.description)
      return RelayLink(
        name: client, direction: Direction(from: client, to: node.description),
        listen: RelayEndpoint(
          127, UInt8(octet), UInt8(128 + node.rawValue), UInt8(node.rawValue),
          port: UInt16(clientLinkPort)),
        target: target)
    }
  }

  /// The links between nodes and from the clients of each node to it; with `hasPortMapper` also
  /// those to the port mapper.
  func topology(hasPortMapper: Bool) throws(RelayError) -> NetworkTopology {
    try NetworkTopology.cluster(
      run: UInt8(octet),
      nodes: nodes.map { node in
        NetworkTopology.Node(
          name: node.description, peerPort: UInt16(peerPort(of: node)),
          clientPort: UInt16(clientPort(of: node)))
      },
      ports: NetworkTopology.Ports(
        peer: UInt16(peerLinkPort), client: UInt16(clientLinkPort),
        epmd: hasPortMapper ? UInt16(portMapperPort) : nil))
  }
}
