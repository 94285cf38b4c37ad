import Environment

/// Writes events in the binary form of `HistoryFormat`, one behind the other into memory.
///
/// It allocates nothing for the events of ordinary operations.
package struct HistoryEventEncoder {
  /// The context behind the last event.
  package private(set) var context = HistoryContext()

  /// An encoder at the start of a block.
  package init() {}

  /// Writes one event at `start` and returns the place behind it; at most
  /// `HistoryFormat.maximumEventBytes` have to be free there.
  package mutating func encode(
    _ timed: TimedEvent, at start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    withUnsafePointer(to: timed) { encode(from: $0, at: start) }
  }

  /// As above, for an event in memory: reading it there field by field costs half of what copying
  /// the whole value does.
  package mutating func encode(
    from timed: UnsafePointer<TimedEvent>, at start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let at = timed.pointee.at.nanoseconds
    let length: Int?
    switch timed.pointee.event {
    case .invoked(let invocation): length = short(invocation, at, start)
    case .written(let written): length = short(written, at, start)
    case .completed(let operation, .ok(.confirmed)): length = short(operation, at, start)
    case .delivered(let delivery): length = short(delivery, at, start)
    case .settled(let settlement): length = short(settlement, at, start)
    case .answered(let answer): length = short(answer, at, start)
    default: length = nil
    }
    if let length {
      context.at = at
      return start + length
    }
    return encodeLong(timed.pointee, at: start)
  }

  @inline(never)
  private mutating func encodeLong(
    _ timed: TimedEvent, at start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var out = EventOutput(place: start + 1)
    out.varint(zigzag(timed.at.nanoseconds &- context.at))
    context.at = timed.at.nanoseconds
    start.pointee = write(timed.event, to: &out)
    return out.place
  }

  /// Writes the fields of an event in the long form and returns its tag.
  private mutating func write(_ event: Event, to out: inout EventOutput) -> UInt8 {
    switch event {
    case .invoked(let invocation): return write(invocation, to: &out)
    case .written(let written):
      write(written.operation, to: &out)
      out.small(written.session.rawValue)
      out.varint(zigzag(Int64(bitPattern: written.sequence &- context.written)))
      context.written = written.sequence
      return EventTag.written
    case .completed(let operation, let outcome):
      write(operation, to: &out)
      return write(outcome, to: &out)
    case .delivered(let delivery):
      out.small(delivery.queue.rawValue)
      write(delivery.receipt, to: &out)
      return EventTag.delivered | (delivery.receipt.redelivered ? 1 : 0)
    case .settled(let settlement):
      out.small(settlement.session.rawValue)
      out.varint(zigzag(Int64(bitPattern: settlement.tag &- context.settled)))
      context.settled = settlement.tag
      return EventTag.settled | settlement.flags
    case .answered(let answer):
      out.small(answer.session.rawValue)
      out.varint(zigzag(Int64(bitPattern: answer.sequence &- context.answered)))
      context.answered = answer.sequence
      return EventTag.answered | answer.flags
    default: return writeRare(event, to: &out)
    }
  }

  private mutating func write(_ invocation: Invocation, to out: inout EventOutput) -> UInt8 {
    write(invocation.operation, to: &out)
    out.small(invocation.client.rawValue)
    out.small(invocation.queue.rawValue)
    switch invocation.action {
    case .get: return EventTag.get
    case .consume(let prefetch):
      out.small(UInt32(prefetch))
      return EventTag.consume
    case .take: return EventTag.take
    case .drain: return EventTag.drain
    case .publish(let message):
      let own = message.client == invocation.client
      if !own { out.small(message.client.rawValue) }
      out.varint(zigzag(Int64(message.sequence) - Int64(context.published)))
      context.published = message.sequence
      let late = invocation.late.wholeMilliseconds
      guard late > 0 else { return own ? EventTag.publish : EventTag.publishOther }
      out.small(late)
      return own ? EventTag.latePublish : EventTag.latePublishOther
    }
  }

  private mutating func write(_ outcome: Outcome, to out: inout EventOutput) -> UInt8 {
    switch outcome {
    case .ok(.confirmed): return EventTag.confirmed
    case .ok(.message(let receipt)):
      write(receipt, to: &out)
      return receipt.redelivered ? EventTag.messageRedelivered : EventTag.message
    case .ok(.empty): return EventTag.empty
    case .ok(.accepted): return EventTag.accepted
    case .fail(.notWritten): return EventTag.notWritten
    case .fail(.returned): return EventTag.refused
    case .info(.timeout): return EventTag.timeout
    case .info(.connectionLost): return EventTag.connectionLost
    case .info(.channelClosed(let code)):
      out.small(UInt32(code))
      return EventTag.channelClosed
    case .info(.nacked): return EventTag.nacked
    case .info(.runEnded): return EventTag.runEnded
    }
  }

  private mutating func write(_ operation: OperationID, to out: inout EventOutput) {
    out.varint(zigzag(Int64(operation.rawValue) - Int64(context.operation)))
    context.operation = operation.rawValue
  }

  private mutating func write(_ receipt: Receipt, to out: inout EventOutput) {
    out.small(receipt.session.rawValue)
    out.varint(zigzag(Int64(bitPattern: receipt.tag &- context.tag)))
    out.small(receipt.message.client.rawValue)
    out.varint(zigzag(Int64(receipt.message.sequence) - Int64(context.received)))
    context.tag = receipt.tag
    context.received = receipt.message.sequence
  }

  /// The events that happen a few times a second at most.
  private func writeRare(_ event: Event, to out: inout EventOutput) -> UInt8 {
    switch event {
    case .invoked, .written, .completed, .delivered, .settled, .answered:
      preconditionFailure("events of operations are not rare")
    case .returned(let session, let message):
      out.small(session.rawValue)
      out.small(message.client.rawValue)
      out.small(message.sequence)
      return EventTag.returned
    case .sessionOpened(let opening):
      out.small(opening.session.rawValue)
      out.small(opening.client.rawValue)
      out.small(opening.node.rawValue)
      return EventTag.sessionOpened
    case .sessionLost(let session, let reason):
      out.small(session.rawValue)
      out.string(reason)
      return EventTag.sessionLost
    case .fault(let fault):
      out.part(FieldList(fault))
      return EventTag.fault
    case .broker(let broker):
      out.part(FieldList(broker))
      return EventTag.broker
    case .watched(let watch):
      out.part(FieldList(watch))
      return EventTag.watched
    case .phase(let phase): return EventTag.phase | phase.rawValue
    }
  }
}

