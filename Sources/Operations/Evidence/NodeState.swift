/// What a node was seen to be at one look; everything that nobody asked is nil.
public struct NodeState: Hashable, Sendable {
  /// Whether its process runs.
  public var hasProcess: Bool?
  /// Whether its client port takes connections, past the links.
  public var isPortOpen: Bool?
  /// Whether it answers questions about the cluster.
  public var isServing: Bool?
  /// The nodes from which it reports a partition.
  public var partitioned: [NodeID]?
  /// The nodes that it does not see running.
  public var unseen: [NodeID]?

  /// A state of which only this is known.
  public init(
    hasProcess: Bool? = nil, isPortOpen: Bool? = nil, isServing: Bool? = nil,
    partitioned: [NodeID]? = nil, unseen: [NodeID]? = nil
  ) {
    self.hasProcess = hasProcess
    self.isPortOpen = isPortOpen
    self.isServing = isServing
    self.partitioned = partitioned
    self.unseen = unseen
  }

  /// Whether it is surely well: it serves clients, sees all nodes and reports no partition.
  public var isWell: Bool {
    isPortOpen != false && isServing == true && partitioned?.isEmpty == true
      && unseen?.isEmpty == true
  }
}

extension NodeState: CustomStringConvertible {
  /// For people, e.g. `process there, client port closed, does not answer`.
  public var description: String {
    var parts: [String] = []
    if let hasProcess { parts.append(hasProcess ? "process there" : "no process") }
    if let isPortOpen { parts.append("client port \(isPortOpen ? "open" : "closed")") }
    if let isServing { parts.append(isServing ? "answers" : "does not answer") }
    if let partitioned, !partitioned.isEmpty {
      parts.append("reports a partition from \(partitioned.words)")
    }
    if let unseen, !unseen.isEmpty { parts.append("does not see \(unseen.words)") }
    return parts.isEmpty ? "nothing known" : parts.joined(separator: ", ")
  }
}

extension [NodeID] {
  /// The nodes for people, with commas between them.
  var words: String { map(\.description).joined(separator: ", ") }
}
