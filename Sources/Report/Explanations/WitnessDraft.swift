import Checkers
import Environment
import Harness
import Judging
import Operations

/// Makes the rows of a diagram from the history of a minimal witness.
struct WitnessDraft {
  private struct Hold {
    var tag: UInt64
    var row: Int
  }

  private let minimal: MinimalWitness
  private let names: HistoryNames
  private(set) var draft = DiagramDraft()
  /// By operation: its row.
  private var operations: [OperationID: Int] = [:]
  private var actions: [OperationID: Action] = [:]
  private var holds: [SessionID: [Hold]] = [:]
  private var drains: [ClientID: OperationID] = [:]
  private(set) var clients: [SessionID: ClientID] = [:]
  /// What each client did first.
  private var first: [ClientID: OperationID] = [:]
  private(set) var nodes: [ClientID: NodeID] = [:]
  private var faults: [FaultID: Int] = [:]
  private var lastingFaults: [(row: Int, event: FaultEvent)] = []
  private var received: Set<MessageID> = []
  /// The messages that the witness names, by themselves or by their publishes.
  private var named: Set<MessageID> = []
  private var published: [(message: MessageID, row: Int)] = []
  private var isOver = false

  init(_ minimal: MinimalWitness, names: HistoryNames) {
    self.minimal = minimal
    self.names = names
    if let message = minimal.witness.message { named.insert(message) }
    for event in minimal.history.events { observe(event) }
    finish()
  }

  private var witness: Witness { minimal.witness }
  private var isAboutConfirms: Bool { minimal.guarantee == .confirmProtocol }
  /// Whether only publishes matter.
  private var isAboutPublishes: Bool { minimal.guarantee == .boundedUnavailability }

  private mutating func observe(_ timed: TimedEvent) {
    let at = timed.at
    switch timed.event {
    case .invoked(let invocation): invoke(invocation, at)
    case .completed(let operation, let outcome): complete(operation, outcome, at)
    case .delivered(let delivery): receive(delivery.receipt, from: delivery.queue, at)
    case .settled(let settlement): settle(settlement, at)
    case .answered(let answer): take(answer, at)
    case .returned(let session, let message):
      addMoment(
        lane(of: session), "\(names.name(of: message)) returned as unroutable", at, isKey: true,
        isWrong: isAboutConfirms && message == witness.message && at == witness.to)
    case .sessionOpened(let opening):
      clients[opening.session] = opening.client
      nodes[opening.client] = nodes[opening.client] ?? opening.node
    case .sessionLost(let session, let reason): lose(session, reason, at)
    case .fault(let fault): observe(fault, at)
    case .broker(let event): learn(event, at)
    case .phase(let phase): if phase == .done { isOver = true }
    case .written, .watched: break
    }
  }

  private func lane(of session: SessionID) -> DiagramDraft.LaneKey {
    clients[session].map { .client($0) } ?? .brokers
  }

  private func queueName(_ queue: QueueID) -> String {
    minimal.history.header.queues.first { $0.id == queue }?.name ?? "queue \(queue)"
  }

  /// Where it comes from, if it is not from the queue that is violated.
  private func origin(_ queue: QueueID) -> String {
    queue == minimal.queue ? "" : " from \(queueName(queue))"
  }

  // MARK: - Operations

