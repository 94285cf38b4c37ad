/// What the numbers of a history stand for; the first thing in every history.
public struct HistoryHeader: Hashable, Sendable {
  /// The version of the format in which histories are written.
  public static let currentFormat = 2

  /// The version of the format that the history was read from; what that version does not record
  /// is unknown. It is written as `currentFormat`.
  public var format: Int
  /// The plan's name.
  public var name: String
  /// The plan's seed.
  public var seed: UInt64
  /// The system under test, e.g. `rabbitmq 3.10.8`.
  public var system: String
  /// Wall-clock time of the run's origin, nanoseconds since 1970 (UTC); for people only.
  public var originUnixNanoseconds: Int64
  /// The nodes.
  public var nodes: [NodeID]
  /// The queues, by id.
  public var queues: [QueueDescription]
  /// The clients, by id.
  public var clients: [ClientDescription]

  /// A header.
  public init(
    name: String, seed: UInt64, system: String, originUnixNanoseconds: Int64, nodes: [NodeID],
    queues: [QueueDescription], clients: [ClientDescription], format: Int = currentFormat
  ) {
    self.format = format
    self.name = name
    self.seed = seed
    self.system = system
    self.originUnixNanoseconds = originUnixNanoseconds
    self.nodes = nodes
    self.queues = queues
    self.clients = clients
  }
}

/// How a queue is replicated.
public enum QueueKind: String, Hashable, Sendable, CaseIterable {
  /// A durable classic queue that lives on one node.
  case plain
  /// A classic queue with a master and mirrors.
  case mirrored
  /// A queue replicated by Raft.
  case quorum
}

/// A queue under test.
public struct QueueDescription: Hashable, Sendable {
  /// Its number in the history.
  public var id: QueueID
  /// Its name in the broker.
  public var name: String
  /// How it is replicated.
  public var kind: QueueKind
  /// Where its messages go that expire or are discarded; nil if they are dropped.
  public var deadLetters: QueueID?

  /// A queue.
  public init(id: QueueID, name: String, kind: QueueKind, deadLetters: QueueID? = nil) {
    self.id = id
    self.name = name
    self.kind = kind
    self.deadLetters = deadLetters
  }
}

/// What a client is there for.
public enum ClientRole: String, Hashable, Sendable, CaseIterable {
  /// It publishes.
  case publisher
  /// It receives and settles.
  case consumer
}

/// A client of the workload.
public struct ClientDescription: Hashable, Sendable {
  /// Its number in the history.
  public var id: ClientID
  /// What it is there for.
  public var role: ClientRole
  /// The node it connects to.
  public var node: NodeID
  /// The queue it works on.
  public var queue: QueueID

  /// A client.
  public init(id: ClientID, role: ClientRole, node: NodeID, queue: QueueID) {
    self.id = id
    self.role = role
    self.node = node
    self.queue = queue
  }
}

/// A whole history in memory: for tests, imports and small runs; long ones are read as a stream.
public struct History: Hashable, Sendable {
  /// What the numbers stand for.
  public var header: HistoryHeader
  /// The events in the order in which they were seen.
  public var events: [TimedEvent]

  /// A history.
  public init(header: HistoryHeader, events: [TimedEvent]) {
    self.header = header
    self.events = events
  }
}
