import CanonicalJSON
import Environment

/// History v2 as JSONL, for exchange with other programs: the header, then one event a line.
///
/// The first line is an object with `"stoat":"history"`, `"version":2` and the members of
/// `HistoryHeader`; `seed` is in hexadecimal and `origin` in nanoseconds since 1970. Every further
/// line is an event: `at` in nanoseconds, `event`, and its fields. Nodes are `"n1"`, messages
/// `"<client>.<sequence>"` or `"foreign"`, all other ids numbers; delivery tags and sequence
/// numbers beyond 2^63 - 1 are strings of digits.
///
/// `fault` and `broker` events may have an object `evidence`, and `watched` events have an object
/// `watch`. What those do not have is unknown, and members of theirs that a reader does not know
/// are skipped; see `Evidence+Lines.swift`. In version 1 there were neither.
///
/// A header with `"ended":true` promises a last line `{"end":N}` with the number of events, without
/// which the file is truncated. Who writes histories by hand may leave out both.
///
///     {"at":1200,"event":"invoked","op":0,"client":0,"queue":1,"action":"publish","message":"0.0"}
///     {"at":1300,"event":"written","op":0,"session":0,"sequence":1}
///     {"at":1700,"event":"answered","session":0,"sequence":1,"multiple":false,"positive":true}
///     {"at":1700,"event":"completed","op":0,"outcome":"ok","answer":"confirmed"}
package enum HistoryLines {
  /// The longest line that is read, in bytes.
  package static let maximumLineBytes = 1 << 20

  /// The first line, with its newline; `promisesEnd` says that there will be a last one.
  package static func line(of header: HistoryHeader, promisesEnd: Bool) -> [UInt8] {
    var members = [
      JSONMember("stoat", "history"),
      JSONMember("version", .integer(Int64(HistoryFormat.version))),
      JSONMember("name", .string(header.name.cut(toBytes: HistoryFormat.maximumStringBytes))),
      JSONMember("seed", .hex(header.seed)),
      JSONMember("system", .string(header.system.cut(toBytes: HistoryFormat.maximumStringBytes))),
      JSONMember("origin", .integer(header.originUnixNanoseconds)),
      JSONMember("nodes", .array(header.nodes.map { .string($0.description) })),
      JSONMember("queues", .array(header.queues.map { line(of: $0) })),
      JSONMember("clients", .array(header.clients.map { line(of: $0) })),
    ]
    if promisesEnd { members.append(JSONMember("ended", .bool(true))) }
    return JSONValue.object(members).bytes() + [UInt8(ascii: "\n")]
  }

  /// The last line of a history of so many events, with its newline.
  package static func end(events: Int) -> [UInt8] {
    let value: JSONValue = ["end": .integer(Int64(events))]
    return value.bytes() + [UInt8(ascii: "\n")]
  }

  private static func line(of client: ClientDescription) -> JSONValue {
    [
      "id": .integer(Int64(client.id.rawValue)), "role": .string(client.role.rawValue),
      "node": .string(client.node.description), "queue": .integer(Int64(client.queue.rawValue)),
    ]
  }

  private static func line(of queue: QueueDescription) -> JSONValue {
    var members = [
      JSONMember("id", .integer(Int64(queue.id.rawValue))),
      JSONMember("name", .string(queue.name.cut(toBytes: HistoryFormat.maximumStringBytes))),
      JSONMember("kind", .string(queue.kind.rawValue)),
    ]
    if let target = queue.deadLetters {
      members.append(JSONMember("dead_letters", .integer(Int64(target.rawValue))))
    }
    return .object(members)
  }
}

extension HistoryLineOutput {
  /// Writes the line of one event, with its newline.
  mutating func append(_ timed: TimedEvent) {
    raw("{\"at\":")
    signed(timed.at.nanoseconds)
    append(timed.event)
    raw("}\n")
  }

  private mutating func append(_ event: Event) {
    switch event {
    case .invoked(let invocation): append(invocation)
    case .written(let written):
      raw(",\"event\":\"written\"")
      member(",\"op\":", written.operation.rawValue)
      member(",\"session\":", written.session.rawValue)
      member(",\"sequence\":", written.sequence)
    case .completed(let operation, let outcome):
      raw(",\"event\":\"completed\"")
      member(",\"op\":", operation.rawValue)
      append(outcome)
    case .delivered(let delivery):
      raw(",\"event\":\"delivered\"")
      member(",\"queue\":", delivery.queue.rawValue)
      append(delivery.receipt)
    case .settled(let settlement):
      raw(",\"event\":\"settled\"")
      member(",\"session\":", settlement.session.rawValue)
      member(",\"tag\":", settlement.tag)
      member(",\"multiple\":", settlement.multiple)
      member(",\"kind\":", settlement.kind)
    case .answered(let answer):
      raw(",\"event\":\"answered\"")
      member(",\"session\":", answer.session.rawValue)
      member(",\"sequence\":", answer.sequence)
      member(",\"multiple\":", answer.multiple)
      member(",\"positive\":", answer.positive)
    default: appendRare(event)
    }
  }

