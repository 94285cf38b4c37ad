package import Environment
package import Operations

/// What a history says about one message, in order.
package struct MessageLife: Hashable, Sendable {
  /// The most events that are kept: the first and the last ones.
  package static let eventLimit = 60
  private static let lateEvents = 20

  /// The message.
  package var message: MessageID
  /// What happened to it.
  package private(set) var events: [LifeEvent] = []
  /// How many events between the first and the last ones were left out.
  package private(set) var omittedEvents = 0

  /// The life of a message of which nothing is known yet.
  package init(message: MessageID) {
    self.message = message
  }

  mutating func append(_ event: LifeEvent) {
    if events.count == Self.eventLimit {
      events.remove(at: Self.eventLimit - Self.lateEvents)
      omittedEvents += 1
    }
    events.append(event)
  }
}

/// Something that happened to a message.
package struct LifeEvent: Hashable, Sendable {
  /// What can happen to a message.
  package enum Kind: Hashable, Sendable {
    /// A client decided to publish it to a queue.
    case invoked(ClientID, QueueID)
    /// Its first byte was handed to the connection.
    case written(Party, sequence: UInt64)
    /// Its publish ended.
    case ended(Outcome)
    /// The broker answered the publish, alone or with all earlier ones of the session.
    case answered(Party, positive: Bool, multiple: Bool)
    /// The broker returned it as unroutable.
    case returned(Party)
    /// A consumer received it.
    case delivered(Party, QueueID?, tag: UInt64, redelivered: Bool)
    /// The consumer settled that delivery.
    case settled(Party, SettlementKind)
    /// The consumer's session was lost before that.
    case holdLost(Party, reason: String)
  }

  /// When the controller saw it.
  package var at: Instant
  /// What it was.
  package var kind: Kind

  /// An event of a message's life.
  package init(at: Instant, _ kind: Kind) {
    self.at = at
    self.kind = kind
  }
}

/// The client at one end of a session, and the node at the other.
package struct Party: Hashable, Sendable {
  /// The session.
  package var session: SessionID
  /// The client; nil if the history does not say.
  package var client: ClientID?
  /// The node; nil if the history does not say.
  package var node: NodeID?

  /// A session and who is at its ends.
  package init(session: SessionID, client: ClientID? = nil, node: NodeID? = nil) {
    self.session = session
    self.client = client
    self.node = node
  }
}