  private mutating func invoke(_ invocation: Invocation, _ at: Instant) {
    if isAboutPublishes, Self.message(of: invocation) == nil { return }
    let label: String
    switch invocation.action {
    case .publish(let message):
      published.append((message, draft.rows.count))
      if witness.operations.contains(invocation.operation) { named.insert(message) }
      label =
        "publish \(names.name(of: message))"
        + (invocation.queue == minimal.queue ? "" : " to \(queueName(invocation.queue))")
    case .get: label = "get\(origin(invocation.queue))"
    case .take:
      let part = isPartOfDrain(invocation) ? " of the drain" : ""
      label = "take\(part)\(origin(invocation.queue))"
    case .drain:
      drains[invocation.client] = invocation.operation
      label = "drain\(origin(invocation.queue))"
    case .consume(let prefetch):
      label = prefetch == 0 ? "consume, no limit" : "consume, prefetch \(prefetch)"
    }
    let isNamed = witness.operations.contains(invocation.operation)
    first[invocation.client] = first[invocation.client] ?? invocation.operation
    operations[invocation.operation] = draft.rows.count
    actions[invocation.operation] = invocation.action
    draft.rows.append(
      DiagramDraft.Row(
        lane: .client(invocation.client),
        label: self.label(label, of: invocation.operation),
        result: "no answer",
        kind: .doubt, weight: isNamed ? .key : .other, from: at, end: .open))
  }

  /// The operation behind the label, where a reader may look for it.
  private func label(_ label: String, of operation: OperationID) -> String {
    if names.areImported { return "\(label) (\(names.name(of: operation)))" }
    return witness.operations.contains(operation) ? "\(label) (op \(operation))" : label
  }

  /// Whether the file has the take as one of the values of a drain that is open.
  private func isPartOfDrain(_ invocation: Invocation) -> Bool {
    guard names.areImported, let drain = drains[invocation.client] else { return false }
    return names.name(of: drain) == names.name(of: invocation.operation)
  }

  /// What the file calls a client of an imported history.
  func importedName(of client: ClientID) -> String {
    let sessions = clients.filter { $0.value == client }.map(\.key).sorted()
    // Of one of which the file says only that it failed there is no session.
    guard sessions.isEmpty, let operation = first[client] else {
      return names.name(of: client, with: sessions)
    }
    return names.name(of: client, doing: operation)
  }

  private static func message(of invocation: Invocation) -> MessageID? {
    if case .publish(let message) = invocation.action { message } else { nil }
  }

  private mutating func complete(_ operation: OperationID, _ outcome: Outcome, _ at: Instant) {
    guard let row = operations[operation] else { return }
    draft.rows[row].to = at
    draft.rows[row].kind = .operation
    draft.rows[row].end = .plain
    switch outcome {
    case .ok(.confirmed): draft.rows[row].result = "confirmed"
    case .ok(.accepted): draft.rows[row].result = ""
    case .ok(.empty):
      let isDrain = actions[operation] == .drain
      draft.rows[row].result = isDrain ? "at its end the queue was empty" : "found the queue empty"
    case .ok(.message(let receipt)):
      draft.rows[row].result = name(receipt)
      received.insert(receipt.message)
      if named.contains(receipt.message) { draft.rows[row].weight = .key }
      if actions[operation] != .take { hold(receipt, at, isNew: false) }
    case .fail where names.areImported: draft.rows[row].result = "failed"
    case .fail(.notWritten): draft.rows[row].result = "failed, nothing was sent"
    case .fail(.returned): draft.rows[row].result = "failed, returned"
    case .info(let doubt):
      draft.rows[row].result = names.areImported ? "in doubt" : "in doubt (\(doubt.short))"
      draft.rows[row].kind = .doubt
    }
    if isWrong(operation, outcome, at) { draft.rows[row].weight = .wrong }
  }

  /// Whether the end of an operation is what cannot be.
  private func isWrong(_ operation: OperationID, _ outcome: Outcome, _ at: Instant) -> Bool {
    guard at == witness.to, case .ok(let answer) = outcome else { return false }
    if case .message(let receipt) = answer, receipt.message == witness.message { return true }
    if case .publish = actions[operation] { return false }
    return witness.operations.contains(operation)
  }

  // MARK: - Messages

  private func name(_ receipt: Receipt) -> String {
    let flag = receipt.redelivered && names.knowsFlags ? ", flagged as redelivered" : ""
    let isAboutFlags = minimal.guarantee == .flaggedRedelivery && !receipt.redelivered
    return names.name(of: receipt.message) + (isAboutFlags ? ", not flagged" : flag)
  }

