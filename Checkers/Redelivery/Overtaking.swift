/// A delivery that must not have overtaken anything; all instants in nanoseconds.
struct Overtaker: Sendable {
  /// The number of the delivery.
  var delivery: Int32
  var sent: Int64
  var received: Int64
  /// What was in the queue before this instant, and not given back since, is before it.
  var before: Int64
  /// What was given back for sure before this instant is before it.
  var beforeReturned: Int64
  /// How many messages may have been away unseen.
  var hidden: Int
  /// How many were overtaken at least.
  var overtaken = 0
}

/// Counts for each delivery how many messages were surely before it in the queue and surely ready
/// all the time in which it was sent: dominance of pairs (entry, end of the span).
///
/// O(n log n): the highest end among the earlier entries says who overtook anything; only for those
/// is counted.
struct Overtaking {
  private var entries: [Int64]
  private var ends: [Int64]
  /// By place: the highest end among the entries up to there.
  private var highest: [Int64] = []

  init(_ spans: [ReadySpan]) {
    let sorted = spans.sorted { $0.from < $1.from }
    entries = sorted.map(\.from)
    ends = sorted.map(\.to)
    var top = Int64.min
    highest.reserveCapacity(ends.count)
    for end in ends {
      top = max(top, end)
      highest.append(top)
    }
  }

  /// Adds to `overtakers` what they overtook, given before which entry each of them must not be.
  func count(_ overtakers: inout [Overtaker], before: (Overtaker) -> Int64) {
    var hits: [(place: Int, entries: Int)] = []
    for place in overtakers.indices {
      let earlier = lowerBound(entries, before(overtakers[place]))
      if earlier > 0, highest[earlier - 1] > overtakers[place].received {
        hits.append((place, earlier))
      }
    }
    if hits.isEmpty { return }
    hits.sort { overtakers[$0.place].received > overtakers[$1.place].received }
    let order = ends.indices.sorted { ends[$0] > ends[$1] }
    var tree = FenwickTree(count: entries.count, neutral: 0) { $0 + $1 }
    var next = 0
    for (place, earlier) in hits {
      while next < order.count, ends[order[next]] > overtakers[place].received {
        tree.add(1, at: order[next])
        next += 1
      }
      overtakers[place].overtaken += tree.prefix(earlier)
    }
  }
}

/// The same for spans whose entry into the order was earlier than the beginning of the span: says
/// only whether anything was overtaken, and counts that as one.
struct ReturnedOvertaking {
  private var spans: [ReadySpan]
  private let entries: [Int64]
  /// By span: the rank of its entry.
  private var ranks: [Int]

  /// Spans and when each message first entered the queue.
  init(_ spans: [ReadySpan], enteredAt: (ReadySpan) -> Int64) {
    self.spans = spans.sorted { $0.from < $1.from }
    let entered = self.spans.map(enteredAt)
    let sorted = entered.sorted()
    entries = sorted
    ranks = entered.map { lowerBound(sorted, $0) }
  }

  func mark(_ overtakers: inout [Overtaker]) {
    if spans.isEmpty { return }
    var tree = FenwickTree(count: entries.count, neutral: Int64.min) { max($0, $1) }
    var next = 0
    for place in overtakers.indices.sorted(by: { overtakers[$0].sent < overtakers[$1].sent }) {
      let overtaker = overtakers[place]
      while next < spans.count, spans[next].from < overtaker.sent {
        tree.add(spans[next].to, at: ranks[next])
        next += 1
      }
      if overtaker.overtaken == 0,
        tree.prefix(lowerBound(entries, overtaker.before)) > overtaker.received
      {
        overtakers[place].overtaken = 1
      }
    }
  }
}
