import Environment

/// That bytes are not what the format says; the offset is in the payload.
package struct MalformedPayload: Error, Hashable, Sendable {
  /// Where in the payload, in bytes.
  package var offset: Int
  /// What is wrong.
  package var problem: String
}

/// Reads events in the binary form of `HistoryFormat`, one after the other, and never trusts them.
///
/// The memory has to outlive the decoder.
package struct HistoryEventDecoder {
  private var input: PayloadInput
  /// The version of the format of the bytes.
  private let format: Int
  /// The context behind the last event.
  package private(set) var context: HistoryContext
  /// How many events were read.
  package private(set) var count = 0

  /// A decoder of a whole payload, which starts with its context.
  package init(
    payload: UnsafeRawBufferPointer, format: Int = HistoryFormat.version
  ) throws(MalformedPayload) {
    self.format = format
    input = PayloadInput(bytes: payload)
    context = try HistoryContext(decoding: &input)
  }

  /// A decoder of bare events, before which `context` held.
  package init(events: UnsafeRawBufferPointer, context: HistoryContext) {
    format = HistoryFormat.version
    input = PayloadInput(bytes: events)
    self.context = context
  }

  /// Where the next event starts, in bytes.
  package var offset: Int { input.offset }

  /// The next event; nil at the end.
  package mutating func next() throws(MalformedPayload) -> TimedEvent? {
    guard !input.isAtEnd else { return nil }
    let start = input.offset
    let tag = try input.byte()
    let passed =
      tag < EventTag.short ? unzigzag(try input.varint()) : Int64(try input.fixed24())
    context.at &+= passed
    guard let event = tag < EventTag.short ? try long(tag) : try short(tag & ~EventTag.short) else {
      throw MalformedPayload(
        offset: start, problem: "no event has the tag 0x" + String(tag, radix: 16))
    }
    count += 1
    return TimedEvent(at: Instant(nanoseconds: context.at), event)
  }

  /// The event behind a tag of the long form; nil if there is no such tag.
  private mutating func long(_ tag: UInt8) throws(MalformedPayload) -> Event? {
    switch tag {
    case EventTag.publish...EventTag.drain: return .invoked(try invocation(tag))
    case EventTag.written:
      let operation = try operation()
      let session = SessionID(try input.number())
      context.written &+= UInt64(bitPattern: unzigzag(try input.varint()))
      return .written(Written(operation: operation, session: session, sequence: context.written))
    case EventTag.confirmed...EventTag.runEnded:
      let operation = try operation()
      return try outcome(tag).map { .completed(operation, $0) }
    case EventTag.delivered, EventTag.delivered + 1:
      let queue = QueueID(try input.number())
      return .delivered(Delivery(queue: queue, receipt: try receipt(tag & 1 == 1)))
    case EventTag.settled..<EventTag.answered:
      guard let kind = SettlementKind(rawValue: (tag - EventTag.settled) >> 1) else { return nil }
      let session = SessionID(try input.number())
      context.settled &+= UInt64(bitPattern: unzigzag(try input.varint()))
      return .settled(
        Settlement(session: session, tag: context.settled, multiple: tag & 1 == 1, kind: kind))
    case EventTag.answered..<(EventTag.answered + 4):
      let session = SessionID(try input.number())
      context.answered &+= UInt64(bitPattern: unzigzag(try input.varint()))
      return .answered(
        ConfirmAnswer(
          session: session, sequence: context.answered, multiple: tag & 1 == 1,
          positive: tag & 2 == 2))
    default: return try rareEvent(tag)
    }
  }

  private mutating func invocation(_ tag: UInt8) throws(MalformedPayload) -> Invocation {
    let operation = try operation()
    let client = ClientID(try input.number())
    let queue = QueueID(try input.number())
    let action: Action
    var late = Duration.zero
    switch tag {
    case EventTag.get: action = .get
    case EventTag.consume: action = .consume(prefetch: try input.shortNumber("prefetch"))
    case EventTag.take: action = .take
    case EventTag.drain: action = .drain
    default:
      let isOwn = tag == EventTag.publish || tag == EventTag.latePublish
      let author = isOwn ? client : ClientID(try input.number())
      context.published = try input.number(after: context.published)
      action = .publish(MessageID(client: author, sequence: context.published))
      if tag >= EventTag.latePublish { late = .milliseconds(try input.number()) }
    }
    return Invocation(
      operation: operation, client: client, queue: queue, action: action, late: late)
  }

  private mutating func outcome(_ tag: UInt8) throws(MalformedPayload) -> Outcome? {
    switch tag {
    case EventTag.confirmed: return .ok(.confirmed)
    case EventTag.message: return .ok(.message(try receipt(false)))
    case EventTag.messageRedelivered: return .ok(.message(try receipt(true)))
    case EventTag.empty: return .ok(.empty)
    case EventTag.accepted: return .ok(.accepted)
    case EventTag.notWritten: return .fail(.notWritten)
    case EventTag.refused: return .fail(.returned)
    case EventTag.timeout: return .info(.timeout)
    case EventTag.connectionLost: return .info(.connectionLost)
    case EventTag.channelClosed:
      return .info(.channelClosed(code: try input.shortNumber("reply code")))
    case EventTag.nacked: return .info(.nacked)
    case EventTag.runEnded: return .info(.runEnded)
    default: return nil
    }
  }

  private mutating func operation() throws(MalformedPayload) -> OperationID {
    context.operation = try input.number(after: context.operation)
    return OperationID(context.operation)
  }

  private mutating func receipt(_ redelivered: Bool) throws(MalformedPayload) -> Receipt {
    let session = SessionID(try input.number())
    context.tag &+= UInt64(bitPattern: unzigzag(try input.varint()))
    let client = ClientID(try input.number())
    context.received = try input.number(after: context.received)
    let message = MessageID(client: client, sequence: context.received)
    return Receipt(
      session: session, tag: context.tag, message: message, redelivered: redelivered)
  }

  @inline(never)
  private mutating func rareEvent(_ tag: UInt8) throws(MalformedPayload) -> Event? {
    switch tag {
    case EventTag.returned:
      let session = SessionID(try input.number())
      let client = ClientID(try input.number())
      return .returned(session, MessageID(client: client, sequence: try input.number()))
    case EventTag.sessionOpened:
      let session = SessionID(try input.number())
      let client = ClientID(try input.number())
      return .sessionOpened(
        SessionOpening(session: session, client: client, node: NodeID(try input.number())))
    case EventTag.sessionLost:
      let session = SessionID(try input.number())
      return .sessionLost(session, reason: try input.string())
    case EventTag.phase..<(EventTag.phase + 8):
      return Phase(rawValue: tag - EventTag.phase).map { .phase($0) }
    default:
      return format == 1 ? try input.firstFormatEvent(tag) : try input.fieldEvent(tag)
    }
  }
}

