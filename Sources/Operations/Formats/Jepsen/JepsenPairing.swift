/// Finds for each operation of a history the one that ends it, and checks the rules of processes.
///
/// A process does one thing after another, and nothing after an `:info`. There is one exception:
/// clients that drain a queue may write each `:dequeue` of the `:drain` down as an operation of
/// its own, while the drain is open.
struct JepsenPairing {
  struct Failure: Error {
    var problem: JepsenError.Problem
  }

  private struct State {
    /// What the process has open.
    var open = JepsenHistory.noPartner
    /// The dequeue inside the open drain.
    var inner = JepsenHistory.noPartner
    var function = JepsenFunction.read
    /// Whether a dequeue inside the open drain brought something.
    var hasTaken = false
    /// What an open enqueue puts in.
    var enqueued = JepsenValue.none
    var isRetired = false
  }

  /// Below this number a process is found without a dictionary.
  static let dense: Int64 = 1 << 16

  private(set) var partners: [Int32]
  private var states: [State] = []
  /// Of processes whose numbers are negative or large.
  private var otherStates: [Int64: State] = [:]
  private var lastTime = Int64.min

  init(count: Int) {
    partners = Array(repeating: JepsenHistory.noPartner, count: count)
  }

  mutating func take(_ operation: JepsenOperation, at place: Int) throws(Failure) {
    if let time = operation.time {
      guard time >= lastTime else {
        throw Failure(problem: .timeGoesBack(time, after: lastTime))
      }
      lastTime = time
    }
    guard case .client(let process) = operation.process else { return }
    if process >= 0, process < Self.dense {
      while states.count <= process { states.append(State()) }
      try Self.step(&states[Int(process)], &partners, operation, process, place)
    } else {
      try Self.step(
        &otherStates[process, default: State()], &partners, operation, process, place)
    }
  }

  @inline(__always)
  private static func step(
    _ state: inout State, _ partners: inout [Int32], _ operation: JepsenOperation,
    _ process: Int64, _ place: Int
  ) throws(Failure) {
    if state.isRetired { throw Failure(problem: .retired(process: process)) }
    if operation.type == .invoke {
      try begin(&state, operation, process, Int32(place))
    } else {
      let began = try end(&state, operation, process)
      partners[place] = began
      partners[Int(began)] = Int32(place)
    }
  }

  @inline(__always)
  private static func begin(
    _ state: inout State, _ operation: JepsenOperation, _ process: Int64, _ place: Int32
  ) throws(Failure) {
    if operation.function == .enqueue, let value = operation.value.unfitToEnqueue {
      throw Failure(problem: .enqueuedValue(value))
    }
    if state.open == JepsenHistory.noPartner {
      state.open = place
      state.hasTaken = false
      state.function = operation.function
      if operation.function == .enqueue { state.enqueued = operation.value }
    } else if state.function == .drain, operation.function == .dequeue,
      state.inner == JepsenHistory.noPartner
    {
      state.inner = place
    } else {
      throw Failure(problem: .invokeWhileOpen(process: process))
    }
  }

  /// Ends what the process has open, and returns where it began.
  @inline(__always)
  private static func end(
    _ state: inout State, _ operation: JepsenOperation, _ process: Int64
  ) throws(Failure) -> Int32 {
    if state.inner != JepsenHistory.noPartner, operation.function == .dequeue {
      defer { state.inner = JepsenHistory.noPartner }
      if operation.type == .ok, operation.value != .none { state.hasTaken = true }
      return state.inner
    }
    guard state.open != JepsenHistory.noPartner, state.function == operation.function else {
      throw Failure(
        problem: .endWithoutInvoke(
          operation.type, function: operation.functionName, process: process))
    }
    if state.function == .enqueue, case .integer(let value) = operation.value,
      case .integer(let enqueued) = state.enqueued, value != enqueued
    {
      throw Failure(
        problem: .syntax("an :enqueue ends with another :value than it was invoked with"))
    }
    if state.hasTaken, let drained = operation.value.drained, !drained.isEmpty {
      throw Failure(
        problem: .syntax("a :drain lists what it took, and has :dequeues of its own that did, too"))
    }
    let began = state.open
    state.open = JepsenHistory.noPartner
    state.inner = JepsenHistory.noPartner
    state.isRetired = operation.type == .info
    return began
  }
}

extension JepsenValue {
  /// The value for people if it is none by which a message could be told from others; strings,
  /// keywords, symbols, characters and large whole numbers are as good as numbers.
  @inline(__always)
  fileprivate var unfitToEnqueue: String? {
    switch self {
    case .integer: nil
    case .none: "nil"
    case .pair, .list: "a collection"
    case .text(let text): text.isScalarValue ? nil : text
    }
  }
}

extension String {
  /// Whether this EDN is a scalar other than a fraction or a truth value.
  fileprivate var isScalarValue: Bool {
    guard let first = utf8.first, self != "true", self != "false" else { return false }
    if [UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "#")].contains(first)
    {
      return false
    }
    let digits =
      first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? utf8.dropFirst() : utf8[...]
    guard let digit = digits.first, digit &- 0x30 < 10 else { return true }
    return digits.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "N") }
  }
}
