import Environment
import Operations

/// Draws events of every kind, mostly small numbers and sometimes the extremes.
struct EventSampler {
  private var random: SeededGenerator
  private var at: Int64 = 0

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  static let header = HistoryHeader(
    name: "sample ✓", seed: 0xDEAD_BEEF_0000_0001, system: "rabbitmq 3.10.8",
    originUnixNanoseconds: 1_700_000_000_123_456_789, nodes: [NodeID(1), NodeID(2), NodeID(3)],
    queues: [
      QueueDescription(id: QueueID(0), name: "plain", kind: .plain),
      QueueDescription(
        id: QueueID(1), name: "mirrored \"q\"", kind: .mirrored, deadLetters: QueueID(2)),
      QueueDescription(id: QueueID(2), name: "quorum", kind: .quorum),
    ],
    clients: [
      ClientDescription(id: ClientID(0), role: .publisher, node: NodeID(1), queue: QueueID(0)),
      ClientDescription(id: ClientID(1), role: .consumer, node: NodeID(3), queue: QueueID(2)),
    ])

  mutating func orderedHistory(events count: Int) -> History {
    var history = history(events: count)
    history.events.sort { $0.at < $1.at }
    return history
  }

  mutating func history(events count: Int) -> History {
    History(header: Self.header, events: (0..<count).map { _ in next() })
  }

  mutating func next() -> TimedEvent {
    let step: Int64
    switch random.draw(below: 50) {
    case 0: step = Int64(bitPattern: random.next())
    case 1: step = Int64(random.draw(below: 1 << 33))
    case 2: step = -Int64(random.draw(below: 1_000))
    default: step = Int64(random.draw(below: 20_000))
    }
    at = at &+ step
    return TimedEvent(at: Instant(nanoseconds: at), event())
  }

  private mutating func event() -> Event {
    switch random.draw(below: 13) {
    case 0:
      var invocation = Invocation(
        operation: OperationID(small()), client: ClientID(small()), queue: QueueID(small()),
        action: action())
      if case .publish = invocation.action, flag() { invocation.late = .milliseconds(small()) }
      return .invoked(invocation)
    case 1:
      return .written(
        Written(
          operation: OperationID(small()), session: SessionID(small()), sequence: large()))
    case 2: return .completed(OperationID(small()), outcome())
    case 3: return .delivered(Delivery(queue: QueueID(small()), receipt: receipt()))
    case 4:
      return .settled(
        Settlement(
          session: SessionID(small()), tag: large(), multiple: flag(),
          kind: pick(SettlementKind.allCases)))
    case 5:
      return .answered(
        ConfirmAnswer(
          session: SessionID(small()), sequence: large(), multiple: flag(), positive: flag()))
    case 6: return .returned(SessionID(small()), message())
    case 7:
      return .sessionOpened(
        SessionOpening(
          session: SessionID(small()), client: ClientID(small()), node: NodeID(small())))
    case 8: return .sessionLost(SessionID(small()), reason: text())
    case 9:
      return .fault(
        FaultEvent(
          fault: FaultID(small()), name: text(), stage: pick(FaultStage.allCases),
          nodes: nodes(), detail: text(), evidence: flag() ? faultEvidence() : nil))
    case 10: return .broker(brokerEvent())
    case 11: return .watched(watch())
    default: return .phase(pick(Phase.allCases))
    }
  }

  private mutating func action() -> Action {
    switch random.draw(below: 6) {
    case 0: .get
    case 1: .consume(prefetch: UInt16(truncatingIfNeeded: small()))
    case 2: .take
    case 3: .drain
    default: .publish(message())
    }
  }

  private mutating func outcome() -> Outcome {
    switch random.draw(below: 8) {
    case 0: .ok(.confirmed)
    case 1: .ok(.message(receipt()))
    case 2: .ok(.empty)
    case 3: .ok(.accepted)
    case 4: .fail(pick(Failure.allCases))
    case 5: .info(.channelClosed(code: UInt16(random.draw(below: 65_536))))
    case 6: .info(pick([.timeout, .connectionLost]))
    default: .info(pick([.nacked, .runEnded]))
    }
  }

  private mutating func receipt() -> Receipt {
    Receipt(session: SessionID(small()), tag: large(), message: message(), redelivered: flag())
  }

  private mutating func message() -> MessageID {
    if random.draw(below: 20) == 0 { return .foreign }
    return MessageID(client: ClientID(small()), sequence: small())
  }

  mutating func text() -> String {
    let pieces = ["", "a", "closed by peer", "\n", "\"\\", "ü", "😀", "\u{0}\u{1F}", "x{\"y\":1}"]
    return (0..<random.draw(below: 4)).map { _ in pick(pieces) }.joined()
  }

  mutating func small() -> UInt32 {
    switch random.draw(below: 20) {
    case 0: .max
    case 1: UInt32(truncatingIfNeeded: random.next())
    case 2: UInt32(random.draw(below: 100_000))
    default: UInt32(random.draw(below: 6))
    }
  }

  mutating func large() -> UInt64 {
    switch random.draw(below: 20) {
    case 0: .max
    case 1: random.next()
    case 2: random.draw(below: 1 << 20)
    default: random.draw(below: 6)
    }
  }

  mutating func flag() -> Bool { random.draw(below: 2) == 0 }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[random.index(of: items.count)] }
}
