package import Environment
import Hosts
package import Harness
package import Relays
package import Operations
import Synchronization

/// A system whose links go through a relay of its own.
package protocol RelayedSystem: LinkFaults, LinkWatch {
  /// The links.
  var topology: NetworkTopology { get }
  /// The relay that carries them.
  var hostRelay: HostRelay { get }
  /// How much had passed each direction when it was restored last.
  var passedBefore: PassedBytes { get }
}

/// How many bytes had passed each direction when it was restored last.
package final class PassedBytes: Sendable {
  private let bytes = Mutex<[Direction: UInt64]>([:])

  /// What had passed `direction`; 0 if it was never restored.
  func before(_ direction: Direction) -> UInt64 { bytes.withLock { $0[direction] ?? 0 } }

  /// Notes what has passed now.
  func note(_ passed: [Direction: UInt64]) { bytes.withLock { $0.merge(passed) { $1 } } }
}

extension RelayedSystem {
  /// Cuts the ways at one moment.
  package func cut(_ ways: [LinkWay], onlyStream: Bool) async throws(SystemFailure) {
    let directions = ways.map(\.direction)
    try await relay { (control) throws(RelayError) in
      try control.cut(directions, mode: onlyStream ? .stream : .physical)
    }
  }

  /// Shapes the ways at one moment.
  package func shape(
    _ ways: [LinkWay], _ conditions: LinkConditions
  ) async throws(SystemFailure) {
    let directions = ways.map(\.direction)
    try await relay { (control) throws(RelayError) in
      try control.shape(directions, try LinkShape(conditions))
    }
  }

  /// Ends the cuts of these ways.
  package func open(_ ways: [LinkWay]) async throws(SystemFailure) {
    try await restore(ways) { (control, directions) throws(RelayError) in
      try control.heal(directions)
    }
  }

  /// Ends the shapes of these ways.
  package func smooth(_ ways: [LinkWay]) async throws(SystemFailure) {
    try await restore(ways) { (control, directions) throws(RelayError) in
      try control.unshape(directions)
    }
  }

  private func restore(
    _ ways: [LinkWay],
    _ body: @escaping @Sendable (RelayControl, [Direction]) throws(RelayError) -> Void
  ) async throws(SystemFailure) {
    let directions = ways.map(\.direction)
    let passed = try await relay { (control) throws(RelayError) in
      // Cut ways let nothing pass, so that their counts are exact at the moment of the heal.
      var passed: [Direction: UInt64] = [:]
      for direction in directions {
        passed[direction] = try control.probe(direction).flow.forwarded
      }
      try body(control, directions)
      return passed
    }
    passedBefore.note(passed)
  }

  /// Resets the connections between these nodes and their clients at both ends.
  package func resetClients(of nodes: [NodeID]) async throws(SystemFailure) {
    let links = clientLinks(of: nodes)
    try await relay { (control) throws(RelayError) in
      for link in links { try control.resetConnections(of: link.name) }
    }
  }

  /// What the relay counted.
  package func resetConnections(of nodes: [NodeID]) async throws(SystemFailure) -> Int {
    let links = clientLinks(of: nodes)
    return try await relay { (control) throws(RelayError) in
      var count: UInt64 = 0
      for link in links { count += try control.probe(link.direction).resets }
      return Int(clamping: count)
    }
  }

  /// What the relay and the kernel say about these ways.
  package func probe(_ ways: [LinkWay]) async throws(SystemFailure) -> LinkProbe {
    let directions = ways.map(\.direction)
    let found = try await relay { (control) throws(RelayError) in
      var found: [FlowEvidence] = []
      for direction in directions { found.append(try control.probe(direction)) }
      return found
    }
    return found.reduce(into: LinkProbe()) { probe, evidence in
      probe.add(evidence, passedBefore: passedBefore.before(evidence.direction))
    }
  }

  /// The relay's own worst lag.
  package func worstLinkLag() async throws(SystemFailure) -> Duration {
    try await relay { (control) throws(RelayError) in try control.status() }.worstLoopLag
  }

