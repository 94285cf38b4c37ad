import Checkers
import Environment
import Operations

/// The definitions of docs/checkers.md read off a whole history in memory, as slowly as it takes.
///
/// It is written apart from the ledger: with dictionaries, several passes and no running state, so
/// that the two agree only if both are right or both are wrong in the same way.
struct NaiveLedger {
  struct Reception {
    var place: Int
    var at: Instant
    var queue: QueueID
    var receipt: Receipt
    /// When the get that brought it was invoked.
    var askedAt: Instant?
    var settlement: (place: Int, at: Instant, kind: SettlementKind)?
  }
  struct Publish {
    var place: Int
    var at: Instant
    var queue: QueueID
    var operation: OperationID
    var end: (place: Int, at: Instant, outcome: Outcome)?
    var written: (place: Int, session: SessionID)?
    var isOrdered = true
  }

  private(set) var publishes: [MessageID: Publish] = [:]
  private(set) var messageOrder: [MessageID] = []
  private(set) var receptions: [Reception] = []
  private(set) var lossOf: [SessionID: Int] = [:]
  private var isOver = false
  /// By session: (place in the history, an instant after which the broker sent what came then).
  private var life: [SessionID: [(place: Int, after: Instant)]] = [:]
  private(set) var proofs: [QueueID: [(place: Int, at: Instant)]] = [:]
  /// Takes and drains that ended in doubt or never, in order.
  var inDoubt: [(queue: QueueID, at: Instant, isDrain: Bool)] = []
  let history: History
  var counts: [QueueID: [String: Int]] = [:]

  init(_ history: History) {
    self.history = history
    readOperations()
    readReceptions()
    readSettlements()
    readLife()
    readDoubts()
  }

  // MARK: Reading

  private mutating func readOperations() {
    var messageOf: [OperationID: MessageID] = [:]
    var highestWritten: [SessionID: OperationID] = [:]
    for (place, event) in history.events.enumerated() {
      switch event.event {
      case .invoked(let invocation):
        guard case .publish(let message) = invocation.action else { continue }
        messageOf[invocation.operation] = message
        messageOrder.append(message)
        publishes[message] = Publish(
          place: place, at: event.at, queue: invocation.queue, operation: invocation.operation)
      case .written(let written):
        guard let message = messageOf[written.operation] else { continue }
        publishes[message]?.written = (place, written.session)
        let highest = highestWritten[written.session] ?? OperationID(0)
        if written.operation < highest { publishes[message]?.isOrdered = false }
        highestWritten[written.session] = max(highest, written.operation)
      case .completed(let operation, let outcome):
        if let message = messageOf[operation] {
          publishes[message]?.end = (place, event.at, outcome)
        }
      case .sessionOpened(let opening): life[opening.session] = [(-1, event.at)]
      case .sessionLost(let session, _): if !isOver { lossOf[session] = place }
      case .broker(let broker):
        if broker.kind == .drained, let queue = broker.queue {
          proofs[queue, default: []].append((place, event.at))
        }
      case .phase(.done): isOver = true
      default: break
      }
    }
  }

  private mutating func readReceptions() {
    var asked: [OperationID: (Invocation, Instant)] = [:]
    for (place, event) in history.events.enumerated() {
      switch event.event {
      case .invoked(let invocation): asked[invocation.operation] = (invocation, event.at)
      case .completed(let operation, .ok(.message(let receipt))):
        guard let (invocation, at) = asked[operation] else { continue }
        receptions.append(
          Reception(
            place: place, at: event.at, queue: invocation.queue, receipt: receipt, askedAt: at,
            settlement: invocation.action == .take ? (place, event.at, .ack) : nil))
      case .delivered(let delivery):
        receptions.append(
          Reception(
            place: place, at: event.at, queue: delivery.queue, receipt: delivery.receipt))
      default: break
      }
    }
  }

  private mutating func readSettlements() {
    for (place, event) in history.events.enumerated() {
      guard case .settled(let settlement) = event.event else { continue }
      for index in receptions.indices {
        let reception = receptions[index]
        guard reception.place < place, reception.receipt.session == settlement.session,
          reception.settlement == nil
        else { continue }
        let tag = reception.receipt.tag
        let isMeant =
          settlement.multiple
          ? settlement.tag == 0 || tag <= settlement.tag : tag == settlement.tag
        if isMeant { receptions[index].settlement = (place, event.at, settlement.kind) }
      }
    }
  }

  private mutating func readLife() {
    for reception in receptions {
      let session = reception.receipt.session
      if let asked = reception.askedAt {
        life[session, default: []].append((reception.place, asked))
      }
      if isGenuine(reception), let publish = publishes[reception.receipt.message] {
        life[session, default: []].append((reception.place, publish.at))
      }
    }
    var others: [OperationID: Instant] = [:]
    var through: [OperationID: SessionID] = [:]
    for (place, event) in history.events.enumerated() {
      switch event.event {
      case .invoked(let invocation):
        if case .publish = invocation.action { continue }
        others[invocation.operation] = event.at
      case .written(let written): through[written.operation] = written.session
      case .completed(let operation, .ok(.empty)), .completed(let operation, .ok(.accepted)):
        if let session = through[operation], let at = others[operation],
          lossOf[session].map({ $0 > place }) ?? true
        {
          life[session, default: []].append((place, at))
        }
      default: break
      }
    }
  }

  // MARK: Facts

  func isGenuine(_ reception: Reception) -> Bool {
    guard let publish = publishes[reception.receipt.message] else { return false }
    return publish.place < reception.place
      && path(from: publish.queue).contains(reception.queue)
  }

  /// The queues through which a message published to `queue` may come.
  func path(from queue: QueueID) -> [QueueID] {
    var path = [queue]
    while let next = history.header.queues.first(where: { $0.id == path.last })?.deadLetters {
      path.append(next)
    }
    return path
  }

  /// Whether the session surely lived after `at`: it was not lost by the end of the run, or got
  /// something sent later.
  func lived(_ session: SessionID, after at: Instant) -> Bool {
    isOver && lossOf[session] == nil || (life[session] ?? []).contains { $0.after > at }
  }

  /// Whether what the session received at `place` was surely sent after `at`.
  func wasSent(to session: SessionID, at place: Int, after at: Instant) -> Bool {
    (life[session] ?? []).contains { $0.place <= place && $0.after > at }
  }

  mutating func add(_ name: String, _ queue: QueueID, _ value: Int = 1) {
    let sum = counts[queue]?[name] ?? 0
    counts[queue, default: [:]][name] = sum + value == 0 ? nil : sum + value
  }
}
