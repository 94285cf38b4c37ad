/// A change in the state of one fault of the schedule.
public struct FaultEvent: Hashable, Sendable {
  /// Its place in the schedule.
  public var fault: FaultID
  /// What kind of fault, as the plan writes it (`isolate`, `heal`, …).
  public var name: String
  /// What happened to it.
  public var stage: FaultStage
  /// The nodes that the target resolved to.
  public var nodes: [NodeID]
  /// For people: the evidence, or what went wrong.
  public var detail: String
  /// What its probe saw; nil where nobody probed, or nobody wrote it down.
  public var evidence: FaultEvidence?

  /// A fault event.
  public init(
    fault: FaultID, name: String, stage: FaultStage, nodes: [NodeID], detail: String,
    evidence: FaultEvidence? = nil
  ) {
    self.fault = fault
    self.name = name
    self.stage = stage
    self.nodes = nodes
    self.detail = detail
    self.evidence = evidence
  }
}

/// The stages of a fault.
public enum FaultStage: UInt8, Hashable, Sendable, CaseIterable {
  /// The injection begins; from here on its effects are possible.
  case began = 0
  /// The injection was done and its probe showed the effect.
  case proved = 1
  /// The injection was done and its probe did not show the effect: not exercised.
  case unproved = 2
  /// The injection itself failed.
  case failed = 3
}

/// Something that the harness learnt from the system rather than from a client.
public struct BrokerEvent: Hashable, Sendable {
  /// What was learnt.
  public var kind: BrokerEventKind
  /// The node it is about, if any.
  public var node: NodeID?
  /// The queue it is about, if any.
  public var queue: QueueID?
  /// For people; nothing is decided by it.
  public var detail: String
  /// What it is decided by, of the kind that belongs to the event; nil where it was not recorded,
  /// and then unknown.
  public var evidence: BrokerEvidence?

  /// A broker event without evidence.
  public init(
    kind: BrokerEventKind, node: NodeID? = nil, queue: QueueID? = nil, detail: String = ""
  ) {
    self.kind = kind
    self.node = node
    self.queue = queue
    self.detail = detail
  }

  /// A broker event with evidence, and what people read of it.
  public init(
    kind: BrokerEventKind, node: NodeID? = nil, queue: QueueID? = nil, detail: String,
    evidence: BrokerEvidence?
  ) {
    self.init(kind: kind, node: node, queue: queue, detail: detail)
    self.evidence = evidence
  }

  /// A broker event with evidence, of which people read the description.
  public init(
    kind: BrokerEventKind, node: NodeID? = nil, queue: QueueID? = nil, evidence: BrokerEvidence
  ) {
    self.init(
      kind: kind, node: node, queue: queue, detail: evidence.description, evidence: evidence)
  }

  /// The evidence of a `drained` or `undrained` event.
  public var emptiness: EmptinessEvidence? {
    if case .emptiness(let evidence) = evidence { evidence } else { nil }
  }

  /// The evidence of a `logged` event.
  public var log: LogRecord? {
    if case .log(let record) = evidence { record } else { nil }
  }
}

/// The kinds of broker event.
public enum BrokerEventKind: UInt8, Hashable, Sendable, CaseIterable {
  /// `node` leads `queue` now.
  case leader = 0
  /// Ready and unacknowledged messages are zero on every replica of `queue`, all nodes are up and
  /// agree that there is no partition. Nothing may be published or requeued after it.
  case drained = 1
  /// The queue could not be proved empty before the deadline; the evidence says what is stuck.
  case undrained = 2
  /// `node` answers again and its AMQP port is open.
  case nodeUp = 3
  /// `node` was seen to be down.
  case nodeDown = 4
  /// `node` hung in boot and was started again by the harness.
  case bootRetried = 5
  /// All nodes agree again that there is no partition.
  case healed = 6
  /// At least one node reports a partition.
  case partitioned = 7
  /// A replica of `queue` is there that does not have everything that the leader has.
  case unsynchronised = 8
  /// All replicas of `queue` have everything that the leader has again.
  case synchronised = 9
  /// The log of `node` holds what matches a pattern, or was searched; the evidence says which.
  case logged = 10
  /// `node` was seen to be something else than before; the evidence says what.
  case nodeState = 11
}

/// The phases of a run, in order.
public enum Phase: UInt8, Hashable, Sendable, CaseIterable, Comparable {
  /// Queues are declared and sessions open.
  case setup = 0
  /// Publishers and consumers work; faults happen.
  case load = 1
  /// Publishers have stopped and wait for the last confirms; the cluster recovers.
  case recovery = 2
  /// Consumers empty the queues.
  case drain = 3
  /// Nothing more will happen.
  case done = 4

  /// In order of the run.
  public static func < (lhs: Phase, rhs: Phase) -> Bool { lhs.rawValue < rhs.rawValue }
}
