import Environment
import Harness
package import Judging
package import Operations

/// Collects from a history the lives of the messages that witness a run's violations, and what the
/// harness learnt about the broker meanwhile. Feed it every event of the history, in order.
///
/// Which messages these are is known only after the history was checked, so that this is for a
/// second reading. Memory is bounded: `storiesPerViolation` messages a violation, the sessions up
/// to `sessionLimit`, the broker's events up to `contextLimit`.
package struct MessageStories: Sendable {
  /// The most messages whose lives are told for a violated guarantee of a queue.
  package static let storiesPerViolation = 5
  /// The most sessions that are known by client and node.
  package static let sessionLimit = 200_000
  /// The most broker events that are kept.
  package static let contextLimit = 2_000

  private struct Pending: Sendable {
    var number: UInt64
    var life: Int
  }

  /// What is known of each message, in order of the violations.
  package private(set) var lives: [MessageLife] = []
  /// The first broker events, in order.
  package private(set) var brokerEvents: [BrokerRecord] = []

  private var places: [MessageID: Int] = [:]
  private var parties: [SessionID: Party] = [:]
  private var publishes: [OperationID: Int] = [:]
  /// Publishes that were written and not answered, by session and sequence number.
  private var unanswered: [SessionID: [Pending]] = [:]
  /// Deliveries that were not settled, by session and tag.
  private var held: [SessionID: [Pending]] = [:]
  /// Takes that have not ended: what they bring is nobody's to settle or to lose.
  private var takes: Set<OperationID> = []
  private var isOver = false

  /// The stories of a run's violations; nothing is known yet.
  package init(of run: RunResult) {
    for violation in run.violations {
      for witness in violation.storyWitnesses {
        guard let message = witness.message, places[message] == nil else { continue }
        places[message] = lives.count
        lives.append(MessageLife(message: message))
      }
    }
  }

  /// The stories of these messages.
  package init(of messages: [MessageID]) {
    for message in messages where places[message] == nil {
      places[message] = lives.count
      lives.append(MessageLife(message: message))
    }
  }

  /// What is known of a message; nil if it witnesses nothing.
  package func life(of message: MessageID) -> MessageLife? {
    places[message].map { lives[$0] }
  }

  /// Takes the next event of a history.
  package mutating func observe(_ event: TimedEvent) {
    let at = event.at
    switch event.event {
    case .invoked(let invocation): invoke(invocation, at: at)
    case .written(let written): write(written, at: at)
    case .completed(let operation, let outcome): complete(operation, outcome, at: at)
    case .delivered(let delivery): receive(delivery.receipt, from: delivery.queue, at: at)
    case .settled(let settlement): settle(settlement, at: at)
    case .answered(let answer): take(answer, at: at)
    case .returned(let session, let message):
      if let life = places[message] { add(life, at, .returned(party(session))) }
    case .sessionOpened(let opening):
      if parties.count < Self.sessionLimit {
        parties[opening.session] = Party(
          session: opening.session, client: opening.client, node: opening.node)
      }
    case .sessionLost(let session, let reason): lose(session, reason, at: at)
    case .broker(let broker):
      // Lines of logs and states are many, and tell of nodes rather than of queues.
      if broker.kind != .logged, broker.kind != .nodeState, brokerEvents.count < Self.contextLimit {
        brokerEvents.append(BrokerRecord(at: at, broker))
      }
    case .phase(.done): isOver = true
    case .fault, .watched, .phase: break
    }
  }

  private mutating func add(_ life: Int, _ at: Instant, _ kind: LifeEvent.Kind) {
    lives[life].append(LifeEvent(at: at, kind))
  }

  private func party(_ session: SessionID) -> Party {
    parties[session] ?? Party(session: session)
  }

  private mutating func invoke(_ invocation: Invocation, at: Instant) {
    if invocation.action == .take { takes.insert(invocation.operation) }
    guard case .publish(let message) = invocation.action, let life = places[message] else { return }
    publishes[invocation.operation] = life
    add(life, at, .invoked(invocation.client, invocation.queue))
  }

  private mutating func write(_ written: Written, at: Instant) {
    guard let life = publishes[written.operation] else { return }
    unanswered[written.session, default: []].append(Pending(number: written.sequence, life: life))
    add(life, at, .written(party(written.session), sequence: written.sequence))
  }

  private mutating func complete(_ operation: OperationID, _ outcome: Outcome, at: Instant) {
    if let life = publishes[operation] { return add(life, at, .ended(outcome)) }
    let isTake = takes.remove(operation) != nil
    guard case .ok(.message(let receipt)) = outcome else { return }
    receive(receipt, from: nil, at: at, isHeld: !isTake)
  }

  private mutating func receive(
    _ receipt: Receipt, from queue: QueueID?, at: Instant, isHeld: Bool = true
  ) {
    guard let life = places[receipt.message] else { return }
    if isHeld {
      held[receipt.session, default: []].append(Pending(number: receipt.tag, life: life))
    }
    let party = party(receipt.session)
    add(
      life, at,
      .delivered(party, queue, tag: receipt.tag, redelivered: receipt.redelivered))
  }

  private mutating func settle(_ settlement: Settlement, at: Instant) {
    let session = settlement.session
    let party = party(session)
    let settled = Self.take(
      settlement.tag, multiple: settlement.multiple, from: &held, of: session)
    for life in settled { add(life, at, .settled(party, settlement.kind)) }
  }

  private mutating func take(_ answer: ConfirmAnswer, at: Instant) {
    let party = party(answer.session)
    let answered = Self.take(
      answer.sequence, multiple: answer.multiple, from: &unanswered, of: answer.session)
    for life in answered {
      add(life, at, .answered(party, positive: answer.positive, multiple: answer.multiple))
    }
  }

  private mutating func lose(_ session: SessionID, _ reason: String, at: Instant) {
    // Sessions that the harness closes after the run tell nothing about the broker.
    guard !isOver else { return }
    unanswered[session] = nil
    let party = party(session)
    for pending in held.removeValue(forKey: session) ?? [] {
      add(pending.life, at, .holdLost(party, reason: reason))
    }
  }

  /// Removes what a number names, and with `multiple` everything before it (0: everything).
  private static func take(
    _ number: UInt64, multiple: Bool, from book: inout [SessionID: [Pending]], of session: SessionID
  ) -> [Int] {
    guard let pending = book[session] else { return [] }
    let isMeant = { (entry: Pending) in
      entry.number == number || multiple && (number == 0 || entry.number < number)
    }
    let rest = pending.filter { !isMeant($0) }
    book[session] = rest.isEmpty ? nil : rest
    return pending.filter(isMeant).map(\.life)
  }
}

extension Violation {
  /// The witnesses whose stories are told: the first, the last and some in between, each message
  /// once.
  var storyWitnesses: [Witness] {
    var seen: Set<MessageID> = []
    let distinct = finding.witnesses.filter { witness in
      witness.message.map { seen.insert($0).inserted } ?? true
    }
    let count = min(MessageStories.storiesPerViolation, distinct.count)
    if count < 2 { return Array(distinct.prefix(count)) }
    return (0..<count).map { distinct[$0 * (distinct.count - 1) / (count - 1)] }
  }
}
