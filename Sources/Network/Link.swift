import Environment
import Glibc

/// One connection over a link: two sockets, two flows.
final class Connection {
  let token: UInt64
  let link: Link
  var client: Peer
  var server: Peer
  var forward: Flow
  var backward: Flow

  init(token: UInt64, link: Link, client: Int32, server: Int32) {
    self.token = token
    self.link = link
    self.client = Peer(descriptor: client)
    self.server = Peer(descriptor: server)
    var request: EpmdFilter?
    var answer: EpmdFilter?
    if case .epmd(let port) = link.definition.kind {
      request = EpmdFilter(.request)
      answer = EpmdFilter(.answer(port: port))
    }
    forward = Flow(gate: link.forward.gate, filter: request)
    backward = Flow(gate: link.backward.gate, filter: answer)
  }

  /// What is left to do for a connection that moved.
  enum Outcome {
    case waiting
    /// More can be moved at once.
    case busy
    case finished
    case reset
    case refused
  }

  /// Moves bytes both ways and passes ends on.
  func pump() -> Outcome {
    let there = forward.pump(from: &client, to: &server)
    let back = backward.pump(from: &server, to: &client)
    link.forward.forwarded += UInt64(there.forwarded)
    link.backward.forwarded += UInt64(back.forwarded)
    switch (
      forward.settle(from: client, to: server), backward.settle(from: server, to: client)
    ) {
    case (.refused, _), (_, .refused): return .refused
    case (.reset, _), (_, .reset): return .reset
    case (.finished, .finished): return .finished
    default: return there.more || back.more ? .busy : .waiting
    }
  }

  /// Ends both sockets: with a reset, or after both ends have been passed on.
  func close(reset: Bool) {
    for descriptor in [client.descriptor, server.descriptor] {
      if reset { TCPSocket.reset(descriptor) } else { Glibc.close(descriptor) }
    }
  }
}

/// One direction of a link: its gate, and what went through.
struct Lane {
  private(set) var gate = FlowGate.open
  var forwarded: UInt64 = 0
  private var forwardedAtStall: UInt64?

  var isStalled: Bool { gate == .stalled }

  /// Opens or stalls the lane; true if that is a change.
  mutating func set(stalled: Bool) -> Bool {
    guard stalled != isStalled else { return false }
    gate = stalled ? .stalled : .open
    if stalled { forwardedAtStall = forwarded }
    return true
  }

  func status(held: Int) -> FlowStatus {
    FlowStatus(
      isStalled: isStalled, forwarded: forwarded,
      forwardedSinceStall: forwardedAtStall.map { forwarded - $0 } ?? 0, held: UInt64(held))
  }
}

/// One link: where it listens, and its connections.
final class Link {
  /// Connections at a time; one more is reset.
  static let mostConnections = 1024

  let definition: RelayLink
  let token: UInt64
  let listener: Listener
  var forward = Lane()
  var backward = Lane()
  var refused: UInt64 = 0
  private(set) var connections: [UInt64: Connection] = [:]

  init(_ link: RelayLink, token: UInt64) throws(RelayError) {
    listener = try Listener(at: link.listen)
    definition = RelayLink(
      name: link.name, direction: link.direction, listen: listener.endpoint, target: link.target,
      kind: link.kind)
    self.token = token
  }

  func add(_ connection: Connection) {
    connections[connection.token] = connection
  }

  func remove(_ connection: Connection) {
    connections[connection.token] = nil
  }

  /// Brings the gates in line with `cuts`; true if a flow opened, so that bytes may move.
  func apply(_ cuts: CutTable, at now: Instant) -> Bool {
    let direction = definition.direction
    let changedThere = forward.set(stalled: cuts.stalls(direction, at: now))
    let changedBack = backward.set(stalled: cuts.stalls(direction.reversed, at: now))
    guard changedThere || changedBack else { return false }
    for connection in connections.values {
      connection.forward.gate = forward.gate
      connection.backward.gate = backward.gate
    }
    return (changedThere && !forward.isStalled) || (changedBack && !backward.isStalled)
  }

  /// What the link looks like now.
  var status: LinkStatus {
    var heldForward = 0
    var heldBackward = 0
    for connection in connections.values {
      heldForward += connection.forward.held + TCPSocket.unread(connection.client.descriptor)
      heldBackward += connection.backward.held + TCPSocket.unread(connection.server.descriptor)
    }
    return LinkStatus(
      link: definition, connections: connections.count, connectsHang: listener.queueIsFull,
      droppedConnects: listener.droppedConnects, refused: refused,
      forward: forward.status(held: heldForward), backward: backward.status(held: heldBackward))
  }
}
