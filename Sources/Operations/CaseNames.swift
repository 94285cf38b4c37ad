/// A value that JSONL histories, results.json and reports write as a word; the same in all of them
/// and in every version.
package protocol NamedCase: CaseIterable {
  /// The word.
  var name: String { get }
}

/// The words for the cases of `Event`.
enum EventName: String, NamedCase {
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

  var name: String { rawValue }
}

/// The words for the cases of `Action`.
enum ActionName: String, NamedCase {
  case publish
  case get
  case consume
  case take
  case drain

  var name: String { rawValue }
}

/// The words for the cases of `Outcome`.
enum OutcomeName: String, NamedCase {
  case ok
  case fail
  case info

  var name: String { rawValue }
}

/// The words for the cases of `Answer`.
enum AnswerName: String, NamedCase {
  case confirmed
  case message
  case empty
  case accepted

  var name: String { rawValue }
}

/// The words for the cases of `Doubt`.
enum DoubtName: String, NamedCase {
  case timeout
  case connectionLost = "connection-lost"
  case channelClosed = "channel-closed"
  case nacked
  case runEnded = "run-ended"

  var name: String { rawValue }
}

extension QueueKind: NamedCase {
  /// The word in files and reports.
  package var name: String { rawValue }
}

extension ClientRole: NamedCase {
  /// The word in files and reports.
  package var name: String { rawValue }
}

extension Failure: NamedCase {
  /// The word in files and reports.
  package var name: String {
    switch self {
    case .notWritten: "not-written"
    case .returned: "returned"
    }
  }
}

extension SettlementKind: NamedCase {
  /// The word in files and reports.
  package var name: String {
    switch self {
    case .ack: "ack"
    case .requeue: "requeue"
    case .discard: "discard"
    case .reject: "reject"
    }
  }
}

extension FaultStage: NamedCase {
  /// The word in files and reports.
  package var name: String {
    switch self {
    case .began: "began"
    case .proved: "proved"
    case .unproved: "unproved"
    case .failed: "failed"
    }
  }
}

extension BrokerEventKind: NamedCase {
  /// The word in files and reports.
  package var name: String {
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

extension Phase: NamedCase {
  /// The word in files and reports.
  package var name: String {
    switch self {
    case .setup: "setup"
    case .load: "load"
    case .recovery: "recovery"
    case .drain: "drain"
    case .done: "done"
    }
  }
}

extension FaultFigure.Name: NamedCase {
  /// The word in files.
  package var name: String {
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

extension Phase {
  /// What happens in it, for people.
  package var meaning: String {
    switch self {
    case .setup: "queues are declared, clients connect"
    case .load: "clients publish and consume; faults happen"
    case .recovery: "publishers have stopped; the cluster recovers"
    case .drain: "consumers empty the queues"
    case .done: "nothing more happens"
    }
  }
}
