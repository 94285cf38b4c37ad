public import Operations

/// What clients do with the queues under test; one workload a file in Workloads/.
public protocol Workload: Sendable {
  /// The name on the command line.
  static var name: String { get }
  /// One sentence for `--help`.
  static var summary: String { get }
  /// Its parameters with their defaults.
  static var parameters: [WorkloadParameter] { get }
  /// The workload with resolved parameters.
  init(seed: UInt64, parameters: WorkloadSettings)
  /// The clients for these nodes and queues, with ids dense from zero; the order is part of the
  /// plan.
  func clients(nodes: [NodeID], queues: [QueueDescription]) -> [ClientPlan]
  /// When a message is to be sent, from the beginning of the load phase; nil if that depends on the
  /// course of the run. Latencies count from then, so that a client that was held up hides nothing.
  func intendedSend(of message: MessageID) -> Duration?
}

extension Workload {
  /// Nil: when messages are sent depends on the course of the run.
  public func intendedSend(of message: MessageID) -> Duration? { nil }
}

/// A parameter of a workload: an integer with a range.
public struct WorkloadParameter: Hashable, Sendable {
  /// In kebab case, with the unit at the end where there is one: `publish-interval-ns`.
  public var name: String
  /// The value unless the user says otherwise.
  public var defaultValue: Int64
  /// What is allowed.
  public var range: ClosedRange<Int64>
  /// One sentence for `--help`.
  public var help: String

  /// A parameter.
  public init(_ name: String, _ defaultValue: Int64, in range: ClosedRange<Int64>, _ help: String) {
    self.name = name
    self.defaultValue = defaultValue
    self.range = range
    self.help = help
  }
}

/// The resolved parameters of a workload, in the order in which it declares them.
public struct WorkloadSettings: Hashable, Sendable {
  /// A name and its value.
  public struct Entry: Hashable, Sendable {
    /// The parameter's name.
    public var name: String
    /// Its value.
    public var value: Int64

    /// A setting.
    public init(_ name: String, _ value: Int64) {
      self.name = name
      self.value = value
    }
  }
  /// All parameters.
  public var entries: [Entry]

  /// Settings.
  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// The defaults of `parameters`.
  public init(defaultsOf parameters: [WorkloadParameter]) {
    entries = parameters.map { Entry($0.name, $0.defaultValue) }
  }

  /// The value of a parameter that the workload declares.
  public subscript(name: String) -> Int64 {
    get {
      guard let entry = entries.first(where: { $0.name == name }) else {
        preconditionFailure("the workload does not declare \(name)")
      }
      return entry.value
    }
    set {
      guard let index = entries.firstIndex(where: { $0.name == name }) else {
        preconditionFailure("the workload does not declare \(name)")
      }
      entries[index].value = newValue
    }
  }
}

/// A client and what it does.
public struct ClientPlan: Sendable {
  /// Who it is.
  public var description: ClientDescription
  /// What it does.
  public var behaviour: ClientBehaviour

  /// A client.
  public init(_ description: ClientDescription, _ behaviour: ClientBehaviour) {
    self.description = description
    self.behaviour = behaviour
  }
}

/// What a client does.
public enum ClientBehaviour: Sendable {
  /// It publishes what the generator says, until the load phase ends.
  case publish(any Generator)
  /// It consumes by push, holds each message for a while and acknowledges it.
  case consume(Consumption)
}

/// How a consumer works.
public struct Consumption: Hashable, Sendable {
  /// The most unacknowledged messages that the broker may push.
  public var prefetch: Int
  /// How long the consumer works on each message before it acknowledges it; zero in the drain.
  public var hold: Duration

  /// A consumption.
  public init(prefetch: Int, hold: Duration) {
    self.prefetch = prefetch
    self.hold = hold
  }
}
