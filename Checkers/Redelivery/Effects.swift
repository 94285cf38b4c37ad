import Environment
import Harness
import Operations

/// Counts what consumers would have done that do each message once and remember which ones they
/// did.
///
/// An *effect* is an acked delivery, or one that a take brought. Consumers remember a message until
/// its ack is settled; so a further acked delivery before that has no effect, and one that was
/// surely sent after that has another one, which is the broker's fault.
struct Effects: Sendable {
  private(set) var repeated: ViolationLog
  private(set) var missing: ViolationLog
  /// Messages with an effect.
  private(set) var messages = 0
  /// Messages with several acked deliveries: who remembers nothing does them so often.
  private(set) var ackedAgain = 0
  /// The most acked deliveries of a message.
  private(set) var most = 0
  /// Confirmed messages without an effect of which nobody can tell whether they are gone.
  private(set) var pending = 0

  init(_ queue: QueueDeliveries, in log: DeliveryLog, witnessLimit: Int) {
    repeated = ViolationLog(limit: witnessLimit)
    missing = ViolationLog(limit: witnessLimit)
    for number in queue.messages { count(log.messages[Int(number)], queue, log) }
  }

  private mutating func count(
    _ message: MessageRecord, _ queue: QueueDeliveries, _ log: DeliveryLog
  ) {
    var acked = 0
    var firstAck = Int64.max
    var isSpent = false
    var isHeld = false
    var latest = message.confirmedAt
    log.deliveries(of: message) { _, delivery in
      if delivery.isEffect {
        acked += 1
        firstAck = min(firstAck, delivery.endedAt)
      }
      if delivery.end == .discarded { isSpent = true }
      if delivery.end == .held { isHeld = true }
      latest = max(latest, delivery.receivedAt)
      if delivery.endedAt != .max { latest = max(latest, delivery.endedAt) }
    }
    most = max(most, acked)
    if acked > 0 { messages += 1 }
    if acked > 1 {
      ackedAgain += 1
      findRepeats(message, firstAck: firstAck, queue, log)
    }
    guard acked == 0, !isSpent, message.isConfirmed else { return }
    guard !isHeld, queue.takesInDoubt == 0, let proof = queue.proofs.last, proof > latest else {
      pending += 1
      return
    }
    missing.add(missing.hasRoom ? log.witness(message, goneAt: proof) : nil)
  }

  private mutating func findRepeats(
    _ message: MessageRecord, firstAck: Int64, _ queue: QueueDeliveries, _ log: DeliveryLog
  ) {
    guard let settled = queue.proofs.first(where: { $0 > firstAck }) else { return }
    log.deliveries(of: message) { _, delivery in
      guard delivery.isEffect, delivery.receivedAt > settled else { return }
      // Nothing was unacknowledged at the proof; so what a session that lives on got without having
      // acked it was sent later.
      let isSurelyLater =
        log.sent(delivery) > settled
        || delivery.end != .taken && log.aliveUntil(delivery.session) > delivery.receivedAt
      guard isSurelyLater else { return }
      repeated.add(
        repeated.hasRoom
          ? log.witness(message, delivery, firstAck: firstAck, settled: settled) : nil)
    }
  }
}

extension DeliveryLog {
  fileprivate func witness(_ message: MessageRecord, goneAt proof: Int64) -> Witness {
    Witness(
      message: message.message, operations: [OperationID(message.operation)],
      from: Instant(nanoseconds: message.invokedAt), to: Instant(nanoseconds: proof),
      text: "\(message.message), confirmed at \(text(message.confirmedAt)), was "
        + "\(message.last < 0 ? "never delivered" : "delivered and never acked")"
        + ", so that it had no effect, and gone when the queue was proved empty at \(text(proof))")
  }

  fileprivate func witness(
    _ message: MessageRecord, _ delivery: DeliveryRecord, firstAck: Int64, settled: Int64
  ) -> Witness {
    Witness(
      message: message.message, operations: [OperationID(message.operation)],
      from: Instant(nanoseconds: firstAck), to: Instant(nanoseconds: delivery.receivedAt),
      text: "\(message.message) was acked at \(text(firstAck)), which the empty queue "
        + "settled at \(text(settled)), and was delivered to \(name(ofSession: delivery.session)) "
        + "at \(text(delivery.receivedAt)) and acked again: a second effect")
  }
}
