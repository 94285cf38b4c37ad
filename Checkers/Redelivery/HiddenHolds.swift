import Operations

/// How many messages of a queue may at an instant be held by somebody who was never seen to get
/// them, or be away unseen.
///
/// A get that ended in doubt, or never, holds one from its invocation on. A consumer holds as many
/// as its prefetch allows; but what it got and gave back unseen it can only have given back with
/// its session, or because something disturbed the brokers.
struct HiddenHolds: Sendable {
  /// When more become possible, in nanoseconds, in order.
  let times: [Int64]
  /// How many are possible from then on; `.max` for any number.
  let most: [Int]

  init(of queue: QueueDeliveries, in log: DeliveryLog) {
    var steps: [(since: Int64, most: Int)] = []
    for hidden in queue.hidden where hidden.most > 0 {
      var since = hidden.since
      if hidden.session >= 0, log.aliveUntil(hidden.session) == .max {
        if log.disturbedFrom == .max { continue }
        since = max(since, log.disturbedFrom)
      }
      steps.append((since, hidden.most))
    }
    steps.sort { $0.since < $1.since }
    var sum = 0
    times = steps.map(\.since)
    most = steps.map { step in
      sum = step.most > Int.max - sum ? .max : sum + step.most
      return sum
    }
  }

  /// How many are possible at an instant.
  func most(at instant: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : most[low - 1]
  }
}
