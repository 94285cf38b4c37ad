import Environment
import Testing

@testable import Operations

@Suite struct HistoryValidatorTests {
  private static let header = HistoryHeader(
    name: "v", seed: 1, system: "none", originUnixNanoseconds: 0, nodes: [NodeID(1)],
    queues: [QueueDescription(id: QueueID(4), name: "q", kind: .quorum)],
    clients: [
      ClientDescription(id: ClientID(2), role: .publisher, node: NodeID(1), queue: QueueID(4))
    ])
  private static let opened = Event.sessionOpened(
    SessionOpening(session: SessionID(0), client: ClientID(2), node: NodeID(1)))

  private static func publish(_ operation: UInt32, _ sequence: UInt32) -> Event {
    .invoked(
      Invocation(
        operation: OperationID(operation), client: ClientID(2), queue: QueueID(4),
        action: .publish(MessageID(client: ClientID(2), sequence: sequence))))
  }

  private static func get(_ operation: UInt32, client: UInt32 = 2, queue: UInt32 = 4) -> Event {
    .invoked(
      Invocation(
        operation: OperationID(operation), client: ClientID(client), queue: QueueID(queue),
        action: .get))
  }

  private static func received(session: UInt32) -> Receipt {
    Receipt(
      session: SessionID(session), tag: 1, message: MessageID(client: ClientID(2), sequence: 0),
      redelivered: false)
  }

  private static let wrong: [([Event], String)] = [
    ([publish(5, 0), publish(5, 1)], "operation 5 is invoked twice or out of order"),
    ([publish(5, 0), publish(4, 1)], "operation 4 is invoked twice or out of order"),
    ([publish(0, 7), publish(1, 7)], "message 2.7 is published twice"),
    ([.completed(OperationID(0), .ok(.confirmed))], "operation 0 ends and was never invoked"),
    (
      [publish(0, 0), publish(9, 1), .completed(OperationID(8), .ok(.confirmed))],
      "operation 8 ends and was never invoked"
    ),
    (
      [
        publish(0, 0), .completed(OperationID(0), .ok(.confirmed)),
        .completed(OperationID(0), .info(.timeout)),
      ], "operation 0 ends twice"
    ),
    ([.phase(.done), .phase(.load)], "the load phase begins after the done phase"),
    ([.phase(.load), .phase(.load)], "the load phase begins after the load phase"),
    ([get(0, client: 3)], "client 3 is none of the header's"),
    (
      [
        .invoked(
          Invocation(
            operation: OperationID(0), client: ClientID(2), queue: QueueID(4),
            action: .publish(MessageID(client: ClientID(3), sequence: 0))))
      ], "message 3.0 is published by client 2"
    ),
    ([get(0, queue: 0)], "queue 0 is none of the header's"),
    ([.broker(BrokerEvent(kind: .drained, queue: QueueID(9)))], "queue 9 is none of the header's"),
    (
      [
        .watched(HarnessWatch(stolenPerMille: 1_000)),
        .watched(HarnessWatch(stolenPerMille: 1_001)),
      ],
      "1001 thousandths of the processor time were stolen"
    ),
    (
      [
        opened, get(0),
        .written(Written(operation: OperationID(1), session: SessionID(0), sequence: 0)),
      ], "operation 1 is written and was never invoked"
    ),
    (
      [get(0), .written(Written(operation: OperationID(0), session: SessionID(0), sequence: 0))],
      "session 0 was never opened"
    ),
    ([opened, opened], "session 0 is opened twice"),
    ([.sessionLost(SessionID(0), reason: "")], "session 0 was never opened"),
    (
      [
        opened, .sessionLost(SessionID(0), reason: ""), .sessionLost(SessionID(0), reason: ""),
      ], "session 0 is lost twice"
    ),
    (
      [.delivered(Delivery(queue: QueueID(4), receipt: received(session: 3)))],
      "session 3 was never opened"
    ),
    (
      [get(0), .completed(OperationID(0), .ok(.message(received(session: 1))))],
      "session 1 was never opened"
    ),
    (
      [.settled(Settlement(session: SessionID(0), tag: 1, multiple: false, kind: .ack))],
      "session 0 was never opened"
    ),
  ]

