import Environment
public import Operations

/// What clients do with the queues under test; one workload a file in Workloads/.
public protocol Workload: Sendable {
  /// The name on the command line.
  static var name: String { get }
  /// One sentence for `--help`.
  static var summary: String { get }
  /// Its parameters with their defaults.
  static var parameters: [WorkloadParameter] { get }
  /// What the verdict requires of every queue.
  static var required: [Guarantee] { get }
  /// The fewest confirmed messages a queue for which the workload counts as exercised.
  static var minimumConfirmed: Int { get }
  /// The queues that it needs, given one of each kind under test: with options of its own, and
  /// with more queues behind them. Every kind gets the same.
  static func queues(_ queues: [QueuePlan], parameters: WorkloadSettings) -> [QueuePlan]
  /// The workload with resolved parameters.
  init(seed: UInt64, parameters: WorkloadSettings)
  /// The clients for these nodes and queues, with ids dense from zero; the order is part of the
  /// plan.
  func clients(nodes: [NodeID], queues: [QueueDescription]) -> [ClientPlan]
}

extension Workload {
  /// What brokers promise of any queue whose clients confirm and acknowledge.
  ///
  /// Prefetch is not among it: a new leader counts from zero what its consumers still hold.
  public static var required: [Guarantee] {
    [.atLeastOnce, .integrity, .confirmProtocol, .eventualDrain]
  }
  /// Enough messages for a loss to have a chance.
  public static var minimumConfirmed: Int { 100 }
  /// The queues as they are.
  public static func queues(_ queues: [QueuePlan], parameters: WorkloadSettings) -> [QueuePlan] {
    queues
  }
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
  /// It consumes, holds each message for a while and settles it.
  case consume(Consumption)
}

/// How a consumer works.
public struct Consumption: Hashable, Sendable {
  /// How messages come to it.
  public enum Supply: Hashable, Sendable {
    /// The broker pushes them, at most so many unacknowledged ones.
    case push(prefetch: Int)
    /// It gets one after the other, and waits so long after an empty answer.
    case get(pause: Duration)
  }
  /// How messages come to it.
  public var supply: Supply
  /// How long the consumer works on each message before it settles it; zero in the drain.
  public var hold: Duration
  /// How it settles messages before the drain; in the drain it acknowledges all.
  public var answers: AnswerMix

  /// A consumption.
  public init(supply: Supply, hold: Duration, answers: AnswerMix = AnswerMix()) {
    self.supply = supply
    self.hold = hold
    self.answers = answers
  }

  /// A consumer that messages are pushed to and that acknowledges them all.
  public init(prefetch: Int, hold: Duration) {
    self.init(supply: .push(prefetch: prefetch), hold: hold)
  }
}

/// How often a consumer does something else than to acknowledge, in thousandths of its deliveries.
///
/// What it does with its k-th delivery is a function of (seed, client, k).
public struct AnswerMix: Hashable, Sendable {
  /// What a consumer does with a delivery.
  public enum Choice: Hashable, Sendable {
    /// It settles it.
    case settle(SettlementKind)
    /// It drops its connection, with everything that it holds.
    case drop
  }
  /// Where the draws come from.
  public var seed: UInt64
  /// Thousandths given back by basic.nack.
  public var requeued: Int
  /// Thousandths given back by basic.reject.
  public var rejected: Int
  /// Thousandths thrown away or dead-lettered.
  public var discarded: Int
  /// Thousandths at which the connection is dropped.
  public var dropped: Int

  /// A mix; without arguments everything is acknowledged.
  public init(
    seed: UInt64 = 0, requeued: Int = 0, rejected: Int = 0, discarded: Int = 0, dropped: Int = 0
  ) {
    self.seed = seed
    self.requeued = requeued
    self.rejected = rejected
    self.discarded = discarded
    self.dropped = dropped
  }

  /// What `client` does with its `number`-th delivery, counted from 0.
  public func choice(of client: ClientID, number: UInt64) -> Choice {
    var draws = SeededGenerator(
      seed: seed, stream: 0x616E_0000_0000 | UInt64(client.rawValue), index: number)
    var drawn = Int(draws.draw(below: 1_000))
    for (share, choice) in [
      (requeued, Choice.settle(.requeue)), (rejected, .settle(.reject)),
      (discarded, .settle(.discard)), (dropped, .drop),
    ] {
      if drawn < share { return choice }
      drawn -= share
    }
    return .settle(.ack)
  }
}
