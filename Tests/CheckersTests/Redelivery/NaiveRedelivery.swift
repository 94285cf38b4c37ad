import Checkers
import Operations

/// The definitions of docs/checkers.md, each by looking at all pairs.
struct NaiveRedelivery {
  private struct Dated {
    var delivered: NaiveDeliveries.Delivered
    var sent: Int64
    var aliveUntil: Int64
  }
  private struct Span {
    var message: MessageID
    var from: Int64
    var to: Int64
  }

  private let log: NaiveDeliveries
  private let dated: [Dated]
  private let initial: [Span]
  private let returned: [Span]

  init(_ log: NaiveDeliveries) {
    self.log = log
    let dated = log.deliveries.map {
      Dated(delivered: $0, sent: log.dated($0), aliveUntil: log.aliveUntil($0.session))
    }
    self.dated = dated
    initial = log.messages.values.compactMap { message in
      let first = dated.filter { $0.delivered.message == message.id }.map(\.sent).min()
      guard let from = message.confirmedAt, let first, from < first else { return nil }
      return Span(message: message.id, from: from, to: first)
    }
    returned = log.returns.compactMap { back in
      let next = dated.filter {
        $0.delivered.message == back.delivered.message
          && $0.delivered.place != back.delivered.place
          && $0.delivered.at >= back.delivered.endedAt ?? .max
      }.map(\.sent).min()
      guard let next, back.doneAt < next else { return nil }
      return Span(message: back.delivered.message, from: back.doneAt, to: next)
    }
  }

  /// How many messages may have been away unseen at an instant; nil for any number.
  private func hidden(_ instant: Int64) -> Int? {
    var sum = 0
    for doubt in log.doubts {
      var since = doubt.since
      if let session = doubt.session, log.aliveUntil(session) == .max {
        if log.disturbedFrom == .max { continue }
        since = max(since, log.disturbedFrom)
      }
      guard since <= instant else { continue }
      if doubt.most == .max { return nil }
      sum += doubt.most
    }
    return sum
  }

  // MARK: - Guarantees

  var collisions: Int {
    dated.count { late in
      dated.contains { early in
        guard early.delivered.message == late.delivered.message,
          (early.delivered.at, early.delivered.place) < (late.delivered.at, late.delivered.place)
        else { return false }
        if early.delivered.session == late.delivered.session {
          return late.delivered.at < min(early.delivered.endedAt ?? .max, log.disturbedFrom)
        }
        guard let hold = solid(early) else { return false }
        let isAlive = late.aliveUntil > late.delivered.at
        if isAlive { return false }
        if let other = solid(late) {
          return max(hold.from, other.from) < min(hold.to, other.to)
        }
        let from = max(late.sent, end(late))
        return hold.from < from && late.delivered.at < hold.to
      }
    }
  }

  private func end(_ dated: Dated) -> Int64 {
    min(dated.delivered.endedAt ?? .max, dated.aliveUntil, log.disturbedFrom)
  }

  private func solid(_ dated: Dated) -> (from: Int64, to: Int64)? {
    let end = end(dated)
    return dated.delivered.at < end ? (dated.delivered.at, end) : nil
  }

  /// Answers for which no instant is left; those between events count too.
  var wrongEmpties: Int {
    var instants = (initial + returned).flatMap { [$0.from, $0.to] }
    instants += log.doubts.map(\.since) + log.empties.flatMap { [$0.from, $0.to] }
    if log.disturbedFrom != .min, log.disturbedFrom != .max { instants.append(log.disturbedFrom) }
    let doubled = Set(instants.flatMap { [$0 * 2 - 1, $0 * 2, $0 * 2 + 1] })
    return log.empties.count { empty in
      !doubled.contains { instant in
        guard instant >= empty.from * 2, instant <= empty.to * 2 else { return false }
        let ready = (initial + returned).count { $0.from * 2 < instant && instant < $0.to * 2 }
        return hidden(instant >> 1).map { ready <= $0 } ?? true
      }
    }
  }

  /// Second effects, and confirmed messages without one: gone, and of which nobody can tell.
  var effects: (again: Int, missing: Int, pending: Int) {
    var effects = (again: 0, missing: 0, pending: 0)
    for message in log.messages.values {
      let own = dated.filter { $0.delivered.message == message.id }
      let acks = own.filter { $0.delivered.kind == .ack }
      if let first = acks.compactMap(\.delivered.endedAt).min(),
        let settled = log.proofs.first(where: { $0 > first })
      {
        effects.again += acks.count { ack in
          ack.delivered.at > settled
            && (ack.sent > settled
              || ack.delivered.asked?.action != .take && ack.aliveUntil > ack.delivered.at)
        }
      }
      guard let confirmedAt = message.confirmedAt, acks.isEmpty,
        !own.contains(where: { $0.delivered.kind == .discard })
      else { continue }
      let latest = own.flatMap { [$0.delivered.at, $0.delivered.endedAt ?? .min] }.max() ?? .min
      let isHeld = own.contains { $0.delivered.kind == nil && !log.isLost($0.delivered.session) }
      let isGone = log.proofs.last.map { $0 > max(latest, confirmedAt) } ?? false
      if isGone, !isHeld, !log.mayHaveTaken { effects.missing += 1 } else { effects.pending += 1 }
    }
    return effects
  }

  /// How many deliveries overtook more than may have been away, and the most that one did.
  func overtakers(_ policy: RequeuePolicy) -> (count: Int, most: Int) {
    var result = (count: 0, most: 0)
    for late in dated where late.delivered.at < log.disturbedFrom {
      guard let place = place(of: late, policy) else { continue }
      var count = initial.count { $0.from < place.before && $0.to > late.delivered.at }
      switch policy {
      case .original:
        let isOvertaken = returned.contains {
          $0.from < late.sent && $0.to > late.delivered.at
            && log.messages[$0.message]?.confirmedAt ?? .max < place.before
        }
        if count == 0, isOvertaken { count = 1 }
      case .front, .back:
        count += returned.count { $0.from < place.returned && $0.to > late.delivered.at }
      }
      guard let hidden = hidden(late.delivered.at), count > hidden else { continue }
      result.count += 1
      result.most = max(result.most, count)
    }
    return result
  }

  private func place(of late: Dated, _ policy: RequeuePolicy) -> (before: Int64, returned: Int64)? {
    guard let published = log.messages[late.delivered.message]?.invokedAt else { return nil }
    switch policy {
    case .original: return (published, published)
    case .front: return late.delivered.isFlagged ? nil : (published, late.sent)
    case .back:
      if !late.delivered.isFlagged { return (published, published) }
      let ends = dated.filter {
        $0.delivered.message == late.delivered.message
          && $0.delivered.place != late.delivered.place && $0.delivered.at < late.sent
      }.map { ($0.delivered.at, min($0.delivered.endedAt ?? .max, $0.aliveUntil)) }
      return ends.filter { $0.0 < $0.1 && $0.1 < .max }.map(\.1).max().map { ($0, $0) }
    }
  }
}
