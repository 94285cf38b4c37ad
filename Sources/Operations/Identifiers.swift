/// A small dense number that names one thing of a run; the types keep the kinds apart.
public protocol DenseIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number, dense from zero within one run unless the type says otherwise.
  var rawValue: UInt32 { get }
  /// The identifier with this number.
  init(_ rawValue: UInt32)
}

extension DenseIdentifier {
  /// By number.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
  /// The number in decimal.
  public var description: String { String(rawValue) }
}

/// A node of the cluster; `n1` has the number 1.
public struct NodeID: DenseIdentifier {
  /// The number.
  public let rawValue: UInt32
  /// The identifier with this number.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  /// `n` and the number.
  public var description: String { "n\(rawValue)" }
}

/// A queue under test.
public struct QueueID: DenseIdentifier {
  /// The number.
  public let rawValue: UInt32
  /// The identifier with this number.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// A client of the workload: one publisher or one consumer, over all its sessions.
public struct ClientID: DenseIdentifier {
  /// The number.
  public let rawValue: UInt32
  /// The identifier with this number.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// One open channel of a client, from its opening until it is lost; never reused in a run.
public struct SessionID: DenseIdentifier {
  /// The number.
  public let rawValue: UInt32
  /// The identifier with this number.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// One operation, in order of invocation.
public struct OperationID: DenseIdentifier {
  /// The number.
  public let rawValue: UInt32
  /// The identifier with this number.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// One fault of the schedule, by its place there.
public struct FaultID: DenseIdentifier {
  /// The number.
  public let rawValue: UInt32
  /// The identifier with this number.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// A published message: the publishing client and its how-manieth message it is, from zero.
///
/// It is fixed by the plan, whatever the timing of the run, and travels in the message itself.
public struct MessageID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The publishing client.
  public let client: ClientID
  /// The number of the message among those of its client, from zero.
  public let sequence: UInt32

  /// Message `sequence` of `client`.
  public init(client: ClientID, sequence: UInt32) {
    self.client = client
    self.sequence = sequence
  }

  /// What a delivery names whose body carries no readable id: nobody of this run published it.
  public static let foreign = MessageID(rawValue: .max)

  /// The client in the upper and the sequence in the lower 32 bits.
  public var rawValue: UInt64 { UInt64(client.rawValue) << 32 | UInt64(sequence) }

  /// The message whose packed form is `rawValue`.
  public init(rawValue: UInt64) {
    client = ClientID(UInt32(rawValue >> 32))
    sequence = UInt32(truncatingIfNeeded: rawValue)
  }

  /// By client, then by sequence.
  public static func < (lhs: MessageID, rhs: MessageID) -> Bool { lhs.rawValue < rhs.rawValue }

  /// `client.sequence`, or `foreign`.
  public var description: String {
    self == .foreign ? "foreign" : "\(client.rawValue).\(sequence)"
  }
}
