import Operations

/// Evidence of every kind, with everything there and with everything missing.
extension EventSampler {
  mutating func nodes() -> [NodeID] { list { NodeID($0.small()) } }

  mutating func faultEvidence() -> FaultEvidence {
    FaultEvidence(
      figures: list { sampler in
        FaultFigure(
          sampler.pick(FaultFigure.Name.allCases), Int64(bitPattern: sampler.large()),
          of: sampler.maybe { NodeID($0.small()) })
      },
      incarnations: list { sampler in
        IncarnationChange(
          node: NodeID(sampler.small()), before: sampler.maybe { $0.text() },
          after: sampler.maybe { $0.text() })
      })
  }

  /// A broker event of any kind, with the evidence of its kind or without.
  mutating func brokerEvent() -> BrokerEvent {
    let kind = pick(BrokerEventKind.allCases)
    let evidence: BrokerEvidence? =
      switch kind {
      case .leader: .leaders(nodes())
      case .unsynchronised, .synchronised: .lacking(nodes())
      case .drained, .undrained: .emptiness(emptiness())
      case .logged: .log(logRecord())
      case .nodeUp, .nodeDown, .nodeState: .node(nodeState())
      case .bootRetried, .healed, .partitioned: nil
      }
    return BrokerEvent(
      kind: kind, node: maybe { NodeID($0.small()) }, queue: maybe { QueueID($0.small()) },
      detail: text(), evidence: flag() ? evidence : nil)
  }

  mutating func watch() -> HarnessWatch {
    HarnessWatch(
      loopLag: maybe { .nanoseconds($0.amount()) }, relayLag: maybe { .nanoseconds($0.amount()) },
      stolenPerMille: maybe { min($0.small(), 1_000) }, loadHundredths: maybe { $0.small() })
  }

  private mutating func emptiness() -> EmptinessEvidence {
    EmptinessEvidence(
      looks: maybe { $0.amount() }, isOpen: flag(), isWell: maybe { $0.flag() },
      unasked: nodes(), strangers: nodes(),
      queues: list { sampler in
        QueueCount(
          seenBy: NodeID(sampler.small()), ready: sampler.maybe { $0.amount() },
          unacknowledged: sampler.maybe { $0.amount() })
      },
      replicas: list { sampler in
        ReplicaCount(
          seenBy: NodeID(sampler.small()), replica: NodeID(sampler.small()),
          depth: sampler.maybe { $0.amount() }, isOnline: sampler.flag())
      })
  }

  private mutating func logRecord() -> LogRecord {
    if flag() { return .read }
    return .matched(
      LogLine(
        pattern: text(), line: text(),
        unixNanoseconds: maybe { Int64(bitPattern: $0.large()) }))
  }

  private mutating func nodeState() -> NodeState {
    NodeState(
      hasProcess: maybe { $0.flag() }, isPortOpen: maybe { $0.flag() },
      isServing: maybe { $0.flag() }, partitioned: maybe { $0.nodes() },
      unseen: maybe { $0.nodes() })
  }

  private mutating func amount() -> Int { Int(large() >> 1) }

  private mutating func maybe<Value>(_ draw: (inout EventSampler) -> Value) -> Value? {
    flag() ? draw(&self) : nil
  }

  private mutating func list<Item>(_ draw: (inout EventSampler) -> Item) -> [Item] {
    let count = flag() ? 0 : Int(small() % 4)
    var items: [Item] = []
    for _ in 0..<count { items.append(draw(&self)) }
    return items
  }
}
