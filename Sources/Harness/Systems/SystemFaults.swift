package import Environment
package import Operations

/// A system whose nodes are processes that can be stopped, paused, killed and started.
package protocol ProcessFaults: System {
  /// Kills the node's process with SIGKILL and returns once it is gone.
  func kill(_ node: NodeID) async throws(SystemFailure)
  /// Asks the node's process to end in order and returns once it has.
  func shutDown(_ node: NodeID) async throws(SystemFailure)
  /// Stops the node's process with SIGSTOP; its undo is in the journal before.
  func suspend(_ node: NodeID) async throws(SystemFailure)
  /// Lets the node's process go on.
  func resume(_ node: NodeID) async throws(SystemFailure)
  /// Starts the node's process and returns without waiting for its boot.
  func launch(_ node: NodeID) async throws(SystemFailure)
  /// Waits until the node serves clients. A boot that hangs is cured once by kill and start, which
  /// is reported through `onRetry`.
  func awaitBoot(
    _ node: NodeID, onRetry: @Sendable (String) -> Void
  ) async throws(SystemFailure)
  /// Evidence from whoever runs the node: which life of its process this is; nil if it does not
  /// run.
  func incarnation(of node: NodeID) async -> NodeIncarnation?
  /// Evidence from the operating system: whether the process stands still; nil if it does not run.
  func isSuspended(_ node: NodeID) async -> Bool?
  /// Whether the node accepts a TCP connection on its client port, past the links.
  func acceptsClients(_ node: NodeID) async -> Bool
}

/// One life of a node's process: two are equal as long as the same process runs.
package struct NodeIncarnation: Hashable, Sendable, CustomStringConvertible {
  /// What tells it from others, for people: `process 4711`.
  package var description: String

  /// A life that people know by `description`, which no later one of the node has.
  package init(_ description: String) {
    self.description = description
  }
}

/// A system whose nodes can vanish from the network in the moment in which they die.
package protocol HostFaults: ProcessFaults {
  /// Silences the node on every link, then kills its process: nothing more of it arrives, not even
  /// the end of its connections. `launch` ends the silence.
  func killHost(_ node: NodeID) async throws(SystemFailure)
  /// Evidence from the network: whether every link of the node is silent.
  func isSilent(_ node: NodeID) async throws(SystemFailure) -> Bool
}

/// One end of a link.
package enum LinkEnd: Hashable, Sendable {
  /// A node.
  case node(NodeID)
  /// The clients of a node.
  case clients(NodeID)
}

/// One direction of a link.
package struct LinkWay: Hashable, Sendable {
  /// Who sends.
  package var from: LinkEnd
  /// Who receives.
  package var to: LinkEnd

  /// A way.
  package init(from: LinkEnd, to: LinkEnd) {
    self.from = from
    self.to = to
  }

  /// The way back.
  package var reversed: LinkWay { LinkWay(from: to, to: from) }
}

/// A system whose links between nodes, and to its clients, can be cut, made worse and reset.
package protocol LinkFaults: System {
  /// Cuts these ways at one moment; with `onlyStream` the opposite flow goes on.
  func cut(_ ways: [LinkWay], onlyStream: Bool) async throws(SystemFailure)
  /// Gives these ways these conditions at one moment.
  func shape(_ ways: [LinkWay], _ conditions: LinkConditions) async throws(SystemFailure)
  /// Ends the cuts of these ways; what they held is delivered.
  func open(_ ways: [LinkWay]) async throws(SystemFailure)
  /// Ends the conditions of these ways; what they held is delivered.
  func smooth(_ ways: [LinkWay]) async throws(SystemFailure)
  /// Resets every connection between these nodes and their clients.
  func resetClients(of nodes: [NodeID]) async throws(SystemFailure)
  /// Asks the network itself what these ways do now.
  func probe(_ ways: [LinkWay]) async throws(SystemFailure) -> LinkProbe
  /// How many client connections of these nodes were reset since the system began.
  func resetConnections(of nodes: [NodeID]) async throws(SystemFailure) -> Int
}

/// What some ways were seen to do, summed up; a relay tells of one direction at a time.
package struct LinkProbe: Hashable, Sendable {
  /// How many ways were asked.
  package var ways = 0
  /// How many of them let nothing pass.
  package var stalled = 0
  /// How many connections they carry.
  package var connections = 0
  /// How many bytes wait in stalled ways.
  package var heldBytes = 0
  /// How many bytes passed since the last change of the ways.
  package var passedBytes = 0
  /// How many ways have conditions.
  package var shaped = 0
  /// How many pieces were held back for their conditions.
  package var delayedChunks = 0
  /// The shortest time for which one was.
  package var leastDelay: Duration?
  /// How often a way stood still for its conditions.
  package var stalls = 0
  /// The highest rate of a way since its conditions began, in bytes a second.
  package var highestRate = 0

  /// Nothing was seen.
  package init() {}
}

/// A system whose queues can be administered.
package protocol QueueAdministration: QueueInspection {
  /// Sets the mirroring policy of these queues, now.
  func setMirroring(_ mirroring: Mirroring, of queues: [QueuePlan]) async throws(SystemFailure)
  /// The mirroring policy in force for each of these queues, in its own words; empty for none.
  func mirroring(of queues: [QueuePlan]) async throws(SystemFailure) -> [String]
  /// Asks for the synchronisation of the queue's mirrors; returns without waiting for it.
  func synchronise(_ queue: QueuePlan) async throws(SystemFailure)
  /// Makes `node` lead the queue; returns once it was asked for.
  func transferLeader(of queue: QueuePlan, to node: NodeID) async throws(SystemFailure)
}

/// A system that keeps logs, and knows which lines of them tell of trouble.
package protocol LogFiles: System {
  /// The lines that the node has logged since `prepare` and that tell of trouble, at most `limit`
  /// of each pattern; nil if there is no log.
  func logLines(of node: NodeID, limit: Int) async -> [LogLine]?
}

/// A system whose links watch themselves: how late its own relays were.
package protocol LinkWatch: System {
  /// The longest time for which a relay was late since it began.
  func worstLinkLag() async throws(SystemFailure) -> Duration
}
