extension EmptinessEvidence {
  /// What stands in the way of the proof, for people; empty if nothing does.
  public var complaints: [String] {
    var complaints: [String] = []
    for node in nodes {
      if unasked.contains(node) { complaints.append("\(node) did not answer") }
      if strangers.contains(node) { complaints.append("\(node) does not know the queue") }
      var cannotCount = false
      for count in queues where count.seenBy == node {
        guard let ready = count.ready, let unacknowledged = count.unacknowledged else {
          complaints.append("\(node) cannot count the messages")
          cannotCount = true
          continue
        }
        if ready > 0 || unacknowledged > 0 {
          complaints.append("\(node) counts \(ready) ready and \(unacknowledged) unacknowledged")
        }
      }
      // Who cannot count the queue knows nothing of its replicas either.
      if cannotCount { continue }
      complaints += replicas.filter { $0.seenBy == node }.compactMap(\.complaint)
    }
    return complaints
  }

  /// Everybody who was asked, in order.
  private var nodes: [NodeID] {
    var nodes = unasked + strangers + queues.map(\.seenBy) + replicas.map(\.seenBy)
    nodes.sort()
    return nodes.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }
}

extension ReplicaCount {
  fileprivate var complaint: String? {
    guard isOnline else { return "\(seenBy) sees the replica on \(replica) offline" }
    guard let depth else { return "\(seenBy) has no count of the replica on \(replica)" }
    return depth > 0 ? "\(seenBy) counts \(depth) messages on the replica of \(replica)" : nil
  }
}

extension EmptinessEvidence: CustomStringConvertible {
  /// For people: `proved twice on all nodes`, or what stands in the way.
  public var description: String {
    let complaints = complaints
    let text = complaints.isEmpty ? seldom : complaints.joined(separator: "; ")
    return isOpen ? "not everybody could be asked: \(text)" : text
  }

  private var seldom: String {
    switch looks {
    case nil: "unknown"
    case 0: "found empty while the cluster was not well"
    case 1: "found empty only once"
    default: "proved twice on all nodes"
    }
  }
}
