import Checkers
import Environment

/// Draws operations of a queue: legal ones, or legal ones of which a few were changed.
struct RandomQueueOperations {
  /// What may occur.
  struct Shape {
    /// About how many operations.
    var operations: Int
    /// How many operations at most are open at a time.
    var clients = 4
    /// One in so many operations never returns; 0 for none.
    var crashes = 5
    /// One in so many dequeues begins a batch; 0 for none.
    var batches = 0
    /// Whether a crashed dequeue is a get, which may give back what it took.
    var givesBack = false
    /// Whether the queue gives out its values in order.
    var isOrdered = true
    /// How many changes at most are tried, of which about half change anything.
    var changes = 20
  }

  private struct Batch {
    var from: Int64
    var rest: Int
    var members: [QueueOperation] = []
  }

  private var draws: SeededGenerator
  private let shape: Shape
  private var now: Int64 = 0
  private var content: [Int32] = []
  private var groups: [[QueueOperation]] = []
  private var batches: [Batch] = []
  /// Takes of crashed dequeues that are still to come.
  private var takes = 0
  private var givenBack: [Int32] = []
  private(set) var values: Int32 = 0

  /// Legal operations, their invocations in no certain order; values are `0..<values`.
  static func legal(
    _ shape: Shape, seed: UInt64
  ) -> (operations: [QueueOperation], values: Int) {
    var random = RandomQueueOperations(shape, seed: seed)
    return random.run()
  }

  /// Operations of which about half are legal.
  static func any(
    _ shape: Shape, seed: UInt64
  ) -> (operations: [QueueOperation], values: Int) {
    var random = RandomQueueOperations(shape, seed: seed)
    var (operations, values) = random.run()
    if random.draws.index(of: 6) > 0 {
      for _ in 0...random.draws.index(of: shape.changes) { random.change(&operations) }
    }
    return (operations, values)
  }

  private init(_ shape: Shape, seed: UInt64) {
    self.shape = shape
    draws = SeededGenerator(seed: seed, stream: 0xF1F0)
  }

  private mutating func run() -> (operations: [QueueOperation], values: Int) {
    while count < shape.operations {
      now += Int64(draws.index(of: 3))
      step()
    }
    for batch in batches { close(batch) }
    draws.shuffle(&groups)
    return (groups.flatMap(\.self), Int(values))
  }

  private var count: Int {
    groups.reduce(batches.reduce(0) { $0 + $1.members.count }) { $0 + $1.count }
  }

  private mutating func isOne(in number: Int) -> Bool {
    number > 0 && draws.index(of: number) == 0
  }

  private mutating func step() {
    if takes > 0, draws.index(of: 3) == 0 { takeUnseen() }
    if !givenBack.isEmpty, draws.index(of: 3) == 0 {
      content.insert(givenBack.removeLast(), at: draws.index(of: content.count + 1))
    }
    if !batches.isEmpty, draws.index(of: 2) == 0 { return continueBatch() }
    if draws.index(of: 9) < 5 { publish() } else { dequeue() }
  }

  private mutating func takeUnseen() {
    takes -= 1
    guard !content.isEmpty else { return }
    let value = remove()
    if shape.givesBack, draws.index(of: 2) == 0 { givenBack.append(value) }
  }

  private mutating func remove() -> Int32 {
    content.remove(at: shape.isOrdered ? 0 : draws.index(of: content.count))
  }

  /// An interval around now.
  private mutating func interval() -> (from: Int64, to: Int64) {
    let reach = shape.clients
    return (now - Int64(draws.index(of: reach)), now + Int64(draws.index(of: reach)))
  }

  private mutating func publish() {
    let (from, to) = interval()
    let value = values
    values += 1
    if isOne(in: shape.crashes) {
      if draws.index(of: 2) == 0 { content.append(value) }
      groups.append([QueueOperation(.publish, value: value, from: from)])
    } else {
      content.append(value)
      groups.append([QueueOperation(.publish, value: value, from: from, to: to)])
    }
  }

