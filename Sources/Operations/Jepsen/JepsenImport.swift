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
  /// The history.
  package let history: History
  /// Whether any dequeue says if its message was flagged as redelivered; where one does not say
  /// so, it is taken for flagged, which accuses nobody.
  package let knowsFlags: Bool
  /// Whether all operations have times.
  package let knowsTimes: Bool
  /// Whether all operations have an `:index`.
  package let knowsIndices: Bool
  private let messages: JepsenMessages
  private let indices: [Int64]
  private let processes: [Int64]
  /// By client: the process of its first session, and how many it had.
  private let clients: [(first: Int64, count: Int)]

  /// Converts a history; `name` becomes that of the history and of its queue.
  ///
  /// Throws the first operation that is not done to a queue, or that enqueues a value that may be
  /// in the queue already.
  package init(_ jepsen: JepsenHistory, name: String) throws(JepsenError) {
    var conversion = try JepsenConversion(jepsen)
    try conversion.run()
    let clients = conversion.roster.publishes.enumerated().map { number, publishes in
      ClientDescription(
        id: ClientID(UInt32(number)), role: publishes ? .publisher : .consumer, node: Self.node,
        queue: JepsenConversion.queue)
    }
    let header = HistoryHeader(
      name: name, seed: 0, system: "jepsen", originUnixNanoseconds: 0, nodes: [Self.node],
      queues: [QueueDescription(id: JepsenConversion.queue, name: name, kind: .plain)],
      clients: clients)
    history = History(header: header, events: conversion.events)
    messages = conversion.messages
    indices = conversion.indices
    processes = conversion.roster.processes
    self.clients = conversion.roster.processesOfClients
    knowsFlags = jepsen.operations.contains { $0.redelivered != nil }
    knowsTimes = jepsen.operations.allSatisfy { $0.time != nil }
    knowsIndices = jepsen.operations.allSatisfy { $0.index != nil }
  }

  /// The node of clients of which no node is known.
  static let node = NodeID(0)

  /// The value that a message has in the Jepsen history, as EDN; nil for a message that it has not.
  package func value(of message: MessageID) -> String? { messages.value(of: message) }

  /// The `:index` of the operation that an operation of the history was made of, or its place in
  /// the Jepsen history where that has none.
  package func index(of operation: OperationID) -> Int64? {
    operation.rawValue < indices.count ? indices[Int(operation.rawValue)] : nil
  }

  /// The process that a session is; nil for a session that the history has not.
  package func process(of session: SessionID) -> Int64? {
    session.rawValue < processes.count ? processes[Int(session.rawValue)] : nil
  }

  /// The first process of a client, and how many followed it; nil for a client that is none.
  package func process(of client: ClientID) -> (first: Int64, others: Int)? {
    guard client.rawValue < clients.count else { return nil }
    let own = clients[Int(client.rawValue)]
    return (own.first, own.count - 1)
  }
}
