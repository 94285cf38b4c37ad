import Environment
import Harness
import Operations

/// Looks for messages whose deliveries and returns cannot be put at instants in any order.
///
/// The border to the other guarantees: a delivery of what nobody had published is integrity; one
/// after an ack is no-resurrection, which is why an ack ends a hold here like any return; two
/// sessions that held the message together and both lived on are exclusive-hold. What is left, and
/// counted here alone, is a second delivery to the session that still holds the message, and a
/// delivery that was surely sent while another session held it, to one that was lost right after.
/// From the first sign of a disturbance on the brokers may take back what they like: a new master
/// gives everything out again, a quorum queue what a node has that it cannot see.
struct FeasibleChains: Sendable {
  private(set) var violations: ViolationLog
  /// Messages that came again before anything disturbed the brokers.
  private(set) var judged = 0

  init(_ queue: QueueDeliveries, in log: DeliveryLog, witnessLimit: Int) {
    violations = ViolationLog(limit: witnessLimit)
    var chain = MessageChain()
    for number in queue.messages {
      let message = log.messages[Int(number)]
      guard message.last >= 0, log.deliveries[Int(message.last)].previous >= 0 else { continue }
      chain.removeAll()
      var count = 0
      log.deliveries(of: message) { number, delivery in
        chain.add(Self.hold(number, delivery, in: log))
        if delivery.receivedAt < log.disturbedFrom { count += 1 }
      }
      if count > 1 { judged += 1 }
      chain.forEachCollision { hold, other in
        violations.add(violations.hasRoom ? log.witness(message, hold, other) : nil)
      }
    }
  }

  private static func hold(
    _ number: Int32, _ delivery: DeliveryRecord, in log: DeliveryLog
  ) -> MessageHold {
    let aliveUntil = log.aliveUntil(delivery.session)
    let returned = delivery.end == .taken ? delivery.receivedAt : delivery.endedAt
    return MessageHold(
      delivery: number, session: delivery.session, sent: log.sent(delivery),
      received: delivery.receivedAt, returned: min(returned, aliveUntil, log.disturbedFrom),
      settled: min(returned, log.disturbedFrom),
      isAlive: aliveUntil > delivery.receivedAt)
  }
}

extension DeliveryLog {
  fileprivate func witness(
    _ message: MessageRecord, _ hold: MessageHold, _ other: MessageHold
  ) -> Witness {
    let end = deliveries[Int(other.delivery)].endedAt
    let until = end == .max ? "did not give back" : "gave back at \(text(end)) at the earliest"
    let sent =
      hold.isSolid || hold.session == other.session
      ? "" : ", sent no earlier than \(text(max(hold.sent, hold.returned))),"
    let again = hold.session == other.session ? " again" : ""
    return Witness(
      message: message.message, operations: [OperationID(message.operation)],
      from: Instant(nanoseconds: other.received), to: Instant(nanoseconds: hold.received),
      text: "\(message.message) was delivered\(again) to "
        + "\(name(ofSession: hold.session))\(sent) at \(text(hold.received)), and "
        + "\(name(ofSession: other.session)) had got it at \(text(other.received)) and \(until)")
  }
}
