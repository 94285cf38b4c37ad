import Environment
import Operations

/// One side of a queue: all its publishers, or those connected to one node.
struct OfferedSide: Sendable {
  /// A stretch of time in which operations were offered and none succeeded.
  struct Span: Hashable, Sendable {
    var from: Instant
    var to: Instant
    var length: Duration { to - from }
  }
  /// How long a side may have nothing waiting before it counts as offering nothing.
  static let idleLimit = Duration.seconds(1)

  let node: NodeID?
  private(set) var offered = 0
  private(set) var succeeded = 0
  private(set) var longest: Span?
  /// By fault that restores something, in the order of the history: what is known of the recovery.
  private(set) var recoveries: [Recovery] = []

  /// How the side came back after one fault.
  struct Recovery: Hashable, Sendable {
    var wasOffered = false
    var success: Instant?
  }

  private var waiting = 0
  private var openSince: Instant?
  private var lastEnd = Instant(nanoseconds: .min)
  /// The first recovery without a success; a success fills all those before it as well.
  private var firstUnrecovered = 0

  init(node: NodeID?) {
    self.node = node
  }

  /// A fault that restores something has begun.
  mutating func restore() {
    recoveries.append(Recovery())
  }

  /// An operation is offered; a span that idleness ended is returned.
  mutating func offer(at now: Instant) -> Span? {
    offered += 1
    for place in recoveries.indices.reversed() {
      if recoveries[place].wasOffered { break }
      recoveries[place].wasOffered = true
    }
    var ended: Span?
    if waiting == 0, openSince != nil, lastEnd + Self.idleLimit < now { ended = close(at: lastEnd) }
    if openSince == nil { openSince = now }
    waiting += 1
    return ended
  }

  /// An operation that was offered has ended without success.
  mutating func fail(at now: Instant) {
    waiting -= 1
    lastEnd = now
  }

  /// An operation that was offered has succeeded; the span that it ends is returned.
  mutating func succeed(at now: Instant) -> Span? {
    succeeded += 1
    waiting -= 1
    lastEnd = now
    let ended = close(at: now)
    if waiting > 0 { openSince = now }
    return ended
  }

  /// An operation has succeeded that was offered when `restored` restoring faults had begun.
  mutating func recover(at now: Instant, restored: Int) {
    while firstUnrecovered < restored {
      recoveries[firstUnrecovered].success = now
      firstUnrecovered += 1
    }
  }

  /// The load phase is over.
  mutating func stop(at now: Instant) -> Span? {
    let isIdle = waiting == 0 && lastEnd + Self.idleLimit < now
    return close(at: isIdle ? lastEnd : now)
  }

  private mutating func close(at end: Instant) -> Span? {
    guard let from = openSince else { return nil }
    openSince = nil
    let span = Span(from: from, to: end)
    if span.length > longest?.length ?? Duration.nanoseconds(-1) { longest = span }
    return span
  }
}
