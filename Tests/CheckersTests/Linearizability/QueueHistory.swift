import Checkers
import Environment
import Operations

/// Turns operations of a queue into a history of Stoat's, in which each has a client of its own.
struct QueueHistory {
  private struct Moment {
    var at: Int64
    /// Puts moments of the same time in any order, as far as the rules of histories allow.
    var place: UInt64
    var events: [Event]
  }

  private var draws: SeededGenerator
  private var moments: [Moment] = []
  private let operations: [QueueOperation]
  private var numbers: [UInt32] = []

  /// The history; every batch of the operations has to end with a drain.
  static func make(_ operations: [QueueOperation], seed: UInt64) -> History {
    var history = QueueHistory(operations, seed: seed)
    return history.run()
  }

  /// The operations with a drain at the end of every batch that has none.
  static func completingBatches(_ operations: [QueueOperation]) -> [QueueOperation] {
    var completed: [QueueOperation] = []
    for (place, operation) in operations.enumerated() {
      completed.append(operation)
      let isFollowed = operations.dropFirst(place + 1).first?.isNext ?? false
      if operation.isNext, operation.value != QueueOperation.noValue, !isFollowed {
        completed.append(
          QueueOperation(.drain, from: operation.from, to: operation.to, isNext: true))
      }
    }
    return completed
  }

  private init(_ operations: [QueueOperation], seed: UInt64) {
    self.operations = operations
    draws = SeededGenerator(seed: seed, stream: 0x41D)
  }

  private mutating func run() -> History {
    var place = 0
    while place < operations.count {
      var end = place + 1
      while end < operations.count, operations[end].isNext { end += 1 }
      if end > place + 1 { addBatch(place..<end) } else { add(place) }
      place = end
    }
    moments.sort { ($0.at, $0.place) < ($1.at, $1.place) }
    return History(header: header, events: number())
  }

  private var header: HistoryHeader {
    HistoryHeader(
      name: "queue", seed: 0, system: "none", originUnixNanoseconds: 0, nodes: [NodeID(1)],
      queues: [QueueDescription(id: QueueID(0), name: "queue", kind: .plain)],
      clients: operations.indices.map {
        ClientDescription(
          id: ClientID(UInt32($0)), role: .publisher, node: NodeID(1), queue: QueueID(0))
      })
  }

  private mutating func add(_ at: Int64, _ events: [Event]) {
    moments.append(Moment(at: at, place: draws.next() >> 1, events: events))
  }

  private func invocation(_ place: Int, by client: Int) -> Event {
    let operation = operations[place]
    let action: Action =
      switch operation.action {
      case .publish: .publish(message(operation.value))
      case .dequeue: .take
      case .get: .get
      case .drain: .drain
      }
    return .invoked(
      Invocation(
        operation: OperationID(UInt32(place)), client: ClientID(UInt32(client)),
        queue: QueueID(0), action: action))
  }

  private func end(_ place: Int) -> Event {
    let operation = operations[place]
    let answer: Answer =
      if operation.action == .publish {
        .confirmed
      } else if operation.value == QueueOperation.noValue {
        .empty
      } else {
        .message(
          Receipt(
            session: SessionID(UInt32(place)), tag: 1, message: message(operation.value),
            redelivered: false))
      }
    return .completed(OperationID(UInt32(place)), .ok(answer))
  }

  private func message(_ value: Int32) -> MessageID {
    let publish = operations.firstIndex { $0.action == .publish && $0.value == value }
    return MessageID(client: ClientID(UInt32(publish ?? 0)), sequence: UInt32(value))
  }

  private mutating func add(_ place: Int) {
    let operation = operations[place]
    add(operation.from, [invocation(place, by: place)])
    if operation.to != QueueOperation.never {
      add(operation.to, [end(place)])
      if operation.from == operation.to, moments.count > 1 {
        moments[moments.count - 1].place = .max
      }
    } else if draws.index(of: 2) == 0 {
      add(operation.from + 10, [.completed(OperationID(UInt32(place)), .info(.timeout))])
    }
  }

  /// The drain is invoked first and ends last.
  private mutating func addBatch(_ places: Range<Int>) {
    let last = places.upperBound - 1
    let members = places.dropLast()
    add(
      operations[last].from,
      [invocation(last, by: last)] + members.map { invocation($0, by: last) })
    add(operations[last].to, members.map { end($0) } + [end(last)])
    moments[moments.count - 1].place = .max
  }

  /// Gives operations their numbers by the order of their invocations.
  private func number() -> [TimedEvent] {
    var numbers: [OperationID: OperationID] = [:]
    var events = [TimedEvent(at: Instant(nanoseconds: -1000), .phase(.load))]
    for moment in moments {
      for var event in moment.events {
        if case .invoked(var invocation) = event {
          numbers[invocation.operation] = OperationID(UInt32(numbers.count))
          invocation.operation = numbers[invocation.operation] ?? invocation.operation
          event = .invoked(invocation)
        } else if case .completed(let operation, let outcome) = event {
          event = .completed(numbers[operation] ?? operation, outcome)
        }
        events.append(TimedEvent(at: Instant(nanoseconds: moment.at * 1000), event))
      }
    }
    let end = moments.last.map { Instant(nanoseconds: $0.at * 1000) } ?? .zero
    return events + [TimedEvent(at: end, .phase(.done))]
  }
}
