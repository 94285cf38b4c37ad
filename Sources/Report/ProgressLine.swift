import Environment
import Judging
package import Operations

/// What is known about a run while it goes on.
package struct ProgressTick: Hashable, Sendable {
  /// The present phase.
  package var phase: Phase
  /// The time since the run began.
  package var elapsed: Duration
  /// How many operations were completed so far.
  package var operations: Int
  /// How many messages were confirmed so far, a kind of queue, in the order to be shown.
  package var confirmed: [ConfirmedCount]
  /// What is being done to the cluster now, such as `isolate n1`.
  package var activeFaults: [String]
  /// The nodes that are down now.
  package var nodesDown: [NodeID]

  /// The state of a run.
  package init(
    phase: Phase, elapsed: Duration, operations: Int, confirmed: [ConfirmedCount] = [],
    activeFaults: [String] = [], nodesDown: [NodeID] = []
  ) {
    self.phase = phase
    self.elapsed = elapsed
    self.operations = operations
    self.confirmed = confirmed
    self.activeFaults = activeFaults
    self.nodesDown = nodesDown
  }
}

/// How many messages queues of a kind have confirmed.
package struct ConfirmedCount: Hashable, Sendable {
  /// The kind.
  package var kind: QueueKind
  /// How many.
  package var count: Int

  /// A count.
  package init(_ kind: QueueKind, _ count: Int) {
    self.kind = kind
    self.count = count
  }
}

/// Turns ticks into what is to be printed: on a terminal one line that is rewritten in place, else
/// a line at each change of phase or faults and every `plainInterval`.
package struct ProgressLine: Sendable {
  /// The longest silence where output is not a terminal, while ticks come.
  package static let plainInterval = Duration.seconds(10)
  /// The shortest time over which a rate is taken.
  package static let rateInterval = Duration.seconds(1)
  private static let clearToEnd = "\u{1B}[K"

  private let title: String
  private let isTerminal: Bool
  private let width: Int
  private var rateBase: (elapsed: Duration, operations: Int)?
  private var rate: Int?
  private var lastPrinted: ProgressTick?
  private var hasOpenLine = false

  /// Progress under a title such as `control` or `losing`.
  ///
  /// The width is the terminal's; a line is cut so that it never wraps.
  package init(title: String, isTerminal: Bool, width: Int) {
    self.title = Readable.printable(title)
    self.isTerminal = isTerminal
    self.width = max(20, width)
  }

  /// What is to be printed at this tick; empty if nothing is.
  package mutating func tick(_ tick: ProgressTick) -> String {
    updateRate(tick)
    if isTerminal {
      hasOpenLine = true
      lastPrinted = tick
      return "\r" + cut(line(tick)) + Self.clearToEnd
    }
    guard isDue(tick) else { return "" }
    lastPrinted = tick
    return line(tick) + "\n"
  }

  /// What prints a message on a line of its own without damaging the progress line.
  package mutating func message(_ text: String) -> String {
    let erased = hasOpenLine ? "\r" + Self.clearToEnd : ""
    let reopened = hasOpenLine ? lastPrinted.map { cut(line($0)) + Self.clearToEnd } ?? "" : ""
    return erased + Readable.printable(text) + "\n" + reopened
  }

  /// What ends the progress: on a terminal the line disappears.
  package mutating func finish() -> String {
    defer { hasOpenLine = false }
    return hasOpenLine ? "\r" + Self.clearToEnd : ""
  }

  private func isDue(_ tick: ProgressTick) -> Bool {
    guard let last = lastPrinted else { return true }
    return tick.phase != last.phase || tick.activeFaults != last.activeFaults
      || tick.nodesDown != last.nodesDown || tick.elapsed - last.elapsed >= Self.plainInterval
  }

  private mutating func updateRate(_ tick: ProgressTick) {
    guard let base = rateBase else {
      rateBase = (tick.elapsed, tick.operations)
      return
    }
    let span = (tick.elapsed - base.elapsed).nanoseconds
    guard span >= Self.rateInterval.nanoseconds else { return }
    let done = Double(max(0, tick.operations - base.operations))
    rate = Int((done * 1e9 / Double(span)).rounded())
    rateBase = (tick.elapsed, tick.operations)
  }

  private func line(_ tick: ProgressTick) -> String {
    var parts = ["\(title) \(tick.phase.name)", Readable.offset(tick.elapsed)]
    if let rate { parts.append("\(Readable.count(rate)) op/s") }
    let confirmed = tick.confirmed.map { "\($0.kind.rawValue) \(Readable.count($0.count))" }
    if !confirmed.isEmpty { parts.append("confirmed: " + confirmed.joined(separator: ", ")) }
    if !tick.activeFaults.isEmpty {
      parts.append("faults: " + tick.activeFaults.map(Readable.printable).joined(separator: ", "))
    }
    if !tick.nodesDown.isEmpty {
      parts.append("down: " + tick.nodesDown.map(\.description).joined(separator: ", "))
    }
    return parts.joined(separator: " · ")
  }

  /// The last column stays free: some terminals wrap when it is written.
  private func cut(_ line: String) -> String {
    line.count < width ? line : line.prefix(width - 2) + "…"
  }
}
