/// A place where the relay listens, and where it takes what arrives there.
package struct RelayLink: Hashable, Sendable {
  /// What travels over the link.
  package enum Kind: Hashable, Sendable {
    /// Any bytes.
    case stream
    /// Requests to epmd, whose answers are changed to name this port.
    case epmd(answering: UInt16)
  }

  /// The link's name, unique in a relay: letters, digits and `._-@`, at most 64.
  package let name: String
  /// Who initiates connections (`from`) and who listens (`to`).
  package let direction: Direction
  /// Where the relay listens in place of `to`.
  package let listen: RelayEndpoint
  /// Where `to` really listens.
  package let target: RelayEndpoint
  /// What travels over the link.
  package let kind: Kind

  /// A link from `direction.from` to `direction.to`.
  package init(
    name: String, direction: Direction, listen: RelayEndpoint, target: RelayEndpoint,
    kind: Kind = .stream
  ) {
    self.name = name
    self.direction = direction
    self.listen = listen
    self.target = target
    self.kind = kind
  }
}

/// All links of one run, as a value: what a relay has to be told, and what a fault has to cut.
package struct NetworkTopology: Hashable, Sendable {
  /// One node: its name in the network and the ports it really listens on at 127.0.0.1.
  package struct Node: Hashable, Sendable {
    /// The node's name in the network, also its host name: `n1`.
    package let name: String
    /// The port for other nodes (Erlang's distribution).
    package let peerPort: UInt16
    /// The port for clients (AMQP).
    package let clientPort: UInt16

    /// A node that listens on two ports of 127.0.0.1.
    package init(name: String, peerPort: UInt16, clientPort: UInt16) {
      self.name = name
      self.peerPort = peerPort
      self.clientPort = clientPort
    }
  }

  /// The ports that the relay listens on, the same at every address of its own.
  package struct Ports: Hashable, Sendable {
    /// Links between nodes. Must differ from every node's own ports: RabbitMQ checks at boot that
    /// its port can be bound on the wildcard address.
    package let peer: UInt16
    /// Links from clients to nodes.
    package let client: UInt16
    /// Both the real epmd on 127.0.0.1 and its stand-ins; nil for a broker without epmd.
    package let epmd: UInt16?

    /// The relay's ports.
    package init(peer: UInt16, client: UInt16, epmd: UInt16? = nil) {
      self.peer = peer
      self.client = client
      self.epmd = epmd
    }
  }

  /// The links, in the order in which they are made.
  package let links: [RelayLink]

  /// A network of these links.
  package init(links: [RelayLink]) {
    self.links = links
  }

  /// A cluster in which every node reaches every other over a link of its own, and the clients
  /// `c.<node>` of each node reach that node over theirs.
  ///
  /// Node i reaches node j at 127.`run`.i.j and its clients reach node j at 127.`run`.128+j.j, both
  /// counted from 1. At most 100 nodes; `run` is 1 to 254.
  package static func cluster(
    run: UInt8, nodes: [Node], ports: Ports
  ) throws(RelayError) -> NetworkTopology {
    try check(run: run, nodes: nodes, ports: ports)
    var links: [RelayLink] = []
    for (i, from) in nodes.enumerated() {
      for (j, to) in nodes.enumerated() where i != j {
        links += peerLinks(
          from: from, to: to, address: (run, UInt8(i + 1), UInt8(j + 1)), ports: ports)
      }
    }
    for (j, node) in nodes.enumerated() {
      let client = clientName(of: node.name)
      links.append(
        RelayLink(
          name: client, direction: Direction(from: client, to: node.name),
          listen: RelayEndpoint(127, run, UInt8(128 + j + 1), UInt8(j + 1), port: ports.client),
          target: .loopback(port: node.clientPort)))
    }
    return NetworkTopology(links: links)
  }

  /// The name under which the clients of `node` appear in the network.
  package static func clientName(of node: String) -> String { "c.\(node)" }

  /// The link over which connections travel from `from` to `to`, without those to epmd.
  package func link(from: String, to: String) -> RelayLink? {
    links.first { $0.direction == Direction(from: from, to: to) && $0.kind == .stream }
  }

  /// Both directions between `side` and everything else, each once: what a partition cuts.
  ///
  /// Clients stay on the side that names them: `["n1", "c.n1"]` isolates n1 together with its
  /// clients, `["n1"]` cuts them off as well.
  package func directions(severing side: [String]) -> [Direction] {
    var found: [Direction] = []
    for link in links {
      let way = link.direction
      guard side.contains(way.from) != side.contains(way.to) else { continue }
      for direction in [way, way.reversed] where !found.contains(direction) {
        found.append(direction)
      }
    }
    return found
  }

  private static func check(run: UInt8, nodes: [Node], ports: Ports) throws(RelayError) {
    guard run >= 1 && run <= 254 && nodes.count <= 100 else {
      throw RelayError(
        .badRequest,
        "a network of \(nodes.count) nodes at 127.\(run).x.y: use 1 to 254 and at most 100 nodes")
    }
    let taken = [ports.peer, ports.client] + (ports.epmd.map { [$0] } ?? [])
    for node in nodes where taken.contains(node.peerPort) || taken.contains(node.clientPort) {
      throw RelayError(
        .badRequest,
        "node \(node.name) uses a port of the relay (\(taken)): give the nodes other ports")
    }
  }

  private static func peerLinks(
    from: Node, to: Node, address: (UInt8, UInt8, UInt8), ports: Ports
  ) -> [RelayLink] {
    let direction = Direction(from: from.name, to: to.name)
    let (run, i, j) = address
    let name = "\(from.name)-\(to.name)"
    let peer = RelayLink(
      name: name, direction: direction, listen: RelayEndpoint(127, run, i, j, port: ports.peer),
      target: .loopback(port: to.peerPort))
    guard let epmd = ports.epmd else { return [peer] }
    let lookup = RelayLink(
      name: "\(name).epmd", direction: direction, listen: RelayEndpoint(127, run, i, j, port: epmd),
      target: .loopback(port: epmd), kind: .epmd(answering: ports.peer))
    return [peer, lookup]
  }
}