// MARK: - The short form

extension HistoryEventDecoder {
  /// The event behind a tag of the short form; nil if there is no such tag.
  private mutating func short(_ tag: UInt8) throws(MalformedPayload) -> Event? {
    switch tag {
    case EventTag.publish:
      context.operation = try change(from: context.operation)
      let client = ClientID(try input.fixed16())
      let queue = QueueID(try input.fixed16())
      context.published = try change(from: context.published)
      return .invoked(
        Invocation(
          operation: OperationID(context.operation), client: client, queue: queue,
          action: .publish(MessageID(client: client, sequence: context.published))))
    case EventTag.written:
      context.operation = try change(from: context.operation)
      let session = SessionID(try input.fixed16())
      context.written = try change(from: context.written)
      return .written(
        Written(
          operation: OperationID(context.operation), session: session, sequence: context.written))
    case EventTag.confirmed:
      context.operation = try change(from: context.operation)
      return .completed(OperationID(context.operation), .ok(.confirmed))
    case EventTag.delivered, EventTag.delivered | 1: return .delivered(try shortDelivery(tag))
    case EventTag.settled..<EventTag.answered:
      guard let kind = SettlementKind(rawValue: (tag - EventTag.settled) >> 1) else { return nil }
      let session = SessionID(try input.fixed16())
      context.settled = try change(from: context.settled)
      return .settled(
        Settlement(session: session, tag: context.settled, multiple: tag & 1 == 1, kind: kind))
    case EventTag.answered..<(EventTag.answered + 4):
      let session = SessionID(try input.fixed16())
      context.answered = try change(from: context.answered)
      return .answered(
        ConfirmAnswer(
          session: session, sequence: context.answered, multiple: tag & 1 == 1,
          positive: tag & 2 == 2))
    default: return nil
    }
  }

  private mutating func shortDelivery(_ tag: UInt8) throws(MalformedPayload) -> Delivery {
    let queue = QueueID(try input.fixed16())
    let session = SessionID(try input.fixed16())
    context.tag = try change(from: context.tag)
    let client = ClientID(try input.fixed16())
    context.received = try change(from: context.received)
    let message = MessageID(client: client, sequence: context.received)
    return Delivery(
      queue: queue,
      receipt: Receipt(
        session: session, tag: context.tag, message: message, redelivered: tag & 1 == 1))
  }

  private mutating func change(from previous: UInt64) throws(MalformedPayload) -> UInt64 {
    previous &+ UInt64(try input.fixed16()) &- ShortForm.bias
  }

  private mutating func change(from previous: UInt32) throws(MalformedPayload) -> UInt32 {
    let start = input.offset
    let sum = UInt64(previous) + UInt64(try input.fixed16()) &- ShortForm.bias
    guard let value = UInt32(exactly: sum) else {
      throw MalformedPayload(offset: start, problem: "a number beyond 32 bits")
    }
    return value
  }
}

extension HistoryContext {
  /// The context that a payload starts with.
  init(decoding input: inout PayloadInput) throws(MalformedPayload) {
    at = unzigzag(try input.varint())
    operation = try input.number()
    published = try input.number()
    written = try input.varint()
    answered = try input.varint()
    tag = try input.varint()
    settled = try input.varint()
    received = try input.number()
  }
}
