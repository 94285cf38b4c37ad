import Checkers
import Environment
import Harness
@testable import Judging
import Operations

/// Small wrong histories of one queue: client 0 publishes, 1 and 2 consume, each in session of its
/// number; an event a millisecond.
struct WitnessHistory {
  var name = "orders"
  private var events: [TimedEvent] = []
  private var now = Instant.zero
  private var nextOperation: UInt32 = 0
  private var nextMessage: UInt32 = 0
  private var tags: [UInt64] = [0, 0, 0]

  init() {
    add(.phase(.load))
    for client in 0..<3 as Range<UInt32> {
      add(
        .sessionOpened(
          SessionOpening(
            session: SessionID(client), client: ClientID(client), node: NodeID(client + 1))))
    }
  }

  mutating func add(_ event: Event) {
    events.append(TimedEvent(at: now, event))
    now = now + .milliseconds(1)
  }

  mutating func begin(_ action: Action, by client: UInt32) -> OperationID {
    let operation = OperationID(nextOperation)
    nextOperation += 1
    add(
      .invoked(
        Invocation(
          operation: operation, client: ClientID(client), queue: QueueID(0), action: action)))
    return operation
  }

  mutating func publish(isConfirmed: Bool = true) -> MessageID {
    let message = MessageID(client: ClientID(0), sequence: nextMessage)
    nextMessage += 1
    let operation = begin(.publish(message), by: 0)
    add(
      .written(
        Written(
          operation: operation, session: SessionID(0), sequence: UInt64(nextMessage))))
    if isConfirmed { add(.completed(operation, .ok(.confirmed))) }
    return message
  }

  mutating func receipt(
    _ message: MessageID, _ client: UInt32, redelivered: Bool = false
  ) -> Receipt {
    tags[Int(client)] += 1
    return Receipt(
      session: SessionID(client), tag: tags[Int(client)], message: message,
      redelivered: redelivered)
  }

  mutating func deliver(_ message: MessageID, to client: UInt32, redelivered: Bool = false) {
    let receipt = receipt(message, client, redelivered: redelivered)
    add(.delivered(Delivery(queue: QueueID(0), receipt: receipt)))
  }

  mutating func settle(_ client: UInt32, _ kind: SettlementKind = .ack) {
    add(
      .settled(
        Settlement(
          session: SessionID(client), tag: tags[Int(client)], multiple: false, kind: kind)))
  }

  mutating func take(_ message: MessageID, by client: UInt32) {
    let operation = begin(.take, by: client)
    add(.completed(operation, .ok(.message(receipt(message, client)))))
  }

  mutating func fault(_ id: UInt32, _ name: String, detail: String = "") {
    for stage in [FaultStage.began, .proved] {
      add(
        .fault(
          FaultEvent(
            fault: FaultID(id), name: name, stage: stage, nodes: [NodeID(1)], detail: detail)))
    }
  }

  mutating func drained() {
    add(.broker(BrokerEvent(kind: .drained, queue: QueueID(0))))
  }

  var history: History {
    var ended = self
    ended.add(.phase(.done))
    let roles: [ClientRole] = [.publisher, .consumer, .consumer]
    return History(
      header: HistoryHeader(
        name: "witness", seed: 1, system: "none", originUnixNanoseconds: 0,
        nodes: [NodeID(1), NodeID(2), NodeID(3)],
        queues: [QueueDescription(id: QueueID(0), name: name, kind: .quorum)],
        clients: roles.enumerated().map { number, role in
          ClientDescription(
            id: ClientID(UInt32(number)), role: role, node: NodeID(UInt32(number) + 1),
            queue: QueueID(0))
        }), events: ended.events)
  }

  /// The least of it that violates a guarantee; nil if it does not.
  func minimal(_ guarantee: Guarantee) -> MinimalWitness? {
    let criteria = Criteria(minimumConfirmed: 0, unavailabilityBound: .seconds(5))
    let history = history
    let report = CheckerSuite.check(history, criteria: criteria)
    guard let finding = report.finding(guarantee, of: QueueID(0)),
      finding.judgement == .violated
    else { return nil }
    var selector = ExcerptSelector(header: history.header, finding: finding)
    for event in history.events { selector.observe(event) }
    return selector.finish().minimalWitness(criteria: criteria)
  }

  /// A confirmed message that nobody got while a node was dead.
  static var lost: WitnessHistory {
    var history = WitnessHistory()
    history.take(history.publish(), by: 1)
    history.fault(0, "kill")
    _ = history.publish()
    history.fault(1, "start")
    history.drained()
    return history
  }

  /// A message that comes again and does not say so.
  static var unflagged: WitnessHistory {
    var history = WitnessHistory()
    let message = history.publish()
    history.deliver(message, to: 1)
    history.settle(1, .requeue)
    history.deliver(message, to: 2)
    history.settle(2)
    return history
  }

  /// Two messages that are taken in the wrong order.
  static var disordered: WitnessHistory {
    var history = WitnessHistory()
    let first = history.publish()
    let second = history.publish()
    history.take(second, by: 1)
    history.take(first, by: 2)
    return history
  }

  /// As many messages as one wants, held by a consumer that wants one at a time.
  static func crowded(_ count: Int, limit: UInt16) -> WitnessHistory {
    var history = WitnessHistory()
    let consume = history.begin(.consume(prefetch: limit), by: 1)
    history.add(.written(Written(operation: consume, session: SessionID(1), sequence: 0)))
    history.add(.completed(consume, .ok(.accepted)))
    for _ in 0..<count { history.deliver(history.publish(), to: 1) }
    return history
  }
}
