/// Looks for an order in which a thing can have done its operations one after another.
///
/// The search of Wing and Gong (1993) with the memory of Lowe (2017): depth first, and never twice
/// into the same configuration. It has no clock: it is advanced by steps, and it stops where its
/// tables would need more memory than they may. What makes it faster and changes nothing: what only
/// reads takes effect as soon as it can; what never returned does not where it leaves the state
/// alone, is tried last, and of equal operations the one that was invoked first takes effect first.
package struct LinearizationSearch<M: Model>: Sendable {
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
  /// The operations that never returned.
  private var crashes: [Int] = []
  private var list: EventList
  private var states: StateTable<M>
  private var table = ConfigurationTable()
  private var configuration: Configuration
  private var state: UInt32
  private var stack: [Frame] = []
  /// The event that is looked at; at a return, before it is given up, those that never returned.
  private var cursor: Int
  private var crash = 0
  private var choice = 0
  private var furthest = 0
  private(set) var outcome: Outcome?
  /// What the states of a step cost, in steps.
  private var charge = 0
  /// How many steps were made, of which large states make more.
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
        crashes.append(place)
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

  /// The memory of the tables, the operations and their events.
  var bytes: Int {
    table.bytes + states.bytes + stack.capacity * MemoryLayout<Frame>.stride
      + operations.count * (MemoryLayout<ConcurrentOperation<M.Operation>>.stride + 48)
  }

  /// Makes so many steps at most; the outcome if there is one.
  mutating func advance(by count: Int) -> Outcome? {
    var left = count
    while outcome == nil, left > 0 {
      charge = 0
      step()
      left -= min(left, 1 + charge)
    }
    steps += count - left
    return outcome
  }

  private mutating func step() {
    if list.returnCount == 0 {
      outcome = .linearizable
    } else if !list.isReturn(cursor) {
      attempt(list.operation(cursor), isCrashed: false)
    } else if crash < crashes.count, list.invocation(of: crashes[crash]) < cursor {
      attemptCrash(crashes[crash])
    } else {
      furthest = max(furthest, cursor - 1)
      if !backtrack() { outcome = .notLinearizable(furthest: furthest) }
    }
  }

  private mutating func attemptCrash(_ place: Int) {
    let isTwinEffective =
      twins[place] < 0 || configuration.hasCrashed(Int(bits[Int(twins[place])]))
    if isTwinEffective, !configuration.hasCrashed(Int(bits[place])) {
      attempt(place, isCrashed: true)
    } else {
      moveOn()
    }
  }

  /// Lets the operation that is looked at take effect, or goes on to the next.
  private mutating func attempt(_ place: Int, isCrashed: Bool) {
    switch model.step(states[state], operations[place].operation) {
    case .none: moveOn()
    case .one(let next):
      if choice > 0 || !apply(place, next, isCrashed: isCrashed) { moveOn() }
    case .several(let next):
      while choice < next.count {
        if apply(place, next[choice], isCrashed: isCrashed) { return }
        choice += 1
      }
      moveOn()
    }
  }

  private mutating func moveOn() {
    if list.isReturn(cursor) { crash += 1 } else { cursor = list.event(after: cursor) }
    choice = 0
  }

  /// Lets an operation take effect if that leads to somewhere new.
  private mutating func apply(_ place: Int, _ next: M.State, isCrashed: Bool) -> Bool {
    charge += model.footprint(of: next) >> 10
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
        isForced: !isCrashed && model.isReadOnly(operations[place].operation)))
    if !isCrashed { list.remove(place) }
    state = number
    cursor = list.first
    crash = 0
    choice = 0
    if bytes > maximumBytes { outcome = .outOfMemory }
    return true
  }

  /// Takes the last decision back that could have been another; false if there is none.
  private mutating func backtrack() -> Bool {
    while let frame = stack.popLast() {
      let place = Int(frame.operation)
      let isCrashed = operations[place].to == nil
      if !isCrashed { list.restore(place) }
      unmark(place, isCrashed: isCrashed)
      state = frame.state
      guard !frame.isForced else { continue }
      cursor = isCrashed ? list.firstReturn : list.invocation(of: place)
      crash = isCrashed ? Int(bits[place]) : 0
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
