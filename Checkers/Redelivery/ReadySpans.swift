/// When a message was surely ready in its queue: strictly between two instants, in nanoseconds.
struct ReadySpan: Sendable {
  /// The number of the message.
  var message: Int32
  var from: Int64
  /// Nobody can have been sent it before, as far as those go who were seen to get it.
  var to: Int64
}

/// When the messages of a queue were surely ready.
///
/// Only those count that were received later: of the others nobody knows whether they had expired
/// or were lost, and whether they were is for at-least-once.
struct ReadySpans: Sendable {
  /// From the confirm to the first delivery.
  var initial: [ReadySpan] = []
  /// From a return that was surely done to the next delivery.
  var returned: [ReadySpan] = []

  init(of queue: QueueDeliveries, in log: DeliveryLog) {
    for number in queue.messages {
      let message = log.messages[Int(number)]
      guard message.isConfirmed, message.last >= 0 else { continue }
      let first = log.firstSent(message)
      if message.confirmedAt < first {
        initial.append(ReadySpan(message: number, from: message.confirmedAt, to: first))
      }
    }
    for done in queue.returns where done.doneAt < log.disturbedFrom {
      let back = log.deliveries[Int(done.delivery)]
      var next = Int64.max
      log.deliveries(of: log.messages[Int(back.message)]) { number, delivery in
        if number != done.delivery, delivery.receivedAt >= back.endedAt {
          next = min(next, log.sent(delivery))
        }
      }
      if next < .max, done.doneAt < next {
        returned.append(ReadySpan(message: back.message, from: done.doneAt, to: next))
      }
    }
  }
}
