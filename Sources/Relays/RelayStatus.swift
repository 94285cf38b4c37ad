/// One direction of one link, or of all links of a direction together.
package struct FlowStatus: Hashable, Sendable {
  /// Whether bytes of this direction stall now, because it is cut or an end of it is silenced.
  package var isStalled: Bool
  /// Bytes handed on since the relay started.
  package var forwarded: UInt64
  /// Bytes handed on since the flow last began to stall; 0 while it never did. On a stalled flow
  /// anything above 0 would disprove the cut.
  package var forwardedSinceStall: UInt64
  /// Bytes that have arrived and wait: in the relay's own buffers and, unread, in its sockets.
  package var held: UInt64
  /// What the direction's shape did to this flow; nil for one without a shape.
  package var shape: ShapeStatus?

  /// A flow as the relay sees it.
  package init(
    isStalled: Bool, forwarded: UInt64, forwardedSinceStall: UInt64, held: UInt64,
    shape: ShapeStatus? = nil
  ) {
    self.isStalled = isStalled
    self.forwarded = forwarded
    self.forwardedSinceStall = forwardedSinceStall
    self.held = held
    self.shape = shape
  }
}

/// One link as the relay sees it.
package struct LinkStatus: Hashable, Sendable {
  /// The link as it was asked for, with the port that it really listens on.
  package var link: RelayLink
  /// Open connections, those that wait for a heal included.
  package var connections: Int
  /// Whether a connect hangs now, seen by the kernel: the accept queue is full.
  package var connectsHang: Bool
  /// Connection requests that the kernel dropped since connects began to hang, retries included.
  package var droppedConnects: UInt64
  /// Connections refused because the link had too many, or because of what they said to epmd.
  package var refused: UInt64
  /// Connections that the relay reset since it started because a command said so: `reset`, or the
  /// end of a silence.
  package var resets: UInt64
  /// The flow from `from` to `to`.
  package var forward: FlowStatus
  /// The flow from `to` to `from`.
  package var backward: FlowStatus

  /// A link as the relay sees it.
  package init(
    link: RelayLink, connections: Int, connectsHang: Bool, droppedConnects: UInt64,
    refused: UInt64, resets: UInt64, forward: FlowStatus, backward: FlowStatus
  ) {
    self.link = link
    self.connections = connections
    self.connectsHang = connectsHang
    self.droppedConnects = droppedConnects
    self.refused = refused
    self.resets = resets
    self.forward = forward
    self.backward = backward
  }
}

/// Who a relay is.
package struct RelayIdentity: Hashable, Sendable {
  /// The relay's process id.
  package var process: Int32
  /// The version of the line protocol that it speaks.
  package var protocolVersion: Int
  /// How long it has been running.
  package var uptime: Duration

  /// The version of the line protocol that this code speaks.
  package static let currentProtocol = 2

  /// A relay's identity.
  package init(process: Int32, protocolVersion: Int, uptime: Duration) {
    self.process = process
    self.protocolVersion = protocolVersion
    self.uptime = uptime
  }
}

/// A whole relay.
package struct RelayStatus: Hashable, Sendable {
  /// Who answered.
  package var identity: RelayIdentity
  /// The longest time for which the relay's loop was late or busy since the last status: a bound on
  /// what the relay itself added to the latency of a byte.
  package var loopLag: Duration
  /// The same since the relay started.
  package var worstLoopLag: Duration
  /// Every link, in the order in which they were made.
  package var links: [LinkStatus]

  /// A relay's status.
  package init(
    identity: RelayIdentity, loopLag: Duration, worstLoopLag: Duration, links: [LinkStatus]
  ) {
    self.identity = identity
    self.loopLag = loopLag
    self.worstLoopLag = worstLoopLag
    self.links = links
  }
}

/// What a relay can say about one direction of the network: the evidence for cuts, shapes and
/// resets.
package struct FlowEvidence: Hashable, Sendable {
  /// The direction asked about.
  package var direction: Direction
  /// Connections that carry bytes in this direction.
  package var connections: Int
  /// The flows of all those connections together; stalled only if all are.
  package var flow: FlowStatus
  /// Whether every connect by `direction.from` to `direction.to` hangs now.
  package var connectsHang: Bool
  /// Connection requests dropped while they hang, retries included.
  package var droppedConnects: UInt64
  /// Connections of its links, whoever initiates, that commands reset since the relay started.
  package var resets: UInt64

  /// Evidence about one direction.
  package init(
    direction: Direction, connections: Int, flow: FlowStatus, connectsHang: Bool,
    droppedConnects: UInt64, resets: UInt64
  ) {
    self.direction = direction
    self.connections = connections
    self.flow = flow
    self.connectsHang = connectsHang
    self.droppedConnects = droppedConnects
    self.resets = resets
  }
}
