import Environment
package import Harness
package import Operations

/// What a selector kept of a history: enough to show one violation, and what may be left out of it.
package struct Excerpt: Sendable {
  /// What of an excerpt is to be shown.
  struct Selection: Sendable {
    /// By number: whether a message stays.
    var messages: [Bool]
    /// Dequeues that took nothing and consumers that are left out.
    var leftOutOperations: Set<OperationID> = []
    /// The places of proofs and lines of logs that are left out.
    var leftOutEvents: Set<Int> = []
  }

  /// What the numbers stand for.
  package let header: HistoryHeader
  /// What is violated.
  package let guarantee: Guarantee
  /// By which queue.
  package let queue: QueueID
  /// As it was found in the whole history.
  package let witness: Witness
  /// How many messages were published in the whole history.
  package let wholeMessages: Int
  /// How many events the whole history has.
  package let wholeEvents: Int

  let rules: ExcerptRules
  let atoms: [ExcerptAtom]
  let messages: [ExcerptMessage]
  let disturbance: Disturbance
  private let related: Set<QueueID>

  init(_ selector: ExcerptSelector) {
    header = selector.header
    guarantee = selector.guarantee
    queue = selector.queue
    witness = selector.witness
    rules = selector.rules
    wholeMessages = selector.wholeMessages
    wholeEvents = selector.wholeEvents
    atoms = selector.atoms
    messages = selector.messages
    disturbance = selector.disturbance
    related = selector.related
  }

  /// The events about the messages that the witness names, and those about none.
  package var history: History { history(selection(of: named)) }

  /// The numbers of the messages that the witness names, in the order in which they appeared.
  var named: [Int] { numbers { $0.isNamed } }

  /// The numbers of all messages, in the same order.
  var all: [Int] { numbers { _ in true } }

  /// The numbers of all messages, the named ones first and then those of which something happened
  /// closest to the violation.
  var byDistance: [Int] {
    var distances = Array(repeating: Int64.max, count: messages.count)
    for atom in atoms where atom.kind == .message {
      let at = atom.timed.at
      let distance = max(Int64(0), (witness.from - at).nanoseconds, (at - witness.to).nanoseconds)
      for number in [atom.subject] + atom.others {
        distances[Int(number)] = min(distances[Int(number)], distance)
      }
    }
    for number in named { distances[number] = -1 }
    return all.enumerated().sorted {
      (distances[$0.element], $0.offset) < (distances[$1.element], $1.offset)
    }.map(\.element)
  }

  private func numbers(_ condition: (ExcerptMessage) -> Bool) -> [Int] {
    messages.indices.filter { !messages[$0].isDropped && condition(messages[$0]) }
      .sorted { messages[$0].order < messages[$1].order }
  }

  /// A selection of these messages with everything else.
  func selection(of numbers: [Int]) -> Selection {
    var mask = Array(repeating: false, count: messages.count)
    for number in numbers { mask[number] = true }
    return Selection(messages: mask)
  }

  /// The dequeues that took nothing, and the consumers if they excuse nothing, in order.
  var removableOperations: [OperationID] {
    var operations: [OperationID] = []
    for atom in atoms {
      guard case .invoked(let invocation) = atom.timed.event else { continue }
      switch atom.kind {
      case .idle: operations.append(invocation.operation)
      case .consume: if !rules.keeps.contains(.consumes) { operations.append(invocation.operation) }
      default: break
      }
    }
    return operations
  }

  /// The places of proofs of emptiness and lines of logs that excuse nothing.
  var removableEvents: [Int] {
    atoms.indices.filter { place in
      guard case .broker(let event) = atoms[place].timed.event else { return false }
      switch event.kind {
      case .drained, .undrained: return !rules.keeps.contains(.proofs)
      case .logged: return true
      default: return false
      }
    }
  }

  /// A selection as a history that can be read and judged like any other.
  func history(_ selection: Selection) -> History {
    let queues = queues(of: selection)
    var chosen = atoms.indices.filter { isChosen($0, selection, queues) }
    if rules.dropsIdleConsumers { chosen = withoutIdleConsumers(chosen) }
    var sessions: Set<SessionID> = []
    var from = witness.from
    var to = witness.to
    for place in chosen {
      if let session = atoms[place].timed.event.session { sessions.insert(session) }
      if atoms[place].kind == .message {
        from = min(from, atoms[place].timed.at)
        to = max(to, atoms[place].timed.at)
      }
    }
    let faultsFrom = firstFault(before: from)
    let kept = chosen.filter { place in
      let atom = atoms[place]
      switch atom.kind {
      case .session(let session): return sessions.contains(session)
      case .fault:
        return rules.keeps.contains(.faults) || atom.timed.at >= faultsFrom && atom.timed.at <= to
      case .broker: return isNeeded(atom.timed, from: from, to: to)
      default: return true
      }
    }
    return History(header: header, events: renumbered(kept.map { atoms[$0].timed }))
  }

  /// Leaves out consumers through whose sessions none of the messages went.
  private func withoutIdleConsumers(_ chosen: [Int]) -> [Int] {
    var sessions: Set<SessionID> = []
    var consumers: [OperationID: SessionID] = [:]
    for place in chosen {
      let event = atoms[place].timed.event
      if atoms[place].kind == .message, let session = event.session { sessions.insert(session) }
      if case .consume(let operation, _) = atoms[place].kind, let session = event.session {
        consumers[operation] = session
      }
    }
    return chosen.filter { place in
      guard case .consume(let operation, _) = atoms[place].kind else { return true }
      return consumers[operation].map { sessions.contains($0) } ?? false
    }
  }

  /// The queues that matter: the related ones and those of the messages.
  private func queues(of selection: Selection) -> Set<QueueID> {
    var queues = related
    for atom in atoms where atom.kind == .message {
      if let queue = atom.timed.event.queue, !queues.contains(queue),
        atom.isAbout({ selection.messages[Int($0)] })
      {
        queues.insert(queue)
      }
    }
    return queues
  }

  private func isChosen(
    _ place: Int, _ selection: Selection, _ queues: Set<QueueID>
  ) -> Bool {
    let atom = atoms[place]
    switch atom.kind {
    case .message: return atom.isAbout { selection.messages[Int($0)] }
    case .idle(let operation): return !selection.leftOutOperations.contains(operation)
    case .consume(let operation, let queue):
      return queues.contains(queue) && !selection.leftOutOperations.contains(operation)
    case .doubt(let queue): return queues.contains(queue)
    case .dequeue: return false
    case .broker: return !selection.leftOutEvents.contains(place)
    case .session, .fault, .always: return true
    }
  }

  /// When the last fault began before an instant: it may have lasted on, and tells people why.
  private func firstFault(before instant: Instant) -> Instant {
    var first = instant
    for atom in atoms {
      guard atom.timed.at < instant, case .fault(let fault) = atom.timed.event else { continue }
      if fault.stage == .began { first = atom.timed.at }
    }
    return first
  }

  private func isNeeded(_ timed: TimedEvent, from: Instant, to: Instant) -> Bool {
    guard case .broker(let event) = timed.event else { return true }
    switch event.kind {
    case .leader, .nodeDown, .partitioned, .bootRetried:
      let isNear = from <= timed.at && timed.at <= to
      return rules.keeps.contains(.disturbances)
        || isNear && (event.queue.map { related.contains($0) } ?? true)
    default: return true
    }
  }

  /// Numbers publishes anew, session by session, because a session has no gaps in its numbers.
  private func renumbered(_ events: [TimedEvent]) -> [TimedEvent] {
    var last: [SessionID: UInt64] = [:]
    var renumbering: [PublishNumber: UInt64] = [:]
    return events.map { timed in
      var timed = timed
      switch timed.event {
      case .written(var written) where written.sequence > 0:
        let number = last[written.session, default: 0] + 1
        last[written.session] = number
        renumbering[PublishNumber(session: written.session, sequence: written.sequence)] = number
        written.sequence = number
        timed.event = .written(written)
      case .answered(var answer):
        let old = PublishNumber(session: answer.session, sequence: answer.sequence)
        answer.sequence = renumbering[old] ?? answer.sequence
        timed.event = .answered(answer)
      default: break
      }
      return timed
    }
  }

  /// The same history as a stricter reader must see it: what excuses a broker in the whole history
  /// and is not in the excerpt stands here as a fault.
  func probe(_ history: History) -> History {
    var probe = history
    let fault = Event.fault(
      FaultEvent(fault: FaultID(.max), name: "unseen", stage: .proved, nodes: [], detail: ""))
    if rules.keeps.contains(.consumerLosses), disturbance.lostConsumer,
      let last = history.events.last
    {
      probe.events.append(TimedEvent(at: last.at, fault))
    }
    if rules.keeps.contains(.disturbances), disturbance.cameUnplanned,
      let first = history.events.first
    {
      probe.events.insert(TimedEvent(at: first.at, fault), at: 0)
    }
    return probe
  }
}