  private mutating func dequeue() {
    let (from, to) = interval()
    if isOne(in: shape.crashes) {
      if shape.batches > 0, draws.index(of: 8) == 0 {
        takes += draws.index(of: 3)
        groups.append([QueueOperation(.drain, from: from)])
      } else {
        takes += draws.index(of: 2)
        groups.append([QueueOperation(shape.givesBack ? .get : .dequeue, from: from)])
      }
    } else if content.isEmpty {
      groups.append([QueueOperation(.dequeue, from: from, to: to)])
    } else if isOne(in: shape.batches) {
      batches.append(Batch(from: from, rest: 1 + draws.index(of: 3)))
      continueBatch()
    } else {
      groups.append([QueueOperation(.dequeue, value: remove(), from: from, to: to)])
    }
  }

  private mutating func continueBatch() {
    let place = draws.index(of: batches.count)
    if content.isEmpty {
      if !batches[place].members.isEmpty {
        batches[place].members.append(QueueOperation(.drain, from: 0))
      }
    } else {
      batches[place].members.append(QueueOperation(.dequeue, value: remove(), from: 0))
    }
    batches[place].rest -= 1
    if batches[place].rest <= 0 || batches[place].members.last?.action == .drain {
      close(batches.remove(at: place))
    }
  }

  private mutating func close(_ batch: Batch) {
    let to = now + Int64(draws.index(of: shape.clients))
    groups.append(
      batch.members.enumerated().map { place, member in
        QueueOperation(
          member.action, value: member.value, from: batch.from, to: to, isNext: place > 0)
      })
  }

  // MARK: - Changes

  /// Changes something that still leaves operations of a queue.
  private mutating func change(_ operations: inout [QueueOperation]) {
    guard !operations.isEmpty else { return }
    let place = draws.index(of: operations.count)
    let isFollowed = operations.dropFirst(place + 1).first?.isNext ?? false
    let isAlone = !operations[place].isNext && !isFollowed
    let isReturned = operations[place].to != QueueOperation.never
    switch draws.index(of: 12) {
    case 0..<4: swapNeighbours(&operations)
    case 4..<8 where isAlone && isReturned:
      // An interval moves.
      let shift = Int64(draws.index(of: 9)) - 4
      operations[place].from += shift
      operations[place].to += shift
    case 8 where isAlone && operations[place].value != QueueOperation.noValue:
      if operations[place].action == .dequeue { operations[place].value = QueueOperation.noValue }
    case 9 where operations[place].action == .dequeue && isReturned && isAlone && values > 0:
      operations[place].value = Int32(draws.index(of: Int(values)))
    case 10 where isAlone: operations.remove(at: place)
    case 11 where isAlone && isReturned:
      if operations[place].action != .publish { operations[place].value = QueueOperation.noValue }
      if operations[place].action != .drain { operations[place].to = QueueOperation.never }
    default: break
    }
  }

  /// Two dequeues, one of which is among the next after the other, swap what they returned.
  private mutating func swapNeighbours(_ operations: inout [QueueOperation]) {
    let dequeues = operations.indices.filter {
      operations[$0].action == .dequeue && operations[$0].value != QueueOperation.noValue
    }.sorted { (operations[$0].to, $0) < (operations[$1].to, $1) }
    guard dequeues.count > 1 else { return }
    let first = draws.index(of: dequeues.count - 1)
    let second = min(first + 1 + draws.index(of: 3), dequeues.count - 1)
    let value = operations[dequeues[first]].value
    operations[dequeues[first]].value = operations[dequeues[second]].value
    operations[dequeues[second]].value = value
  }
}

extension SeededGenerator {
  /// Puts elements in any order.
  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for place in elements.indices.dropFirst() {
      elements.swapAt(place, index(of: place + 1))
    }
  }
}
