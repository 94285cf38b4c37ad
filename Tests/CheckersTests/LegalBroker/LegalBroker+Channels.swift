import Operations

/// What the broker and the clients know of each other.
extension LegalBroker {
  /// One channel: what the broker thinks of it, and what is under way in both directions.
  struct Channel {
    var session: UInt32
    var client: UInt32
    /// The place of the queue that it is about.
    var queue: Int
    /// Whether messages are pushed to it.
    var isConsuming = false
    /// How many unacked messages its latest consumer takes; nil for any number.
    var prefetch: Int?
    /// How many consumers it has had.
    var consumers = 0
    /// As far as the broker knows.
    var isAlive = true
    /// As far as its client knows.
    var isOpen = true
    /// Whether its client waits for nothing more than to leave it.
    var isGivenUp = false
    /// Whether its client takes until the queue is empty.
    var drain: OperationID?
    var toClient: [Pushed] = []
    var toBroker: [Request] = []
    /// Sent and not yet settled as far as the broker knows.
    var unacked: [Unacked] = []
    var nextTag: UInt64 = 1
    /// Received and not yet settled by the client.
    var held: [UInt64] = []
    /// The numbers of stored publishes that wait for their confirm, in order.
    var handled: [UInt64] = []

    init(session: UInt32, client: UInt32, queue: Int) {
      self.session = session
      self.client = client
      self.queue = queue
    }

    /// Something lent is on its way to the client.
    var isReceiving: Bool {
      toClient.contains {
        switch $0 {
        case .delivery, .got(_, _, isTake: false): true
        default: false
        }
      }
    }

    /// Something that the broker has forgotten is on its way to the client.
    var isTaking: Bool {
      toClient.contains { if case .got(_, _, isTake: true) = $0 { true } else { false } }
    }

    /// A get or take is on its way from the client.
    var isAsking: Bool {
      toBroker.contains { if case .get = $0 { true } else { false } }
    }

    /// It is the next thing that the broker gets.
    var isNextAsking: Bool {
      if case .get = toBroker.first { true } else { false }
    }

    /// Nothing is under way from its client, and the broker waits for no settlement.
    var isQuiet: Bool { unacked.isEmpty && toBroker.isEmpty && handled.isEmpty }
  }
  struct Entry {
    var message: MessageID
    /// Where it belongs in its queue: in the order in which messages came into it.
    var position: Int
    var wasSent = false
  }
  struct Unacked {
    var tag: UInt64
    var entry: Entry
    /// Which of the channel's consumers it was pushed to; nil for a get.
    var consumer: Int?
  }
  /// What the broker has sent.
  enum Pushed {
    case delivery(Receipt)
    case consuming(OperationID)
    case cancelled
    case confirm(number: UInt64, multiple: Bool, positive: Bool)
    case returned(MessageID)
    case got(OperationID, Receipt, isTake: Bool)
    case empty(OperationID)
  }
  /// What a client has sent.
  enum Request {
    case publish(MessageID, number: UInt64)
    case settle(tag: UInt64, SettlementKind, multiple: Bool)
    case get(OperationID, isTake: Bool)
  }
  /// A publish that was neither stored nor thrown away yet.
  struct LatePublish {
    var session: UInt32
    var message: MessageID
    var number: UInt64
  }
  /// What a client waits for.
  struct OpenOperation {
    var operation: OperationID
    var session: UInt32
    var number: UInt64
    var action: Action
    var isReturned = false
  }
}
