public import Environment

/// One event of a history, with the instant at which the controller saw it.
///
/// The order in the history is the order in which the one recording thread saw the events; events
/// of the same instant overlap (an invocation counts as before a return).
public struct TimedEvent: Hashable, Sendable {
  /// When the controller saw it, on the run's monotonic clock.
  public var at: Instant
  /// What happened.
  public var event: Event

  /// An event at an instant.
  public init(at: Instant, _ event: Event) {
    self.at = at
    self.event = event
  }
}

/// What a history is made of (history v2).
///
/// The rare events are boxed, which keeps the others small: histories have millions of them.
public enum Event: Hashable, Sendable {
  /// A client decided on an operation; its interval starts here.
  case invoked(Invocation)
  /// The first byte of an operation was handed to the connection.
  case written(Written)
  /// An operation ended; it happens at most once an operation.
  case completed(OperationID, Outcome)
  /// The broker pushed a message to a consumer.
  case delivered(Delivery)
  /// A consumer's ack, nack or reject was handed to the connection; AMQP never answers it.
  case settled(Settlement)
  /// The broker answered one or more publishes of a confirming channel.
  case answered(ConfirmAnswer)
  /// The broker returned an unroutable message.
  case returned(SessionID, MessageID)
  /// A client's channel opened.
  case sessionOpened(SessionOpening)
  /// A client's channel or its connection was lost.
  indirect case sessionLost(SessionID, reason: String)
  /// A fault of the schedule changed its state.
  indirect case fault(FaultEvent)
  /// The harness learnt something about the broker from outside the protocol.
  indirect case broker(BrokerEvent)
  /// The harness looked at itself.
  indirect case watched(HarnessWatch)
  /// The run entered a phase.
  case phase(Phase)
}

/// A client's decision to do something.
public struct Invocation: Hashable, Sendable {
  /// The new operation.
  public var operation: OperationID
  /// Who does it.
  public var client: ClientID
  /// The queue it is about.
  public var queue: QueueID
  /// What is to be done.
  public var action: Action
  /// By how much a publish of an open loop comes after its intended time, in whole milliseconds.
  public var late: Duration {
    get { .milliseconds(lateMilliseconds) }
    set { lateMilliseconds = newValue.wholeMilliseconds }
  }
  private var lateMilliseconds: UInt32

  /// An invocation.
  public init(
    operation: OperationID, client: ClientID, queue: QueueID, action: Action,
    late: Duration = .zero
  ) {
    self.operation = operation
    self.client = client
    self.queue = queue
    self.action = action
    // Almost all are in time, and the division is slow.
    lateMilliseconds = late == .zero ? 0 : late.wholeMilliseconds
  }
}

extension Duration {
  /// Rounded down, within what a history can hold.
  var wholeMilliseconds: UInt32 {
    let (seconds, attoseconds) = components
    if seconds > Int64(UInt32.max) / 1_000 { return .max }
    return UInt32(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
  }
}

/// What an operation does.
public enum Action: Hashable, Sendable {
  /// Publish this message, mandatory and persistent, with confirms on.
  case publish(MessageID)
  /// Ask for one message, to be acknowledged once it was received.
  case get
  /// Start a consumer with manual acknowledgements, to which at most so many unacknowledged
  /// messages may be pushed; 0 for any number.
  case consume(prefetch: UInt16)
  /// Ask for one message that the broker forgets as it sends it; if the answer is lost, one
  /// message may be.
  case take
  /// Take messages, each recorded as a `take` of its own, until the queue is empty; if it ends in
  /// doubt, any number of messages may be lost.
  case drain
}

/// That an operation's first byte was handed to the connection.
public struct Written: Hashable, Sendable {
  /// The operation.
  public var operation: OperationID
  /// The session it went through.
  public var session: SessionID
  /// For a publish on a confirming channel its sequence number there, from 1; otherwise 0.
  public var sequence: UInt64

  /// A written operation.
  public init(operation: OperationID, session: SessionID, sequence: UInt64) {
    self.operation = operation
    self.session = session
    self.sequence = sequence
  }
}

/// A message pushed to a consumer.
public struct Delivery: Hashable, Sendable {
  /// The queue that it came from.
  public var queue: QueueID
  /// What was received, and where.
  public var receipt: Receipt

  /// A pushed message.
  public init(queue: QueueID, receipt: Receipt) {
    self.queue = queue
    self.receipt = receipt
  }
}

/// An acknowledgement of any kind as it was sent.
public struct Settlement: Hashable, Sendable {
  /// The session on which the delivery came and the answer went.
  public var session: SessionID
  /// The delivery tag.
  public var tag: UInt64
  /// Whether all earlier unsettled tags of the session are meant too.
  public var multiple: Bool
  /// What the consumer said.
  public var kind: SettlementKind

  /// A settlement.
  public init(session: SessionID, tag: UInt64, multiple: Bool, kind: SettlementKind) {
    self.session = session
    self.tag = tag
    self.multiple = multiple
    self.kind = kind
  }
}

/// What a consumer says of a delivery.
public enum SettlementKind: UInt8, Hashable, Sendable, CaseIterable {
  /// Done with it.
  case ack = 0
  /// Give it back to the queue (basic.nack with requeue).
  case requeue = 1
  /// Throw it away or dead-letter it (basic.nack without requeue).
  case discard = 2
  /// Give it back to the queue (basic.reject with requeue).
  case reject = 3

  /// Whether the consumer is done with the message.
  public var isFinal: Bool { self == .ack || self == .discard }
}

/// A confirm, positive or negative.
public struct ConfirmAnswer: Hashable, Sendable {
  /// The publishing session.
  public var session: SessionID
  /// The sequence number, from 1.
  public var sequence: UInt64
  /// Whether all earlier unanswered sequence numbers are meant too.
  public var multiple: Bool
  /// False for a nack.
  public var positive: Bool

  /// An answer to one or more publishes.
  public init(session: SessionID, sequence: UInt64, multiple: Bool, positive: Bool) {
    self.session = session
    self.sequence = sequence
    self.multiple = multiple
    self.positive = positive
  }
}

/// The opening of a client's channel.
public struct SessionOpening: Hashable, Sendable {
  /// The new session.
  public var session: SessionID
  /// Whose it is.
  public var client: ClientID
  /// The node it is connected to.
  public var node: NodeID

  /// A session's opening.
  public init(session: SessionID, client: ClientID, node: NodeID) {
    self.session = session
    self.client = client
    self.node = node
  }
}
