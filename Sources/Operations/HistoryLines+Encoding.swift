import CanonicalJSON
import Environment

/// History v1 as JSONL, for exchange with other programs: the header, then one event a line.
///
/// The first line is an object with `"stoat":"history"`, `"version":1` and the members of
/// `HistoryHeader`; `seed` is in hexadecimal and `origin` in nanoseconds since 1970. Every further
/// line is an event: `at` in nanoseconds, `event`, and its fields. Nodes are `"n1"`, messages
/// `"<client>.<sequence>"` or `"foreign"`, all other ids numbers; delivery tags and sequence numbers
/// beyond 2^63 - 1 are strings of digits.
///
///     {"at":1200,"event":"invoked","op":0,"client":0,"queue":1,"action":"publish","message":"0.0"}
///     {"at":1300,"event":"written","op":0,"session":0,"sequence":1}
///     {"at":1700,"event":"answered","session":0,"sequence":1,"multiple":false,"positive":true}
///     {"at":1700,"event":"completed","op":0,"outcome":"ok","answer":"confirmed"}
package enum HistoryLines {
  /// The longest line that is read, in bytes.
  package static let maximumLineBytes = 1 << 20

  /// Appends the first line, with its newline.
  package static func append(_ header: HistoryHeader, to bytes: inout [UInt8]) {
    let value: JSONValue = [
      "stoat": "history", "version": .integer(Int64(HistoryFormat.version)),
      "name": .string(header.name.cut(toBytes: HistoryFormat.maximumStringBytes)),
      "seed": .hex(header.seed),
      "system": .string(header.system.cut(toBytes: HistoryFormat.maximumStringBytes)),
      "origin": .integer(header.originUnixNanoseconds),
      "nodes": .array(header.nodes.map { .string($0.description) }),
      "queues": .array(
        header.queues.map { queue in
          [
            "id": .integer(Int64(queue.id.rawValue)),
            "name": .string(queue.name.cut(toBytes: HistoryFormat.maximumStringBytes)),
            "kind": .string(queue.kind.rawValue),
          ]
        }),
      "clients": .array(
        header.clients.map { client in
          [
            "id": .integer(Int64(client.id.rawValue)), "role": .string(client.role.rawValue),
            "node": .string(client.node.description),
            "queue": .integer(Int64(client.queue.rawValue)),
          ]
        }),
    ]
    bytes += value.bytes()
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Appends the line of one event, with its newline.
  package static func append(_ timed: TimedEvent, to bytes: inout [UInt8]) {
    var out = HistoryLineOutput(bytes)
    bytes = []
    out.raw("{\"at\":")
    out.signed(timed.at.nanoseconds)
    append(timed.event, to: &out)
    out.raw("}\n")
    bytes = out.bytes
  }

  private static func append(_ event: Event, to out: inout HistoryLineOutput) {
    switch event {
    case .invoked(let invocation): append(invocation, to: &out)
    case .written(let written):
      out.raw(",\"event\":\"written\"")
      out.member("op", written.operation.rawValue)
      out.member("session", written.session.rawValue)
      out.member("sequence", written.sequence)
    case .completed(let operation, let outcome):
      out.raw(",\"event\":\"completed\"")
      out.member("op", operation.rawValue)
      append(outcome, to: &out)
    case .delivered(let delivery):
      out.raw(",\"event\":\"delivered\"")
      out.member("queue", delivery.queue.rawValue)
      append(delivery.receipt, to: &out)
    case .settled(let settlement):
      out.raw(",\"event\":\"settled\"")
      out.member("session", settlement.session.rawValue)
      out.member("tag", settlement.tag)
      out.member("multiple", settlement.multiple)
      out.member("kind", settlement.kind)
    case .answered(let answer):
      out.raw(",\"event\":\"answered\"")
      out.member("session", answer.session.rawValue)
      out.member("sequence", answer.sequence)
      out.member("multiple", answer.multiple)
      out.member("positive", answer.positive)
    default: appendRare(event, to: &out)
    }
  }

  private static func appendRare(_ event: Event, to out: inout HistoryLineOutput) {
    switch event {
    case .invoked, .written, .completed, .delivered, .settled, .answered:
      preconditionFailure("events of operations are not rare")
    case .returned(let session, let message):
      out.raw(",\"event\":\"returned\"")
      out.member("session", session.rawValue)
      out.member("message", message)
    case .sessionOpened(let opening):
      out.raw(",\"event\":\"session-opened\"")
      out.member("session", opening.session.rawValue)
      out.member("client", opening.client.rawValue)
      out.member("node", opening.node)
    case .sessionLost(let session, let reason):
      out.raw(",\"event\":\"session-lost\"")
      out.member("session", session.rawValue)
      out.member("reason", reason)
    case .fault(let fault):
      out.raw(",\"event\":\"fault\"")
      out.member("fault", fault.fault.rawValue)
      out.member("name", fault.name)
      out.member("stage", fault.stage)
      out.member("nodes", fault.nodes.prefix(HistoryFormat.maximumFaultNodes))
      out.member("detail", fault.detail)
    case .broker(let broker):
      out.raw(",\"event\":\"broker\"")
      out.member("kind", broker.kind)
      if let node = broker.node { out.member("node", node) }
      if let queue = broker.queue { out.member("queue", queue.rawValue) }
      out.member("detail", broker.detail)
    case .phase(let phase):
      out.raw(",\"event\":\"phase\"")
      out.member("phase", phase)
    }
  }

  private static func append(_ invocation: Invocation, to out: inout HistoryLineOutput) {
    out.raw(",\"event\":\"invoked\"")
    out.member("op", invocation.operation.rawValue)
    out.member("client", invocation.client.rawValue)
    out.member("queue", invocation.queue.rawValue)
    switch invocation.action {
    case .publish(let message):
      out.member("action", ActionName.publish)
      out.member("message", message)
    case .get: out.member("action", ActionName.get)
    case .consume: out.member("action", ActionName.consume)
    }
  }

  private static func append(_ outcome: Outcome, to out: inout HistoryLineOutput) {
    switch outcome {
    case .ok(let answer):
      out.member("outcome", OutcomeName.ok)
      switch answer {
      case .confirmed: out.member("answer", AnswerName.confirmed)
      case .message(let receipt):
        out.member("answer", AnswerName.message)
        append(receipt, to: &out)
      case .empty: out.member("answer", AnswerName.empty)
      case .accepted: out.member("answer", AnswerName.accepted)
      }
    case .fail(let failure):
      out.member("outcome", OutcomeName.fail)
      out.member("failure", failure)
    case .info(let doubt):
      out.member("outcome", OutcomeName.info)
      switch doubt {
      case .timeout: out.member("doubt", DoubtName.timeout)
      case .connectionLost: out.member("doubt", DoubtName.connectionLost)
      case .channelClosed(let code):
        out.member("doubt", DoubtName.channelClosed)
        out.member("code", UInt32(code))
      case .nacked: out.member("doubt", DoubtName.nacked)
      case .runEnded: out.member("doubt", DoubtName.runEnded)
      }
    }
  }

  private static func append(_ receipt: Receipt, to out: inout HistoryLineOutput) {
    out.member("session", receipt.session.rawValue)
    out.member("tag", receipt.tag)
    out.member("message", receipt.message)
    out.member("redelivered", receipt.redelivered)
  }
}

extension History {
  /// The whole history as JSONL.
  package var lines: [UInt8] {
    var bytes: [UInt8] = []
    HistoryLines.append(header, to: &bytes)
    for event in events { HistoryLines.append(event, to: &bytes) }
    return bytes
  }
}
