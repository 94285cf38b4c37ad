import Environment
import Operations

/// Draws Jepsen histories of a queue that keeps its promises, or that loses some messages.
///
/// Enqueues and dequeues that crash have their effect or not, at once or later; dequeues that
/// crash after they took something have taken it from everybody.
struct RandomQueue {
  private var draws: SeededGenerator
  private var operations: [JepsenOperation] = []
  private var content: [Int64] = []
  private var idle: [Int64] = [0, 1, 2, 3]
  private var nextProcess: Int64 = 4
  private var nextValue: Int64 = 0
  private var confirmed: Set<Int64> = []
  /// Effects of crashed operations that are still to come.
  private var late: [(isTake: Bool, value: Int64)] = []
  /// How many confirmed messages the queue has lost.
  private(set) var lost = 0
  /// How many dequeues have crashed.
  private(set) var crashes = 0
  private let canCrash: Bool

  private init(seed: UInt64, canCrash: Bool) {
    draws = SeededGenerator(seed: seed, stream: 0x0E2)
    self.canCrash = canCrash
  }

  /// The history of a seed, which loses messages only if it is asked to.
  static func make(seed: UInt64, losing: Bool, canCrash: Bool = true) throws -> (
    history: JepsenHistory, queue: RandomQueue
  ) {
    var queue = RandomQueue(seed: seed, canCrash: canCrash)
    for _ in 0..<(10 + queue.draws.index(of: 50)) { queue.step() }
    if losing { queue.lose() }
    queue.drain()
    return (try JepsenHistory(queue.operations), queue)
  }

  private mutating func add(
    _ process: Int64, _ type: JepsenType, _ function: JepsenFunction,
    _ value: JepsenValue = .none
  ) {
    operations.append(
      JepsenOperation(
        index: Int64(operations.count), process: .client(process), type: type,
        function: function, value: value))
  }

  private mutating func crashes(_ process: Int64) -> Bool {
    guard canCrash, draws.index(of: 6) == 0 else { return false }
    idle.removeAll { $0 == process }
    idle.append(nextProcess)
    nextProcess += 1
    return true
  }

  private mutating func step() {
    if !late.isEmpty, draws.index(of: 3) == 0 { happen(late.removeFirst()) }
    let process = idle[draws.index(of: idle.count)]
    if draws.index(of: 5) < 3 { enqueue(process) } else { dequeue(process) }
  }

  private mutating func happen(_ effect: (isTake: Bool, value: Int64)) {
    if !effect.isTake {
      content.append(effect.value)
    } else if !content.isEmpty {
      content.removeFirst()
    }
  }

  private mutating func enqueue(_ process: Int64) {
    let value = nextValue
    nextValue += 1
    add(process, .invoke, .enqueue, .integer(value))
    if crashes(process) {
      if draws.index(of: 2) == 0 { late.append((false, value)) }
      if draws.index(of: 2) == 0 { add(process, .info, .enqueue, .integer(value)) }
    } else {
      content.append(value)
      confirmed.insert(value)
      add(process, .ok, .enqueue, .integer(value))
    }
  }

  private mutating func dequeue(_ process: Int64) {
    add(process, .invoke, .dequeue)
    if crashes(process) {
      crashes += 1
      if draws.index(of: 2) == 0 { late.append((true, 0)) }
      if draws.index(of: 2) == 0 { add(process, .info, .dequeue) }
    } else if content.isEmpty {
      add(process, draws.index(of: 2) == 0 ? .ok : .fail, .dequeue)
    } else {
      add(process, .ok, .dequeue, .integer(content.removeFirst()))
    }
  }

  private mutating func lose() {
    for _ in 0..<(1 + draws.index(of: 4)) where !content.isEmpty {
      if confirmed.contains(content.remove(at: draws.index(of: content.count))) { lost += 1 }
    }
  }

  private mutating func drain() {
    while !late.isEmpty { happen(late.removeFirst()) }
    let process = idle[0]
    add(process, .invoke, .drain)
    add(process, .ok, .drain, .list(content))
    content = []
  }
}