// MARK: - The short form

/// Each writes an event in the short form and returns its length, or nil without a trace if it does
/// not fit.
extension HistoryEventEncoder {
  @inline(__always)
  private mutating func short(
    _ invocation: Invocation, _ at: Int64, _ start: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    guard case .publish(let message) = invocation.action, message.client == invocation.client,
      invocation.late < .milliseconds(1)
    else { return nil }
    var form = ShortForm(EventTag.publish, at: at, after: context.at)
    let operation = form.change(invocation.operation.rawValue, from: context.operation)
    let client = form.number(invocation.client.rawValue)
    let queue = form.number(invocation.queue.rawValue)
    let sequence = form.change(message.sequence, from: context.published)
    guard form.fits else { return nil }
    start.store(form.head | operation << 32 | client << 48)
    start.store(UInt32(truncatingIfNeeded: queue | sequence << 16), at: 8)
    context.operation = invocation.operation.rawValue
    context.published = message.sequence
    return 12
  }

  @inline(__always)
  private mutating func short(
    _ written: Written, _ at: Int64, _ start: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var form = ShortForm(EventTag.written, at: at, after: context.at)
    let operation = form.change(written.operation.rawValue, from: context.operation)
    let session = form.number(written.session.rawValue)
    let sequence = form.change(written.sequence, from: context.written)
    guard form.fits else { return nil }
    start.store(form.head | operation << 32 | session << 48)
    start.store(UInt16(truncatingIfNeeded: sequence), at: 8)
    context.operation = written.operation.rawValue
    context.written = written.sequence
    return 10
  }

