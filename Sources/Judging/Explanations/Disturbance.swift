import Harness
import Operations

/// What excuses a broker that happened to messages of which an excerpt need not tell.
struct Disturbance: Sendable {
  /// Whether a session that had received something was lost before the run was over.
  private(set) var lostConsumer = false
  /// Whether a node was down, a partition was seen or a leader changed before any fault and after a
  /// delivery.
  private(set) var cameUnplanned = false
  private var receiving: Set<SessionID> = []
  private var leaders: [QueueID: NodeID?] = [:]
  private var hasFaults = false
  private var wasDelivered = false
  private var isOver = false

  mutating func observe(_ event: Event) {
    switch event {
    case .delivered(let delivery): receive(delivery.receipt)
    case .completed(_, .ok(.message(let receipt))): receive(receipt)
    case .sessionLost(let session, _):
      if receiving.remove(session) != nil, !isOver { lostConsumer = true }
    case .fault: hasFaults = true
    case .broker(let learnt): if !hasFaults { learn(learnt) }
    case .phase(.done): isOver = true
    default: break
    }
  }

  private mutating func receive(_ receipt: Receipt) {
    wasDelivered = true
    receiving.insert(receipt.session)
  }

  private mutating func learn(_ event: BrokerEvent) {
    var isDisturbed = false
    switch event.kind {
    case .nodeDown, .partitioned, .bootRetried: isDisturbed = true
    case .leader:
      guard let queue = event.queue else { return }
      if let known = leaders[queue] { isDisturbed = known != event.node }
      leaders[queue] = .some(event.node)
    default: break
    }
    if isDisturbed, wasDelivered { cameUnplanned = true }
  }
}
