/// The figures that reports know, in the order in which they are shown.
package enum MeasureCatalogue {
  /// The number of confirmed publishes.
  package static let confirmed = "confirmed"
  /// The number of confirmed messages that were never received after a proved drain.
  package static let lost = "lost"
  /// The number of second deliveries without the flag.
  package static let unflagged = "unflagged"
  /// The number of messages whose fate is open because the drain was not proved.
  package static let undrained = "undrained"
  /// The longest span without a success.
  package static let longestUnavailability = "longest-unavailability"

  /// The measures with fixed names.
  package static let all: [ReportedMeasure] =
    fates + anomalies + redeliveries + answers + times

  private static let fates: [ReportedMeasure] = [
    ReportedMeasure("attempts", meaning: "messages that publishers tried to publish"),
    ReportedMeasure(confirmed, meaning: "the broker told the publisher that it has the message"),
    ReportedMeasure("delivered", meaning: "confirmed and received by a consumer at least once"),
    ReportedMeasure(
      lost, concern: .grave,
      meaning: "confirmed, yet no consumer ever got it, although the queue was proved empty"),
    ReportedMeasure(
      "dead-lettered", "dead-lettered", shown: .whenAny,
      meaning: "confirmed and received from the queue for dead letters only"),
    ReportedMeasure("recovered", meaning: "not confirmed, yet received (allowed)"),
    ReportedMeasure("vanished", meaning: "not confirmed and never received (allowed)"),
    ReportedMeasure("refused", meaning: "certainly not published: nothing of it was sent"),
    ReportedMeasure("returned", meaning: "sent back by the broker as unroutable"),
    ReportedMeasure(
      undrained, concern: .notable,
      meaning: "sent and not received, but not proved gone, or perhaps taken in doubt: open"),
    ReportedMeasure(
      "doubtful", shown: .detail,
      meaning: "nobody can tell whether it was published: no answer, or a negative one"),
  ]

  private static let anomalies: [ReportedMeasure] = [
    ReportedMeasure(
      unflagged, "unflagged duplicates", concern: .grave,
      meaning: "delivered again without the mark that it is a redelivery"),
    ReportedMeasure("redelivered", meaning: "delivered more than once, marked as such (allowed)"),
    ReportedMeasure(
      "phantom", "phantoms", concern: .grave, meaning: "delivered, though nobody published it"),
    ReportedMeasure(
      "out-of-order", "out of order", concern: .notable,
      meaning: "first deliveries that overtook an earlier message of the same publisher"),
    ReportedMeasure(
      "overlapping-holds", "overlapping holds", concern: .notable, shown: .whenAny,
      meaning: "two consumers held the same message at the same time"),
    ReportedMeasure(
      "delivered-after-ack", "delivered after ack", concern: .notable, shown: .whenAny,
      meaning: "delivered again after a consumer had acknowledged it"),
    ReportedMeasure(
      "failed-yet-delivered", "failed, yet delivered", concern: .grave, shown: .whenAny,
      meaning: "delivered, though its publish certainly failed"),
    ReportedMeasure(
      "resurrected", concern: .grave, shown: .whenAny,
      meaning: "delivered again after its ack was settled by a proof of emptiness"),
    ReportedMeasure(
      "dropped-unacknowledged", "dropped unacknowledged", concern: .grave, shown: .whenAny,
      meaning: "confirmed and delivered, never acknowledged, and gone when proved empty"),
    ReportedMeasure(
      "lost-dead-letter", "lost dead letters", concern: .grave, shown: .whenAny,
      meaning: "discarded by a consumer, and never received as a dead letter"),
    ReportedMeasure(
      "dead-lettered-again", "dead-lettered again", concern: .notable, shown: .whenAny,
      meaning: "received as a dead letter more than once, unmarked"),
    ReportedMeasure(
      "dead-letters-in", "dead letters in", shown: .detail,
      meaning: "messages of other queues that were received here as dead letters"),
    ReportedMeasure(
      "dead-letters-out", "dead letters out", shown: .detail,
      meaning: "messages of this queue that were received elsewhere as dead letters"),
    ReportedMeasure(
      "over-prefetch", "over prefetch", concern: .notable, shown: .whenAny,
      meaning: "times at which a consumer held more than its prefetch allows"),
    ReportedMeasure("deliveries", shown: .detail, meaning: "everything that consumers received"),
    ReportedMeasure(
      "first-deliveries", "first deliveries", shown: .detail,
      meaning: "deliveries that were the first of their message"),
    ReportedMeasure("duplicated", shown: .detail, meaning: "messages delivered more than once"),
    ReportedMeasure(
      "ambiguous-repeats", "ambiguous repeats", shown: .detail,
      meaning: "unmarked repeats that may have been sent before the marked ones"),
    ReportedMeasure(
      "possible-overlaps", "possible overlaps", shown: .detail,
      meaning: "pairs of holds that may have overlapped and may not have"),
    ReportedMeasure(
      "taken-in-doubt", "taken in doubt", shown: .whenAny,
      meaning: "dequeues and drains of which nobody can tell what they took"),
  ]

  private static let redeliveries: [ReportedMeasure] = [
    ReportedMeasure("effects", shown: .detail, meaning: "messages with an acked delivery"),
    ReportedMeasure(
      "acked-again", "acked again", shown: .detail,
      meaning: "messages with several acked deliveries (allowed; consumers must deduplicate)"),
    ReportedMeasure(
      "most-acks", "most acks", shown: .detail, meaning: "the most acked deliveries of a message"),
    ReportedMeasure(
      "effects-after-settled-ack", "effects after settled ack", concern: .grave, shown: .whenAny,
      meaning: "acked deliveries that were sent after an earlier ack was settled"),
    ReportedMeasure(
      "empty-answers", "empty answers", shown: .detail,
      meaning: "gets, takes and drains that found the queue empty"),
    ReportedMeasure(
      "overtaking-deliveries", "overtaking deliveries", shown: .whenAny,
      meaning: "deliveries that surely overtook an older message that was ready"),
    ReportedMeasure(
      "overtaken", shown: .detail, meaning: "messages that were surely overtaken while ready"),
    ReportedMeasure(
      "most-overtaken", "most overtaken", shown: .whenAny,
      meaning: "the most messages that one delivery overtook, at least"),
  ]

  private static let answers: [ReportedMeasure] = [
    ReportedMeasure(
      "answered-dequeues", "answered dequeues", shown: .detail,
      meaning: "gets and takes that brought a message or found the queue empty"),
    ReportedMeasure(
      "dequeues-in-doubt", "dequeues in doubt", shown: .detail,
      meaning: "gets and takes of which nobody can tell what they took"),
    ReportedMeasure(
      "drains-in-doubt", "drains in doubt", shown: .detail,
      meaning: "drains of which nobody can tell what they took"),
    ReportedMeasure("answers", shown: .detail, meaning: "confirms of either kind that came"),
    ReportedMeasure(
      "multiple-answers", "multiple answers", shown: .detail,
      meaning: "confirms that answered several publishes at once"),
    ReportedMeasure("nacked", shown: .detail, meaning: "publishes that got a negative confirm"),
    ReportedMeasure("returns", shown: .detail, meaning: "messages sent back as unroutable"),
    ReportedMeasure("unanswered", shown: .detail, meaning: "publishes that never got an answer"),
  ]

  private static let times: [ReportedMeasure] = [
    ReportedMeasure(
      longestUnavailability, "longest unavailability", unit: .time,
      meaning: "longest time in which publishers kept trying and nothing was confirmed")
  ]
}

