package import Harness
import Operations

/// The figures that reports know, in the order in which they are shown.
package enum MeasureCatalogue {
  /// The figures that every history has, one row for each name.
  package static let all: [ReportedMeasure] =
    fates + anomalies + redeliveries + answers + times

  private static let fates: [ReportedMeasure] = [
    ReportedMeasure(.attempts, meaning: "messages that publishers tried to publish"),
    ReportedMeasure(.confirmed, meaning: "the broker told the publisher that it has the message"),
    ReportedMeasure(.delivered, meaning: "confirmed and received by a consumer at least once"),
    ReportedMeasure(
      .lost, concern: .grave,
      meaning: "confirmed, yet no consumer ever got it, although the queue was proved empty"),
    ReportedMeasure(
      .deadLettered, "dead-lettered", shown: .whenAny,
      meaning: "confirmed and received from the queue for dead letters only"),
    ReportedMeasure(.recovered, meaning: "not confirmed, yet received (allowed)"),
    ReportedMeasure(.vanished, meaning: "not confirmed and never received (allowed)"),
    ReportedMeasure(.refused, meaning: "certainly not published: nothing of it was sent"),
    ReportedMeasure(.returned, meaning: "sent back by the broker as unroutable"),
    ReportedMeasure(
      .undrained, concern: .notable,
      meaning: "sent and not received, but not proved gone, or perhaps taken in doubt: open"),
    ReportedMeasure(
      .doubtful, shown: .detail,
      meaning: "nobody can tell whether it was published: no answer, or a negative one"),
  ]

  private static let anomalies: [ReportedMeasure] = [
    ReportedMeasure(
      .unflagged, "unflagged duplicates", concern: .grave,
      meaning: "delivered again without the mark that it is a redelivery"),
    ReportedMeasure(.redelivered, meaning: "delivered more than once, marked as such (allowed)"),
    ReportedMeasure(
      .phantom, "phantoms", concern: .grave, meaning: "delivered, though nobody published it"),
    ReportedMeasure(
      .outOfOrder, "out of order", concern: .notable,
      meaning: "first deliveries that overtook an earlier message of the same publisher"),
    ReportedMeasure(
      .overlappingHolds, "overlapping holds", concern: .notable, shown: .whenAny,
      meaning: "two consumers held the same message at the same time"),
    ReportedMeasure(
      .deliveredAfterAck, "delivered after ack", concern: .notable, shown: .whenAny,
      meaning: "delivered again after a consumer had acknowledged it"),
    ReportedMeasure(
      .failedYetDelivered, "failed, yet delivered", concern: .grave, shown: .whenAny,
      meaning: "delivered, though its publish certainly failed"),
    ReportedMeasure(
      .resurrected, concern: .grave, shown: .whenAny,
      meaning: "delivered again after its ack was settled by a proof of emptiness"),
    ReportedMeasure(
      .droppedUnacknowledged, "dropped unacknowledged", concern: .grave, shown: .whenAny,
      meaning: "confirmed and delivered, never acknowledged, and gone when proved empty"),
    ReportedMeasure(
      .lostDeadLetter, "lost dead letters", concern: .grave, shown: .whenAny,
      meaning: "discarded by a consumer, and never received as a dead letter"),
    ReportedMeasure(
      .deadLetteredAgain, "dead-lettered again", concern: .notable, shown: .whenAny,
      meaning: "received as a dead letter more than once, unmarked"),
    ReportedMeasure(
      .deadLettersIn, "dead letters in", shown: .detail,
      meaning: "messages of other queues that were received here as dead letters"),
    ReportedMeasure(
      .deadLettersOut, "dead letters out", shown: .detail,
      meaning: "messages of this queue that were received elsewhere as dead letters"),
    ReportedMeasure(
      .overPrefetch, "over prefetch", concern: .notable, shown: .whenAny,
      meaning: "times at which a consumer held more than its prefetch allows"),
    ReportedMeasure(.deliveries, shown: .detail, meaning: "everything that consumers received"),
    ReportedMeasure(
      .firstDeliveries, "first deliveries", shown: .detail,
      meaning: "deliveries that were the first of their message"),
    ReportedMeasure(.duplicated, shown: .detail, meaning: "messages delivered more than once"),
    ReportedMeasure(
      .ambiguousRepeats, "ambiguous repeats", shown: .detail,
      meaning: "unmarked repeats that may have been sent before the marked ones"),
    ReportedMeasure(
      .possibleOverlaps, "possible overlaps", shown: .detail,
      meaning: "pairs of holds that may have overlapped and may not have"),
    ReportedMeasure(
      .takenInDoubt, "taken in doubt", shown: .whenAny,
      meaning: "dequeues and drains of which nobody can tell what they took"),
  ]

  private static let redeliveries: [ReportedMeasure] = [
    ReportedMeasure(.effects, shown: .detail, meaning: "messages with an acked delivery"),
    ReportedMeasure(
      .ackedAgain, "acked again", shown: .detail,
      meaning: "messages with several acked deliveries (allowed; consumers must deduplicate)"),
    ReportedMeasure(
      .mostAcks, "most acks", shown: .detail, meaning: "the most acked deliveries of a message"),
    ReportedMeasure(
      .effectsAfterSettledAck, "effects after settled ack", concern: .grave, shown: .whenAny,
      meaning: "acked deliveries that were sent after an earlier ack was settled"),
    ReportedMeasure(
      .emptyAnswers, "empty answers", shown: .detail,
      meaning: "gets, takes and drains that found the queue empty"),
    ReportedMeasure(
      .overtakingDeliveries, "overtaking deliveries", shown: .whenAny,
      meaning: "deliveries that surely overtook an older message that was ready"),
    ReportedMeasure(
      .overtaken, shown: .detail, meaning: "messages that were surely overtaken while ready"),
    ReportedMeasure(
      .mostOvertaken, "most overtaken", shown: .whenAny,
      meaning: "the most messages that one delivery overtook, at least"),
  ]

  private static let answers: [ReportedMeasure] = [
    ReportedMeasure(
      .answeredDequeues, "answered dequeues", shown: .detail,
      meaning: "gets and takes that brought a message or found the queue empty"),
    ReportedMeasure(
      .dequeuesInDoubt, "dequeues in doubt", shown: .detail,
      meaning: "gets and takes of which nobody can tell what they took"),
    ReportedMeasure(
      .drainsInDoubt, "drains in doubt", shown: .detail,
      meaning: "drains of which nobody can tell what they took"),
    ReportedMeasure(.answers, shown: .detail, meaning: "confirms of either kind that came"),
    ReportedMeasure(
      .multipleAnswers, "multiple answers", shown: .detail,
      meaning: "confirms that answered several publishes at once"),
    ReportedMeasure(.nacked, shown: .detail, meaning: "publishes that got a negative confirm"),
    ReportedMeasure(.returns, shown: .detail, meaning: "messages sent back as unroutable"),
    ReportedMeasure(.unanswered, shown: .detail, meaning: "publishes that never got an answer"),
  ]

  private static let times: [ReportedMeasure] = [
    ReportedMeasure(
      .longestUnavailability, "longest unavailability", unit: .time,
      meaning: "longest time in which publishers kept trying and nothing was confirmed")
  ]
}

