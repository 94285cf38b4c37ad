import Environment

/// One link: where it listens, and its connections.
final class Link {
  /// Connections at a time; one more is reset.
  static let mostConnections = 1024

  let definition: RelayLink
  let token: UInt64
  /// The link's place in the order in which links were made.
  let number: Int
  let listener: Listener
  var forward = Lane()
  var backward = Lane()
  var refused: UInt64 = 0
  /// Connections that a command reset.
  var resets: UInt64 = 0
  private(set) var connections: [UInt64: Connection] = [:]
  private var accepted: UInt64 = 0

  init(_ link: RelayLink, token: UInt64, number: Int) throws(RelayError) {
    listener = try Listener(at: link.listen)
    definition = RelayLink(
      name: link.name, direction: link.direction, listen: listener.endpoint, target: link.target,
      kind: link.kind)
    self.token = token
    self.number = number
  }

  /// The number of the next connection.
  func nextNumber() -> UInt64 {
    accepted += 1
    return accepted
  }

  func add(_ connection: Connection) {
    connections[connection.token] = connection
  }

  func remove(_ connection: Connection) {
    connections[connection.token] = nil
  }

  /// Brings the lanes in line with `cuts` and `shapers`; true if bytes may move that could not.
  func apply(_ cuts: CutTable, _ shapers: [Direction: Shaper], at now: Instant) -> Bool {
    let way = definition.direction
    let back = way.reversed
    let shapersBefore = (forward.shaper, backward.shaper)
    let changes = [
      forward.set(stalled: cuts.stalls(way, at: now), shaper: shapers[way]),
      backward.set(stalled: cuts.stalls(back, at: now), shaper: shapers[back]),
    ]
    guard changes != [.none, .none] else { return false }
    for connection in connections.values {
      connection.followLanes(
        reshapedThere: forward.shaper !== shapersBefore.0,
        reshapedBack: backward.shaper !== shapersBefore.1)
    }
    return changes.contains(.more)
  }

  /// What a real handshake needs before its initiator may send.
  var roundTrip: Duration { delay(of: forward) + delay(of: backward) }

  /// What a real handshake needs before the target knows that it is complete.
  var handshake: Duration { roundTrip + delay(of: forward) }

  /// Whether handshakes go on: on a cut link they hang, and both ways must move.
  var letsHandshakesPass: Bool {
    !listener.isHanging && !forward.standsStill && !backward.standsStill
  }

  /// What the link looks like at `now`.
  func status(at now: Instant) -> LinkStatus {
    var heldForward = 0
    var heldBackward = 0
    for connection in connections.values {
      heldForward += connection.forward.held + TCPSocket.unread(connection.client.descriptor)
      heldBackward += connection.backward.held + TCPSocket.unread(connection.server.descriptor)
    }
    return LinkStatus(
      link: definition, connections: connections.count, connectsHang: listener.queueIsFull,
      droppedConnects: listener.droppedConnects, refused: refused, resets: resets,
      forward: forward.status(held: heldForward, at: now),
      backward: backward.status(held: heldBackward, at: now))
  }

  private func delay(of lane: Lane) -> Duration { lane.shaper?.shape.delay ?? .zero }
}
