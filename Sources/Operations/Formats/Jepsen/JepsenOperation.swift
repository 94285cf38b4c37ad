/// One line of a Jepsen history: that a process began something, or how it ended.
///
/// It takes 48 bytes, and only what is rare in long histories (errors, lists, strings, functions
/// that are not known here) lies elsewhere, so that millions of them can be read and copied fast.
package struct JepsenOperation: Sendable {
  /// What stands for no index, no time, and the nemesis.
  fileprivate static let absent = Int64.min

  private var rawIndex = absent
  private var rawTime = absent
  private var rawProcess: Int64
  private var number: Int64 = 0
  private var rare: JepsenRarity?
  /// Whether it began or how it ended.
  package var type: JepsenType
  /// What was done.
  package private(set) var function: JepsenFunction
  private var content = Content.none
  private var flag = Flag.unknown

  private enum Content: UInt8 {
    case none, integer, rare
  }
  private enum Flag: UInt8 {
    case unknown, plain, redelivered
  }

  /// An operation; `name` is that of another function than the known ones.
  package init(
    index: Int64? = nil, time: Int64? = nil, process: JepsenProcess, type: JepsenType,
    function: JepsenFunction, name: String? = nil, value: JepsenValue = .none,
    redelivered: Bool? = nil, error: String? = nil
  ) {
    rawProcess = process.raw
    self.type = type
    self.function = function
    self.index = index
    self.time = time
    self.value = value
    self.redelivered = redelivered
    if let error { self.error = error }
    if function == .other { rename(name ?? "") }
  }

  /// Its place in the history; nil where the file does not number its operations.
  package var index: Int64? {
    get { rawIndex == Self.absent ? nil : rawIndex }
    set { rawIndex = newValue ?? Self.absent }
  }

  /// Nanoseconds since the origin of the test; nil where the file has no times.
  package var time: Int64? {
    get { rawTime == Self.absent ? nil : rawTime }
    set { rawTime = newValue ?? Self.absent }
  }

  /// Who did it.
  package var process: JepsenProcess {
    get { rawProcess == Self.absent ? .nemesis : .client(rawProcess) }
    set { rawProcess = newValue.raw }
  }

  /// What was done it with, or what came of it.
  package var value: JepsenValue {
    get {
      switch content {
      case .none: .none
      case .integer: .integer(number)
      case .rare: rare?.value ?? .none
      }
    }
    set {
      switch newValue {
      case .none: content = .none
      case .integer(let value): (content, number) = (.integer, value)
      default:
        content = .rare
        change { $0.value = newValue }
      }
    }
  }

  /// For the end of a dequeue: whether the broker flagged the message; nil if that is not known.
  package var redelivered: Bool? {
    get { flag == .unknown ? nil : flag == .redelivered }
    set { flag = newValue.map { $0 ? .redelivered : .plain } ?? .unknown }
  }

  /// The EDN of `:error`, for people; nil if there was none.
  package var error: String? {
    get { rare?.error }
    set { change { $0.error = newValue } }
  }

  /// The keyword of the function, without its colon.
  package var functionName: String { function.name ?? rare?.functionName ?? "" }

  /// Makes it an operation of the function with this name.
  package mutating func rename(_ name: String) {
    function = JepsenFunction.named.first { $0.name == name } ?? .other
    if function == .other { change { $0.functionName = name } }
  }

  /// Makes it an operation of a function that is known.
  mutating func be(_ known: JepsenFunction) {
    function = known
  }

  private mutating func change(_ body: (inout JepsenRarity.Parts) -> Void) {
    var parts = rare?.parts ?? JepsenRarity.Parts()
    body(&parts)
    rare = JepsenRarity(parts: parts)
  }
}

extension JepsenOperation: Hashable {
  /// Whether they are the same in all that a file says of them.
  package static func == (lhs: JepsenOperation, rhs: JepsenOperation) -> Bool {
    lhs.rawIndex == rhs.rawIndex && lhs.rawTime == rhs.rawTime && lhs.rawProcess == rhs.rawProcess
      && lhs.type == rhs.type && lhs.functionName == rhs.functionName && lhs.value == rhs.value
      && lhs.flag == rhs.flag && lhs.error == rhs.error
  }

  /// By what tells operations of one history apart.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(rawIndex)
    hasher.combine(rawTime)
    hasher.combine(rawProcess)
    hasher.combine(type)
    hasher.combine(function)
  }
}

/// What few operations of a history have.
private final class JepsenRarity: Sendable {
  struct Parts: Sendable {
    var functionName: String?
    var value = JepsenValue.none
    var error: String?
  }
  let parts: Parts

  init(parts: Parts) {
    self.parts = parts
  }

  var functionName: String? { parts.functionName }
  var value: JepsenValue { parts.value }
  var error: String? { parts.error }
}

extension JepsenProcess {
  fileprivate var raw: Int64 {
    switch self {
    case .client(let number): number
    case .nemesis: JepsenOperation.absent
    }
  }
}