extension MeasureCatalogue {
  /// The measure with this name, if it is known.
  ///
  /// Besides the fixed names these are `recovery-heal-K` and `recovery-start-K`, where K is the
  /// fault's number, and every time with the suffix `-nK` for the clients of one node.
  package static func measure(_ name: String) -> ReportedMeasure? {
    if let measure = all.first(where: { $0.name == name }) ?? recovery(name) { return measure }
    if name.hasPrefix("log-") {
      return ReportedMeasure(
        name, "log: \(name.dropFirst(4))", shown: .detail,
        meaning: "lines of all nodes' logs that tell of this; the same for every queue")
    }
    guard let dash = name.lastIndex(of: "-") else { return nil }
    let node = name[name.index(after: dash)...]
    guard node.hasPrefix("n"), UInt32(node.dropFirst()) != nil else { return nil }
    let base = String(name[..<dash])
    guard let whole = all.first(where: { $0.name == base }) ?? recovery(base), whole.unit == .time
    else { return nil }
    return ReportedMeasure(
      name, "\(whole.label), \(node)", longLabel: "\(whole.longLabel), \(node)", unit: .time,
      shown: .detail,
      meaning: "\(whole.meaning); publishers connected to \(node) only")
  }

  private static func recovery(_ name: String) -> ReportedMeasure? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "recovery", let fault = UInt32(parts[2]) else { return nil }
    let what: (label: String, meaning: String)
    switch parts[1] {
    case "heal": what = ("heal", "the repair of the links")
    case "start": what = ("restart", "the start of the killed node")
    default: return nil
    }
    return ReportedMeasure(
      name, "recovery after \(what.label)",
      longLabel: "recovery after \(what.label) (fault \(fault))", unit: .time,
      meaning: "from \(what.meaning) to the first confirm of a publish that began later")
  }
}
