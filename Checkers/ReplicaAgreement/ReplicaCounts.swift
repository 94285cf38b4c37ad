import Operations

/// How many messages the replicas of a queue held, as a failed proof of emptiness counts them.
struct ReplicaCounts: Hashable, Sendable {
  /// What is known of one replica.
  struct Replica: Hashable, Sendable {
    var node: NodeID
    /// The lowest and the highest of the counts.
    var counts: ClosedRange<Int>
  }
  /// The replicas of which somebody counted a message, in the order of the counts. One that holds
  /// nothing is left out: a mirror that has just joined holds nothing and is behind nobody.
  private(set) var replicas: [Replica] = []
  /// Whether all nodes were there, and each counted everything and not merely nothing.
  let isWhole: Bool

  /// What the evidence says; without it nothing is known.
  init(_ evidence: EmptinessEvidence?) {
    isWhole = evidence.map { $0.isWhole && $0.looks == 0 } ?? false
    for count in evidence?.replicas ?? [] {
      if count.isOnline, let depth = count.depth, depth > 0 { add(depth, of: count.replica) }
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

  private mutating func add(_ count: Int, of node: NodeID) {
    guard let place = replicas.firstIndex(where: { $0.node == node }) else {
      replicas.append(Replica(node: node, counts: count...count))
      return
    }
    let known = replicas[place].counts
    replicas[place].counts = min(known.lowerBound, count)...max(known.upperBound, count)
  }
}
