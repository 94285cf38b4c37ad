import Environment
import Harness
import Operations

/// Looks for deliveries that overtook more messages than may have been away unseen, where the order
/// in the queue is that of the publishes but for what a policy says of messages given back.
///
/// It judges only what was received before anything disturbed the brokers: nobody says where a
/// message goes that they take back by themselves.
struct RequeuePosition: Sendable {
  private(set) var violations: ViolationLog
  /// Deliveries that were judged while something had been given back and was received again.
  private(set) var returned = 0
  private(set) var most = 0
  /// Messages that were surely overtaken.
  private(set) var overtaken = 0
  private let policy: RequeuePolicy

  init(
    _ queue: QueueDeliveries, _ spans: ReadySpans, _ hidden: HiddenHolds, in log: DeliveryLog,
    policy: RequeuePolicy, witnessLimit: Int
  ) {
    self.policy = policy
    violations = ViolationLog(limit: witnessLimit)
    var overtakers = self.overtakers(of: queue, hidden, log)
    Overtaking(spans.initial).count(&overtakers) { $0.before }
    switch policy {
    case .original:
      ReturnedOvertaking(spans.returned) { log.messages[Int($0.message)].confirmedAt }
        .mark(&overtakers)
    case .front, .back: Overtaking(spans.returned).count(&overtakers) { $0.beforeReturned }
    }
    overtakers.removeAll { $0.overtaken <= $0.hidden }
    report(overtakers, spans, log)
  }

  private mutating func overtakers(
    of queue: QueueDeliveries, _ hidden: HiddenHolds, _ log: DeliveryLog
  ) -> [Overtaker] {
    var overtakers: [Overtaker] = []
    overtakers.reserveCapacity(queue.messages.count)
    for number in queue.messages {
      let message = log.messages[Int(number)]
      log.deliveries(of: message) { number, delivery in
        if delivery.receivedAt >= log.disturbedFrom { return }
        if delivery.end == .requeued { returned += 1 }
        if let place = self.place(of: delivery, number, of: message, log) {
          let received = delivery.receivedAt
          overtakers.append(
            Overtaker(
              delivery: number, sent: log.sent(delivery), received: received, before: place.before,
              beforeReturned: place.returned, hidden: hidden.most(at: received)))
        }
      }
    }
    return overtakers
  }

  /// Before which entries, and before which returns, a delivery's message was at the latest; nil if
  /// nobody can tell.
  private func place(
    of delivery: DeliveryRecord, _ number: Int32, of message: MessageRecord, _ log: DeliveryLog
  ) -> (before: Int64, returned: Int64)? {
    let published = message.invokedAt
    switch policy {
    case .original: return (published, published)
    case .front: return delivery.isFlagged ? nil : (published, log.sent(delivery))
    case .back:
      if !delivery.isFlagged { return (published, published) }
      let sent = log.sent(delivery)
      var back = Int64.min
      log.deliveries(of: message) { other, earlier in
        let ended = min(earlier.endedAt, log.aliveUntil(earlier.session))
        // What was received before this one was sent had been given back by then.
        if other != number, earlier.receivedAt < sent, earlier.receivedAt < ended, ended < .max {
          back = max(back, ended)
        }
      }
      return back == .min ? nil : (back, back)
    }
  }

  private mutating func report(
    _ overtakers: [Overtaker], _ spans: ReadySpans, _ log: DeliveryLog
  ) {
    let sorted = overtakers.sorted { $0.received < $1.received }
    for overtaker in sorted {
      most = max(most, overtaker.overtaken)
      violations.add(
        violations.hasRoom ? log.witness(overtaker, spans, policy) : nil)
    }
    countOvertaken(sorted, spans.initial) { $0.before }
    if policy != .original { countOvertaken(sorted, spans.returned) { $0.beforeReturned } }
  }

  /// Counts the spans that some overtaker overtook.
  private mutating func countOvertaken(
    _ overtakers: [Overtaker], _ spans: [ReadySpan], before: (Overtaker) -> Int64
  ) {
    if overtakers.isEmpty { return }
    let sorted = overtakers.sorted { before($0) < before($1) }
    let befores = sorted.map(before)
    // By place: the earliest receipt among the overtakers from there on.
    var earliest = sorted.map(\.received)
    for place in earliest.indices.dropLast().reversed() {
      earliest[place] = min(earliest[place], earliest[place + 1])
    }
    for span in spans {
      let place = lowerBound(befores, span.from + 1)
      if place < earliest.count, earliest[place] < span.to { overtaken += 1 }
    }
  }
}

extension Overtaker {
  fileprivate func overtakes(_ span: ReadySpan, isReturned: Bool, _ policy: RequeuePolicy) -> Bool {
    if span.to <= received { return false }
    if !isReturned { return span.from < before }
    return policy == .original ? span.from < sent : span.from < beforeReturned
  }
}

extension DeliveryLog {
  fileprivate func witness(
    _ overtaker: Overtaker, _ spans: ReadySpans, _ policy: RequeuePolicy
  ) -> Witness {
    let delivery = deliveries[Int(overtaker.delivery)]
    let message = messages[Int(delivery.message)]
    var other = spans.initial.first {
      overtaker.overtakes($0, isReturned: false, policy)
    }
    other =
      other
      ?? spans.returned.first {
        overtaker.overtakes($0, isReturned: true, policy)
          && (policy != .original
            || messages[Int($0.message)].confirmedAt < overtaker.before)
      }
    let overtaken = other.map { messages[Int($0.message)] }
    var text: WitnessText =
      "\(message.message) was delivered to \(name(ofSession: delivery.session)) at "
      + "\(text(delivery.receivedAt)) and overtook "
    if let other, let overtaken {
      text +=
        "\(overtaken.message), which was before it and surely ready from "
        + "\(self.text(other.from)) until it was sent after \(self.text(other.to))"
    }
    text +=
      "; at least \(overtaker.overtaken) in all, where what is given back goes to its "
      + "\(policy.words)"
    return Witness(
      message: message.message,
      operations: [OperationID(message.operation)]
        + (overtaken.map { [OperationID($0.operation)] } ?? []),
      from: Instant(nanoseconds: overtaker.sent), to: Instant(nanoseconds: overtaker.received),
      text: text)
  }
}

extension RequeuePolicy {
  /// For people.
  fileprivate var words: String {
    switch self {
    case .original: "original position"
    case .front: "front"
    case .back: "back"
    }
  }
}
