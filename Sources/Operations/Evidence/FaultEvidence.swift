/// What the probe of a fault saw, as values; the words of `FaultEvent.detail` are for people.
public struct FaultEvidence: Hashable, Sendable {
  /// Named figures, in the order in which they were seen.
  public var figures: [FaultFigure]
  /// Which processes were there before and after, by node.
  public var incarnations: [IncarnationChange]

  /// Evidence.
  public init(figures: [FaultFigure] = [], incarnations: [IncarnationChange] = []) {
    self.figures = figures
    self.incarnations = incarnations
  }

  /// The figure of this name, of one node or of all together; nil if it was not seen.
  public func figure(_ name: FaultFigure.Name, of node: NodeID? = nil) -> Int64? {
    figures.last { $0.name == name && $0.node == node }?.value
  }
}

/// One figure of a fault's evidence.
public struct FaultFigure: Hashable, Sendable {
  /// What a figure counts; yes and no are 1 and 0.
  public enum Name: UInt8, Hashable, Sendable, CaseIterable {
    /// How many directed links were asked.
    case ways = 0
    /// How many of them let nothing pass.
    case stalled = 1
    /// How many let nothing pass before.
    case stalledBefore = 2
    /// How many connections they carry.
    case connections = 3
    /// How many bytes wait in stalled links.
    case heldBytes = 4
    /// How many bytes passed since the links were changed.
    case passedBytes = 5
    /// How many links have conditions.
    case shaped = 6
    /// How many had conditions before.
    case shapedBefore = 7
    /// How many pieces were held back for conditions.
    case delayedPieces = 8
    /// The shortest time for which one was, in ns.
    case leastDelay = 9
    /// How often a link stood still for its conditions.
    case stalls = 10
    /// The highest rate of a link since its conditions began, in bytes a second.
    case highestRate = 11
    /// How many client connections were reset.
    case resetConnections = 12
    /// Whether the node's client port was open.
    case portOpen = 13
    /// Whether every link of the node was silent.
    case silent = 14
    /// Whether the node's process stood still.
    case suspended = 15
    /// Whether it stood still before.
    case suspendedBefore = 16
    /// How many policies were looked at.
    case policies = 17
    /// How many of them were changed.
    case changedPolicies = 18
    /// How many replicas lacked messages.
    case lacking = 19
    /// How many lacked messages before.
    case lackingBefore = 20
    /// The number of the node that led the queue.
    case leader = 21
    /// The number of the node that led it before.
    case leaderBefore = 22
  }

  /// What it is.
  public var name: Name
  /// The node that it is about; nil if it is about all of them.
  public var node: NodeID?
  /// How many, or how much.
  public var value: Int64

  /// A figure.
  public init(_ name: Name, _ value: Int64, of node: NodeID? = nil) {
    self.name = name
    self.node = node
    self.value = value
  }
}

/// Which process a node was before and after something; the texts stand for processes, equal ones
/// for the same.
public struct IncarnationChange: Hashable, Sendable {
  /// The node.
  public var node: NodeID
  /// Its process before; nil if there was none.
  public var before: String?
  /// Its process after; nil if there is none.
  public var after: String?

  /// A change, or none.
  public init(node: NodeID, before: String?, after: String?) {
    self.node = node
    self.before = before
    self.after = after
  }
}