  /// The file is refused where it contradicts itself, whatever its format; not before.
  @Test(arguments: wrong) func contradictionsAreNamed(events: [Event], problem: String) throws {
    let history = History(
      header: Self.header,
      events: events.enumerated().map { TimedEvent(at: Instant(nanoseconds: Int64($0)), $1) })
    var lines = HistoryLineReader()
    lines.validator = HistoryValidator(Self.header)
    var seen = 0
    let error = #expect(throws: HistoryError.self) {
      try lines.receive(history.lines[...]) { seen += $0.events.count }
    }
    #expect(error == .line(events.count + 1, problem: problem))
    #expect(seen == events.count - 1)
    var blocks = try HistoryDecoder(HistoryBytes(history.encoded()))
    blocks.validator = HistoryValidator(Self.header)
    let damage = #expect(throws: HistoryError.self) { try blocks.forEachBatch { _ in } }
    guard case .damaged(block: 1, _, problem) = damage else {
      Issue.record("\(String(describing: damage))")
      return
    }
  }

  @Test func timesDoNotGoBack() throws {
    let history = History(
      header: Self.header,
      events: [5, 6, 4].map {
        TimedEvent(at: Instant(nanoseconds: $0), .broker(BrokerEvent(kind: .healed)))
      })
    var blocks = try HistoryDecoder(HistoryBytes(history.encoded()))
    blocks.validator = HistoryValidator(Self.header)
    let error = #expect(throws: HistoryError.self) { try blocks.forEachBatch { _ in } }
    #expect(error?.description.contains("the time 4 is earlier than 6 before it") == true)
  }

  @Test func headersContradictThemselves() {
    var header = Self.header
    #expect(HistoryValidator.problem(with: header) == nil)
    header.queues += header.queues
    #expect(HistoryValidator.problem(with: header) == "the header lists queue 4 twice")
    header = Self.header
    header.clients += header.clients
    #expect(HistoryValidator.problem(with: header) == "the header lists client 2 twice")
    header = Self.header
    header.queues[0].id = QueueID(5)
    #expect(
      HistoryValidator.problem(with: header)?.hasPrefix("client 2 belongs to queue 4") == true)
  }

  @Test func sparseBitsAreASet() {
    var bits = SparseBits()
    var expected: Set<UInt64> = []
    var random = SeededGenerator(seed: 9)
    for step in 0..<20_000 {
      let far = random.draw(below: 4) == 0
      let number = far ? random.draw(below: UInt64.max) : random.draw(below: 9_000)
      if step % 3 == 0 {
        let isThere = bits.contains(number)
        #expect(isThere == expected.contains(number))
      } else {
        let isNew = bits.insert(number)
        #expect(isNew == expected.insert(number).inserted)
      }
    }
    let all = expected.sorted().allSatisfy { bits.contains($0) }
    #expect(all)
  }

  @Test func sparseBitsKnowThePairsOfNumbers() {
    var bits = SparseBits()
    var expected: Set<UInt64> = []
    var random = SeededGenerator(seed: 10)
    for _ in 0..<20_000 {
      let bound: UInt64 = random.draw(below: 3) == 0 ? 40 : 3_000
      let pair = 2 * random.draw(below: bound)
      if random.draw(below: 2) == 0 {
        #expect(bits.insert(pair) == expected.insert(pair).inserted)
      } else {
        let (isNew, isBehindOther) = bits.insert(odd: pair + 1)
        #expect(isBehindOther == expected.contains(pair))
        #expect(isNew == expected.insert(pair + 1).inserted)
      }
    }
  }
}
