import Environment
import Glibc

extension RelayEngine {
  /// Carries out one command line and returns the lines of the answer.
  func answer(to line: String) -> [String] {
    do throws(RelayError) {
      let command = try RelayCommand(line: line)
      let lines = try carryOut(command)
      switch command {
      case .status, .probe, .identity: break
      default: log(line)
      }
      return lines
    } catch {
      log("\(line.prefix(200)): \(error.message)")
      return ["error \(error.kind.word) \(error.message)"]
    }
  }

  private func carryOut(_ command: RelayCommand) throws(RelayError) -> [String] {
    switch command {
    case .link(let definition): try listen(for: definition)
    case .cut(let directions, let mode):
      for direction in directions { try requireLink(along: direction) }
      let now = clock.now()
      for direction in directions { cuts.cut(direction, mode: mode, at: now) }
      apply()
    case .heal(let directions):
      for direction in directions { try requireLink(along: direction) }
      for direction in directions { cuts.heal(direction) }
      apply()
    case .healAll:
      for node in cuts.silenced { resetConnections { $0.touches(node) } }
      cuts.healAll()
      shapers.removeAll()
      apply()
    case .shape(let directions, let shape):
      for direction in directions { try requireLink(along: direction) }
      let now = clock.now()
      for direction in directions where shapers[direction]?.shape != shape {
        shapers[direction] = Shaper(shape, at: now)
      }
      apply()
    case .unshape(let directions):
      for direction in directions { try requireLink(along: direction) }
      for direction in directions { shapers[direction] = nil }
      apply()
    case .silence(let node):
      try requireNode(node)
      cuts.silence(node)
      apply()
    case .revive(let node):
      try requireNode(node)
      if cuts.silenced.contains(node) { resetConnections { $0.touches(node) } }
      cuts.revive(node)
      apply()
    case .reset(let name):
      let link = try requireLink(named: name)
      return ["ok connections=\(resetConnections { $0 === link })"]
    case .status: return status().lines
    case .probe(let direction): return [try evidence(about: direction).line]
    case .identity: return ["ok \(identity.words)"]
    case .shutdown:
      isRunning = false
      controlPort.remove()
    }
    return ["ok"]
  }

  private var identity: RelayIdentity {
    RelayIdentity(
      process: getpid(), protocolVersion: RelayIdentity.currentProtocol,
      uptime: clock.now() - .zero)
  }

  private func listen(for definition: RelayLink) throws(RelayError) {
    if let known = links.first(where: { $0.definition.name == definition.name }) {
      guard known.definition.agrees(with: definition) else {
        throw RelayError(
          .badRequest,
          "link \(definition.name) exists already: \(RelayCommand.link(known.definition).line)")
      }
      return
    }
    guard links.count < Self.mostLinks else {
      throw RelayError(.badRequest, "a relay has at most \(Self.mostLinks) links")
    }
    try addLink(definition)
  }

  private func status() -> RelayStatus {
    let now = clock.now()
    let status = RelayStatus(
      identity: identity, loopLag: loopLag, worstLoopLag: worstLoopLag,
      links: links.map { $0.status(at: now) })
    loopLag = .zero
    return status
  }

  private func evidence(about direction: Direction) throws(RelayError) -> FlowEvidence {
    try requireLink(along: direction)
    let now = clock.now()
    let along = links.filter { $0.definition.direction == direction }.map { $0.status(at: now) }
    let against = links.filter { $0.definition.direction == direction.reversed }
      .map { $0.status(at: now) }
    let initiated = along.isEmpty ? against : along
    return FlowEvidence(
      direction: direction,
      connections: (along + against).reduce(0) { $0 + $1.connections },
      flow: FlowStatus(merging: along.map(\.forward) + against.map(\.backward)),
      connectsHang: initiated.allSatisfy(\.connectsHang),
      droppedConnects: initiated.reduce(0) { $0 + $1.droppedConnects },
      resets: (along + against).reduce(0) { $0 + $1.resets })
  }

  /// Resets the connections of the links that are meant, and returns how many there were.
  @discardableResult
  private func resetConnections(where isMeant: (Link) -> Bool) -> Int {
    var count = 0
    for link in links where isMeant(link) {
      count += link.connections.count
      link.resets += UInt64(link.connections.count)
      for connection in Array(link.connections.values) { end(connection, reset: true) }
    }
    return count
  }

  // MARK: - Names

  private func requireLink(along direction: Direction) throws(RelayError) {
    let isJoined = links.contains {
      $0.definition.direction == direction || $0.definition.direction == direction.reversed
    }
    guard isJoined else {
      throw RelayError(
        .badRequest,
        "no link joins \(direction.from) and \(direction.to); links are \(linkNames)")
    }
  }

  private func requireLink(named name: String) throws(RelayError) -> Link {
    guard let link = links.first(where: { $0.definition.name == name }) else {
      throw RelayError(.badRequest, "there is no link \(name); links are \(linkNames)")
    }
    return link
  }

  private func requireNode(_ name: String) throws(RelayError) {
    guard links.contains(where: { $0.touches(name) }) else {
      throw RelayError(.badRequest, "no link touches \(name); links are \(linkNames)")
    }
  }

  private var linkNames: String {
    let shown = links.prefix(30).map(\.definition.name).joined(separator: ", ")
    if links.isEmpty { return "none" }
    return links.count > 30 ? "\(shown), …" : shown
  }
}

extension Link {
  /// Whether `node` is one of the link's ends.
  fileprivate func touches(_ node: String) -> Bool {
    definition.direction.from == node || definition.direction.to == node
  }
}

extension FlowStatus {
  /// The flows of one direction together, which all have the direction's shape.
  fileprivate init(merging flows: [FlowStatus]) {
    var shape = flows.first?.shape
    for flow in flows.dropFirst() {
      if let other = flow.shape { shape?.tally.add(other.tally) }
    }
    self.init(
      isStalled: flows.allSatisfy(\.isStalled),
      forwarded: flows.reduce(0) { $0 + $1.forwarded },
      forwardedSinceStall: flows.reduce(0) { $0 + $1.forwardedSinceStall },
      held: flows.reduce(0) { $0 + $1.held }, shape: shape)
  }
}

extension RelayLink {
  /// Whether `other` asks for this link again; port 0 asks for any port.
  fileprivate func agrees(with other: RelayLink) -> Bool {
    name == other.name && direction == other.direction && target == other.target
      && kind == other.kind && listen.address == other.listen.address
      && (other.listen.port == 0 || listen.port == other.listen.port)
  }
}
