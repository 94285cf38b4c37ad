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
  public var kind: FaultKind { parts.kind }

  /// What it is aimed at; nil for a fault that concerns the whole cluster.
  public var target: FaultTarget? { parts.target }

  /// What it takes besides a target.
  package var parameter: FaultParameter? { parts.parameter }

  /// What a step of a schedule says about it; `FaultForm.fault` puts it together again.
  private var parts: (kind: FaultKind, target: FaultTarget?, parameter: FaultParameter?) {
    switch self {
    case .partition(.isolate(let target)): (.isolate, target, nil)
    case .partition(.bridge(let target)): (.bridge, target, nil)
    case .partition(.ring): (.ring, .all, nil)
    case .partition(.oneWay(let target, onlyStream: false)): (.oneWay, target, nil)
    case .partition(.oneWay(let target, onlyStream: true)): (.oneWayStream, target, nil)
    case .cutClients(let target): (.cutClients, target, nil)
    case .slowLinks(let target, let conditions): (.slowLinks, target, .conditions(conditions))
    case .heal(let step): (.heal, nil, step.map { .step($0) })
    case .resetClients(let target): (.resetClients, target, nil)
    case .kill(let target): (.kill, target, nil)
    case .killHost(let target): (.killHost, target, nil)
    case .stop(let target): (.stop, target, nil)
    case .start(let target): (.start, target, nil)
    case .restart(let target): (.restart, target, nil)
    case .pause(let target): (.pause, target, nil)
    case .resume(let target): (.resume, target, nil)
    case .setMirroring(let mirroring): (.setMirroring, nil, .mirroring(mirroring))
    case .synchronise: (.synchronise, nil, nil)
    case .transferLeader(let kind, let target): (.transferLeader, target, .queues(kind))
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
}

extension FaultKind {
  /// The table: how each kind of fault is written, what it may be aimed at, and what it means for a
  /// schedule. Plans, scenarios, their schema and the reports read it.
  package var form: FaultForm {
    switch self {
    case .isolate:
      .aimed(.part, nodes: 2, endedBy: .heal, tries: .partitions) { .partition(.isolate($0)) }
    case .bridge:
      .aimed(.part, nodes: 3, endedBy: .heal, tries: .partitions) { .partition(.bridge($0)) }
    case .ring: .whole(.partition(.ring), nodes: 4, endedBy: .heal, tries: .partitions)
    case .oneWay:
      .aimed(.part, nodes: 2, endedBy: .heal, tries: .partitions, .oneWayCuts) {
        .partition(.oneWay($0, onlyStream: false))
      }
    case .oneWayStream:
      .aimed(.part, nodes: 2, endedBy: .heal, tries: .partitions, .oneWayCuts) {
        .partition(.oneWay($0, onlyStream: true))
      }
    case .cutClients: .aimed(endedBy: .heal, tries: .lostClients) { .cutClients($0) }
    case .slowLinks:
      .aimed(.part, with: .conditions, nodes: 2, endedBy: .heal, tries: .slowLinks) {
        .slowLinks($0, $1)
      }
    case .heal: .healing { .heal($0) }
    case .resetClients: .aimed(tries: .lostClients) { .resetClients($0) }
    case .kill: .aimed(endedBy: .start, tries: .kills) { .kill($0) }
    case .killHost: .aimed(endedBy: .start, tries: .kills) { .killHost($0) }
    case .stop: .aimed(endedBy: .start) { .stop($0) }
    case .start: .aimed(isRestoring: true, tries: .restarts) { .start($0) }
    case .restart: .aimed(tries: .restarts) { .restart($0) }
    case .pause: .aimed(endedBy: .resume, tries: .pauses) { .pause($0) }
    case .resume: .aimed(isRestoring: true) { .resume($0) }
    case .setMirroring:
      .whole(with: .mirroring, queues: [.mirrored], tries: .changes) { .setMirroring($0) }
    case .synchronise: .whole(.synchronise, queues: [.mirrored])
    case .transferLeader:
      .aimed(.one, with: .queues, tries: .changes) { .transferLeader($1, $0) }
    }
  }

  /// Whether it is there to end another fault, rather than to do harm.
  public var isRestoring: Bool { form.isRestoring }

  /// Whether it stays in force until another step ends it.
  public var lasts: Bool { endedBy != nil }

  /// What ends it; nil for what is over at once.
  public var endedBy: FaultKind? { form.endedBy }
}