  private mutating func receive(_ receipt: Receipt, from queue: QueueID, _ at: Instant) {
    received.insert(receipt.message)
    if isAboutPublishes { return }
    hold(receipt, at, isNew: true, origin: origin(queue))
  }

  private mutating func hold(
    _ receipt: Receipt, _ at: Instant, isNew: Bool, origin: String = ""
  ) {
    let isKey = named.contains(receipt.message) || minimal.guarantee == .prefetch
    let isWrong =
      isNew && at == witness.to
      && (receipt.message == witness.message || minimal.guarantee == .prefetch)
    let verb = isNew ? "receives" : "holds"
    let what = isNew ? name(receipt) : names.name(of: receipt.message)
    holds[receipt.session, default: []].append(Hold(tag: receipt.tag, row: draft.rows.count))
    draft.rows.append(
      DiagramDraft.Row(
        lane: lane(of: receipt.session), label: "\(verb) \(what)\(origin)", result: "",
        kind: .hold, weight: isWrong ? .wrong : isKey ? .key : .other, from: at, end: .open))
  }

  private mutating func settle(_ settlement: Settlement, _ at: Instant) {
    let isMeant = { (hold: Hold) in
      settlement.multiple
        ? settlement.tag == 0 || hold.tag <= settlement.tag : hold.tag == settlement.tag
    }
    for hold in (holds[settlement.session] ?? []).filter(isMeant) {
      let (end, word): (IntervalDiagram.End, String) =
        switch settlement.kind {
        case .ack: (.acked, "acked")
        case .requeue, .reject: (.returned, "given back")
        case .discard: (.discarded, "thrown away")
        }
      finish(hold, end, word, at)
    }
    holds[settlement.session]?.removeAll(where: isMeant)
  }

  private mutating func finish(
    _ hold: Hold, _ end: IntervalDiagram.End, _ word: String, _ at: Instant
  ) {
    draft.rows[hold.row].to = at
    draft.rows[hold.row].end = end
    draft.rows[hold.row].result = word
  }

  private mutating func lose(_ session: SessionID, _ reason: String, _ at: Instant) {
    if isOver { return }
    for hold in holds[session] ?? [] { finish(hold, .lost, "session lost", at) }
    holds[session] = nil
  }

  private mutating func take(_ answer: ConfirmAnswer, _ at: Instant) {
    let word = answer.positive ? "confirm" : "negative confirm"
    let many = answer.multiple ? " and all before" : ""
    let isWrong = at == witness.from && witness.message == nil
    addMoment(
      lane(of: answer.session), "\(word) of number \(answer.sequence)\(many)", at, isKey: true,
      isWrong: isWrong)
  }

  // MARK: - Brokers and faults

  private mutating func addMoment(
    _ lane: DiagramDraft.LaneKey, _ label: String, _ at: Instant, isKey: Bool = false,
    isWrong: Bool = false, kind: IntervalDiagram.Kind = .moment
  ) {
    draft.addMoment(
      DiagramDraft.Row(
        lane: lane, label: label, kind: kind, weight: isWrong ? .wrong : isKey ? .key : .context,
        from: at, to: at))
  }

  private mutating func learn(_ event: BrokerEvent, _ at: Instant) {
    let queue = event.queue.map { queueName($0) } ?? "the queue"
    let node = event.node.map { "\($0)" } ?? "a node"
    switch event.kind {
    case .drained: addMoment(.brokers, "\(queue) proved empty", at, isKey: true, kind: .proof)
    case .undrained:
      addMoment(.brokers, "\(queue) not proved empty", at, isKey: true, isWrong: at == witness.to)
    case .leader: addMoment(.brokers, "\(node) leads \(queue)", at)
    case .nodeDown: addMoment(.brokers, "\(node) seen down", at)
    case .partitioned: addMoment(.brokers, "partition seen", at)
    case .bootRetried: addMoment(.brokers, "\(node) hung in boot", at)
    case .logged:
      guard case .matched(let found) = event.log else { return }
      addMoment(
        .brokers, "\(node) logged \(found.pattern): \(found.line)", at, isKey: true, isWrong: true)
    case .unsynchronised: addMoment(.brokers, "a replica lacks messages", at, isKey: true)
    case .synchronised: addMoment(.brokers, "all replicas have everything", at, isKey: true)
    case .nodeUp, .nodeState, .healed: break
    }
  }

