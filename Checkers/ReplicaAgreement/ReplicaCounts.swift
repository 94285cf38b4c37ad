/// How many messages the replicas of a queue held, as a failed proof of emptiness tells it.
///
/// It is read from complaints `n1 counts 3 messages on the replica of n2`, joined by `; `: for each
/// node that was asked what it said of each replica that held anything. Replicas that held nothing
/// are not named.
struct ReplicaCounts: Hashable, Sendable {
  /// What is known of one replica.
  struct Replica: Hashable, Sendable {
    var node: String
    /// The lowest and the highest of the counts.
    var counts: ClosedRange<Int>
  }
  /// The replicas that held anything, in the order in which they were first named.
  private(set) var replicas: [Replica] = []
  /// Whether nothing else was complained of than messages: all nodes were there.
  private(set) var isWhole = true

  init(_ detail: String) {
    for complaint in detail.split(separator: ";") {
      let words = complaint.split(separator: " ")
      if words.count == 9, words[1] == "counts", let count = Int(words[2]),
        words[3...7].elementsEqual(["messages", "on", "the", "replica", "of"])
      {
        add(count, of: String(words[8]))
      } else if !(words.count == 7 && words[1] == "counts" && words[6] == "unacknowledged") {
        isWhole = false
      }
    }
  }

  /// Whether the counts of each replica agree with one another.
  var areSteady: Bool { replicas.allSatisfy { $0.counts.count == 1 } }

  /// Two replicas that held different numbers of messages.
  var difference: (Replica, Replica)? {
    guard let first = replicas.first,
      let other = replicas.first(where: { $0.counts != first.counts })
    else { return nil }
    return (first, other)
  }

  private mutating func add(_ count: Int, of node: String) {
    guard let place = replicas.firstIndex(where: { $0.node == node }) else {
      replicas.append(Replica(node: node, counts: count...count))
      return
    }
    let known = replicas[place].counts
    replicas[place].counts = min(known.lowerBound, count)...max(known.upperBound, count)
  }
}
