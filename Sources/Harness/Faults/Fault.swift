public import Operations

/// What a fault does. Each has a name, which plans, histories and reports use.
public enum Fault: Hashable, Sendable {
  /// Cut links between nodes until they are healed; the clients of each node keep theirs.
  case partition(Partition)
  /// Cut the links between the target and its clients in both directions.
  case cutClients(FaultTarget)
  /// Make every link between the target and the other nodes worse.
  case slowLinks(FaultTarget, LinkConditions)
  /// Undo the link faults of an earlier step, or of all.
  case heal(FaultID?)
  /// Reset every client connection of the target, at both ends.
  case resetClients(FaultTarget)
  /// SIGKILL the target's process: what it had handed to the kernel is still sent.
  case kill(FaultTarget)
  /// SIGKILL, with nothing of it on the network any more, as when a host loses power.
  case killHost(FaultTarget)
  /// Ask the target's process to end, and wait until it has.
  case stop(FaultTarget)
  /// Start the target's process again and wait until it serves clients.
  case start(FaultTarget)
  /// Stop, then start.
  case restart(FaultTarget)
  /// SIGSTOP the target's process.
  case pause(FaultTarget)
  /// SIGCONT the target's process.
  case resume(FaultTarget)
  /// Set the mirroring policy of the mirrored queues.
  case setMirroring(Mirroring)
  /// Ask for the synchronisation of the mirrors of the mirrored queues.
  case synchronise
  /// Make the target lead the queues of a kind.
  case transferLeader(QueueKind, FaultTarget)

  /// The name in plans, histories and reports.
  public var name: String { kind.rawValue }

  /// What kind of fault it is.
  public var kind: FaultKind {
    switch self {
    case .partition(let partition): partition.kind
    case .cutClients: .cutClients
    case .slowLinks: .slowLinks
    case .heal: .heal
    case .resetClients: .resetClients
    case .kill: .kill
    case .killHost: .killHost
    case .stop: .stop
    case .start: .start
    case .restart: .restart
    case .pause: .pause
    case .resume: .resume
    case .setMirroring: .setMirroring
    case .synchronise: .synchronise
    case .transferLeader: .transferLeader
    }
  }

  /// What it is aimed at; nil for a fault that concerns the whole cluster.
  public var target: FaultTarget? {
    switch self {
    case .partition(.isolate(let target)), .partition(.oneWay(let target, _)): target
    case .partition(.ring): .all
    case .partition(.bridge(let target)): target
    case .cutClients(let target), .slowLinks(let target, _), .resetClients(let target),
      .kill(let target), .killHost(let target), .stop(let target), .start(let target),
      .restart(let target), .pause(let target), .resume(let target),
      .transferLeader(_, let target):
      target
    case .heal, .setMirroring, .synchronise: nil
    }
  }
}

/// How a partition cuts the links between nodes.
public enum Partition: Hashable, Sendable {
  /// The target on one side, all other nodes on the other.
  case isolate(FaultTarget)
  /// Two halves that do not see each other, and the target, which sees both.
  case bridge(FaultTarget)
  /// Every node sees a majority, and no two nodes see the same one; needs at least four nodes.
  case ring
  /// Nothing passes from the target to the other nodes; the way back is cut too within 0.2 s, as
  /// missing acknowledgements do to TCP, unless only the stream is to be cut.
  case oneWay(FaultTarget, onlyStream: Bool)

  var kind: FaultKind {
    switch self {
    case .isolate: .isolate
    case .bridge: .bridge
    case .ring: .ring
    case .oneWay(_, let onlyStream): onlyStream ? .oneWayStream : .oneWay
    }
  }
}

/// The kinds of fault by name.
public enum FaultKind: String, Hashable, Sendable, CaseIterable {
  /// A set of nodes is cut off from the others.
  case isolate
  /// Two halves and a node that sees both.
  case bridge
  /// Overlapping majorities.
  case ring
  /// A cut in one direction, as real packets make it.
  case oneWay = "one-way"
  /// A cut of one direction of the streams only, which real packets cannot make.
  case oneWayStream = "one-way-stream"
  /// Clients are cut off from their node.
  case cutClients = "cut-clients"
  /// Delay, jitter, bandwidth, stalls.
  case slowLinks = "slow-links"
  /// Links are restored.
  case heal
  /// Client connections are reset.
  case resetClients = "reset-clients"
  /// A process is killed.
  case kill
  /// A host is gone.
  case killHost = "kill-host"
  /// A node is stopped in order.
  case stop
  /// A node is started.
  case start
  /// A node is stopped in order and started.
  case restart
  /// A process stands still.
  case pause
  /// A process goes on.
  case resume
  /// The mirroring policy is changed.
  case setMirroring = "set-mirroring"
  /// Mirrors are synchronised.
  case synchronise
  /// Leaders are moved.
  case transferLeader = "transfer-leader"

  /// Whether it is there to end another fault, rather than to do harm.
  public var isRestoring: Bool { self == .heal || self == .start || self == .resume }

  /// Whether it stays in force until another step ends it.
  public var lasts: Bool { endedBy != nil }

  /// What ends it; nil for what is over at once.
  public var endedBy: FaultKind? {
    switch self {
    case .isolate, .bridge, .ring, .oneWay, .oneWayStream, .cutClients, .slowLinks: .heal
    case .kill, .killHost, .stop: .start
    case .pause: .resume
    case .heal, .resetClients, .start, .restart, .resume, .setMirroring, .synchronise,
      .transferLeader:
      nil
    }
  }
}

/// How bad a link is, in each direction.
public struct LinkConditions: Hashable, Sendable {
  /// Added to the way of every byte.
  public var delay: Duration
  /// At most so much more, drawn anew for what is read at once; the order stays.
  public var jitter: Duration
  /// Bytes a second; 0 for no limit.
  public var bandwidth: Int
  /// How often nothing passes for a while; zero for never.
  public var stallEvery: Duration
  /// For how long nothing passes then.
  public var stallFor: Duration

  /// Conditions.
  public init(
    delay: Duration = .zero, jitter: Duration = .zero, bandwidth: Int = 0,
    stallEvery: Duration = .zero, stallFor: Duration = .zero
  ) {
    self.delay = delay
    self.jitter = jitter
    self.bandwidth = bandwidth
    self.stallEvery = stallEvery
    self.stallFor = stallFor
  }
}
