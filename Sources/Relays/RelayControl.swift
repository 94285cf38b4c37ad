import Environment
import Glibc

/// A controller's view of a running relay: each call connects, sends one command and waits for its
/// answer, so that it works on whichever relay has the path, also after a controller died.
///
/// Calls block the thread for at most `timeout`: not for the cooperative pool. Throws
/// `unreachable`, `timedOut`, `garbled`, or what the relay refused with.
package struct RelayControl: Sendable {
  /// The path of the control socket.
  package let path: String
  /// How long one call may take.
  package let timeout: Duration

  /// A view of the relay at `path`; nothing is connected yet.
  package init(path: String, timeout: Duration = .seconds(5)) {
    self.path = path
    self.timeout = timeout
  }

  /// Sends one command and returns the lines of its answer, the `ok` line last.
  @discardableResult
  package func send(_ command: RelayCommand) throws(RelayError) -> [String] {
    let line = command.line
    guard line.utf8.count <= RelayCommand.longestLine else {
      throw RelayError(.badRequest, "the command is longer than a relay reads: \(line.prefix(60))…")
    }
    var call = try RelayCall(to: path, within: timeout)
    return try call.exchange(line)
  }

  /// Makes one link; throws `addressInUse` if something listens at its address.
  package func add(_ link: RelayLink) throws(RelayError) {
    try send(.link(link))
  }

  /// Makes every link of `topology`; links that exist already stay.
  package func install(_ topology: NetworkTopology) throws(RelayError) {
    for link in topology.links { try add(link) }
  }

  /// Cuts `directions` at one moment.
  package func cut(
    _ directions: [Direction], mode: CutMode = .physical
  ) throws(RelayError) {
    if !directions.isEmpty { try send(.cut(directions, mode)) }
  }

  /// Ends the cuts of `directions` at one moment; what they held is delivered.
  package func heal(_ directions: [Direction]) throws(RelayError) {
    if !directions.isEmpty { try send(.heal(directions)) }
  }

  /// Shapes `directions` from one moment on; a shape that a direction has already goes on as it is,
  /// another one is replaced.
  package func shape(_ directions: [Direction], _ shape: LinkShape) throws(RelayError) {
    if !directions.isEmpty { try send(.shape(directions, shape)) }
  }

  /// Ends the shapes of `directions` at one moment; what they held is delivered at once.
  package func unshape(_ directions: [Direction]) throws(RelayError) {
    if !directions.isEmpty { try send(.unshape(directions)) }
  }

  /// Ends every cut, every silence and every shape.
  package func healAll() throws(RelayError) {
    try send(.healAll)
  }

  /// Treats `node` as a host without power: nothing from it, nothing to it, no end of stream.
  package func silence(_ node: String) throws(RelayError) {
    try send(.silence(node))
  }

  /// Ends the silence of `node`; its connections from before are reset, and what they held is gone.
  package func revive(_ node: String) throws(RelayError) {
    try send(.revive(node))
  }

  /// Resets every connection of the link `name` at both ends, and returns how many there were.
  @discardableResult
  package func resetConnections(of name: String) throws(RelayError) -> Int {
    try Fields(try send(.reset(link: name)).last ?? "").number("connections")
  }

  /// The state of the relay and of every link; starts the next period of `loopLag`.
  package func status() throws(RelayError) -> RelayStatus {
    try RelayStatus(lines: try send(.status))
  }

  /// What the relay can prove about `direction` now.
  package func probe(_ direction: Direction) throws(RelayError) -> FlowEvidence {
    try FlowEvidence(line: try send(.probe(direction)).last ?? "")
  }

  /// Who answers at the path.
  package func identity() throws(RelayError) -> RelayIdentity {
    try RelayIdentity(Fields(try send(.identity).last ?? ""))
  }

  /// Ends the relay and all its connections; what cut or shaped
  /// links still hold is lost, so heal before.
  package func shutdown() throws(RelayError) {
    try send(.shutdown)
  }

  /// Waits until a relay that is starting answers, at most `limit`; throws what came back last.
  @discardableResult
  package func awaitReady(within limit: Duration) throws(RelayError) -> RelayIdentity {
    let clock = MonotonicClock()
    let deadline = Deadline(after: limit, from: clock.now())
    while true {
      do throws(RelayError) {
        return try identity()
      } catch {
        if deadline.hasPassed(at: clock.now()) { throw error }
      }
      usleep(10_000)
    }
  }
}
