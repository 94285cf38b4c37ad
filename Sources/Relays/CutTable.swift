package import Environment

/// One way between two endpoints of the network: the bytes that travel from `from` to `to`.
package struct Direction: Hashable, Sendable, CustomStringConvertible {
  /// The sender of the bytes.
  package let from: String
  /// The receiver of the bytes.
  package let to: String

  /// The way from `from` to `to`.
  package init(from: String, to: String) {
    self.from = from
    self.to = to
  }

  /// The way back.
  package var reversed: Direction { Direction(from: to, to: from) }

  /// The direction written as `n1→n2`.
  package var description: String { "\(from)→\(to)" }
}

/// How much of a connection a directed cut stops.
package enum CutMode: Hashable, Sendable {
  /// As on a real network: the opposite flow stops as well, once its acknowledgements are missing.
  case physical
  /// Only the named direction stops, which no cut of real packets can do to TCP.
  case stream
}

/// Which directions are cut and which nodes are silenced; decides what stalls, without doing it.
package struct CutTable: Sendable {
  /// How long the opposite flow of a physically cut one lives on: its missing acknowledgements
  /// end it. Measured with nftables on Linux 6.1: within 0.2 s.
  package static let oppositeDelay: Duration = .milliseconds(200)

  private struct Cut: Sendable {
    var direction: Direction
    var mode: CutMode
    var since: Instant
  }

  private var cuts: [Cut] = []
  private(set) var silenced: [String] = []

  /// A network without cuts.
  package init() {}

  /// Cuts `direction`; a repeated cut of the same mode changes nothing, not even its time.
  package mutating func cut(_ direction: Direction, mode: CutMode, at now: Instant) {
    guard let index = cuts.firstIndex(where: { $0.direction == direction }) else {
      cuts.append(Cut(direction: direction, mode: mode, since: now))
      return
    }
    if cuts[index].mode == mode { return }
    cuts[index] = Cut(direction: direction, mode: mode, since: now)
  }

  /// Ends the cut of `direction`, if there is one.
  package mutating func heal(_ direction: Direction) {
    cuts.removeAll { $0.direction == direction }
  }

  /// Ends every cut and every silence.
  package mutating func healAll() {
    cuts.removeAll()
    silenced.removeAll()
  }

  /// Makes every flow from and to `node` stall, as if its host had lost power.
  package mutating func silence(_ node: String) {
    if !silenced.contains(node) { silenced.append(node) }
  }

  /// Ends the silence of `node`.
  package mutating func revive(_ node: String) {
    silenced.removeAll { $0 == node }
  }

  /// Whether bytes travelling in `direction` stall at `now`.
  package func stalls(_ direction: Direction, at now: Instant) -> Bool {
    if isSilent(direction) || cuts.contains(where: { $0.direction == direction }) { return true }
    let opposite = direction.reversed
    return cuts.contains {
      $0.direction == opposite && $0.mode == .physical && $0.since + Self.oppositeDelay <= now
    }
  }

  /// Whether a connect by `direction.from` hangs: a handshake needs both ways, except that a
  /// stream cut of the way back leaves it alone.
  package func connectsHang(_ direction: Direction) -> Bool {
    let opposite = direction.reversed
    return isSilent(direction)
      || cuts.contains {
        $0.direction == direction || ($0.direction == opposite && $0.mode == .physical)
      }
  }

  /// The next instant after `now` at which a flow stalls without a further command.
  package func nextChange(after now: Instant) -> Instant? {
    cuts.lazy.filter { $0.mode == .physical }.map { $0.since + Self.oppositeDelay }
      .filter { $0 > now }.min()
  }

  private func isSilent(_ direction: Direction) -> Bool {
    silenced.contains(direction.from) || silenced.contains(direction.to)
  }
}
