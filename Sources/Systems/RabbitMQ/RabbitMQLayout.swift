package import Operations

/// What Erlang adds to the layout of a run: the names of its nodes, and files named after them.
package struct RabbitMQLayout: Hashable, Sendable {
  /// Addresses, ports and directories.
  package var places: NodeLayout

  /// A layout.
  package init(_ places: NodeLayout) {
    self.places = places
  }

  /// The nodes in order.
  package var nodes: [NodeID] { places.nodes }

  /// The real epmd at the nodes' own address, and its stand-ins at the run's addresses.
  package var epmdPort: Int { places.portMapperPort }

  /// Erlang's name of a node: `r1@n1`. One epmd knows only the part before the `@`, so that those
  /// have to differ.
  package func erlangName(of node: NodeID) -> String { "r\(node.rawValue)@\(node)" }

  /// The node with this Erlang name.
  package func node(named name: some StringProtocol) -> NodeID? {
    nodes.first { erlangName(of: $0) == name }
  }

  /// RabbitMQ's log.
  package func logFile(of node: NodeID) -> String {
    places.logDirectory(of: node) + "/\(erlangName(of: node)).log"
  }
}
