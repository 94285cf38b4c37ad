import Environment
import Harness
import Operations

/// Looks for answers that a queue was empty although at every instant of the operation more
/// messages were surely ready than anybody may have held unseen.
struct EmptyAnswers: Sendable {
  private(set) var violations: ViolationLog

  init(
    _ queue: QueueDeliveries, _ spans: ReadySpans, _ hidden: HiddenHolds, in log: DeliveryLog,
    witnessLimit: Int
  ) {
    violations = ViolationLog(limit: witnessLimit)
    if queue.empties.isEmpty { return }
    let all = spans.initial + spans.returned
    var sweep = EmptySweep(
      from: all.map(\.from).sorted(), to: all.map(\.to).sorted(), hidden: hidden,
      starts: queue.empties.map(\.invokedAt).sorted())
    for empty in queue.empties.sorted(by: { $0.endedAt < $1.endedAt })
    where !sweep.mayBeEmpty(from: empty.invokedAt, to: empty.endedAt) {
      violations.add(violations.hasRoom ? log.witness(empty, all) : nil)
    }
  }
}

/// Goes through the instants at which something may change, and at each of which the count of what
/// was surely ready is no higher than right before and right after.
private struct EmptySweep {
  let from: [Int64]
  let to: [Int64]
  let hidden: HiddenHolds
  let starts: [Int64]
  private var begun = 0
  private var ended = 0
  private var step = 0
  private var start = 0
  /// The latest instant so far at which the queue may have been empty.
  private var lastEmpty = Int64.min

  init(from: [Int64], to: [Int64], hidden: HiddenHolds, starts: [Int64]) {
    (self.from, self.to, self.hidden, self.starts) = (from, to, hidden, starts)
  }

  /// Whether the queue may have been empty; calls come in the order of `end`.
  mutating func mayBeEmpty(from begin: Int64, to end: Int64) -> Bool {
    while let instant = next(), instant <= end { pass(instant) }
    return begin > end || lastEmpty >= begin
  }

  private func next() -> Int64? {
    var next = Int64.max
    if begun < from.count { next = min(next, from[begun]) }
    if ended < to.count { next = min(next, to[ended]) }
    if step < hidden.times.count { next = min(next, hidden.times[step]) }
    if start < starts.count { next = min(next, starts[start]) }
    return next == .max ? nil : next
  }

  private mutating func pass(_ instant: Int64) {
    while ended < to.count, to[ended] == instant { ended += 1 }
    while step < hidden.times.count, hidden.times[step] == instant { step += 1 }
    while start < starts.count, starts[start] == instant { start += 1 }
    if begun - ended <= (step == 0 ? 0 : hidden.most[step - 1]) { lastEmpty = instant }
    while begun < from.count, from[begun] == instant { begun += 1 }
  }
}

extension DeliveryLog {
  fileprivate func witness(_ empty: QueueDeliveries.Empty, _ spans: [ReadySpan]) -> Witness {
    let present = spans.filter { $0.from < empty.endedAt && $0.to > empty.invokedAt }
    let longest = present.max {
      min($0.to, empty.endedAt) - max($0.from, empty.invokedAt)
        < min($1.to, empty.endedAt) - max($1.from, empty.invokedAt)
    }
    let message = longest.map { messages[Int($0.message)] }
    var text: WitnessText =
      "\(OperationID(empty.operation)), invoked at \(self.text(empty.invokedAt)), found the queue "
      + "empty by \(self.text(empty.endedAt)), which at no instant in between it can have been"
    if let longest, let message {
      let others = present.count == 1 ? "" : ", and so were \(present.count - 1) others in between"
      text +=
        ": \(message.message) was surely ready from \(self.text(longest.from)) until it "
        + "was sent after \(self.text(longest.to))\(others)"
    }
    return Witness(
      message: message?.message,
      operations: [OperationID(empty.operation)]
        + (message.map { [OperationID($0.operation)] } ?? []),
      from: Instant(nanoseconds: empty.invokedAt), to: Instant(nanoseconds: empty.endedAt),
      text: text)
  }
}
