import Environment
package import Harness
package import Operations

/// Checks that what publishers and consumers saw of a queue can have happened to one queue, each
/// operation at one instant between its invocation and its return.
///
/// What it takes for an operation of the queue, and when it does not judge, is in docs/checkers.md.
/// It keeps about 20 bytes an operation while it reads, and 24 a message.
package struct LinearizableQueueChecker: Checker {
  /// The name on the command line.
  package static let name = "linearizable-queue"
  /// What it judges.
  package static let guarantees: [Guarantee] = [.linearizableFIFO, .linearizableBag]

  private enum OpenOperation: Sendable {
    case publish(queue: Int, value: Int32)
    case dequeue(queue: Int, QueueRecorder.Dequeue, isTake: Bool)
    case drain(queue: Int, QueueRecorder.Dequeue, client: Int)
    case other
  }
  /// What is kept about one queue.
  struct QueueState: Sendable {
    var recorder = QueueRecorder()
    var confirmed = 0
    var answered = 0
    var dequeuesInDoubt = 0
    var drainsInDoubt = 0
    var isPushed = false
  }

  private let index: HistoryIndex
  private var vacuity: VacuityGuard
  private var queues: [QueueState]
  private var operations = OperationWindow<OpenOperation>()
  /// By client: the drain that it has open, -1 for none.
  private var drains: [Int32]
  /// By session: whether something may have gone back to its queue with it.
  private var givesBack: [Bool] = []
  private var isOver = false

  /// A checker for one history.
  package init(header: HistoryHeader, criteria: Criteria) {
    index = HistoryIndex(header: header)
    vacuity = VacuityGuard(criteria: criteria)
    queues = header.queues.map { _ in QueueState() }
    drains = Array(repeating: -1, count: index.clientBound)
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    vacuity.observe(event.event)
    switch event.event {
    case .invoked(let invocation): try invoke(invocation, at: event.at)
    case .completed(let operation, let outcome):
      try complete(operation, outcome, at: event.at)
    case .delivered(let delivery): queues[try index.place(of: delivery.queue)].isPushed = true
    case .settled(let settlement) where !settlement.kind.isFinal:
      try giveBack(with: settlement.session)
    case .sessionLost(let session, _) where !isOver: try giveBack(with: session)
    case .phase(.done): isOver = true
    default: break
    }
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try index.validate()
    var report = CheckerReport(findings: [], measures: [])
    for place in queues.indices {
      let (givesBack, isOver) = (givesBack, isOver)
      queues[place].recorder.finish { session in
        isOver && !(Int(session) < givesBack.count && givesBack[Int(session)])
      }
      conclude(queues[place], index.header.queues[place], into: &report)
    }
    return report
  }

  private func conclude(
    _ queue: QueueState, _ description: QueueDescription, into report: inout CheckerReport
  ) {
    if let reason = exemption(of: queue, description) {
      report.findings += Self.guarantees.map {
        Finding(guarantee: $0, queue: description.id, judgement: .notExercised(reason))
      }
      return
    }
    let operations = queue.recorder.operations
    let ofFIFO = LinearizableFIFO.firstViolation(in: operations)
    // What one ordered queue can have done an unordered one can have done too.
    let ofBag = ofFIFO == nil ? nil : LinearizableBag.firstViolation(in: operations)
    for (guarantee, violation) in [
      (Guarantee.linearizableFIFO, ofFIFO), (.linearizableBag, ofBag),
    ] {
      let witnesses = violation.map { [queue.witness(of: $0)] } ?? []
      report.findings.append(
        Finding(
          guarantee: guarantee, queue: description.id,
          judgement: vacuity.judge(violations: witnesses.count, confirmed: queue.confirmed),
          violations: witnesses.count, witnesses: witnesses))
    }
    report.measures += [
      Measure(.answeredDequeues, queue: description.id, .count(queue.answered)),
      Measure(.dequeuesInDoubt, queue: description.id, .count(queue.dequeuesInDoubt)),
      Measure(.drainsInDoubt, queue: description.id, .count(queue.drainsInDoubt)),
    ]
  }

  /// Why a queue is not judged; nil if it is.
  private func exemption(of queue: QueueState, _ description: QueueDescription) -> String? {
    if description.deadLetters != nil {
      return "its messages may expire or become dead letters, which nobody sees"
    }
    if index.receivesDeadLetters(description.id) {
      return "dead letters of another queue come into it, and nobody sees when"
    }
    if queue.isPushed {
      return
        "messages were pushed to consumers; only gets and takes are dequeues that begin and end"
    }
    return queue.answered == 0 ? "no get and no take was answered" : nil
  }

  // MARK: - Events

  private mutating func invoke(
    _ invocation: Invocation, at: Instant
  ) throws(CheckerFailure) {
    let queue = try index.place(of: invocation.queue)
    let client = Int(invocation.client.rawValue)
    guard client < drains.count, invocation.operation.rawValue < QueueEvent.limit else {
      throw CheckerFailure(
        "operation \(invocation.operation) is of a client that the header omits, or its number is "
          + "too high")
    }
    let operation = Int32(invocation.operation.rawValue)
    var open = OpenOperation.other
    switch invocation.action {
    case .publish(let message):
      guard message.client.rawValue < drains.count else {
        throw CheckerFailure("message \(message) is published by a client that the header omits")
      }
      let value = try queues[queue].recorder.beginPublish(
        of: message, operation: operation, at: at)
      open = .publish(queue: queue, value: value)
    case .get, .take:
      let isTake = if case .take = invocation.action { true } else { false }
      let dequeue = queues[queue].beginDequeue(
        isTake ? .crashedTake : .crashedHold, operation: operation, drain: drains[client], at: at)
      open = .dequeue(queue: queue, dequeue, isTake: isTake)
    case .drain:
      let dequeue = queues[queue].recorder.beginDequeue(
        .crashedDrain, operation: operation, drain: operation, at: at)
      drains[client] = operation
      queues[queue].drainsInDoubt += 1
      open = .drain(queue: queue, dequeue, client: client)
    case .consume: queues[queue].isPushed = true
    }
    try operations.open(invocation.operation, open)
  }

  private mutating func complete(
    _ operation: OperationID, _ outcome: Outcome, at: Instant
  ) throws(CheckerFailure) {
    switch try operations.close(operation) {
    case .publish(let queue, let value):
      switch outcome {
      case .ok: queues[queue].confirm(value, at: at)
      case .fail: queues[queue].recorder.withdrawPublish(value)
      case .info: break
      }
    case .dequeue(let queue, let dequeue, let isTake):
      try queues[queue].end(dequeue, isTake: isTake, outcome, at: at)
    case .drain(let queue, let drain, let client):
      if drains[client] == drain.operation { drains[client] = -1 }
      if case .info = outcome { return queues[queue].recorder.leaveInDoubt(drain) }
      queues[queue].drainsInDoubt -= 1
      if case .ok = outcome {
        queues[queue].answered += 1
        queues[queue].recorder.add(.empty(drain), at: at)
      } else {
        queues[queue].recorder.withdrawDequeue(drain)
      }
    case .other: break
    }
  }

  private mutating func giveBack(with session: SessionID) throws(CheckerFailure) {
    let place = Int(session.rawValue)
    guard place < HistoryIndex.maximumSession else {
      throw CheckerFailure("session number \(session) is too high")
    }
    let missing = place + 1 - givesBack.count
    if missing > 0 { givesBack.append(contentsOf: repeatElement(false, count: missing)) }
    givesBack[place] = true
  }
}

