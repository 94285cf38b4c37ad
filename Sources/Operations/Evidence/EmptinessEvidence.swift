/// What the nodes said of a queue when it was to be proved empty: the evidence of a `drained` or
/// `undrained` event.
public struct EmptinessEvidence: Hashable, Sendable {
  /// How many looks in a row found the queue empty in a cluster that was well; two prove it. Nil
  /// if unknown.
  public var looks: Int?
  /// Whether nobody counted a message and not everybody could be asked, so that the queue may as
  /// well have been empty.
  public var isOpen: Bool
  /// Whether all nodes served clients, saw each other and reported no partition; nil if unknown.
  public var isWell: Bool?
  /// The nodes that did not answer.
  public var unasked: [NodeID]
  /// The nodes that answered and did not know the queue.
  public var strangers: [NodeID]
  /// What each node that knew the queue counted in all.
  public var queues: [QueueCount]
  /// What each of them counted on each replica.
  public var replicas: [ReplicaCount]

  /// Evidence.
  public init(
    looks: Int?, isOpen: Bool, isWell: Bool?, unasked: [NodeID] = [], strangers: [NodeID] = [],
    queues: [QueueCount] = [], replicas: [ReplicaCount] = []
  ) {
    self.looks = looks
    self.isOpen = isOpen
    self.isWell = isWell
    self.unasked = unasked
    self.strangers = strangers
    self.queues = queues
    self.replicas = replicas
  }

  /// Whether all nodes were surely there and everybody counted everything.
  public var isWhole: Bool {
    isWell == true && unasked.isEmpty && strangers.isEmpty && !lacksCounts
  }

  /// Whether some count that there should be is missing.
  public var lacksCounts: Bool {
    queues.contains { $0.ready == nil || $0.unacknowledged == nil }
      || replicas.contains { !$0.isOnline || $0.depth == nil }
  }

  /// Whether somebody counted a message.
  public var hasMessages: Bool {
    queues.contains { ($0.ready ?? 0) > 0 || ($0.unacknowledged ?? 0) > 0 }
      || replicas.contains { ($0.depth ?? 0) > 0 }
  }
}

/// How many messages one node counts in a queue.
public struct QueueCount: Hashable, Sendable {
  /// Who counts.
  public var seenBy: NodeID
  /// Messages that can be delivered; nil if the node cannot count them.
  public var ready: Int?
  /// Messages delivered and not yet settled; nil if the node cannot count them.
  public var unacknowledged: Int?

  /// A count.
  public init(seenBy: NodeID, ready: Int?, unacknowledged: Int?) {
    self.seenBy = seenBy
    self.ready = ready
    self.unacknowledged = unacknowledged
  }
}

/// How many messages one node counts on one replica of a queue.
public struct ReplicaCount: Hashable, Sendable {
  /// Who counts.
  public var seenBy: NodeID
  /// Where the replica is.
  public var replica: NodeID
  /// All messages of the replica; nil if there is no count of it.
  public var depth: Int?
  /// Whether the replica is there.
  public var isOnline: Bool

  /// A count.
  public init(seenBy: NodeID, replica: NodeID, depth: Int?, isOnline: Bool = true) {
    self.seenBy = seenBy
    self.replica = replica
    self.depth = depth
    self.isOnline = isOnline
  }
}
