import Environment
import Operations

/// What may have been taken unseen.
extension NaiveLedger {
  mutating func readDoubts() {
    var known: Set<OperationID> = []
    for event in history.events {
      guard case .completed(let operation, let outcome) = event.event else { continue }
      if case .info = outcome { continue }
      known.insert(operation)
    }
    for event in history.events {
      guard case .invoked(let invocation) = event.event,
        invocation.action == .take || invocation.action == .drain,
        !known.contains(invocation.operation)
      else { continue }
      inDoubt.append((invocation.queue, event.at, invocation.action == .drain))
    }
  }

  /// Finds for as many lost messages as possible an operation each that may have taken it, by
  /// augmenting paths.
  mutating func excuse(_ queue: QueueID) {
    add("taken-in-doubt", queue, inDoubt.count { $0.queue == queue })
    // Where a message may be moved to, it may be taken at any time.
    let path = path(from: queue)
    let takers = inDoubt.filter { path.contains($0.queue) }.map { taker in
      (at: taker.queue == queue ? taker.at : Instant.zero, isDrain: taker.isDrain)
    }
    let missedAt = messageOrder.compactMap { message -> Instant? in
      guard let publish = publishes[message], publish.queue == queue,
        case .ok = publish.end?.outcome, let ended = publish.end?.at,
        !receptions.contains(where: { isGenuine($0) && $0.receipt.message == message }),
        isGone(course(of: message, publish))
      else { return nil }
      return (proofs[queue] ?? []).first { $0.at > ended }?.at
    }
    var taken: [Int: Int] = [:]
    func assign(_ message: Int, _ tried: inout Set<Int>) -> Bool {
      for (place, taker) in takers.enumerated()
      where !taker.isDrain && taker.at <= missedAt[message] && tried.insert(place).inserted {
        guard let other = taken[place] else {
          taken[place] = message
          return true
        }
        if assign(other, &tried) {
          taken[place] = message
          return true
        }
      }
      return false
    }
    var excused = 0
    for (message, at) in missedAt.enumerated() {
      var tried: Set<Int> = []
      if takers.contains(where: { $0.isDrain && $0.at <= at }) || assign(message, &tried) {
        excused += 1
      }
    }
    add("lost", queue, -excused)
    add("undrained", queue, excused)
    add("undrained-confirmed", queue, excused)
    add("excused", queue, excused)
  }
}