  /// Starts the relay among the auxiliaries of `processes` and makes the links, once it answers.
  func startRelay(in processes: NodeProcesses) async throws(SystemFailure) {
    let topology = topology
    try await hostRelay.start(in: processes)
    do {
      try await relay { (control) throws(RelayError) in
        try control.awaitReady(within: .seconds(10))
        try control.install(topology)
      }
    } catch {
      let log = await processes.told(by: hostRelay.log, on: hostRelay.host)
      throw SystemFailure(error.kind, "\(error) (relay's log: \(log))")
    }
  }

  /// Where clients of `node` have to connect: at the relay, or nowhere for a node that is none.
  package func endpoint(of node: NodeID) -> Endpoint {
    let client = NetworkTopology.clientName(of: node.description)
    guard let link = topology.link(from: client, to: node.description) else {
      return Endpoint(host: NodeLayout.ownAddress, port: 0)
    }
    return Endpoint(host: link.listen.host, port: Int(link.listen.port))
  }

  /// Calls the relay on a thread of its own.
  @discardableResult
  func relay<Value: Sendable>(
    _ body: @escaping @Sendable (RelayControl) throws(RelayError) -> Value
  ) async throws(SystemFailure) -> Value {
    let socket = hostRelay.socket
    let control = RelayControl(path: socket)
    let result = await onOwnThread { () -> Result<Value, RelayError> in
      do throws(RelayError) {
        return .success(try body(control))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let value): return value
    case .failure(let error):
      let kind: SystemFailure.Kind =
        switch error.kind {
        case .addressInUse: .addressInUse
        case .timedOut: .timedOut
        default: .failed
        }
      throw SystemFailure(kind, "the relay at \(socket): \(error.message)")
    }
  }

  private func clientLinks(of nodes: [NodeID]) -> [RelayLink] {
    nodes.compactMap { node in
      topology.link(
        from: NetworkTopology.clientName(of: node.description), to: node.description)
    }
  }
}

extension LinkWay {
  /// The way as the relay names it.
  var direction: Direction { Direction(from: from.name, to: to.name) }
}

extension LinkEnd {
  fileprivate var name: String {
    switch self {
    case .node(let node): node.description
    case .clients(let node): NetworkTopology.clientName(of: node.description)
    }
  }
}

extension LinkShape {
  /// The shape for these conditions.
  init(_ conditions: LinkConditions) throws(RelayError) {
    try self.init(
      delay: conditions.delay, jitter: conditions.jitter,
      bytesPerSecond: conditions.bandwidth > 0 ? conditions.bandwidth : nil,
      stallEvery: conditions.stallEvery > .zero ? conditions.stallEvery : nil,
      stallFor: conditions.stallFor)
  }
}

extension LinkProbe {
  /// Adds what the relay says about one direction.
  mutating func add(_ evidence: FlowEvidence, passedBefore: UInt64) {
    let flow = evidence.flow
    // A way without connections is cut if new ones hang.
    let stalls = flow.isStalled && (evidence.connectsHang || evidence.connections > 0)
    ways += 1
    connections += evidence.connections
    stalled += stalls ? 1 : 0
    heldBytes += Int(clamping: flow.held)
    if let shape = flow.shape { add(shape) }
    if stalls {
      passedBytes += Int(clamping: flow.forwardedSinceStall)
    } else if let shape = flow.shape {
      passedBytes += Int(clamping: shape.tally.bytes)
    } else {
      passedBytes += Int(clamping: flow.forwarded - min(flow.forwarded, passedBefore))
    }
  }

  private mutating func add(_ status: ShapeStatus) {
    shaped += 1
    delayedChunks += Int(clamping: status.tally.chunks)
    stalls += Int(clamping: status.stalls)
    if let least = status.tally.times?.lowerBound { leastDelay = min(leastDelay ?? least, least) }
    let milliseconds = max(1, status.age / .milliseconds(1))
    highestRate = max(highestRate, Int(Double(status.tally.bytes) * 1_000 / milliseconds))
  }
}
