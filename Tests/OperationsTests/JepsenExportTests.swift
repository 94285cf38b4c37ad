import Environment
import Testing

@testable import Operations

/// What Stoat's histories look like to Jepsen.
@Suite struct JepsenExportTests {
  private static let header = HistoryHeader(
    name: "export", seed: 1, system: "none", originUnixNanoseconds: 0, nodes: [NodeID(1)],
    queues: [0, 1].map { QueueDescription(id: QueueID($0), name: "q\($0)", kind: .plain) },
    clients: [(0, 0), (1, 1), (2, 0), (3, 0)].map { id, queue in
      ClientDescription(
        id: ClientID(id), role: id < 3 ? .publisher : .consumer, node: NodeID(1),
        queue: QueueID(queue))
    })

  private var events: [TimedEvent] = []

  private mutating func add(_ at: Int64, _ event: Event) {
    events.append(TimedEvent(at: Instant(nanoseconds: at), event))
  }

  private mutating func open(_ at: Int64, session: UInt32, client: UInt32) {
    add(
      at,
      .sessionOpened(
        SessionOpening(session: SessionID(session), client: ClientID(client), node: NodeID(1))))
  }

  private mutating func invoke(
    _ at: Int64, _ operation: UInt32, _ client: UInt32, _ action: Action, queue: UInt32 = 0
  ) {
    add(
      at,
      .invoked(
        Invocation(
          operation: OperationID(operation), client: ClientID(client), queue: QueueID(queue),
          action: action)))
  }

  private mutating func end(_ at: Int64, _ operation: UInt32, _ outcome: Outcome) {
    add(at, .completed(OperationID(operation), outcome))
  }

  private mutating func deliver(
    _ at: Int64, _ message: MessageID, session: UInt32, tag: UInt64, redelivered: Bool = false
  ) {
    let receipt = Receipt(
      session: SessionID(session), tag: tag, message: message, redelivered: redelivered)
    add(at, .delivered(Delivery(queue: QueueID(0), receipt: receipt)))
  }

  private mutating func settle(_ at: Int64, session: UInt32, tag: UInt64, multiple: Bool = false) {
    add(
      at,
      .settled(
        Settlement(session: SessionID(session), tag: tag, multiple: multiple, kind: .ack)))
  }

  private func message(_ client: UInt32, _ sequence: UInt32) -> MessageID {
    MessageID(client: ClientID(client), sequence: sequence)
  }

  /// The lines of queue 0, without their indices.
  private func lines() throws -> [String] {
    let history = try History(header: Self.header, events: events).jepsen(of: QueueID(0))
    #expect(history.operations.map(\.index) == history.operations.indices.map { Int64($0) })
    return String(decoding: history.bytes, as: UTF8.self).split(separator: "\n").map { line in
      "{" + line.drop { $0 != "," }.dropFirst(2)
    }
  }