  private mutating func appendRare(_ event: Event) {
    switch event {
    case .invoked, .written, .completed, .delivered, .settled, .answered:
      preconditionFailure("events of operations are not rare")
    case .returned(let session, let message):
      raw(",\"event\":\"returned\"")
      member(",\"session\":", session.rawValue)
      member(",\"message\":", message)
    case .sessionOpened(let opening):
      raw(",\"event\":\"session-opened\"")
      member(",\"session\":", opening.session.rawValue)
      member(",\"client\":", opening.client.rawValue)
      member(",\"node\":", opening.node)
    case .sessionLost(let session, let reason):
      raw(",\"event\":\"session-lost\"")
      member(",\"session\":", session.rawValue)
      member(",\"reason\":", reason)
    case .fault(let fault):
      raw(",\"event\":\"fault\"")
      member(",\"fault\":", fault.fault.rawValue)
      member(",\"name\":", fault.name)
      member(",\"stage\":", fault.stage)
      member(",\"nodes\":", fault.nodes.prefix(HistoryFormat.maximumFaultNodes))
      member(",\"detail\":", fault.detail)
      if let evidence = fault.evidence { member(",\"evidence\":", evidence.line) }
    case .broker(let broker):
      raw(",\"event\":\"broker\"")
      member(",\"kind\":", broker.kind)
      if let node = broker.node { member(",\"node\":", node) }
      if let queue = broker.queue { member(",\"queue\":", queue.rawValue) }
      member(",\"detail\":", broker.detail)
      if let evidence = broker.evidence { member(",\"evidence\":", evidence.line) }
    case .watched(let watch):
      raw(",\"event\":\"watched\"")
      member(",\"watch\":", watch.line)
    case .phase(let phase):
      raw(",\"event\":\"phase\"")
      member(",\"phase\":", phase)
    }
  }

  private mutating func append(_ invocation: Invocation) {
    raw(",\"event\":\"invoked\"")
    member(",\"op\":", invocation.operation.rawValue)
    member(",\"client\":", invocation.client.rawValue)
    member(",\"queue\":", invocation.queue.rawValue)
    switch invocation.action {
    case .publish(let message):
      member(",\"action\":", ActionName.publish)
      member(",\"message\":", message)
      let late = invocation.late.wholeMilliseconds
      if late > 0 { member(",\"late_ms\":", late) }
    case .get: member(",\"action\":", ActionName.get)
    case .consume(let prefetch):
      member(",\"action\":", ActionName.consume)
      member(",\"prefetch\":", UInt32(prefetch))
    case .take: member(",\"action\":", ActionName.take)
    case .drain: member(",\"action\":", ActionName.drain)
    }
  }

  private mutating func append(_ outcome: Outcome) {
    switch outcome {
    case .ok(let answer):
      member(",\"outcome\":", OutcomeName.ok)
      switch answer {
      case .confirmed: member(",\"answer\":", AnswerName.confirmed)
      case .message(let receipt):
        member(",\"answer\":", AnswerName.message)
        append(receipt)
      case .empty: member(",\"answer\":", AnswerName.empty)
      case .accepted: member(",\"answer\":", AnswerName.accepted)
      }
    case .fail(let failure):
      member(",\"outcome\":", OutcomeName.fail)
      member(",\"failure\":", failure)
    case .info(let doubt):
      member(",\"outcome\":", OutcomeName.info)
      switch doubt {
      case .timeout: member(",\"doubt\":", DoubtName.timeout)
      case .connectionLost: member(",\"doubt\":", DoubtName.connectionLost)
      case .channelClosed(let code):
        member(",\"doubt\":", DoubtName.channelClosed)
        member(",\"code\":", UInt32(code))
      case .nacked: member(",\"doubt\":", DoubtName.nacked)
      case .runEnded: member(",\"doubt\":", DoubtName.runEnded)
      }
    }
  }

  private mutating func append(_ receipt: Receipt) {
    member(",\"session\":", receipt.session.rawValue)
    member(",\"tag\":", receipt.tag)
    member(",\"message\":", receipt.message)
    member(",\"redelivered\":", receipt.redelivered)
  }
}

extension History {
  /// The whole history as JSONL, to which lines may be added.
  package var lines: [UInt8] { lines(promisesEnd: false) }

  /// The whole history as a JSONL file that cannot be cut unnoticed.
  package var linesWithEnd: [UInt8] {
    lines(promisesEnd: true) + HistoryLines.end(events: events.count)
  }

  private func lines(promisesEnd: Bool) -> [UInt8] {
    var bytes = HistoryLines.line(of: header, promisesEnd: promisesEnd)
    var buffer = HistoryLineBuffer()
    for event in events {
      if buffer.isFull {
        bytes += buffer.bytes
        buffer.clear()
      }
      buffer.append(event)
    }
    return bytes + buffer.bytes
  }
}
