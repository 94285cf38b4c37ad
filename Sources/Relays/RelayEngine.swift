import CLinux
import Environment
import Glibc

/// The rootless network: one loop on one thread that carries the bytes of every link and stalls
/// those of cut ones.
///
/// What it is, against real packets: a byte stream, so nothing is lost, doubled or reordered. A cut
/// link takes little: besides what the sender keeps in its own buffer at most 30 KiB in the relay's
/// receive buffer and 16 KiB in the flow's, measured on Linux 6.18 (a stalled socket with default
/// buffers takes megabytes). Up to 32 KiB handed to the kernel before the cut still reach a
/// receiver that was not reading. After a heal bytes move at once, where real TCP would first wait
/// for a retransmission. A target that refuses is seen as a connect followed by a reset.
///
/// A direction may be shaped (`LinkShape`): its bytes are held for a time, paced, or stand still
/// now and then. A flow that holds bytes for a shape has room for 256 KiB instead of 16, and for
/// 4,096 chunks; nothing is read beyond that. Its end follows its bytes on the same delay. The
/// timer counts whole milliseconds, so that bytes may be some milliseconds late, never early. A
/// shape that changes leaves bytes on their way as they are; one that ends delivers them at once.
package final class RelayEngine {
  /// How a relay runs.
  package struct Configuration: Sendable {
    /// Where the control socket is made.
    package var controlPath: String
    /// After this time the relay ends by itself, so that none outlives a lost controller for ever.
    package var maxLifetime: Duration
    /// A descriptor that becomes readable when the relay shall end, or nil; not closed.
    package var stopDescriptor: Int32?

    /// A relay with its control socket at `controlPath`.
    package init(
      controlPath: String, maxLifetime: Duration = .seconds(6 * 3600), stopDescriptor: Int32? = nil
    ) {
      self.controlPath = controlPath
      self.maxLifetime = maxLifetime
      self.stopDescriptor = stopDescriptor
    }
  }

  enum Owner {
    case controlPort
    case stop
    case controller(ControlClient)
    case link(Link)
    case connection(Connection)
  }

  /// So many controllers are heard at once; the next ones wait in the queue of the control socket.
  static let mostControllers = 64
  static let mostLinks = 4096
  private static let tick: Duration = .milliseconds(50)

  let clock = MonotonicClock()
  let controlPort: ControlPort
  let log: (String) -> Void
  var links: [Link] = []
  var cuts = CutTable()
  var shapers: [Direction: Shaper] = [:]
  var isRunning = true
  var loopLag: Duration = .zero
  var worstLoopLag: Duration = .zero
  private let deadline: Deadline
  private let poller: Poller
  private var owners: [UInt64: Owner] = [:]
  private var lastToken: UInt64 = 0
  private var busy: [Connection] = []
  private var due = DueQueue()
  private var starved: [Link] = []
  private var nextChange: Instant?
  private var controllers = 0
  /// Whether somebody may wait in the queue of the control socket of whom nothing more is reported.
  private var controllersWait = false

  /// A relay that listens on its control socket; throws `alreadyRunning` if another one does.
  package init(
    _ configuration: Configuration, log: @escaping (String) -> Void = { _ in }
  ) throws(RelayError) {
    poller = try Poller()
    controlPort = try ControlPort(at: configuration.controlPath)
    deadline = Deadline(after: configuration.maxLifetime, from: clock.now())
    self.log = log
    try watch(controlPort.descriptor, as: .controlPort)
    if let stop = configuration.stopDescriptor { try watch(stop, as: .stop) }
  }

  /// Carries bytes until told to shut down, by command, stop descriptor or age.
  package func run() {
    while isRunning {
      let before = clock.now()
      let due = before + waitingTime(at: before)
      let count = poller.wait(milliseconds: Int32((due - before).nanoseconds / 1_000_000))
      let woken = clock.now()
      if woken > due { note(lag: woken - due) }
      for index in 0..<count { handle(poller.event(index)) }
      advance(at: woken)
      note(lag: clock.now() - woken)
    }
    close()
  }

  // MARK: - Descriptors

  /// A new number for the owner of one or two descriptors.
  func makeToken() -> UInt64 {
    lastToken += 1
    return lastToken
  }

  /// Listens for `definition`.
  func addLink(_ definition: RelayLink) throws(RelayError) {
    let link = try Link(definition, token: makeToken(), number: links.count)
    owners[link.token] = .link(link)
    try poller.add(link.listener.descriptor, token: link.token << 2)
    links.append(link)
    apply()
  }

  /// Ends `connection`, with a reset at both ends or after both ends were passed on.
  func end(_ connection: Connection, reset: Bool) {
    guard owners.removeValue(forKey: connection.token) != nil else { return }
    due.set(connection.token, at: nil)
    connection.link.remove(connection)
    connection.close(reset: reset)
  }

  /// Brings every link in line with the cuts and shapes, and moves what may move again.
  func apply() {
    let now = clock.now()
    nextChange = cuts.nextChange(after: now)
    for shaper in shapers.values {
      shaper.advance(to: now)
      if let change = shaper.nextChange { nextChange.lower(to: change) }
    }
    let opened = links.filter { $0.apply(cuts, shapers, at: now) }
    for link in links { applyConnects(of: link) }
    for link in opened {
      for connection in Array(link.connections.values) { move(connection) }
    }
  }

  private func applyConnects(of link: Link) {
    let shouldHang = cuts.connectsHang(link.definition.direction)
    guard shouldHang != link.listener.isHanging else { return }
    if shouldHang {
      accept(from: link)
      if !link.listener.hang() { log("connects at \(link.definition.listen) do not hang") }
    } else {
      link.listener.complete()
      accept(from: link)
    }
  }

  private func watch(_ descriptor: Int32, as owner: Owner) throws(RelayError) {
    let token = makeToken()
    owners[token] = owner
    try poller.add(descriptor, token: token << 2)
  }

  private func close() {
    controlPort.remove()
    for link in links {
      for connection in Array(link.connections.values) { end(connection, reset: false) }
    }
    links.removeAll()
    owners.removeAll()
  }

  // MARK: - The loop

  private func waitingTime(at now: Instant) -> Duration {
    guard busy.isEmpty else { return .zero }
    var wait = min(Self.tick, deadline.remaining(at: now))
    for instant in [nextChange, due.next] {
      if let instant { wait = min(wait, max(.zero, instant - now)) }
    }
    return .milliseconds((wait.nanoseconds + 999_999) / 1_000_000)
  }

  private func note(lag: Duration) {
    loopLag = max(loopLag, lag)
    worstLoopLag = max(worstLoopLag, lag)
  }

  private func advance(at now: Instant) {
    if let nextChange, nextChange <= now { apply() }
    let waiting = busy
    busy.removeAll(keepingCapacity: true)
    for connection in waiting where owners[connection.token] != nil { move(connection) }
    for token in due.popDue(at: now) {
      if case .connection(let connection) = owners[token] { move(connection) }
    }
    let retries = starved
    starved.removeAll(keepingCapacity: true)
    for link in retries where !link.listener.isHanging { accept(from: link) }
    if controllersWait { acceptControllers() }
    if deadline.hasPassed(at: now) {
      log("the relay has reached its maximum lifetime")
      isRunning = false
    }
  }

  private func handle(_ event: (token: UInt64, readiness: Readiness)) {
    switch owners[event.token >> 2] {
    case .connection(let connection):
      if event.token & 1 == 0 {
        connection.client.note(event.readiness)
      } else {
        connection.server.note(event.readiness)
      }
      move(connection)
    case .link(let link) where !link.listener.isHanging: accept(from: link)
    case .controller(let controller):
      serve(controller, token: event.token >> 2, isGone: event.readiness.contains(.hungUp))
    case .controlPort: acceptControllers()
    case .stop: isRunning = false
    case .link, nil: break
    }
  }

  private func move(_ connection: Connection) {
    if connection.open(clock: clock) {
      guard watch(connection.server, of: connection, token: connection.token << 2 | 1) else {
        return
      }
    }
    switch connection.pump(clock: clock) {
    case .waiting: due.set(connection.token, at: connection.wake)
    case .busy: busy.append(connection)
    case .finished: end(connection, reset: false)
    case .reset: end(connection, reset: true)
    case .refused:
      connection.link.refused += 1
      end(connection, reset: true)
    }
  }

  private func accept(from link: Link) {
    while true {
      switch link.listener.accept() {
      case .connection(let client): open(client, over: link)
      case .filler: continue
      case .exhausted:
        starved.append(link)
        return
      case .nothing: return
      }
    }
  }

  private func open(_ client: Int32, over link: Link) {
    guard link.connections.count < Link.mostConnections else {
      link.refused += 1
      TCPSocket.reset(client)
      return
    }
    let server = TCPSocket.outgoing()
    guard server >= 0 else {
      TCPSocket.reset(client)
      return
    }
    let connection = Connection(
      token: makeToken(), link: link, client: client, server: server, at: clock.now())
    owners[connection.token] = .connection(connection)
    link.add(connection)
    if watch(connection.client, of: connection, token: connection.token << 2) { move(connection) }
  }

  /// Reports what happens to one end of `connection` from now on; resets both ends if that fails.
  private func watch(_ peer: Peer, of connection: Connection, token: UInt64) -> Bool {
    do throws(RelayError) {
      try poller.add(peer.descriptor, token: token)
      return true
    } catch {
      log(error.message)
      end(connection, reset: true)
      return false
    }
  }

  // MARK: - Controllers

  private func acceptControllers() {
    let waitedBefore = controllersWait
    controllersWait = false
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    while controllers < Self.mostControllers {
      let descriptor = stoat_accept(controlPort.descriptor, nil, nil, flags)
      if descriptor < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        // Without a free descriptor they wait for one.
        controllersWait = errno != EAGAIN
        return
      }
      let token = makeToken()
      let controller = ControlClient(descriptor)
      guard (try? poller.add(descriptor, token: token << 2)) != nil else { continue }
      owners[token] = .controller(controller)
      controllers += 1
    }
    if !waitedBefore { log("\(controllers) controllers are connected; further ones wait") }
    controllersWait = true
  }

  /// Answers a controller; one that `isGone` has given up waiting and takes what it asked for as
  /// not done.
  private func serve(_ controller: ControlClient, token: UInt64, isGone: Bool) {
    let lines = controller.readLines()
    for line in lines where !line.isEmpty && !isGone { controller.answer(answer(to: line)) }
    controller.flush()
    guard controller.isDone else { return }
    owners[token] = nil
    controllers -= 1
    // Accepted in this turn of the loop, once the descriptor of this one is free.
    controllersWait = true
  }
}
