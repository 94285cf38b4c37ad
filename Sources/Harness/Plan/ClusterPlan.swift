public import Operations

/// What a plan fixes about the cluster, in terms that every system understands.
public struct ClusterPlan: Hashable, Sendable {
  /// The number of nodes.
  public var nodes: Int
  /// What nodes do when they have lost sight of others.
  public var partitionHandling: PartitionHandling
  /// After how long without a sign of life a peer counts as down.
  public var netTick: Duration
  /// The longest a node may take to boot before it is killed and started once more.
  public var bootDeadline: Duration

  /// A cluster.
  public init(
    nodes: Int, partitionHandling: PartitionHandling, netTick: Duration, bootDeadline: Duration
  ) {
    self.nodes = nodes
    self.partitionHandling = partitionHandling
    self.netTick = netTick
    self.bootDeadline = bootDeadline
  }
}

/// RabbitMQ's `cluster_partition_handling`.
public enum PartitionHandling: String, Hashable, Sendable, CaseIterable {
  /// Every side goes on; an operator has to repair.
  case ignore
  /// A minority pauses.
  case pauseMinority = "pause_minority"
  /// After the heal the losing side restarts.
  case autoheal
}

/// A queue of the plan.
public struct QueuePlan: Hashable, Sendable {
  /// Its number and, with it, its place in the plan.
  public var id: QueueID
  /// Its name in the broker.
  public var name: String
  /// How it is replicated.
  public var kind: QueueKind
  /// For mirrored queues: which nodes mirror it, and how.
  public var mirroring: Mirroring
  /// For quorum queues: the initial number of members; 0 for all nodes.
  public var groupSize: Int
  /// What else it is declared with.
  public var options: QueueOptions
  /// What the run's verdict requires of it.
  public var required: [Guarantee]

  /// A queue.
  public init(
    id: QueueID, name: String, kind: QueueKind, mirroring: Mirroring, groupSize: Int,
    options: QueueOptions = QueueOptions(), required: [Guarantee]
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.mirroring = mirroring
    self.groupSize = groupSize
    self.options = options
    self.required = required
  }

  /// The queue as a history names it.
  public var description: QueueDescription {
    QueueDescription(id: id, name: name, kind: kind, deadLetters: options.deadLetters)
  }
}

/// What a queue is declared with besides its kind.
public struct QueueOptions: Hashable, Sendable {
  /// How long a message may wait in it; zero for ever.
  public var messageTTL: Duration
  /// Where messages go that expire or are discarded; nil if they are dropped.
  public var deadLetters: QueueID?
  /// Whether a quorum queue keeps a dead letter until its new queue has confirmed it
  /// (`x-dead-letter-strategy: at-least-once`); other kinds cannot.
  public var deadLettersSurely: Bool
  /// Whether only one of its consumers gets messages at a time (`x-single-active-consumer`).
  public var singleActiveConsumer: Bool
  /// After how long without consumers the broker may delete it; zero for never.
  public var expiry: Duration

  /// Options.
  public init(
    messageTTL: Duration = .zero, deadLetters: QueueID? = nil, deadLettersSurely: Bool = false,
    singleActiveConsumer: Bool = false, expiry: Duration = .zero
  ) {
    self.messageTTL = messageTTL
    self.deadLetters = deadLetters
    self.deadLettersSurely = deadLettersSurely
    self.singleActiveConsumer = singleActiveConsumer
    self.expiry = expiry
  }
}

/// The mirroring policy of a queue.
public struct Mirroring: Hashable, Sendable {
  /// `ha-mode`: how many replicas; 0 for all nodes, otherwise exactly so many; 1 for no mirror.
  public var replicas: Int
  /// `ha-sync-mode`.
  public var syncMode: SyncMode
  /// `ha-promote-on-failure`.
  public var promoteOnFailure: Promotion

  /// A policy.
  public init(replicas: Int, syncMode: SyncMode, promoteOnFailure: Promotion) {
    self.replicas = replicas
    self.syncMode = syncMode
    self.promoteOnFailure = promoteOnFailure
  }
}

/// RabbitMQ's `ha-sync-mode`.
public enum SyncMode: String, Hashable, Sendable, CaseIterable {
  /// A new mirror gets what is new; the rest only on request.
  case manual
  /// A new mirror is brought up to date at once, the queue stands still meanwhile.
  case automatic
}

/// RabbitMQ's `ha-promote-on-failure`.
public enum Promotion: String, Hashable, Sendable, CaseIterable {
  /// An unsynchronised mirror may become master.
  case always
  /// Only a synchronised one may.
  case whenSynced = "when-synced"
}
