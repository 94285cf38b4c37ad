package import Operations

/// The names under which results.json and reports know a value; the same in every version.
protocol ReportNamed: CaseIterable {
  /// The name.
  var name: String { get }
}

extension Phase: ReportNamed {
  /// The name in results and progress.
  package var name: String {
    switch self {
    case .setup: "setup"
    case .load: "load"
    case .recovery: "recovery"
    case .drain: "drain"
    case .done: "done"
    }
  }

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

extension FaultStage: ReportNamed {
  /// As results.json has it.
  package var name: String {
    switch self {
    case .began: "began"
    case .proved: "proved"
    case .unproved: "unproved"
    case .failed: "failed"
    }
  }
}

extension BrokerEventKind: ReportNamed {
  var name: String {
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
