import AMQP
import DequeModule
import Environment
import Harness
import Operations
import Sessions

extension RabbitMQMachine {
  /// Hands a command to the line, or lets it wait for its turn, or refuses it.
  mutating func submit(_ command: SessionCommand, at now: Instant) {
    let timeout = configuration.operationTimeout
    switch command {
    case .publish(let operation, let queue, let message, let bytes):
      let method = LineMethod.publish(queue: queue, body: body.encode(message, bytes: bytes))
      admit(operation, method, until: now + configuration.confirmTimeout)
    case .get(let operation, let queue):
      admit(operation, .get(queue: queue), until: now + timeout)
    case .consume(let operation, let queue, let prefetch):
      admit(nil, .limitPrefetch(UInt16(clamping: prefetch)), until: now + timeout)
      admit(operation, .consume(queue: queue), until: now + timeout)
    case .settle(let incarnation, let tag, let multiple, let kind):
      let settlement = Settlement(
        incarnation: incarnation, tag: tag, multiple: multiple, kind: kind)
      admit(nil, settlement.method, until: now + timeout, settlement)
    case .declare(let operation, let queue, let deadLetters):
      let declaration = QueueDeclaration(queue, deadLetters: deadLetters)
      admit(operation, .declare(declaration), until: now + timeout)
    case .drop: drop(at: now)
    }
  }

  private mutating func admit(
    _ operation: OperationID?, _ method: LineMethod, until deadline: Instant,
    _ settlement: Settlement? = nil
  ) {
    guard phase == .open else { return complete(operation, .failed(.notWritten(.notOpen))) }
    let waiting = Waiting(
      operation: operation, method: method, deadline: deadline, settlement: settlement)
    if pending.isEmpty, mayWrite(method) {
      write(waiting)
    } else if pending.count < Self.maximumPending {
      pending.append(waiting)
      note(deadline)
    } else {
      complete(operation, .failed(.notWritten(.queueFull)))
    }
  }

  /// Hands over the commands whose turn has come.
  mutating func pump() {
    while phase == .open, let first = pending.first, mayWrite(first.method) {
      pending.removeFirst()
      write(first)
    }
  }

  private func mayWrite(_ method: LineMethod) -> Bool {
    switch method {
    case .publish: return mayPublish && !unconfirmed.isFull
    case .get:
      // All that is awaited are gets if the first one is.
      guard let first = awaiting.first else { return true }
      return first.question == .get && awaiting.count < Self.maximumGets
    case .limitPrefetch, .consume, .declare: return awaiting.isEmpty
    default: return true
    }
  }

  private mutating func write(_ waiting: Waiting) {
    guard waiting.method.isEncodable else {
      return complete(
        waiting.operation, .failed(.notWritten(.unencodable(.shortStringTooLong(256)))))
    }
    switch waiting.method {
    case .publish(let queue, let bytes): publish(waiting, queue: queue, bytes)
    case .get: ask(.get, waiting)
    case .limitPrefetch: ask(.limitPrefetch, waiting)
    case .declare: ask(.declare, waiting)
    case .consume:
      if isConsuming {
        return complete(waiting.operation, .failed(.notWritten(.consumerTagInUse)))
      }
      isConsuming = true
      ask(.consume, waiting)
    default: settle(waiting)
    }
  }

  private mutating func publish(_ waiting: Waiting, queue: String, _ bytes: [UInt8]) {
    guard let operation = waiting.operation else { return }
    let tag = unconfirmed.append(
      token: UInt64(operation.rawValue), deadline: waiting.deadline,
      fingerprint: .init(exchange: "", routingKey: queue, messageID: nil, body: bytes))
    note(waiting.deadline)
    tell(.written(operation, incarnation: incarnation, sequence: tag))
    actions.append(.send(waiting.method))
  }

  private mutating func ask(_ question: Question, _ waiting: Waiting) {
    awaiting.append(
      Awaiting(question: question, operation: waiting.operation, deadline: waiting.deadline))
    note(waiting.deadline)
    if let operation = waiting.operation {
      tell(.written(operation, incarnation: incarnation, sequence: 0))
    }
    actions.append(.send(waiting.method))
  }

  /// A delivery tag means nothing outside its incarnation, so one of an earlier is never sent.
  private mutating func settle(_ waiting: Waiting) {
    guard let settlement = waiting.settlement, settlement.incarnation == incarnation else { return }
    tell(
      .settled(
        incarnation: incarnation, tag: settlement.tag, multiple: settlement.multiple,
        kind: settlement.kind))
    actions.append(.send(waiting.method))
  }
}

extension RabbitMQMachine.Settlement {
  fileprivate var method: LineMethod {
    switch kind {
    case .ack: .ack(tag: tag, multiple: multiple)
    case .requeue: .nack(tag: tag, multiple: multiple, requeue: true)
    case .discard: .nack(tag: tag, multiple: multiple, requeue: false)
    case .reject: .reject(tag: tag)
    }
  }
}

extension LineMethod {
  /// Whether the name of the queue fits into a short string.
  fileprivate var isEncodable: Bool {
    switch self {
    case .publish(let queue, _), .get(let queue), .consume(let queue): queue.utf8.count <= 255
    case .declare(let declaration): declaration.queue.utf8.count <= 255
    default: true
    }
  }
}
