import Checkers
import Environment
import Harness
@testable import Judging
import Operations

/// Writes small histories by hand, one event a millisecond.
///
/// Queue 0 is mirrored, 1 quorum. Clients 0 (n1) and 1 (n2) publish to queue 0 and 4 (n3) to
/// queue 1; 2 (n1) and 3 (n2) consume from queue 0 and 5 (n3) from queue 1. Each client k has
/// session k open from the beginning.
struct Story {
  static let header = header(deadLetters: [nil, nil])
  /// The same with one more queue, 2 (plain), its publisher 6 (n1) and its consumer 7 (n2), and
  /// with dead letters that go from each queue to the next.
  static let chain = header(deadLetters: [1, 2, nil])
  /// The queues of `header`, the dead letters of the first go to the second.
  static let letters = header(deadLetters: [1, nil])

  private static func header(deadLetters: [UInt32?]) -> HistoryHeader {
    let queues: [(String, QueueKind)] = [
      ("mirrored", .mirrored), ("quorum", .quorum), ("plain", .plain),
    ]
    let clients = [
      client(0, .publisher, node: 1, queue: 0), client(1, .publisher, node: 2, queue: 0),
      client(2, .consumer, node: 1, queue: 0), client(3, .consumer, node: 2, queue: 0),
      client(4, .publisher, node: 3, queue: 1), client(5, .consumer, node: 3, queue: 1),
      client(6, .publisher, node: 1, queue: 2), client(7, .consumer, node: 2, queue: 2),
    ]
    return HistoryHeader(
      name: "story", seed: 1, system: "none", originUnixNanoseconds: 0,
      nodes: [NodeID(1), NodeID(2), NodeID(3)],
      queues: zip(queues, deadLetters).enumerated().map { id, queue in
        QueueDescription(
          id: QueueID(UInt32(id)), name: queue.0.0, kind: queue.0.1,
          deadLetters: queue.1.map { QueueID($0) })
      },
      clients: clients.filter { $0.queue.rawValue < deadLetters.count })
  }

  /// Who judges a story: all that a few pushed deliveries put to the test.
  static let checkers = CheckerSuite.all.filter { checker in
    checker != LinearizableQueueChecker.self && checker != Redelivery.self
  }
  /// What they can judge of the queues of `header`.
  static let guarantees = Guarantee.allCases.filter { guarantee in
    guarantee.applies(to: header.queues[0])
      && checkers.contains { $0.guarantees.contains(guarantee) }
  }
  static let criteria = Criteria(minimumConfirmed: 0, unavailabilityBound: .seconds(5))
  /// The same where all happens within milliseconds.
  static let swift = Criteria(minimumConfirmed: 0, unavailabilityBound: .milliseconds(8))

  let header: HistoryHeader
  var events: [TimedEvent] = []
  /// When the next event happens; it moves on by a millisecond after each.
  var now = Instant.zero
  private var nextOperation: UInt32 = 0
  private var nextSequence: [UInt32: UInt32] = [:]
  private var operations: [MessageID: OperationID] = [:]
  private var lastNumber: [UInt32: UInt64] = [:]
  private var lastTag: [UInt32: UInt64] = [:]
  private var tags: [UInt32: [MessageID: UInt64]] = [:]

  init(header: HistoryHeader = Story.header) {
    self.header = header
    add(.phase(.load))
    for client in header.clients { open(session: client.id.rawValue, client: client.id.rawValue) }
  }

  mutating func add(_ event: Event) {
    events.append(TimedEvent(at: now, event))
    now = now + .milliseconds(1)
  }

  mutating func wait(_ duration: Duration) {
    now = now + duration
  }

  mutating func open(session: UInt32, client: UInt32) {
    let node = header.clients[Int(client)].node
    add(
      .sessionOpened(
        SessionOpening(session: SessionID(session), client: ClientID(client), node: node)))
  }

  mutating func lose(session: UInt32) {
    add(.sessionLost(SessionID(session), reason: "reset"))
  }

  /// Invokes a publish and, unless `session` is nil, writes it.
  mutating func begin(
    _ client: UInt32 = 0, session: UInt32? = 0, queue: UInt32? = nil
  ) -> MessageID {
    let sequence = nextSequence[client, default: 0]
    nextSequence[client] = sequence + 1
    let message = MessageID(client: ClientID(client), sequence: sequence)
    let operation = begin(.publish(message), client: client, session: session, queue: queue)
    operations[message] = operation
    return message
  }

  mutating func begin(
    _ action: Action, client: UInt32, session: UInt32?, queue: UInt32? = nil
  ) -> OperationID {
    let operation = OperationID(nextOperation)
    nextOperation += 1
    let own = header.clients[Int(client)].queue
    add(
      .invoked(
        Invocation(
          operation: operation, client: ClientID(client), queue: queue.map { QueueID($0) } ?? own,
          action: action)))
    if let session { write(operation, of: action, session: session) }
    return operation
  }

