public import Operations

/// A figure about one queue.
public struct Measure: Hashable, Sendable {
  /// Which one.
  public var key: MeasureKey
  /// For which queue.
  public var queue: QueueID
  /// The figure.
  public var value: MeasureValue

  /// A measure.
  public init(_ key: MeasureKey, queue: QueueID, _ value: MeasureValue) {
    self.key = key
    self.queue = queue
    self.value = value
  }

  /// A measure of a whole queue.
  public init(_ name: MeasureName, queue: QueueID, _ value: MeasureValue) {
    self.init(.whole(name), queue: queue, value)
  }
}

/// A figure with its unit.
public enum MeasureValue: Hashable, Sendable {
  /// A number of things.
  case count(Int)
  /// A length of time.
  case duration(Duration)
  /// Nothing to measure; the reason is for people.
  case absent(String)
}

/// Which figure of a queue: one that every history has, or one of a node, a fault or a log pattern.
///
/// Its text, in kebab case, is the name in results.json, in expectations and in the lines of
/// `stoat check`.
public enum MeasureKey: Hashable, Sendable, CustomStringConvertible {
  /// `confirmed`.
  case whole(MeasureName)
  /// `longest-unavailability-n1`: the same for the clients of one node.
  case node(MeasureName, NodeID)
  /// `recovery-heal-3`, or `recovery-heal-3-n1`: how long it took after a fault that restores
  /// something.
  case recovery(Restoration, FaultID, node: NodeID?)
  /// `log-crash`: lines of the nodes' logs that match a pattern, by its name.
  case log(String)
  /// A figure that this version does not know, by its name: of a result that another one has
  /// written.
  case other(String)

  /// The key whose text is `text`; `other` if none is.
  public init(_ text: String) {
    let key = Self.known(text)
    // Only what is written as we write it: `recovery-heal-03` is none of ours.
    self = key.map { $0.description == text } == true ? key ?? .other(text) : .other(text)
  }

  private static func known(_ text: String) -> MeasureKey? {
    if let name = MeasureName(rawValue: text) { return .whole(name) }
    if text.hasPrefix("log-") { return .log(String(text.dropFirst(4))) }
    var parts = text.split(separator: "-", omittingEmptySubsequences: false)
    var node: NodeID?
    if let last = parts.last, last.hasPrefix("n"), let number = UInt32(last.dropFirst()) {
      node = NodeID(number)
      parts.removeLast()
    }
    if parts.count == 3, parts[0] == "recovery", let fault = UInt32(parts[2]),
      let restoration = Restoration(rawValue: String(parts[1]))
    {
      return .recovery(restoration, FaultID(fault), node: node)
    }
    guard let node, let name = MeasureName(rawValue: parts.joined(separator: "-")) else {
      return nil
    }
    return .node(name, node)
  }

  /// The text.
  public var description: String {
    switch self {
    case .whole(let name): name.rawValue
    case .node(let name, let node): "\(name.rawValue)-\(node)"
    case .recovery(let restoration, let fault, let node):
      "recovery-\(restoration.rawValue)-\(fault)\(node.map { "-\($0)" } ?? "")"
    case .log(let pattern): "log-\(pattern)"
    case .other(let name): name
    }
  }
}

/// A fault that restores something; the raw value is its name in histories.
public enum Restoration: String, Hashable, Sendable, CaseIterable {
  /// Links work again.
  case heal
  /// A node that was killed is started.
  case start
}