  @Test mutating func publishesAndGets() throws {
    invoke(10, 0, 0, .publish(message(0, 0)))
    invoke(11, 1, 0, .publish(message(0, 1)))
    invoke(12, 2, 2, .publish(message(2, 0)))
    invoke(12, 3, 1, .publish(message(1, 0)), queue: 1)
    end(20, 1, .info(.nacked))
    end(21, 0, .ok(.confirmed))
    invoke(22, 4, 0, .publish(message(0, 2)))
    end(23, 4, .fail(.returned))
    invoke(30, 5, 3, .get)
    end(
      31, 5,
      .ok(
        .message(
          Receipt(
            session: SessionID(9), tag: 1, message: message(2, 0), redelivered: true))))
    invoke(32, 6, 3, .take)
    end(33, 6, .ok(.empty))
    invoke(34, 7, 3, .take)
    end(35, 7, .info(.channelClosed(code: 406)))
    #expect(
      try lines() == [
        "{:time 10, :process 0, :type :invoke, :f :enqueue, :value 0}",
        "{:time 11, :process 1, :type :invoke, :f :enqueue, :value 2}",
        "{:time 12, :process 2, :type :invoke, :f :enqueue, :value 1}",
        "{:time 20, :process 1, :type :info, :f :enqueue, :value 2, :error :nacked}",
        "{:time 21, :process 0, :type :ok, :f :enqueue, :value 0}",
        "{:time 22, :process 0, :type :invoke, :f :enqueue, :value 4}",
        "{:time 23, :process 0, :type :fail, :f :enqueue, :value 4, :error :returned}",
        "{:time 30, :process 3, :type :invoke, :f :dequeue, :value nil}",
        "{:time 31, :process 3, :type :ok, :f :dequeue, :value 1, :redelivered true}",
        "{:time 32, :process 3, :type :invoke, :f :dequeue, :value nil}",
        "{:time 33, :process 3, :type :ok, :f :dequeue, :value nil}",
        "{:time 34, :process 3, :type :invoke, :f :dequeue, :value nil}",
        "{:time 35, :process 3, :type :info, :f :dequeue, :value nil"
          + ", :error [:channel-closed 406]}",
      ])
  }

  /// The instant from which each of the pushed messages can have been sent.
  private func begins() throws -> [Int64] {
    try History(header: Self.header, events: events).jepsen(of: QueueID(0)).operations
      .filter { $0.function == .dequeue && $0.type == .invoke }.compactMap(\.time)
  }

  @Test mutating func aPushBeginsWhenItCouldBeSent() throws {
    invoke(5, 0, 0, .publish(message(0, 0)))
    open(10, session: 9, client: 3)
    invoke(20, 1, 3, .consume(prefetch: 0))
    add(21, .written(Written(operation: OperationID(1), session: SessionID(9), sequence: 0)))
    deliver(30, message(0, 0), session: 9, tag: 1)
    invoke(25, 2, 0, .publish(message(0, 1)))
    deliver(40, message(0, 1), session: 9, tag: 2)
    deliver(50, message(0, 0), session: 9, tag: 3, redelivered: true)
    #expect(try begins() == [20, 25, 25], "the consumer, the publish, the order of the channel")
  }

  @Test mutating func anAckMakesRoomForThePush() throws {
    open(10, session: 9, client: 3)
    invoke(20, 1, 3, .consume(prefetch: 2))
    add(21, .written(Written(operation: OperationID(1), session: SessionID(9), sequence: 0)))
    for sequence in 0..<5 as Range<UInt32> {
      invoke(0, 2 + sequence, 0, .publish(message(0, sequence)))
    }
    deliver(30, message(0, 0), session: 9, tag: 1)
    deliver(31, message(0, 1), session: 9, tag: 2)
    settle(35, session: 9, tag: 2)
    deliver(40, message(0, 2), session: 9, tag: 3)
    settle(45, session: 9, tag: 3, multiple: true)
    deliver(50, message(0, 3), session: 9, tag: 4)
    deliver(51, message(0, 4), session: 9, tag: 5)
    #expect(try begins() == [20, 20, 35, 45, 45])
  }

  @Test mutating func drainsProofsAndFaults() throws {
    invoke(10, 0, 3, .drain)
    deliver(11, .foreign, session: 9, tag: 1)
    deliver(12, message(1, 4), session: 9, tag: 2)
    end(13, 0, .ok(.empty))
    add(
      14,
      .fault(
        FaultEvent(
          fault: FaultID(0), name: "cut it", stage: .proved, nodes: [NodeID(1)], detail: "d")))
    add(15, .broker(BrokerEvent(kind: .drained, queue: QueueID(0))))
    add(15, .broker(BrokerEvent(kind: .drained, queue: QueueID(1))))
    let lines = try lines()
    #expect(
      lines.contains(
        "{:time 11, :process 1, :type :ok, :f :dequeue, :value :foreign"
          + ", :redelivered false}"))
    #expect(lines.contains { $0.contains(":value \"1.4\"") })
    #expect(lines.contains("{:time 13, :process 0, :type :ok, :f :drain, :value []}"))
    #expect(
      lines.contains(
        "{:time 14, :process :nemesis, :type :info, :f :cut-it, :value {:stage :proved, :fault 0"
          + ", :nodes [\"n1\"], :detail \"d\"}}"))
    #expect(lines.last == "{:time 15, :process 1, :type :ok, :f :drain, :value []}")
  }

  /// Whatever a history holds, what comes of it is a Jepsen history that is read again.
  @Test func anyHistoryCanBeExported() throws {
    for seed in 0..<200 as Range<UInt64> {
      var sampler = EventSampler(seed: seed)
      let history = sampler.history(events: 300)
      for queue in history.header.queues {
        let jepsen = try history.jepsen(of: queue.id)
        try #require(try JepsenHistory(parsing: jepsen.bytes).operations == jepsen.operations)
      }
    }
  }
}