  private mutating func observe(_ fault: FaultEvent, _ at: Instant) {
    let kind = FaultKind(rawValue: fault.name)
    if fault.stage == .began {
      endFaults(by: fault, at)
      let nodes = fault.nodes.map(\.description).joined(separator: "+")
      faults[fault.fault] = draft.rows.count
      if kind?.lasts == true { lastingFaults.append((draft.rows.count, fault)) }
      draft.rows.append(
        DiagramDraft.Row(
          lane: .faults, label: nodes.isEmpty ? fault.name : "\(fault.name) \(nodes)",
          result: "not proved", kind: .fault, weight: .context, from: at, end: .open))
      return
    }
    let row: Int
    if let known = faults[fault.fault] {
      row = known
    } else {
      row = draft.rows.count
      draft.rows.append(
        DiagramDraft.Row(
          lane: .faults, label: fault.name, kind: .fault, weight: .context, from: at))
    }
    draft.rows[row].result = fault.stage.name
    if kind?.lasts != true || fault.stage == .failed {
      draft.rows[row].to = at
      draft.rows[row].end = .plain
    }
  }

  /// Ends the faults that a heal, start or resume undoes.
  private mutating func endFaults(by fault: FaultEvent, _ at: Instant) {
    guard let kind = FaultKind(rawValue: fault.name), kind.isRestoring else { return }
    let ended = lastingFaults.filter { lasting in
      FaultKind(rawValue: lasting.event.name)?.endedBy == kind
        && (kind == .heal || fault.nodes.contains { lasting.event.nodes.contains($0) })
    }
    for lasting in ended {
      draft.rows[lasting.row].to = at
      draft.rows[lasting.row].end = .plain
    }
    lastingFaults.removeAll { lasting in ended.contains { $0.row == lasting.row } }
  }

  /// Says what never happened, and marks what is wrong where no event is.
  private mutating func finish() {
    for (message, row) in published where !received.contains(message) {
      if isAboutPublishes || draft.rows[row].result.hasPrefix("failed") { continue }
      draft.rows[row].result += ", never received"
    }
    for (message, row) in published where message == witness.message {
      draft.rows[row].weight = max(draft.rows[row].weight, .key)
    }
    if isAboutPublishes { addSilence() }
    if draft.rows.contains(where: { $0.weight == .wrong }) { return }
    for (message, row) in published where message == witness.message {
      draft.rows[row].weight = .wrong
    }
  }

  /// Marks the span without a success, and what was offered in it.
  private mutating func addSilence() {
    for row in draft.rows.indices where draft.rows[row].lane < .brokers {
      let end = draft.rows[row].to ?? witness.to
      let overlaps = draft.rows[row].from < witness.to && end > witness.from
      if overlaps { draft.rows[row].weight = .key }
    }
    draft.rows.append(
      DiagramDraft.Row(
        lane: .brokers,
        label: "no publish confirmed for \(Readable.duration(witness.to - witness.from))",
        kind: .operation, weight: .wrong,
        from: witness.from, to: witness.to))
  }
}

extension Doubt {
  /// Why nobody can tell, in a word or two.
  var short: String {
    switch self {
    case .timeout: "no answer in time"
    case .connectionLost: "connection lost"
    case .channelClosed(let code): "channel closed, \(code)"
    case .nacked: "negative confirm"
    case .runEnded: "run ended"
    }
  }
}
