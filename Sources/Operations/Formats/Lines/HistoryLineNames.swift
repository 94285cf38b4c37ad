/// A value that a JSONL history writes as a word.
protocol LineNamed: CaseIterable {
  /// The word.
  var lineName: String { get }
}

/// The words for the cases of `Event`.
enum EventName: String, LineNamed {
  case invoked
  case written
  case completed
  case delivered
  case settled
  case answered
  case returned
  case sessionOpened = "session-opened"
  case sessionLost = "session-lost"
  case fault
  case broker
  case watched
  case phase

  var lineName: String { rawValue }
}

/// The words for the cases of `Action`.
enum ActionName: String, LineNamed {
  case publish
  case get
  case consume
  case take
  case drain

  var lineName: String { rawValue }
}

/// The words for the cases of `Outcome`.
enum OutcomeName: String, LineNamed {
  case ok
  case fail
  case info

  var lineName: String { rawValue }
}

/// The words for the cases of `Answer`.
enum AnswerName: String, LineNamed {
  case confirmed
  case message
  case empty
  case accepted

  var lineName: String { rawValue }
}

/// The words for the cases of `Doubt`.
enum DoubtName: String, LineNamed {
  case timeout
  case connectionLost = "connection-lost"
  case channelClosed = "channel-closed"
  case nacked
  case runEnded = "run-ended"

  var lineName: String { rawValue }
}

extension QueueKind: LineNamed {
  var lineName: String { rawValue }
}

extension ClientRole: LineNamed {
  var lineName: String { rawValue }
}

extension Failure: LineNamed {
  var lineName: String {
    switch self {
    case .notWritten: "not-written"
    case .returned: "returned"
    }
  }
}

extension SettlementKind: LineNamed {
  var lineName: String {
    switch self {
    case .ack: "ack"
    case .requeue: "requeue"
    case .discard: "discard"
    case .reject: "reject"
    }
  }
}

extension FaultStage: LineNamed {
  var lineName: String {
    switch self {
    case .began: "began"
    case .proved: "proved"
    case .unproved: "unproved"
    case .failed: "failed"
    }
  }
}

extension BrokerEventKind: LineNamed {
  var lineName: String {
    switch self {
    case .leader: "leader"
    case .drained: "drained"
    case .undrained: "undrained"
    case .nodeUp: "node-up"
    case .nodeDown: "node-down"
    case .bootRetried: "boot-retried"
    case .healed: "healed"
    case .partitioned: "partitioned"
    case .unsynchronised: "unsynchronised"
    case .synchronised: "synchronised"
    case .logged: "logged"
    case .nodeState: "node-state"
    }
  }
}

extension Phase: LineNamed {
  var lineName: String {
    switch self {
    case .setup: "setup"
    case .load: "load"
    case .recovery: "recovery"
    case .drain: "drain"
    case .done: "done"
    }
  }
}

extension FaultFigure.Name: LineNamed {
  var lineName: String {
    switch self {
    case .ways: "ways"
    case .stalled: "stalled"
    case .stalledBefore: "stalled-before"
    case .connections: "connections"
    case .heldBytes: "held-bytes"
    case .passedBytes: "passed-bytes"
    case .shaped: "shaped"
    case .shapedBefore: "shaped-before"
    case .delayedPieces: "delayed-pieces"
    case .leastDelay: "least-delay-ns"
    case .stalls: "stalls"
    case .highestRate: "highest-rate"
    case .resetConnections: "reset-connections"
    case .portOpen: "port-open"
    case .silent: "silent"
    case .suspended: "suspended"
    case .suspendedBefore: "suspended-before"
    case .policies: "policies"
    case .changedPolicies: "changed-policies"
    case .lacking: "lacking"
    case .lackingBefore: "lacking-before"
    case .leader: "leader"
    case .leaderBefore: "leader-before"
    }
  }
}