extension MeasureCatalogue {
  private static let rows = Dictionary(
    all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })

  /// The row of a figure of the whole queue.
  package static func measure(_ name: MeasureName) -> ReportedMeasure {
    rows[.whole(name)] ?? ReportedMeasure(name, meaning: "")
  }

  /// The row of a figure; nil if nothing is known of it.
  ///
  /// A figure of one node is shown only if it is a time.
  package static func measure(_ key: MeasureKey) -> ReportedMeasure? {
    switch key {
    case .whole(let name): measure(name)
    case .node(let name, let node): of(measure(name), key, node)
    case .recovery(let restoration, let fault, let node):
      node.map { of(recovery(restoration, fault), key, $0) } ?? recovery(restoration, fault)
    case .log(let pattern):
      ReportedMeasure(
        key, "log: \(pattern)", shown: .detail,
        meaning: "lines of all nodes' logs that tell of this; the same for every queue")
    case .other: nil
    }
  }

  /// The row of a time for the clients of one node.
  private static func of(
    _ whole: ReportedMeasure, _ key: MeasureKey, _ node: NodeID
  ) -> ReportedMeasure? {
    guard whole.unit == .time else { return nil }
    return ReportedMeasure(
      key, "\(whole.label), \(node)", longLabel: "\(whole.longLabel), \(node)", unit: .time,
      shown: .detail,
      meaning: "\(whole.meaning); publishers connected to \(node) only")
  }

  private static func recovery(_ restoration: Restoration, _ fault: FaultID) -> ReportedMeasure {
    let what: (label: String, meaning: String) =
      switch restoration {
      case .heal: ("heal", "the repair of the links")
      case .start: ("restart", "the start of the killed node")
      }
    return ReportedMeasure(
      .recovery(restoration, fault, node: nil), "recovery after \(what.label)",
      longLabel: "recovery after \(what.label) (fault \(fault))", unit: .time,
      meaning: "from \(what.meaning) to the first confirm of a publish that began later")
  }
}
