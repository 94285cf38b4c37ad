import Environment

/// Reads lines that are written exactly as `HistoryLines` writes them, which is many times as
/// fast as reading any JSON; whatever looks different in the least is left to the other reader.
struct CanonicalLine {
  private var place: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  /// The event of a line of the kinds that every publish has; nil for any other line.
  static func event(_ line: UnsafeBufferPointer<UInt8>) -> TimedEvent? {
    guard let start = line.baseAddress else { return nil }
    var input = CanonicalLine(place: start, end: start + line.count)
    guard input.skip("{\"at\":"), let at = input.signed(), input.skip(",\"event\":\""),
      let event = input.event(), input.place == input.end
    else { return nil }
    return TimedEvent(at: Instant(nanoseconds: at), event)
  }

  /// The event of a line that begins at `start` and ends with a newline before `end`, and where the
  /// next line begins; nil for any other line.
  @inline(__always)
  static func next(
    from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>
  ) -> (event: TimedEvent, next: UnsafePointer<UInt8>)? {
    var input = CanonicalLine(place: start, end: end)
    guard input.skip("{\"at\":"), let at = input.signed(), input.skip(",\"event\":\""),
      let event = input.event(), input.skip("\n")
    else { return nil }
    return (TimedEvent(at: Instant(nanoseconds: at), event), input.place)
  }

  private mutating func event() -> Event? {
    guard place < end else { return nil }
    switch place.pointee {
    case UInt8(ascii: "i"): return invoked()
    case UInt8(ascii: "w"): return written()
    case UInt8(ascii: "c"): return completed()
    case UInt8(ascii: "d"): return delivered()
    case UInt8(ascii: "s"): return settled()
    case UInt8(ascii: "a"): return answered()
    default: return nil
    }
  }

  private mutating func invoked() -> Event? {
    guard skip("invoked\",\"op\":"), let operation = number(),
      skip(",\"client\":"), let client = number(),
      skip(",\"queue\":"), let queue = number(),
      skip(",\"action\":\""), let (action, late) = action(), skip("}")
    else { return nil }
    return .invoked(
      Invocation(
        operation: OperationID(operation), client: ClientID(client), queue: QueueID(queue),
        action: action, late: .milliseconds(late)))
  }

  private mutating func action() -> (Action, late: UInt32)? {
    if skip("publish\",\"message\":\"") {
      guard let message = message(), skip("\"") else { return nil }
      guard skip(",\"late_ms\":") else { return (.publish(message), 0) }
      return number().map { (.publish(message), $0) }
    }
    if skip("get\"") { return (.get, 0) }
    return skip("take\"") ? (.take, 0) : nil
  }

  private mutating func written() -> Event? {
    guard skip("written\",\"op\":"), let operation = number(),
      skip(",\"session\":"), let session = number(),
      skip(",\"sequence\":"), let sequence = large(), skip("}")
    else { return nil }
    return .written(
      Written(
        operation: OperationID(operation), session: SessionID(session), sequence: sequence))
  }

  private mutating func completed() -> Event? {
    guard skip("completed\",\"op\":"), let operation = number(), skip(",\"outcome\":\""),
      let outcome = outcome(), skip("}")
    else { return nil }
    return .completed(OperationID(operation), outcome)
  }

  private mutating func outcome() -> Outcome? {
    if skip("ok\",\"answer\":\"") {
      if skip("confirmed\"") { return .ok(.confirmed) }
      if skip("message\"") { return receipt().map { .ok(.message($0)) } }
      return skip("empty\"") ? .ok(.empty) : nil
    }
    guard skip("info\",\"doubt\":\"") else { return nil }
    if skip("timeout\"") { return .info(.timeout) }
    return skip("connection-lost\"") ? .info(.connectionLost) : nil
  }

  private mutating func delivered() -> Event? {
    guard skip("delivered\",\"queue\":"), let queue = number(), let receipt = receipt(), skip("}")
    else { return nil }
    return .delivered(Delivery(queue: QueueID(queue), receipt: receipt))
  }

  private mutating func receipt() -> Receipt? {
    guard skip(",\"session\":"), let session = number(),
      skip(",\"tag\":"), let tag = large(),
      skip(",\"message\":\""), let message = message(),
      skip("\",\"redelivered\":"), let redelivered = flag()
    else { return nil }
    return Receipt(
      session: SessionID(session), tag: tag, message: message, redelivered: redelivered)
  }

  private mutating func settled() -> Event? {
    guard skip("settled\",\"session\":"), let session = number(),
      skip(",\"tag\":"), let tag = large(),
      skip(",\"multiple\":"), let multiple = flag(), skip(",\"kind\":\"ack\"}")
    else { return nil }
    return .settled(
      Settlement(session: SessionID(session), tag: tag, multiple: multiple, kind: .ack))
  }

  private mutating func answered() -> Event? {
    guard skip("answered\",\"session\":"), let session = number(),
      skip(",\"sequence\":"), let sequence = large(),
      skip(",\"multiple\":"), let multiple = flag(),
      skip(",\"positive\":"), let positive = flag(), skip("}")
    else { return nil }
    return .answered(
      ConfirmAnswer(
        session: SessionID(session), sequence: sequence, multiple: multiple, positive: positive))
  }

  // MARK: - Pieces

  @inline(__always)
  private mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end - place >= count else { return false }
    for index in 0..<count where place[index] != text.utf8Start[index] { return false }
    place += count
    return true
  }

  /// Up to eighteen digits without a leading zero.
  @inline(__always)
  private mutating func large() -> UInt64? {
    let start = place
    var value: UInt64 = 0
    while place < end, place.pointee &- 0x30 < 10, place - start < 19 {
      value = value * 10 + UInt64(place.pointee &- 0x30)
      place += 1
    }
    let length = place - start
    guard length > 0, length < 19, length == 1 || start.pointee != 0x30 else { return nil }
    return value
  }

  private mutating func number() -> UInt32? {
    large().flatMap { UInt32(exactly: $0) }
  }

  private mutating func signed() -> Int64? {
    let negative = skip("-")
    guard let value = large(), !negative || value > 0 else { return nil }
    return negative ? -Int64(value) : Int64(value)
  }

  private mutating func message() -> MessageID? {
    guard let client = number(), skip("."), let sequence = number() else { return nil }
    return MessageID(client: ClientID(client), sequence: sequence)
  }

  private mutating func flag() -> Bool? {
    if skip("true") { return true }
    return skip("false") ? false : nil
  }
}
