import CanonicalJSON
import Environment

extension HistoryLines {
  /// The header that the first line holds.
  static func header(_ line: JSONReader, format: Int) throws(JSONError) -> HistoryHeader {
    try line.rejectUnknownMembers(allowed: [
      "stoat", "version", "name", "seed", "system", "origin", "nodes", "queues", "clients", "ended",
    ])
    var nodes: [NodeID] = []
    for node in try line.array("nodes") { nodes.append(try node.node()) }
    var queues: [QueueDescription] = []
    for queue in try line.array("queues") {
      try queue.rejectUnknownMembers(allowed: ["id", "name", "kind", "dead_letters"])
      queues.append(
        QueueDescription(
          id: QueueID(try queue.integer("id")), name: try queue.string("name"),
          kind: try queue.member("kind").named(),
          deadLetters: try queue.optional("dead_letters").map { (target) throws(JSONError) in
            QueueID(try target.integer())
          }))
    }
    var clients: [ClientDescription] = []
    for client in try line.array("clients") {
      try client.rejectUnknownMembers(allowed: ["id", "role", "node", "queue"])
      clients.append(
        ClientDescription(
          id: ClientID(try client.integer("id")), role: try client.member("role").named(),
          node: try client.member("node").node(), queue: QueueID(try client.integer("queue"))))
    }
    return HistoryHeader(
      name: try line.string("name"), seed: try line.hex("seed"), system: try line.string("system"),
      originUnixNanoseconds: try line.integer("origin"), nodes: nodes, queues: queues,
      clients: clients, format: format)
  }

  /// The event that a line of a format holds.
  static func event(_ line: JSONReader, format: Int) throws(JSONError) -> TimedEvent {
    let at = Instant(nanoseconds: try line.integer("at"))
    let name: EventName = try line.member("event").named()
    if format == 1 {
      if name == .watched { throw line.mismatch(expected: "an event of version 1") }
      if line.value["evidence"] != nil {
        throw line.mismatch(expected: "an event of version 1, which has no evidence")
      }
    }
    let event = try event(name, line)
    guard format == 1, case .broker(let broker) = event else { return TimedEvent(at: at, event) }
    return TimedEvent(at: at, .broker(FirstFormatEvidence.completed(broker)))
  }

  private static func event(_ name: EventName, _ line: JSONReader) throws(JSONError) -> Event {
    switch name {
    case .invoked: return .invoked(try invocation(line))
    case .written:
      try line.allow(["op", "session", "sequence"])
      return .written(
        Written(
          operation: OperationID(try line.integer("op")), session: try line.session(),
          sequence: try line.large("sequence")))
    case .completed: return .completed(OperationID(try line.integer("op")), try outcome(line))
    case .delivered:
      try line.allow(["queue", "session", "tag", "message", "redelivered"])
      return .delivered(
        Delivery(queue: QueueID(try line.integer("queue")), receipt: try receipt(line)))
    case .settled:
      try line.allow(["session", "tag", "multiple", "kind"])
      return .settled(
        Settlement(
          session: try line.session(), tag: try line.large("tag"),
          multiple: try line.bool("multiple"), kind: try line.member("kind").named()))
    case .answered:
      try line.allow(["session", "sequence", "multiple", "positive"])
      return .answered(
        ConfirmAnswer(
          session: try line.session(), sequence: try line.large("sequence"),
          multiple: try line.bool("multiple"), positive: try line.bool("positive")))
    case .returned:
      try line.allow(["session", "message"])
      return .returned(try line.session(), try line.member("message").message())
    case .sessionOpened:
      try line.allow(["session", "client", "node"])
      return .sessionOpened(
        SessionOpening(
          session: try line.session(), client: ClientID(try line.integer("client")),
          node: try line.member("node").node()))
    case .sessionLost:
      try line.allow(["session", "reason"])
      return .sessionLost(try line.session(), reason: try line.string("reason"))
    case .fault: return .fault(try fault(line))
    case .broker: return .broker(try broker(line))
    case .watched:
      try line.allow(["watch"])
      return .watched(try line.member("watch").watch())
    case .phase:
      try line.allow(["phase"])
      return .phase(try line.member("phase").named())
    }
  }

  private static func invocation(_ line: JSONReader) throws(JSONError) -> Invocation {
    let name: ActionName = try line.member("action").named()
    let members = ["op", "client", "queue", "action"]
    let action: Action
    var late: UInt32 = 0
    switch name {
    case .publish:
      try line.allow(members + ["message", "late_ms"])
      action = .publish(try line.member("message").message())
      late = try line.optional("late_ms")?.integer(in: 0...UInt32.max) ?? 0
    case .get:
      try line.allow(members)
      action = .get
    case .consume:
      try line.allow(members + ["prefetch"])
      action = .consume(prefetch: try line.integer("prefetch"))
    case .take, .drain:
      try line.allow(members)
      action = name == .take ? .take : .drain
    }
    return Invocation(
      operation: OperationID(try line.integer("op")),
      client: ClientID(try line.integer("client")), queue: QueueID(try line.integer("queue")),
      action: action, late: .milliseconds(late))
  }

