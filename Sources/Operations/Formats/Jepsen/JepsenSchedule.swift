/// An operation of a Jepsen history from its invocation to its end.
struct JepsenPair: Sendable {
  /// Who does it; nil for the harness itself.
  let client: ClientID?
  let function: JepsenFunction
  /// What it was invoked with.
  let value: JepsenValue
  let from: Int64
  private(set) var end: JepsenOperation?
  private(set) var to: Int64 = .max

  init(client: ClientID?, function: JepsenFunction, value: JepsenValue, from: Int64) {
    self.client = client
    self.function = function
    self.value = value
    self.from = from
  }

  /// Ends it, not before it began, with the value of the invocation if there is no other.
  mutating func end(
    _ type: JepsenType, value: JepsenValue? = nil, error: String? = nil, at: Int64
  ) {
    to = max(from, at)
    end = JepsenOperation(
      time: to, process: .nemesis, type: type, function: function, value: value ?? self.value,
      error: error)
  }

  /// Ends it with a message.
  mutating func receive(_ value: JepsenValue, redelivered: Bool?, at: Int64) {
    end(.ok, value: value, at: at)
    end?.redelivered = redelivered
  }
}

/// Puts operations in order of time and gives them processes.
struct JepsenSchedule {
  private struct Entry {
    var at: Int64
    /// Invocations come before ends of the same instant: they overlap.
    var isEnd: Bool
    /// The place of the pair; beyond them that of the fault.
    var place: Int
  }

  private let pairs: [JepsenPair]
  private let faults: [(at: Int64, operation: JepsenOperation)]
  /// By client (and one more, for the harness): the processes that do nothing.
  private var idle: [UInt32: [Int64]] = [:]
  private var processes: Int64 = 0

  init(pairs: [JepsenPair], faults: [(at: Int64, operation: JepsenOperation)]) {
    self.pairs = pairs
    self.faults = faults
  }

  /// The operations, with indices and processes.
  var operations: [JepsenOperation] {
    var schedule = self
    return schedule.run()
  }

  private mutating func run() -> [JepsenOperation] {
    var busy = Array(repeating: 0 as Int64, count: pairs.count)
    var operations: [JepsenOperation] = []
    for entry in entries {
      var operation: JepsenOperation
      if entry.place >= pairs.count {
        operation = faults[entry.place - pairs.count].operation
      } else if entry.isEnd {
        guard let end = pairs[entry.place].end else { continue }
        operation = end
        operation.process = .client(busy[entry.place])
        // A process in doubt does nothing more.
        if end.type != .info { release(busy[entry.place], of: pairs[entry.place].client) }
      } else {
        let pair = pairs[entry.place]
        busy[entry.place] = process(of: pair.client)
        operation = JepsenOperation(
          time: pair.from, process: .client(busy[entry.place]), type: .invoke,
          function: pair.function, value: pair.value)
      }
      operation.index = Int64(operations.count)
      operations.append(operation)
    }
    return operations
  }

  private var entries: [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(pairs.count * 2 + faults.count)
    for (place, pair) in pairs.enumerated() {
      entries.append(Entry(at: pair.from, isEnd: false, place: place))
      if pair.end != nil { entries.append(Entry(at: pair.to, isEnd: true, place: place)) }
    }
    for (place, fault) in faults.enumerated() {
      entries.append(Entry(at: fault.at, isEnd: false, place: pairs.count + place))
    }
    return entries.sorted {
      ($0.at, $0.isEnd ? 1 : 0, $0.place) < ($1.at, $1.isEnd ? 1 : 0, $1.place)
    }
  }

  private mutating func process(of client: ClientID?) -> Int64 {
    if let process = idle[client?.rawValue ?? .max]?.popLast() { return process }
    processes += 1
    return processes - 1
  }

  private mutating func release(_ process: Int64, of client: ClientID?) {
    idle[client?.rawValue ?? .max, default: []].append(process)
  }
}
