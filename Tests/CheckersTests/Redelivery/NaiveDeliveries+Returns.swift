import Operations

extension NaiveDeliveries {
  /// From when on the broker can have sent a delivery, with the room in a prefetch where nothing
  /// made the broker count again.
  func dated(_ delivered: Delivered) -> Int64 {
    let before = received.filter {
      $0.session == delivered.session && $0.place <= delivered.place && $0.at < disturbedFrom
    }
    return min(delivered.at, before.reduce(sent(delivered)) { max($0, room($1) ?? .min) })
  }

  /// When the settlement was sent that made room for a push; nil if there need not be one.
  private func room(_ push: Delivered) -> Int64? {
    guard let consumer = onlyConsumer(of: push.session, before: push.place), push.asked == nil
    else { return nil }
    let since = received.filter {
      $0.session == push.session && $0.place > consumer.place && $0.place <= push.place
    }
    guard since.allSatisfy({ $0.asked == nil }) else { return nil }
    // If room was ever missing, the broker counts in another way.
    for (number, other) in since.enumerated() where number >= consumer.prefetch {
      guard
        settled(other.session, after: consumer.place, before: other.place).count
          > number - consumer.prefetch
      else { return nil }
    }
    if since.count <= consumer.prefetch { return nil }
    return settled(push.session, after: consumer.place, before: push.place)[
      since.count - consumer.prefetch - 1]
  }

  private func settled(_ session: SessionID, after first: Int, before last: Int) -> [Int64] {
    received.filter {
      $0.session == session && $0.endedPlace > first && $0.endedPlace < last
    }.sorted { $0.endedPlace < $1.endedPlace }.compactMap(\.endedAt)
  }

  /// Deliveries that were given back for sure by an instant: the session asked after it had given
  /// them back, and was answered.
  var returns: [(delivered: Delivered, doneAt: Int64)] {
    deliveries.compactMap { delivered in
      guard let endedAt = delivered.endedAt,
        delivered.kind == .requeue || delivered.kind == .reject,
        let answer = answers(to: delivered.session).first(where: {
          $0.askedAt > endedAt && $0.place > delivered.endedPlace
        }), answer.at < disturbedFrom
      else { return nil }
      return (delivered, answer.at)
    }
  }
}
