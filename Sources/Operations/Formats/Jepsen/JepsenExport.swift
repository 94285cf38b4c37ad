import Environment

/// Collects what a history says of one queue and makes a Jepsen history of it.
///
///     var export = JepsenExport(queue: queue, of: header)
///     for event in events { export.observe(event) }
///     let bytes = try export.finish().bytes
///
/// - A publish is an `:enqueue`; its value is a number from which the message can be told: sequence
///   × publishers of the queue + place of the publisher among them.
/// - A get or take is a `:dequeue`, and so is every message that was pushed: it is invoked at the
///   instant from which the broker can have sent it, and `:ok` when it was received.
/// - A drain is a `:drain` without values, and so is a proof of emptiness, by a process of its own,
///   but not that of a history that was imported.
/// - Faults are what the nemesis did.
///
/// A client that has several operations open is as many processes; an operation in doubt retires
/// its process.
package struct JepsenExport: Sendable {
  private let queue: QueueID
  private var sending = JepsenSending()
  private let publishers: [ClientID]
  /// What is known of a history that was imported; what nobody knows is not exported.
  private let knowledge: ImportedKnowledge?
  private var pairs: [JepsenPair] = []
  /// By operation: the place of its pair.
  private var open: [OperationID: Int] = [:]
  private var faults: [(at: Int64, operation: JepsenOperation)] = []

  /// An export of one queue.
  package init(queue: QueueID, of header: HistoryHeader) {
    self.queue = queue
    publishers = header.clients.filter { $0.role == .publisher && $0.queue == queue }.map(\.id)
    knowledge = ImportedKnowledge(header)
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) {
    let at = event.at.nanoseconds
    switch event.event {
    case .invoked(let invocation):
      sending.observe(invocation, at: at)
      if invocation.queue == queue { begin(invocation, at: at) }
    case .written(let written): sending.observe(written)
    case .completed(let operation, let outcome):
      if let place = open.removeValue(forKey: operation) { end(place, outcome, at: at) }
    case .delivered(let delivery) where delivery.queue == queue:
      let from = sending.begin(of: delivery.receipt, at: at)
      let client = sending.client(of: delivery.receipt.session)
      var pair = JepsenPair(client: client, function: .dequeue, value: .none, from: from)
      pair.receive(
        value(of: delivery.receipt.message), redelivered: flag(of: delivery.receipt), at: at)
      pairs.append(pair)
    case .settled(let settlement): sending.observe(settlement, at: at)
    case .sessionOpened(let opening): sending.observe(opening, at: at)
    case .fault(let fault): faults.append((at, fault.operation(at: at)))
    // What an imported history proves so, its own operations show.
    case .broker(let event)
    where event.kind == .drained && event.queue == queue && knowledge == nil:
      var pair = JepsenPair(client: nil, function: .drain, value: .none, from: at)
      pair.end(.ok, value: .list([]), at: at)
      pairs.append(pair)
    case .delivered, .answered, .returned, .sessionLost, .broker, .watched, .phase: break
    }
  }

  /// The Jepsen history of everything that was observed.
  package func finish() throws(JepsenError) -> JepsenHistory {
    var operations = JepsenSchedule(pairs: pairs, faults: faults).operations
    if knowledge?.knowsTimes == false {
      for place in operations.indices { operations[place].time = nil }
    }
    return try JepsenHistory(operations)
  }

  private mutating func begin(_ invocation: Invocation, at: Int64) {
    let function: JepsenFunction
    var value = JepsenValue.none
    switch invocation.action {
    case .publish(let message): (function, value) = (.enqueue, self.value(of: message))
    case .get, .take: function = .dequeue
    case .drain: function = .drain
    case .consume: return
    }
    open[invocation.operation] = pairs.count
    pairs.append(
      JepsenPair(client: invocation.client, function: function, value: value, from: at))
  }

  private mutating func end(_ place: Int, _ outcome: Outcome, at: Int64) {
    switch outcome {
    case .ok(.message(let receipt)) where pairs[place].function != .enqueue:
      sending.note(receipt, sentAfter: pairs[place].from)
      // Found out before: the pairs would be copied for whoever looks at all of this meanwhile.
      let (value, flag) = (value(of: receipt.message), flag(of: receipt))
      pairs[place].receive(value, redelivered: flag, at: at)
    case .ok:
      pairs[place].end(.ok, value: pairs[place].function == .drain ? .list([]) : nil, at: at)
    case .fail(let failure):
      pairs[place].end(.fail, error: ":" + failure.name, at: at)
    case .info(let doubt): pairs[place].end(.info, error: doubt.edn, at: at)
    }
  }

  private func flag(of receipt: Receipt) -> Bool? {
    knowledge?.knowsFlags ?? true ? receipt.redelivered : nil
  }

  private func value(of message: MessageID) -> JepsenValue {
    if message == .foreign { return .text(":foreign") }
    guard let place = publishers.firstIndex(of: message.client) else {
      return .text(EDNText.string(message.description))
    }
    return .integer(Int64(message.sequence) * Int64(publishers.count) + Int64(place))
  }
}

extension History {
  /// The Jepsen history of one queue; see `JepsenExport`.
  package func jepsen(of queue: QueueID) throws(JepsenError) -> JepsenHistory {
    var export = JepsenExport(queue: queue, of: header)
    for event in events { export.observe(event) }
    return try export.finish()
  }
}

extension Doubt {
  /// For `:error`.
  fileprivate var edn: String {
    switch self {
    case .timeout: ":timeout"
    case .connectionLost: ":connection-lost"
    case .channelClosed(let code): "[:channel-closed \(code)]"
    case .nacked: ":nacked"
    case .runEnded: ":run-ended"
    }
  }
}
