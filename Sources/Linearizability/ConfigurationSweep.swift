/// Follows all configurations that a thing can be in from event to event (the just-in-time
/// linearization of Lowe, 2017).
///
/// It shares no code and no shortcut with `LinearizationSearch`: it is how what that one finds is
/// verified, and it knows in which states the thing can have been.
package struct ConfigurationSweep<M: Model>: Sendable {
  /// What the thing may be like between two events.
  struct Possibility: Hashable, Sendable {
    var state: M.State
    /// The open operations that took effect, in order of their places.
    var effective: [Int32]
  }
  enum Outcome: Hashable, Sendable {
    /// Some possibility is left after every event.
    case survives
    /// None is left after this event, counted from 0.
    case fails(event: Int)
    case outOfMemory
  }
  /// The last moment at which nothing was open but what never returned.
  struct Calm: Sendable {
    /// How many events came before.
    var event: Int
    var possibilities: [Possibility]

    /// The states in which the thing can have been, each once.
    var states: [M.State] {
      var seen: Set<M.State> = []
      return possibilities.compactMap { seen.insert($0.state).inserted ? $0.state : nil }
    }

    /// Whether the operations at these places took effect before.
    func effects(of places: [Int]) -> [Counterexample<M>.EarlierEffect] {
      var counts: [Int32: Int] = [:]
      for possibility in possibilities {
        for place in possibility.effective { counts[place, default: 0] += 1 }
      }
      return places.map { place in
        switch counts[Int32(place)] {
        case nil: .none
        case possibilities.count: .certain
        default: .possible
        }
      }
    }
  }
  /// How many states at the last return are kept.
  private static var maximumStates: Int { 256 }

  private let model: M
  private let operations: [ConcurrentOperation<M.Operation>]
  private let events: [Int]
  private let maximumBytes: Int
  private var place = 0
  private var open: [Int32] = []
  private var openCompleted = 0
  private var possibilities: [Possibility]
  /// While a return is worked at: what is still to be looked at, and what was found.
  private var pending: [Possibility] = []
  private var seen: Set<Possibility> = []
  private var survivors: [Possibility] = []
  private var isReturning = false
  /// The states in which the returning operation has not taken effect.
  private var reached: [M.State] = []
  private var reachedSet: Set<M.State> = []
  /// About how much memory everything that was seen takes.
  private var bytes = 0
  private var calmBytes = 0
  /// What steps cost besides looking at the operations.
  private var charge = 0
  private(set) var calm: Calm
  private(set) var outcome: Outcome?

  /// A sweep; the operations are in the order of their invocations.
  init(_ model: M, _ operations: [ConcurrentOperation<M.Operation>], maximumBytes: Int) {
    self.model = model
    self.operations = operations
    events = EventOrder.events(of: operations)
    self.maximumBytes = maximumBytes
    possibilities = [Possibility(state: model.initial, effective: [])]
    calm = Calm(event: 0, possibilities: possibilities)
  }

  /// Makes so many steps at most; the outcome if there is one.
  mutating func advance(by count: Int) -> Outcome? {
    var left = count
    while outcome == nil, left > 0 {
      charge = 0
      step()
      left -= min(left, 1 + charge)
    }
    return outcome
  }

  /// The places of the operations that had not returned when it was calm last.
  var window: [Int] {
    var isPast = Array(repeating: false, count: operations.count)
    for event in events[..<calm.event] where event & 1 == 1 { isPast[event >> 1] = true }
    return operations.indices.filter { !isPast[$0] }
  }

  /// Once it has failed at the last event: the states in which the thing can have been then, in
  /// which the operation that returns has not taken effect; the first of them if there are many.
  var statesAtReturn: [M.State] {
    outcome == .fails(event: events.count - 1) ? reached : []
  }

  private mutating func step() {
    if isReturning {
      work()
    } else if place == events.count {
      outcome = .survives
    } else if events[place] & 1 == 0 {
      let operation = events[place] >> 1
      open.append(Int32(operation))
      if operations[operation].to != nil { openCompleted += 1 }
      place += 1
    } else {
      pending = possibilities
      seen = Set(possibilities)
      bytes = possibilities.reduce(calmBytes) { $0 + size(of: $1) }
      survivors = []
      reached = []
      reachedSet = []
      isReturning = true
    }
  }

  /// Looks at one possibility before the return: the operation has to have taken effect by it.
  private mutating func work() {
    let returning = Int32(events[place] >> 1)
    guard let possibility = pending.popLast() else { return finish(returning) }
    if let index = possibility.effective.firstIndex(of: returning) {
      var survivor = possibility
      survivor.effective.remove(at: index)
      survivors.append(survivor)
      return
    }
    if reached.count < Self.maximumStates, reachedSet.insert(possibility.state).inserted {
      reached.append(possibility.state)
    }
    for operation in open where !possibility.effective.contains(operation) {
      switch model.step(possibility.state, operations[Int(operation)].operation) {
      case .none: break
      case .one(let state): add(possibility, operation, state)
      case .several(let states): for state in states { add(possibility, operation, state) }
      }
    }
    if bytes > maximumBytes { outcome = .outOfMemory }
  }

  private mutating func add(_ possibility: Possibility, _ operation: Int32, _ state: M.State) {
    var next = possibility
    next.state = state
    charge += model.footprint(of: state) >> 10
    next.effective.append(operation)
    next.effective.sort()
    guard seen.insert(next).inserted else { return }
    bytes += size(of: next)
    pending.append(next)
  }

  /// A possibility lies in an array and in a set, both of which may be half empty.
  private func size(of possibility: Possibility) -> Int {
    4 * MemoryLayout<Possibility>.stride + possibility.effective.capacity * 4 + 48
      + model.footprint(of: possibility.state)
  }

  private mutating func finish(_ returning: Int32) {
    isReturning = false
    open.removeAll { $0 == returning }
    openCompleted -= 1
    possibilities = survivors
    if possibilities.isEmpty {
      outcome = .fails(event: place)
      return
    }
    place += 1
    if openCompleted == 0 {
      calm = Calm(event: place, possibilities: possibilities)
      calmBytes = possibilities.reduce(0) { $0 + size(of: $1) }
    }
  }
}
