import Checkers
import Environment
import Operations

/// A correct first-in-first-out queue and its clients, as a history of any length.
///
/// Half of the clients publish, half take with automatic acknowledgements; at each step one of them
/// invokes, takes effect or returns. A few operations never return: half of those take effect.
struct SyntheticQueue {
  private enum Progress {
    case idle
    /// What a publisher publishes; nil for a consumer.
    case invoked(OperationID, MessageID?)
    case done(OperationID, Answer)
  }

  private var draws: SeededGenerator
  private let crashed: UInt64
  private var progress: [Progress]
  private var now = Instant.zero
  private var nextOperation: UInt32 = 0
  private var nextSequence: [UInt32]
  private var nextTag: UInt64 = 0
  private var queue: [MessageID] = []
  private var head = 0

  /// A queue with so many clients, of whose operations one in `crashed` never returns; 0 for none.
  init(clients: Int, crashed: UInt64, seed: UInt64) {
    draws = SeededGenerator(seed: seed, stream: 0x5E7)
    self.crashed = crashed
    progress = Array(repeating: .idle, count: clients)
    nextSequence = Array(repeating: 0, count: clients)
  }

  /// What the numbers of the history stand for.
  var header: HistoryHeader {
    HistoryHeader(
      name: "synthetic", seed: 1, system: "none", originUnixNanoseconds: 0, nodes: [NodeID(1)],
      queues: [QueueDescription(id: QueueID(0), name: "queue", kind: .plain)],
      clients: progress.indices.map { place in
        ClientDescription(
          id: ClientID(UInt32(place)), role: place % 2 == 0 ? .publisher : .consumer,
          node: NodeID(1), queue: QueueID(0))
      })
  }

  /// Makes a history of so many operations, event by event; at its end nothing is open.
  mutating func run(operations: Int, _ body: (TimedEvent) throws -> Void) rethrows {
    for place in progress.indices {
      let opening = SessionOpening(
        session: SessionID(UInt32(place)), client: ClientID(UInt32(place)), node: NodeID(1))
      try body(TimedEvent(at: now, .sessionOpened(opening)))
    }
    while Int(nextOperation) < operations { try step(isEnding: false, body) }
    while progress.contains(where: { if case .idle = $0 { false } else { true } }) {
      try step(isEnding: true, body)
    }
    try body(TimedEvent(at: now, .phase(.done)))
  }

  private mutating func step(
    isEnding: Bool, _ body: (TimedEvent) throws -> Void
  ) rethrows {
    let client = draws.index(of: progress.count)
    now = now + .nanoseconds(Int64(1 + draws.index(of: 2_000)))
    switch progress[client] {
    case .idle:
      if isEnding { return }
      try body(TimedEvent(at: now, .invoked(invocation(of: client))))
    case .invoked(let operation, let message):
      if crashed > 0, draws.index(of: Int(crashed)) == 0 {
        if draws.index(of: 2) == 0 { _ = effect(of: client, message) }
        progress[client] = .idle
        try body(TimedEvent(at: now, .completed(operation, .info(.timeout))))
      } else {
        progress[client] = .done(operation, effect(of: client, message))
      }
    case .done(let operation, let answer):
      progress[client] = .idle
      try body(TimedEvent(at: now, .completed(operation, .ok(answer))))
    }
  }

  private mutating func invocation(of client: Int) -> Invocation {
    let operation = OperationID(nextOperation)
    nextOperation += 1
    var message: MessageID?
    if client % 2 == 0 {
      message = MessageID(client: ClientID(UInt32(client)), sequence: nextSequence[client])
      nextSequence[client] += 1
    }
    progress[client] = .invoked(operation, message)
    let action = message.map { Action.publish($0) } ?? .take
    return Invocation(
      operation: operation, client: ClientID(UInt32(client)), queue: QueueID(0), action: action)
  }

  private mutating func effect(of client: Int, _ message: MessageID?) -> Answer {
    if let message {
      queue.append(message)
      return .confirmed
    }
    guard head < queue.count else { return .empty }
    let message = queue[head]
    head += 1
    if head > 4096, head * 2 > queue.count {
      queue.removeFirst(head)
      head = 0
    }
    nextTag += 1
    return .message(
      Receipt(
        session: SessionID(UInt32(client)), tag: nextTag, message: message, redelivered: false))
  }
}
