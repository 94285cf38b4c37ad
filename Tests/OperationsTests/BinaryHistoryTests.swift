import Environment
import Testing

@testable import Operations

@Suite struct BinaryHistoryTests {
  @Test(arguments: [1_000, 40_000, 1 << 20])
  func randomHistoriesComeBack(blockBytes: Int) throws {
    var sampler = EventSampler(seed: UInt64(blockBytes))
    let history = sampler.history(events: 100_000)
    let decoded = try History.decode(try history.encoded(blockBytes: blockBytes))
    #expect(decoded.history == history)
    #expect(decoded.ending.isComplete)
    #expect(decoded.ending.events == 100_000)
    #expect(decoded.ending.problem == nil)
  }

  @Test func anEmptyHistoryIsComplete() throws {
    let history = History(header: EventSampler.header, events: [])
    let bytes = try history.encoded()
    let decoded = try History.decode(bytes)
    #expect(decoded.history == history)
    #expect(decoded.ending == HistoryEnding(isComplete: true, lastWholeBlock: 1, events: 0))
  }

  @Test func publishesTakeFewBytes() throws {
    let events = Publishes.events(publishes: 10_000)
    let bytes = try History(header: EventSampler.header, events: events).encoded()
    #expect(Double(bytes.count) / Double(events.count) < 14)
  }

  @Test func aBlockCanStartInAnyContext() throws {
    var sampler = EventSampler(seed: 5)
    let events = (0..<2_000).map { _ in sampler.next() }
    let encoded = Self.encode(events)
    var context = HistoryContext()
    var start = 0
    for (index, end) in encoded.ends.enumerated() {
      let payload = context.bytes + encoded.bytes[start..<end]
      let (event, next) = try payload.withUnsafeBytes { payload in
        var decoder = try HistoryEventDecoder(payload: payload)
        let event = try decoder.next()
        #expect(try decoder.next() == nil)
        return (event, decoder.context)
      }
      #expect(event == events[index])
      context = next
      start = end
    }
  }

  @Test func longStringsAreCutBetweenScalars() throws {
    let long = String(repeating: "é", count: 4_000)
    let events = [
      TimedEvent(at: .zero, .sessionLost(SessionID(1), reason: "x" + long)),
      TimedEvent(
        at: .zero,
        .fault(
          FaultEvent(
            fault: FaultID(1), name: long, stage: .began,
            nodes: (0..<5_000).map { NodeID($0) }, detail: long))),
    ]
    let history = History(header: EventSampler.header, events: events)
    for decoded in [
      try History.decode(try history.encoded()).history, try History.decode(lines: history.lines),
    ] {
      guard case .sessionLost(_, let reason) = decoded.events[0].event,
        case .fault(let fault) = decoded.events[1].event
      else {
        Issue.record("other events came back")
        return
      }
      #expect(reason == "x" + String(repeating: "é", count: 2_047))
      #expect(fault.name == String(repeating: "é", count: 2_048))
      #expect(fault.nodes.count == 4_096)
    }
  }

  @Test func theLargestEventStaysWithinItsBound() {
    let text = String(repeating: "x", count: 10_000)
    let event = TimedEvent(
      at: Instant(nanoseconds: .min),
      .fault(
        FaultEvent(
          fault: FaultID(.max), name: text, stage: .failed,
          nodes: [NodeID](repeating: NodeID(.max), count: 10_000), detail: text)))
    let encoded = Self.encode([event])
    #expect(encoded.bytes.count <= HistoryFormat.maximumEventBytes)
  }

  @Test func aHeaderTooLargeForTheFormatIsRefused() {
    var header = EventSampler.header
    header.queues = (0..<2_000).map {
      QueueDescription(
        id: QueueID($0), name: String(repeating: "q", count: 4_000), kind: .quorum)
    }
    #expect(throws: HistoryError.self) { try History(header: header, events: []).encoded() }
  }

  /// The bytes of events and where each ends.
  static func encode(_ events: [TimedEvent]) -> (bytes: [UInt8], ends: [Int]) {
    var encoder = HistoryEventEncoder()
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for event in events {
      bytes += [UInt8](unsafeUninitializedCapacity: HistoryFormat.maximumEventBytes) { room, used in
        used = room.baseAddress.map { encoder.encode(event, at: $0) - $0 } ?? 0
      }
      ends.append(bytes.count)
    }
    return (bytes, ends)
  }
}

/// The life of ordinary publishes, six events each.
enum Publishes {
  static func events(publishes: Int) -> [TimedEvent] {
    (0..<publishes).flatMap { index in
      let number = UInt32(index)
      let message = MessageID(client: ClientID(number % 6), sequence: number / 6)
      let session = SessionID(number % 6)
      let sequence = UInt64(number / 6) + 1
      let events: [Event] = [
        .invoked(
          Invocation(
            operation: OperationID(number), client: message.client, queue: QueueID(number % 3),
            action: .publish(message))),
        .written(
          Written(operation: OperationID(number), session: session, sequence: sequence)),
        .answered(
          ConfirmAnswer(session: session, sequence: sequence, multiple: false, positive: true)),
        .completed(OperationID(number), .ok(.confirmed)),
        .delivered(
          Delivery(
            queue: QueueID(number % 3),
            receipt: Receipt(
              session: SessionID(6), tag: UInt64(index) + 1, message: message,
              redelivered: false))),
        .settled(
          Settlement(session: SessionID(6), tag: UInt64(index) + 1, multiple: false, kind: .ack)),
      ]
      return events.enumerated().map { step, event in
        TimedEvent(at: Instant(nanoseconds: Int64(index * 20_000 + step * 3_000)), event)
      }
    }
  }
}