  private static func outcome(_ line: JSONReader) throws(JSONError) -> Outcome {
    let name: OutcomeName = try line.member("outcome").named()
    switch name {
    case .ok: return .ok(try answer(line))
    case .fail:
      try line.allow(["op", "outcome", "failure"])
      return .fail(try line.member("failure").named())
    case .info: return .info(try doubt(line))
    }
  }

  private static func answer(_ line: JSONReader) throws(JSONError) -> Answer {
    let name: AnswerName = try line.member("answer").named()
    let members = ["op", "outcome", "answer"]
    if name == .message {
      try line.allow(members + ["session", "tag", "message", "redelivered"])
      return .message(try receipt(line))
    }
    try line.allow(members)
    return name == .confirmed ? .confirmed : name == .empty ? .empty : .accepted
  }

  private static func doubt(_ line: JSONReader) throws(JSONError) -> Doubt {
    let name: DoubtName = try line.member("doubt").named()
    let members = ["op", "outcome", "doubt"]
    try line.allow(name == .channelClosed ? members + ["code"] : members)
    switch name {
    case .timeout: return .timeout
    case .connectionLost: return .connectionLost
    case .channelClosed: return .channelClosed(code: try line.integer("code"))
    case .nacked: return .nacked
    case .runEnded: return .runEnded
    }
  }

  private static func receipt(_ line: JSONReader) throws(JSONError) -> Receipt {
    Receipt(
      session: try line.session(), tag: try line.large("tag"),
      message: try line.member("message").message(), redelivered: try line.bool("redelivered"))
  }

  private static func fault(_ line: JSONReader) throws(JSONError) -> FaultEvent {
    try line.allow(["fault", "name", "stage", "nodes", "detail", "evidence"])
    var nodes: [NodeID] = []
    for node in try line.array("nodes") { nodes.append(try node.node()) }
    return FaultEvent(
      fault: FaultID(try line.integer("fault")), name: try line.string("name"),
      stage: try line.member("stage").named(), nodes: nodes, detail: try line.string("detail"),
      evidence: try line.optional("evidence")?.faultEvidence())
  }

  private static func broker(_ line: JSONReader) throws(JSONError) -> BrokerEvent {
    try line.allow(["kind", "node", "queue", "detail", "evidence"])
    let kind: BrokerEventKind = try line.member("kind").named()
    return BrokerEvent(
      kind: kind, node: try line.optional("node")?.node(),
      queue: try line.optional("queue").map { (queue) throws(JSONError) in
        QueueID(try queue.integer())
      },
      detail: try line.optional("detail")?.string() ?? "",
      evidence: try line.optional("evidence")?.evidence(of: kind))
  }
}

extension JSONReader {
  /// Rejects members other than these, `at` and `event`.
  fileprivate func allow(_ members: [String]) throws(JSONError) {
    try rejectUnknownMembers(allowed: ["at", "event"] + members)
  }

  /// The value with this name.
  func named<Value: NamedCase>() throws(JSONError) -> Value {
    if case .string(let name) = value,
      let found = Value.allCases.first(where: { $0.name == name })
    {
      return found
    }
    let names = Value.allCases.map(\.name)
    var hint = ""
    if case .string(let name) = value { hint = NearestName.suggestion(for: name, among: names) }
    throw mismatch(expected: "one of " + names.joined(separator: ", ") + hint)
  }

  fileprivate func session() throws(JSONError) -> SessionID {
    SessionID(try integer("session"))
  }

  /// A number up to 64 bits, a string of digits if it is beyond `Int64`.
  fileprivate func large(_ name: String) throws(JSONError) -> UInt64 {
    let member = try member(name)
    if case .string(let digits) = member.value, let number = UInt64(digits) { return number }
    let number: Int64 = try member.integer(in: 0...Int64.max)
    return UInt64(number)
  }

  func node() throws(JSONError) -> NodeID {
    guard case .string(let name) = value, name.utf8.first == UInt8(ascii: "n"),
      let number = UInt32(name.dropFirst())
    else { throw mismatch(expected: "a node such as \"n1\"") }
    return NodeID(number)
  }

  fileprivate func message() throws(JSONError) -> MessageID {
    guard case .string(let name) = value else {
      throw mismatch(expected: "a message such as \"0.17\", or \"foreign\"")
    }
    if name == MessageID.foreign.description { return .foreign }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let client = UInt32(parts[0]), let sequence = UInt32(parts[1]) else {
      throw mismatch(expected: "a message such as \"0.17\", or \"foreign\"")
    }
    return MessageID(client: ClientID(client), sequence: sequence)
  }
}
