import Environment
package import Harness
package import Operations

/// Checks that the broker answers every publish of a confirming channel once and in the right form.
///
/// A number that is never answered is no violation: the session may have been lost or the run may
/// have ended first; such numbers are measured. Definitions are in docs/checkers.md.
package struct ConfirmProtocol: Checker {
  /// The name on the command line.
  package static let name = "confirm-protocol"
  /// What it judges.
  package static let guarantees: [Guarantee] = [.confirmProtocol]

  private struct Session: Sendable {
    var queue: Int
    var unanswered = UnansweredPublishes()
  }
  private struct OpenPublish: Sendable {
    var queue: Int
    var message: MessageID?
  }
  private struct QueueState: Sendable {
    var violations: ViolationLog
    var confirmed = 0
    var answers = 0
    var multiple = 0
    var nacked = 0
    var returned = 0
    var unanswered = 0
  }

  private let index: HistoryIndex
  private var vacuity: VacuityGuard
  private var queues: [QueueState]
  private var sessions: [Session?] = []
  private var operations = OperationWindow<OpenPublish>()

  /// A checker for one history.
  package init(header: HistoryHeader, criteria: Criteria) {
    index = HistoryIndex(header: header)
    vacuity = VacuityGuard(criteria: criteria)
    queues = header.queues.map { _ in
      QueueState(violations: ViolationLog(limit: criteria.witnessLimit))
    }
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    vacuity.observe(event.event)
    switch event.event {
    case .sessionOpened(let opening): try open(opening)
    case .invoked(let invocation): try invoke(invocation)
    case .written(let written): try write(written)
    case .completed(let operation, let outcome):
      let publish = try operations.close(operation)
      if outcome == .ok(.confirmed) { queues[publish.queue].confirmed += 1 }
    case .answered(let answer): try receive(answer, at: event.at)
    case .returned(let session, let message): try receiveReturn(session, message, at: event.at)
    default: break
    }
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try index.validate()
    for case let session? in sessions {
      queues[session.queue].unanswered += session.unanswered.count
    }
    let findings = zip(index.header.queues, queues).map { description, queue in
      Finding(
        guarantee: .confirmProtocol, queue: description.id,
        judgement: vacuity.judge(
          violations: queue.violations.count, confirmed: queue.confirmed),
        violations: queue.violations.count, witnesses: queue.violations.witnesses)
    }
    let measures = zip(index.header.queues, queues).flatMap { description, queue in
      [
        Measure(.answers, queue: description.id, .count(queue.answers)),
        Measure(.multipleAnswers, queue: description.id, .count(queue.multiple)),
        Measure(.nacked, queue: description.id, .count(queue.nacked)),
        Measure(.returns, queue: description.id, .count(queue.returned)),
        Measure(.unanswered, queue: description.id, .count(queue.unanswered)),
      ]
    }
    return CheckerReport(findings: findings, measures: measures)
  }

  private mutating func open(_ opening: SessionOpening) throws(CheckerFailure) {
    guard let client = index.client(opening.client) else {
      throw CheckerFailure(
        "session \(opening.session) is opened by a client that the header omits")
    }
    let place = Int(opening.session.rawValue)
    guard place < HistoryIndex.maximumSession else {
      throw CheckerFailure("session number \(opening.session) is too high")
    }
    let missing = place + 1 - sessions.count
    if missing > 0 { sessions.append(contentsOf: repeatElement(nil, count: missing)) }
    sessions[place] = try Session(queue: index.place(of: client.queue))
  }

  private mutating func invoke(_ invocation: Invocation) throws(CheckerFailure) {
    let queue = try index.place(of: invocation.queue)
    var message: MessageID?
    if case .publish(let published) = invocation.action { message = published }
    try operations.open(invocation.operation, OpenPublish(queue: queue, message: message))
  }

  private mutating func write(_ written: Written) throws(CheckerFailure) {
    guard written.sequence > 0 else { return }
    let message = operations[written.operation]?.message
    let place = try self.place(of: written.session)
    try sessions[place]?.unanswered.assign(
      written.sequence, UnansweredPublishes.Entry(message: message, operation: written.operation))
  }

  private mutating func receive(_ answer: ConfirmAnswer, at: Instant) throws(CheckerFailure) {
    let place = try self.place(of: answer.session)
    guard var session = sessions[place] else { return }
    sessions[place] = nil
    defer { sessions[place] = session }
    queues[session.queue].answers += 1
    if answer.multiple { queues[session.queue].multiple += 1 }
    var answered = 0
    let last = session.unanswered.last
    // Number 0 with `multiple` means everything unanswered.
    let sequence = answer.multiple && answer.sequence == 0 ? last : answer.sequence
    if sequence == 0 || sequence > last {
      let given = last == 0 ? "none was given" : "the highest given is \(last)"
      violate(session.queue, answer, at: at, "answers a number that was never given: \(given)")
    } else if !session.unanswered.isUnanswered(sequence), answer.sequence > 0 {
      violate(session.queue, answer, at: at, "answers a number that was answered before")
    } else if answer.multiple {
      answered = session.unanswered.answer(through: sequence)
      if answered == 0 {
        violate(session.queue, answer, at: at, "answers everything while nothing is unanswered")
      }
    } else if session.unanswered.answer(sequence) {
      answered = 1
    }
    if !answer.positive { queues[session.queue].nacked += answered }
  }

  private mutating func receiveReturn(
    _ id: SessionID, _ message: MessageID, at: Instant
  ) throws(CheckerFailure) {
    guard let session = sessions[try place(of: id)] else { return }
    queues[session.queue].returned += 1
    if !session.unanswered.contains(message) {
      queues[session.queue].violations.add(
        Witness(
          message: message, from: at, to: at,
          text: "\(id, of: nil) got \(message) returned at \(at.text), and no publish of it "
            + "was unanswered; a return comes before its confirm"))
    }
  }

  private mutating func violate(
    _ queue: Int, _ answer: ConfirmAnswer, at: Instant, _ text: String
  ) {
    let kind = "\(answer.positive ? "ack" : "nack")\(answer.multiple ? " (multiple)" : "")"
    queues[queue].violations.add(
      Witness(
        from: at, to: at,
        text: "the \(kind) of number \(String(answer.sequence)) to "
          + "\(answer.session, of: nil) at \(at.text) \(text)"))
  }

  private func place(of session: SessionID) throws(CheckerFailure) -> Int {
    let place = Int(session.rawValue)
    guard place < sessions.count, sessions[place] != nil else {
      throw CheckerFailure("session \(session) is used and the history does not open it")
    }
    return place
  }
}
