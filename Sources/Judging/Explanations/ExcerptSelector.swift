import Checkers
import Environment
package import Harness
package import Operations

/// Keeps of a history what a violation is about: for a second reading, once the first one has found
/// it.
///
///     var selector = ExcerptSelector(header: header, finding: finding)
///     for event in events { selector.observe(event) }
///     let witness = selector.finish().minimalWitness(criteria: criteria)
///
/// It keeps the events about the messages that the first witness names, those about messages that
/// may be needed besides (`maximumCompanions` at most), and what is about no message. What is about
/// a message stays or goes as a whole: its publish with every answer, its deliveries, their
/// settlements, and the gets that brought it. Events about other queues stay only if they are about
/// such a message.
package struct ExcerptSelector: Sendable {
  /// The most messages that are kept besides those that the witness names.
  package static let maximumCompanions = 32_768
  /// After so many events what was dropped is thrown away.
  private static let compactionStep = 1 << 16

  let header: HistoryHeader
  let guarantee: Guarantee
  let queue: QueueID
  let witness: Witness
  let rules: ExcerptRules
  /// The queues that dead letters connect with the violated one, and that one.
  let related: Set<QueueID>
  let namedMessages: Set<MessageID>
  let namedOperations: Set<OperationID>

  var atoms: [ExcerptAtom] = []
  private var nextCompaction = compactionStep

  /// By number; numbers are used again once nothing refers to them any more.
  var messages: [ExcerptMessage] = []
  var numbers: [MessageID: Int32] = [:]
  var publishes: [OperationID: Int32] = [:]
  var byNumber: [PublishNumber: Int32] = [:]
  private var free: [Int32] = []
  private var dropped: [Int32] = []
  /// Companions, the oldest first, with their order.
  private var companions: [(number: Int32, order: Int)] = []
  /// Those of them with which somebody was done, in that order: they are forgotten first.
  private var finished: [(number: Int32, order: Int)] = []
  private var companionCount = 0
  private var hasForgotten = false
  private var nextOrder = 0

  var dequeues: [OperationID: ExcerptDequeue] = [:]
  var consumes: [OperationID: QueueID] = [:]
  var held: [SessionID: [HeldMessage]] = [:]
  /// Sessions with a get in doubt.
  var unseen: Set<SessionID> = []
  var unanswered: [SessionID: UnansweredPublishes] = [:]
  var disturbance = Disturbance()
  /// How many messages were published in the whole history, and how many events it has.
  var wholeMessages = 0
  var wholeEvents = 0

  /// A selector for the first witness of a finding, as the checker gave it.
  package init(header: HistoryHeader, finding: Finding) {
    let none = Witness(from: .zero, to: .zero, text: "")
    self.init(
      header: header, guarantee: finding.guarantee, queue: finding.queue,
      witness: finding.witnesses.first ?? none)
  }

  /// A selector for one witness, as the checker gave it, and for these messages besides.
  package init(
    header: HistoryHeader, guarantee: Guarantee, queue: QueueID, witness: Witness,
    messages: Set<MessageID> = []
  ) {
    self.header = header
    self.guarantee = guarantee
    self.queue = queue
    self.witness = witness
    rules = guarantee.facts.excerpt
    related = Self.related(to: queue, in: header)
    namedMessages = messages.union(witness.message.map { [$0] } ?? [])
    namedOperations = Set(witness.operations)
  }

  /// Selectors for all violations of a report, in its order.
  package static func selectors(
    header: HistoryHeader, findings: [Finding]
  ) -> [ExcerptSelector] {
    findings.filter { $0.judgement == .violated && !$0.witnesses.isEmpty }
      .map { ExcerptSelector(header: header, finding: $0) }
  }

  /// Takes the next event of the history.
  package mutating func observe(_ event: TimedEvent) {
    wholeEvents += 1
    disturbance.observe(event.event)
    switch event.event {
    case .invoked(let invocation): invoke(invocation, event)
    case .written(let written): write(written, event)
    case .completed(let operation, let outcome): complete(operation, outcome, event)
    case .delivered(let delivery):
      receive(delivery.receipt, event, kind: .message, isFinal: false)
    case .settled(let settlement): settle(settlement, event)
    case .answered(let answer): if rules.keeps.contains(.answers) { take(answer, at: event.at) }
    case .returned(_, let message):
      if let number = number(of: message) { add(event, .message, number) }
    case .sessionOpened(let opening): add(event, .session(opening.session))
    case .sessionLost(let session, _):
      held[session] = nil
      add(event, .session(session))
    case .fault: add(event, .fault)
    case .broker(let learnt): if isNeeded(learnt) { add(event, .broker) }
    case .watched: break
    case .phase: add(event, .always)
    }
    if atoms.count >= nextCompaction {
      compact()
      nextCompaction = atoms.count * 2 + Self.compactionStep
    }
  }

  /// What was kept; called after the last event.
  package func finish() -> Excerpt {
    var selector = self
    selector.leaveInDoubt()
    selector.compact()
    return Excerpt(selector)
  }

  /// What never ended is in doubt.
  private mutating func leaveInDoubt() {
    for atom in atoms {
      guard case .dequeue(let operation) = atom.kind, let dequeue = dequeues[operation],
        case .open = dequeue.end
      else { continue }
      dequeues[operation]?.end = rules.explains(dequeue.action) ? .doubt : .foreign
    }
  }

  // MARK: - Messages

  mutating func add(
    _ event: TimedEvent, _ kind: ExcerptAtom.Kind, _ subject: Int32 = ExcerptAtom.none
  ) {
    atoms.append(ExcerptAtom(timed: event, kind: kind, subject: subject))
  }

  /// The number of a message that is kept; a named one gets one when it first appears.
  mutating func number(of message: MessageID) -> Int32? {
    if let number = numbers[message] { return number }
    return namedMessages.contains(message) ? addMessage(message, isNamed: true) : nil
  }

  /// Decides about a message that is being published.
  mutating func publish(_ message: MessageID, _ invocation: Invocation, at: Instant) -> Int32? {
    if let number = number(of: message) { return number }
    if namedOperations.contains(invocation.operation) { return addMessage(message, isNamed: true) }
    guard related.contains(invocation.queue), makeRoom(at: at) else { return nil }
    return addMessage(message, isNamed: false)
  }

  /// The number of a message that was received; one that nobody has published may be needed too.
  mutating func numberReceived(_ message: MessageID, at: Instant) -> Int32? {
    if let number = number(of: message) { return number }
    // Once others were forgotten nobody can tell whether it is one of them.
    guard case .nearest = rules.companions, !hasForgotten, makeRoom(at: at) else { return nil }
    return addMessage(message, isNamed: false)
  }

  /// Whether there is room for another companion: for the last ones that came before the violation
  /// was certain, and for as many that came next where they may matter.
  private mutating func makeRoom(at: Instant) -> Bool {
    let isLate = at > witness.to
    switch rules.companions {
    case .none: return false
    case .unreceived, .unfinished:
      if isLate { return false }
      if companionCount >= Self.maximumCompanions { dropOldestCompanion() }
    case .nearest:
      if isLate { return companionCount < Self.maximumCompanions }
      if companionCount >= Self.maximumCompanions / 4 * 3 { dropOldestCompanion() }
    }
    return true
  }

  private mutating func addMessage(_ message: MessageID, isNamed: Bool) -> Int32 {
    let entry = ExcerptMessage(message: message, order: nextOrder, isNamed: isNamed)
    nextOrder += 1
    let number: Int32
    if let unused = free.popLast() {
      number = unused
      messages[Int(number)] = entry
    } else {
      number = Int32(messages.count)
      messages.append(entry)
    }
    numbers[message] = number
    if !isNamed {
      companions.append((number, entry.order))
      companionCount += 1
    }
    return number
  }

  /// Forgets a companion that turns out not to be needed.
  mutating func dropIfUnneeded(_ number: Int32) {
    guard !messages[Int(number)].isNamed, !messages[Int(number)].isDropped else { return }
    let message = messages[Int(number)]
    messages[Int(number)].isDropped = true
    numbers[message.message] = nil
    if let operation = message.operation { publishes[operation] = nil }
    if let number = message.number { byNumber[number] = nil }
    dropped.append(number)
    companionCount -= 1
    hasForgotten = true
  }

  /// Makes a message one that the witness is about.
  mutating func name(_ number: Int32) {
    guard !messages[Int(number)].isNamed else { return }
    messages[Int(number)].isNamed = true
    companionCount -= 1
  }

  /// Notes that somebody was done with a message, so that it is forgotten before others; `isEarly`
  /// says that it was before the violation began.
  mutating func noteFinished(_ number: Int32, isEarly: Bool) {
    let isSpent =
      switch rules.companions {
      case .nearest: true
      case .unfinished: isEarly
      case .none, .unreceived: false
      }
    if isSpent, !messages[Int(number)].isNamed {
      finished.append((number, messages[Int(number)].order))
    }
  }

  /// Forgets a quarter of the companions, so that it need not be done for each new one.
  private mutating func dropOldestCompanion() {
    var excess = Self.maximumCompanions / 4
    let isDroppable = { (messages: [ExcerptMessage], entry: (number: Int32, order: Int)) in
      let message = messages[Int(entry.number)]
      return message.order == entry.order && !message.isDropped && !message.isNamed
    }
    for entry in finished + companions where excess > 0 && isDroppable(messages, entry) {
      dropIfUnneeded(entry.number)
      excess -= 1
    }
    finished.removeAll { !isDroppable(messages, $0) }
    companions.removeAll { !isDroppable(messages, $0) }
  }

  /// Throws away what is only about dropped messages, and settles what dequeues brought.
  private mutating func compact() {
    let (messages, dequeues) = (messages, dequeues)
    var ended: [OperationID] = []
    atoms = atoms.compactMap { atom in
      var atom = atom
      if case .dequeue(let operation) = atom.kind {
        guard let dequeue = dequeues[operation] else { return nil }
        switch dequeue.end {
        case .open: return atom
        case .brought(let number, let order):
          ended.append(operation)
          guard messages[Int(number)].order == order else { return nil }
          atom.kind = .message
          atom.subject = number
        case .idle: atom.kind = .idle(operation)
        case .doubt: atom.kind = .doubt(dequeue.queue)
        case .foreign:
          ended.append(operation)
          return nil
        }
      }
      guard atom.kind == .message else { return atom }
      return atom.isAbout { !messages[Int($0)].isDropped } ? atom : nil
    }
    for operation in ended { self.dequeues[operation] = nil }
    for session in held.keys.sorted() {
      held[session]?.removeAll { messages[Int($0.number)].isDropped }
      if held[session]?.isEmpty == true { held[session] = nil }
    }
    for place in atoms.indices where !atoms[place].others.isEmpty {
      atoms[place].keepOnly { !messages[Int($0)].isDropped }
    }
    free += dropped
    dropped = []
  }

  private static func related(to queue: QueueID, in header: HistoryHeader) -> Set<QueueID> {
    var related: Set<QueueID> = [queue]
    for _ in header.queues {
      for other in header.queues {
        guard let target = other.deadLetters else { continue }
        if related.contains(other.id) || related.contains(target) {
          related.insert(other.id)
          related.insert(target)
        }
      }
    }
    return related
  }
}