extension LinearizableQueueChecker.QueueState {
  /// A dequeue was invoked.
  fileprivate mutating func beginDequeue(
    _ kind: QueueEvent.Kind, operation: Int32, drain: Int32, at: Instant
  ) -> QueueRecorder.Dequeue {
    dequeuesInDoubt += 1
    return recorder.beginDequeue(kind, operation: operation, drain: drain, at: at)
  }

  /// A publish was confirmed.
  fileprivate mutating func confirm(_ value: Int32, at: Instant) {
    recorder.add(.publish(value), at: at)
    confirmed += 1
  }

  /// A dequeue ended.
  fileprivate mutating func end(
    _ dequeue: QueueRecorder.Dequeue, isTake: Bool, _ outcome: Outcome, at: Instant
  ) throws(CheckerFailure) {
    switch outcome {
    case .info: return
    case .fail: recorder.withdrawDequeue(dequeue)
    case .ok(.message(let receipt)):
      guard receipt.session.rawValue < HistoryIndex.maximumSession else {
        throw CheckerFailure("session number \(receipt.session) is too high")
      }
      let session = isTake ? QueueOperations.final : Int32(receipt.session.rawValue)
      recorder.add(.dequeue(receipt.message, dequeue, session: session), at: at)
      answered += 1
    case .ok(.empty):
      recorder.add(.empty(dequeue), at: at)
      answered += 1
    case .ok(let answer):
      throw CheckerFailure("dequeue \(dequeue.operation) ends with the answer \(answer)")
    }
    dequeuesInDoubt -= 1
  }
}
