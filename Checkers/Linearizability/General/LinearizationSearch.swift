/// Looks for an order in which a thing can have done its operations one after another.
///
/// The search of Wing and Gong (1993) with the memory of Lowe (2017): depth first, and never twice
/// into the same configuration. It has no clock: it is advanced by steps, and it stops where its
/// tables would need more memory than they may. Three things make it faster and change nothing:
/// what returned and leaves the state alone takes effect as soon as it can; what never returned and
/// leaves the state alone does not take effect; of equal operations that never returned the one
/// that was invoked first takes effect first.
struct LinearizationSearch<M: Model>: Sendable {
  enum Outcome: Hashable, Sendable {
    case linearizable
    /// In no order; every attempt ended before or at this event, counted from 0.
    case notLinearizable(furthest: Int)
    case outOfMemory
  }

  private struct Frame: Sendable {
    var operation: Int32
    /// Which of the successors was chosen.
    var choice: Int32
    /// The state before.
    var state: UInt32
    /// Whether nothing else has to be tried instead.
    var isForced: Bool
  }

  private let model: M
  private let operations: [ConcurrentOperation<M.Operation>]
  private let maximumBytes: Int
  /// By operation: its bit among the completed or among the crashed ones.
  private var bits: [Int32] = []
  /// By operation: the equal one before it if neither returned, -1 for none.
  private var twins: [Int32] = []
  private var list: EventList
  private var states: StateTable<M>
  private var table = ConfigurationTable()
  private var configuration: Configuration
  private var state: UInt32
  private var stack: [Frame] = []
  private var cursor: Int
  private var choice = 0
  private var furthest = 0
  private(set) var outcome: Outcome?
  /// How many steps were made.
  private(set) var steps = 0

  /// A search; the operations are in the order of their invocations.
  init(
    _ model: M, _ operations: [ConcurrentOperation<M.Operation>], from initial: M.State? = nil,
    maximumBytes: Int
  ) {
    self.model = model
    self.operations = operations
    self.maximumBytes = maximumBytes
    var (completed, crashed) = (0, 0)
    var last: [M.Operation: Int32] = [:]
    for (place, operation) in operations.enumerated() {
      if operation.to != nil {
        bits.append(Int32(completed))
        twins.append(-1)
        completed += 1
      } else {
        bits.append(Int32(crashed))
        twins.append(last.updateValue(Int32(place), forKey: operation.operation) ?? -1)
        crashed += 1
      }
    }
    list = EventList(operations)
    cursor = list.first
    configuration = Configuration(completed: completed, crashed: crashed)
    states = StateTable(model)
    state = states.number(of: initial ?? model.initial)
  }

  /// The memory of the tables.
  var bytes: Int {
    table.bytes + states.bytes + stack.capacity * MemoryLayout<Frame>.stride
  }

  /// Makes so many steps at most; the outcome if there is one.
  mutating func advance(by count: Int) -> Outcome? {
    var left = count
    while outcome == nil, left > 0 {
      left -= 1
      step()
    }
    steps += count - left
    return outcome
  }

  private mutating func step() {
    if list.returnCount == 0 {
      outcome = .linearizable
    } else if list.isReturn(cursor) {
      furthest = max(furthest, cursor - 1)
      if !backtrack() { outcome = .notLinearizable(furthest: furthest) }
    } else {
      attempt(list.operation(cursor))
    }
  }

  /// Lets the operation under the cursor take effect, or goes on to the next.
  private mutating func attempt(_ place: Int) {
    let isCrashed = operations[place].to == nil
    if isCrashed, twins[place] >= 0, !configuration.hasCrashed(Int(bits[Int(twins[place])])) {
      return moveOn()
    }
    switch model.step(states[state], operations[place].operation) {
    case .none: moveOn()
    case .one(let next):
      if choice > 0 || !apply(place, next, isCrashed: isCrashed, isOnly: true) { moveOn() }
    case .several(let next):
      while choice < next.count {
        if apply(place, next[choice], isCrashed: isCrashed, isOnly: false) { return }
        choice += 1
      }
      moveOn()
    }
  }

  private mutating func moveOn() {
    cursor = list.event(after: cursor)
    choice = 0
  }

  /// Lets an operation take effect if that leads to somewhere new.
  private mutating func apply(
    _ place: Int, _ next: M.State, isCrashed: Bool, isOnly: Bool
  ) -> Bool {
    let number = states.number(of: next)
    if isCrashed, number == state { return false }
    mark(place, isCrashed: isCrashed)
    switch table.insert(configuration, state: number) {
    case true?: break
    case false?:
      unmark(place, isCrashed: isCrashed)
      return false
    case nil:
      outcome = .outOfMemory
      return true
    }
    stack.append(
      Frame(
        operation: Int32(place), choice: Int32(choice), state: state,
        isForced: isOnly && !isCrashed && number == state))
    list.remove(place)
    state = number
    cursor = list.first
    choice = 0
    if bytes > maximumBytes { outcome = .outOfMemory }
    return true
  }

  /// Takes the last decision back that could have been another; false if there is none.
  private mutating func backtrack() -> Bool {
    while let frame = stack.popLast() {
      let place = Int(frame.operation)
      list.restore(place)
      unmark(place, isCrashed: operations[place].to == nil)
      state = frame.state
      guard !frame.isForced else { continue }
      cursor = list.invocation(of: place)
      choice = Int(frame.choice) + 1
      return true
    }
    return false
  }

  private mutating func mark(_ place: Int, isCrashed: Bool) {
    if isCrashed {
      configuration.setCrashed(Int(bits[place]))
    } else {
      configuration.set(Int(bits[place]))
    }
  }

  private mutating func unmark(_ place: Int, isCrashed: Bool) {
    if isCrashed {
      configuration.clearCrashed(Int(bits[place]))
    } else {
      configuration.clear(Int(bits[place]))
    }
  }
}