  @inline(__always)
  private mutating func short(
    _ operation: OperationID, _ at: Int64, _ start: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var form = ShortForm(EventTag.confirmed, at: at, after: context.at)
    let change = form.change(operation.rawValue, from: context.operation)
    guard form.fits else { return nil }
    start.store(form.head | change << 32)
    context.operation = operation.rawValue
    return 6
  }

  @inline(__always)
  private mutating func short(
    _ delivery: Delivery, _ at: Int64, _ start: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    let receipt = delivery.receipt
    let kind = EventTag.delivered | (receipt.redelivered ? 1 : 0)
    var form = ShortForm(kind, at: at, after: context.at)
    let queue = form.number(delivery.queue.rawValue)
    let session = form.number(receipt.session.rawValue)
    let tag = form.change(receipt.tag, from: context.tag)
    let client = form.number(receipt.message.client.rawValue)
    let sequence = form.change(receipt.message.sequence, from: context.received)
    guard form.fits else { return nil }
    start.store(form.head | queue << 32 | session << 48)
    start.store(tag | client << 16 | sequence << 32, at: 8)
    context.tag = receipt.tag
    context.received = receipt.message.sequence
    return 14
  }

  @inline(__always)
  private mutating func short(
    _ settlement: Settlement, _ at: Int64, _ start: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var form = ShortForm(EventTag.settled | settlement.flags, at: at, after: context.at)
    let session = form.number(settlement.session.rawValue)
    let tag = form.change(settlement.tag, from: context.settled)
    guard form.fits else { return nil }
    start.store(form.head | session << 32 | tag << 48)
    context.settled = settlement.tag
    return 8
  }

  @inline(__always)
  private mutating func short(
    _ answer: ConfirmAnswer, _ at: Int64, _ start: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var form = ShortForm(EventTag.answered | answer.flags, at: at, after: context.at)
    let session = form.number(answer.session.rawValue)
    let sequence = form.change(answer.sequence, from: context.answered)
    guard form.fits else { return nil }
    start.store(form.head | session << 32 | sequence << 48)
    context.answered = answer.sequence
    return 8
  }
}

extension Settlement {
  /// The lower bits of its tag.
  fileprivate var flags: UInt8 { (multiple ? 1 : 0) | kind.rawValue << 1 }
}

extension ConfirmAnswer {
  /// The lower bits of its tag.
  fileprivate var flags: UInt8 { (multiple ? 1 : 0) | (positive ? 2 : 0) }
}

extension UnsafeMutablePointer<UInt8> {
  /// Stores a number, little-endian, wherever it falls.
  @inline(__always)
  fileprivate func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int = 0) {
    UnsafeMutableRawPointer(self).storeBytes(
      of: value.littleEndian, toByteOffset: offset, as: type(of: value))
  }
}

/// A place in memory at which fields are written.
private struct EventOutput {
  var place: UnsafeMutablePointer<UInt8>

  mutating func small(_ value: UInt32) {
    varint(UInt64(value))
  }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      place.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
      place += 1
      rest >>= 7
    }
    place.pointee = UInt8(truncatingIfNeeded: rest)
    place += 1
  }

  /// A list of fields behind its length.
  mutating func part(_ list: FieldList) {
    varint(UInt64(list.bytes.count))
    list.bytes.withUnsafeBufferPointer { copy($0) }
  }

  mutating func string(_ string: String) {
    var bounded = string.cut(toBytes: HistoryFormat.maximumStringBytes)
    bounded.withUTF8 { bytes in
      varint(UInt64(bytes.count))
      copy(bytes)
    }
  }

  private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    place.update(from: base, count: bytes.count)
    place += bytes.count
  }
}
