package import Environment
package import Operations

/// What each queue did over time: publishes offered, confirmed and delivered, and how long confirms
/// took. Feed it every event of the history, in order.
///
/// Memory is bounded whatever the length of the run: at most `binLimit` bins, whose width doubles
/// when the run grows longer, each with a histogram of bounded size; and the operations that have
/// not ended, at most `openLimit`.
///
/// A latency counts from the intended send time where the workload has one, which the history keeps
/// to the millisecond, so that a client that was held up cannot hide it. It is shown at the time of
/// sending. Publishes that were never confirmed have none.
package struct RunSeries: Sendable {
  /// The most bins.
  package static let binLimit = 240
  /// The width at the beginning, 1/512 s: doubling passes through 125 ms, 250 ms, 500 ms, 1 s.
  package static let firstBinWidth = Duration.nanoseconds(1_953_125)
  /// The most operations that are followed at once; others are left out and counted.
  package static let openLimit = 1_000_000

  private struct Open: Sendable {
    var queue: Int
    /// When a publish was sent, or was to be; nil for other operations.
    var sentAt: Instant?
  }

  /// The width of a bin now.
  package private(set) var binWidth = RunSeries.firstBinWidth
  /// One series a queue, in the order of the header.
  package private(set) var queues: [QueueSeries]
  /// The instant of the last event.
  package private(set) var end = Instant.zero
  /// How many operations were left out because too many were open.
  package private(set) var omittedOperations = 0

  private let places: [QueueID: Int]
  private var open: [OperationID: Open] = [:]

  /// Series of the queues of a history.
  package init(queues: [QueueDescription]) {
    self.queues = queues.map { QueueSeries(queue: $0.id) }
    places = Dictionary(
      queues.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Takes the next event of a history.
  package mutating func observe(_ event: TimedEvent) {
    if event.at > end { extend(to: event.at) }
    switch event.event {
    case .invoked(let invocation): invoke(invocation, at: event.at)
    case .completed(let operation, let outcome): complete(operation, outcome, at: event.at)
    case .delivered(let delivery):
      if let queue = places[delivery.queue] { count(queue, at: event.at) { $0.delivered += 1 } }
    default: break
    }
  }

  private mutating func invoke(_ invocation: Invocation, at: Instant) {
    guard let queue = places[invocation.queue] else { return }
    var sentAt: Instant?
    if case .publish = invocation.action {
      count(queue, at: at) { $0.offered += 1 }
      sentAt = at + (.zero - invocation.late)
    }
    if open.count < Self.openLimit {
      open[invocation.operation] = Open(queue: queue, sentAt: sentAt)
    } else {
      omittedOperations += 1
    }
  }

  private mutating func complete(_ operation: OperationID, _ outcome: Outcome, at: Instant) {
    guard let ended = open.removeValue(forKey: operation) else { return }
    switch outcome {
    case .ok(.confirmed):
      count(ended.queue, at: at) { $0.confirmed += 1 }
      guard let sentAt = ended.sentAt else { return }
      let latency = at.elapsed(since: sentAt)
      count(ended.queue, at: sentAt) { $0.latency.record(latency) }
      queues[ended.queue].latency.record(latency)
    case .ok(.message): count(ended.queue, at: at) { $0.delivered += 1 }
    case .ok, .fail, .info: break
    }
  }

  private mutating func count(
    _ queue: Int, at instant: Instant, _ change: (inout SeriesBin) -> Void
  ) {
    let bin = Int(max(0, instant.nanoseconds) / binWidth.nanoseconds)
    queues[queue].grow(to: bin + 1)
    change(&queues[queue].bins[bin])
  }

  /// Moves the end and widens all bins until there is one for it.
  private mutating func extend(to instant: Instant) {
    end = instant
    while instant.nanoseconds / binWidth.nanoseconds >= Self.binLimit {
      for queue in queues.indices { queues[queue].halve() }
      binWidth *= 2
    }
  }
}

/// What one queue did over time.
package struct QueueSeries: Hashable, Sendable {
  /// The queue.
  package var queue: QueueID
  /// By time from the run's origin; trailing bins without events may be missing.
  package var bins: [SeriesBin] = []
  /// All latencies of the run.
  package var latency = LatencyHistogram()

  fileprivate mutating func grow(to count: Int) {
    while bins.count < count { bins.append(SeriesBin()) }
  }

  /// Makes one bin of every two.
  fileprivate mutating func halve() {
    for pair in 0..<(bins.count + 1) / 2 {
      var bin = bins[2 * pair]
      if 2 * pair + 1 < bins.count { bin.add(bins[2 * pair + 1]) }
      bins[pair] = bin
    }
    bins.removeLast(bins.count / 2)
  }
}

/// What happened in a span of time.
package struct SeriesBin: Hashable, Sendable {
  /// Publishes invoked.
  package var offered = 0
  /// Publishes confirmed.
  package var confirmed = 0
  /// Messages received, repeats included.
  package var delivered = 0
  /// From send to confirm, of the publishes that were sent in it.
  package var latency = LatencyHistogram()

  fileprivate mutating func add(_ other: SeriesBin) {
    offered += other.offered
    confirmed += other.confirmed
    delivered += other.delivered
    latency.add(other.latency)
  }
}

extension Instant {
  /// The time since an earlier instant, saturating at the ends of the clock.
  func elapsed(since earlier: Instant) -> Duration {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return .nanoseconds(overflow ? (nanoseconds < 0 ? .min : .max) : difference)
  }
}
