import Environment
import Glibc

/// One connection over a link: two sockets, two flows.
///
/// A connect over a shaped link takes its delays too. The kernel completes the initiator's
/// handshake at once, so the relay makes up for it: nothing is read from the initiator until there
/// and back have passed, when a real connect would have completed, and the target is connected to
/// one way later, when the initiator's first bytes are due. A refusal is therefore seen one round
/// trip later than a real one. Jitter and rate do not count for handshakes.
final class Connection {
  let token: UInt64
  let link: Link
  var client: Peer
  var server: Peer
  var forward: Flow
  var backward: Flow
  /// The connection's number on its link.
  private let number: UInt64
  private let acceptedAt: Instant
  /// When the target is to be connected to; nil once it was.
  private var opensAt: Instant?

  /// A connection whose initiator was accepted at `now`; `server` is a socket not connected yet.
  init(token: UInt64, link: Link, client: Int32, server: Int32, at now: Instant) {
    self.token = token
    self.link = link
    self.client = Peer(descriptor: client)
    self.server = Peer(descriptor: server)
    number = link.nextNumber()
    acceptedAt = now
    opensAt = now + link.handshake
    var request: EpmdFilter?
    var answer: EpmdFilter?
    if case .epmd(let port) = link.definition.kind {
      request = EpmdFilter(.request)
      answer = EpmdFilter(.answer(port: port))
    }
    forward = Flow(gate: link.forward.gate, filter: request)
    backward = Flow(gate: link.backward.gate, filter: answer)
    let opening = now + link.roundTrip
    forward.follow(link.forward.shaper, generator: generator(forward: true), opening: opening)
    backward.follow(link.backward.shaper, generator: generator(forward: false), opening: opening)
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

  /// Follows what its link's lanes have become.
  func followLanes(reshapedThere: Bool, reshapedBack: Bool) {
    forward.gate = link.forward.gate
    backward.gate = link.backward.gate
    if reshapedThere {
      forward.follow(link.forward.shaper, generator: generator(forward: true), opening: .zero)
    }
    if reshapedBack {
      backward.follow(link.backward.shaper, generator: generator(forward: false), opening: .zero)
    }
    opensAt = opensAt.map { min($0, acceptedAt + link.handshake) }
  }

  /// Connects to the target if it is time to; true if the target's socket is to be watched now.
  func open(clock: MonotonicClock) -> Bool {
    guard let opensAt, link.letsHandshakesPass, opensAt <= clock.now() else { return false }
    self.opensAt = nil
    if !TCPSocket.connect(server.descriptor, to: link.definition.target) {
      server.hasFailed = true
      server.isReadable = true
    }
    return true
  }

  /// Moves bytes both ways and passes ends on.
  func pump(clock: MonotonicClock) -> Outcome {
    let there = forward.pump(from: &client, to: &server, clock: clock)
    let back = backward.pump(from: &server, to: &client, clock: clock)
    link.forward.note(there)
    link.backward.note(back)
    switch (
      forward.settle(from: client, to: server, clock: clock),
      backward.settle(from: server, to: client, clock: clock)
    ) {
    case (.refused, _), (_, .refused): return .refused
    case (.reset, _), (_, .reset): return .reset
    case (.finished, .finished): return .finished
    default: return there.isBusy || back.isBusy ? .busy : .waiting
    }
  }

  /// When the connection has to move again although nothing happens to its sockets.
  var wake: Instant? {
    var wake = forward.wake(from: client, to: server)
    if let back = backward.wake(from: server, to: client) { wake.lower(to: back) }
    if let opensAt, link.letsHandshakesPass { wake.lower(to: opensAt) }
    return wake
  }

  /// Ends both sockets: with a reset, or after both ends have been passed on.
  func close(reset: Bool) {
    for descriptor in [client.descriptor, server.descriptor] {
      if reset { TCPSocket.reset(descriptor) } else { Glibc.close(descriptor) }
    }
  }

  private func generator(forward: Bool) -> SeededGenerator {
    let shaper = forward ? link.forward.shaper : link.backward.shaper
    return SeededGenerator(
      seed: shaper?.shape.seed ?? 0, stream: UInt64(link.number) << 1 | (forward ? 1 : 0),
      index: number)
  }
}