  private mutating func write(_ operation: OperationID, of action: Action, session: UInt32) {
    var number: UInt64 = 0
    if case .publish = action {
      number = lastNumber[session, default: 0] + 1
      lastNumber[session] = number
    }
    add(.written(Written(operation: operation, session: SessionID(session), sequence: number)))
  }

  mutating func end(_ message: MessageID, _ outcome: Outcome = .ok(.confirmed)) {
    if let operation = operations[message] { add(.completed(operation, outcome)) }
  }

  /// A whole publish through the client's first session.
  @discardableResult
  mutating func publish(
    _ client: UInt32 = 0, _ outcome: Outcome = .ok(.confirmed), queue: UInt32? = nil
  ) -> MessageID {
    let message = begin(client, session: outcome == .fail(.notWritten) ? nil : client, queue: queue)
    end(message, outcome)
    return message
  }

  mutating func receipt(_ message: MessageID, _ session: UInt32, redelivered: Bool) -> Receipt {
    let tag = lastTag[session, default: 0] + 1
    lastTag[session] = tag
    tags[session, default: [:]][message] = tag
    return Receipt(
      session: SessionID(session), tag: tag, message: message, redelivered: redelivered)
  }

  mutating func deliver(
    _ message: MessageID, to session: UInt32 = 2, redelivered: Bool = false, queue: UInt32 = 0
  ) {
    let receipt = receipt(message, session, redelivered: redelivered)
    add(.delivered(Delivery(queue: QueueID(queue), receipt: receipt)))
  }

  /// A whole get that brings a message.
  mutating func get(
    _ message: MessageID, client: UInt32 = 2, redelivered: Bool = false
  ) {
    let operation = begin(.get, client: client, session: client)
    let receipt = receipt(message, client, redelivered: redelivered)
    add(.completed(operation, .ok(.message(receipt))))
  }

  mutating func settle(
    _ message: MessageID, by session: UInt32 = 2, _ kind: SettlementKind = .ack,
    multiple: Bool = false
  ) {
    let tag = tags[session]?[message] ?? 0
    add(
      .settled(
        Settlement(session: SessionID(session), tag: tag, multiple: multiple, kind: kind)))
  }

  /// Starts a consumer in a client's own session.
  @discardableResult
  mutating func consume(_ client: UInt32 = 2, prefetch: UInt16, session: UInt32? = nil)
    -> OperationID
  {
    let operation = begin(
      .consume(prefetch: prefetch), client: client, session: session ?? client)
    add(.completed(operation, .ok(.accepted)))
    return operation
  }

  /// What the harness found in the log of a node.
  mutating func log(_ node: UInt32, _ record: LogRecord) {
    add(.broker(BrokerEvent(kind: .logged, node: NodeID(node), evidence: .log(record))))
  }

  mutating func drained(_ queue: UInt32 = 0) {
    add(.broker(BrokerEvent(kind: .drained, queue: QueueID(queue))))
  }

  /// That a queue could not be proved empty, while everybody could be asked unless it is open.
  mutating func undrained(_ queue: UInt32 = 0, _ detail: String = "", isOpen: Bool = false) {
    let evidence = EmptinessEvidence(looks: 0, isOpen: isOpen, isWell: !isOpen)
    add(
      .broker(
        BrokerEvent(
          kind: .undrained, queue: QueueID(queue), detail: detail,
          evidence: .emptiness(evidence))))
  }

  mutating func fault(_ id: UInt32, _ name: String, _ stage: FaultStage, _ detail: String = "") {
    add(
      .fault(
        FaultEvent(
          fault: FaultID(id), name: name, stage: stage, nodes: [NodeID(1)], detail: detail)))
  }

  /// The history with the end of the run.
  var history: History {
    var story = self
    story.add(.phase(.done))
    return History(header: header, events: story.events)
  }

  func check(_ criteria: Criteria = Story.criteria) -> SuiteReport {
    CheckerSuite.check(history, criteria: criteria, checkers: Self.checkers)
  }

  private static func client(
    _ id: UInt32, _ role: ClientRole, node: UInt32, queue: UInt32
  ) -> ClientDescription {
    ClientDescription(id: ClientID(id), role: role, node: NodeID(node), queue: QueueID(queue))
  }
}

extension SuiteReport {
  func judgement(_ guarantee: Guarantee, _ queue: UInt32 = 0) -> Judgement? {
    finding(guarantee, of: QueueID(queue))?.judgement
  }

  func witnesses(_ guarantee: Guarantee, _ queue: UInt32 = 0) -> [Witness] {
    finding(guarantee, of: QueueID(queue))?.witnesses ?? []
  }
}
