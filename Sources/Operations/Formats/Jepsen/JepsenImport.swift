import Environment

/// A history of Stoat's, made of the Jepsen history of one queue.
///
/// - A process is a session, see `JepsenRoster`; the node of all clients is `n0`, for unknown.
/// - `:enqueue` is a publish: invoked, written, and completed as confirmed (`:ok`), as certainly
///   not written (`:fail`) or in doubt (`:info`).
/// - `:dequeue` is a `take`: `:ok` with a value is a receipt, with `nil` an empty queue; `:fail`
///   took nothing; `:info` and no end at all may have taken one message.
/// - `:drain` is a `drain` and a take for each of its values, within the time of the drain.
/// - Where `JepsenEmptiness` finds the queue empty for good, there is a proof of emptiness.
/// - What the nemesis did is left out, since nothing tells whether it had an effect; only the
///   events that Stoat itself has written (with a `:stage`) are faults again.
///
/// The instants keep the order of the history: an operation that is not later than the one before
/// it counts as a microsecond later.
package struct JepsenImport: Sendable {
  /// What the numbers of the history stand for.
  package let header: HistoryHeader
  /// How much it says. It knows flags if any dequeue says whether its message was flagged as
  /// redelivered; where one does not say so, it is taken for flagged, which accuses nobody.
  package let knowledge: ImportedKnowledge
  /// Whether all operations of clients have an `:index`.
  package let knowsIndices: Bool
  private let conversion: JepsenConversion

  /// Converts a history; `name` becomes that of the history and of its queue.
  ///
  /// Throws the first operation that is not done to a queue, or that enqueues a value that may be
  /// in the queue already.
  package init(_ jepsen: JepsenHistory, name: String) throws(JepsenError) {
    conversion = try JepsenConversion(jepsen)
    let clients = conversion.roster.publishes.enumerated().map { number, publishes in
      ClientDescription(
        id: ClientID(UInt32(number)), role: publishes ? .publisher : .consumer, node: Self.node,
        queue: JepsenConversion.queue)
    }
    var (someFlags, allTimes, allIndices) = (false, true, true)
    for place in jepsen.operations.indices {
      if jepsen.operations[place].redelivered != nil { someFlags = true }
      if jepsen.operations[place].time == nil { allTimes = false }
      let isClient = jepsen.operations[place].process != .nemesis
      if isClient, jepsen.operations[place].index == nil { allIndices = false }
    }
    knowledge = ImportedKnowledge(knowsFlags: someFlags, knowsTimes: allTimes)
    knowsIndices = allIndices
    header = HistoryHeader(
      name: name, seed: 0, system: knowledge.system, originUnixNanoseconds: 0, nodes: [Self.node],
      queues: [QueueDescription(id: JepsenConversion.queue, name: name, kind: .plain)],
      clients: clients)
  }

  /// Hands the events of the history to `body`, some at a time, and returns how many there were.
  package func forEachBatch(_ body: (inout EventBatch) throws -> Void) rethrows -> Int {
    var conversion = conversion
    return try conversion.run(body)
  }

  /// The history in memory.
  package var history: History {
    var events: [TimedEvent] = []
    _ = forEachBatch { events += $0.events }
    return History(header: header, events: events)
  }

  /// The node of clients of which no node is known.
  static let node = NodeID(0)

  /// The value that a message has in the Jepsen history, as EDN; nil for a message that it has not.
  package func value(of message: MessageID) -> String? {
    conversion.messages.value(of: message)
  }

  /// The `:index` of the operation that an operation of the history was made of, or its place in
  /// the Jepsen history where that has none.
  package func index(of operation: OperationID) -> Int64? {
    operation.rawValue < conversion.indices.count
      ? conversion.indices[Int(operation.rawValue)] : nil
  }

  /// The process that a session is; nil for a session that the history has not.
  package func process(of session: SessionID) -> Int64? {
    let processes = conversion.roster.processes
    return session.rawValue < processes.count ? processes[Int(session.rawValue)] : nil
  }

  /// The process that did an operation; nil for an operation that the history has not.
  package func process(of operation: OperationID) -> Int64? {
    conversion.place(of: operation).map { conversion.process(at: $0) }
  }

  /// The process that published a message; nil for a message that nobody published.
  package func process(publishing message: MessageID) -> Int64? {
    conversion.place(ofPublishing: message).map { conversion.process(at: $0) }
  }
}
