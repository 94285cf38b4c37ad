import Environment

extension PayloadInput {
  /// The event behind a tag whose fields are a list; nil if there is no such tag.
  mutating func fieldEvent(_ tag: UInt8) throws(MalformedPayload) -> Event? {
    switch tag {
    case EventTag.fault: .fault(try faultEvent())
    case EventTag.broker: .broker(try brokerEvent())
    case EventTag.watched: .watched(try watch())
    default: nil
    }
  }

  private mutating func faultEvent() throws(MalformedPayload) -> FaultEvent {
    typealias Key = FieldKey.Fault
    let start = offset
    var event = FaultEvent(
      fault: FaultID(0), name: "", stage: .began, nodes: [], detail: "")
    var (fault, stage): (FaultID?, FaultStage?)
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.fault: fault = FaultID(try input.number())
      case Key.name: event.name = try input.string()
      case Key.stage: stage = try input.named("stage of a fault")
      case Key.node:
        try input.node(into: &event.nodes, atMost: HistoryFormat.maximumFaultNodes)
      case Key.detail: event.detail = try input.string()
      case Key.evidence: event.evidence = try input.faultEvidence()
      default: return false
      }
      return true
    }
    guard let fault, let stage else { throw Self.missing("fault's number or stage", start) }
    event.fault = fault
    event.stage = stage
    return event
  }

  private mutating func faultEvidence() throws(MalformedPayload) -> FaultEvidence {
    var evidence = FaultEvidence()
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case FieldKey.Probe.figure:
        if let figure = try input.figure() {
          try input.append(figure, to: &evidence.figures, atMost: HistoryFormat.maximumFigures)
        }
      case FieldKey.Probe.incarnation:
        try input.append(
          try input.incarnation(), to: &evidence.incarnations,
          atMost: HistoryFormat.maximumIncarnations)
      default: return false
      }
      return true
    }
    return evidence
  }

  /// Nil for a figure of a name that is not known here.
  private mutating func figure() throws(MalformedPayload) -> FaultFigure? {
    typealias Key = FieldKey.Figure
    let start = offset
    var (name, node): (UInt64?, NodeID?)
    var value: Int64?
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.name: name = try input.varint()
      case Key.node: node = NodeID(try input.number())
      case Key.value: value = unzigzag(try input.varint())
      default: return false
      }
      return true
    }
    guard let name, let value else { throw Self.missing("figure's name or value", start) }
    let known = UInt8(exactly: name).flatMap { FaultFigure.Name(rawValue: $0) }
    return known.map { FaultFigure($0, value, of: node) }
  }

  private mutating func incarnation() throws(MalformedPayload) -> IncarnationChange {
    typealias Key = FieldKey.Incarnation
    let start = offset
    var node: NodeID?
    var (before, after): (String?, String?)
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.node: node = NodeID(try input.number())
      case Key.before: before = try input.string(atMost: HistoryFormat.maximumIncarnationBytes)
      case Key.after: after = try input.string(atMost: HistoryFormat.maximumIncarnationBytes)
      default: return false
      }
      return true
    }
    guard let node else { throw Self.missing("incarnation's node", start) }
    return IncarnationChange(node: node, before: before, after: after)
  }

  private mutating func brokerEvent() throws(MalformedPayload) -> BrokerEvent {
    typealias Key = FieldKey.Broker
    let start = offset
    var kind: BrokerEventKind?
    var event = BrokerEvent(kind: .leader)
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.kind: kind = try input.named("kind of broker event")
      case Key.node: event.node = NodeID(try input.number())
      case Key.queue: event.queue = QueueID(try input.number())
      case Key.detail: event.detail = try input.string()
      case Key.leaders: event.evidence = .leaders(try input.nodes())
      case Key.lacking: event.evidence = .lacking(try input.nodes())
      case Key.emptiness: event.evidence = .emptiness(try input.emptiness())
      case Key.log: event.evidence = .log(try input.logRecord())
      case Key.state: event.evidence = .node(try input.nodeState())
      default: return false
      }
      return true
    }
    guard let kind else { throw Self.missing("broker event's kind", start) }
    event.kind = kind
    if let evidence = event.evidence, !evidence.belongs(to: kind) {
      throw MalformedPayload(
        offset: start, problem: "evidence that a \(kind.name) event cannot carry")
    }
    return event
  }

  private mutating func emptiness() throws(MalformedPayload) -> EmptinessEvidence {
    typealias Key = FieldKey.Emptiness
    let start = offset
    var evidence = EmptinessEvidence(looks: nil, isOpen: false, isWell: nil)
    var isOpen: Bool?
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.looks: evidence.looks = try input.amount()
      case Key.isOpen: isOpen = try input.flag()
      case Key.isWell: evidence.isWell = try input.flag()
      case Key.unasked: try input.node(into: &evidence.unasked)
      case Key.strangers: try input.node(into: &evidence.strangers)
      case Key.queue:
        let count = try input.queueCount()
        try input.append(count, to: &evidence.queues, atMost: HistoryFormat.maximumEvidenceNodes)
      case Key.replica:
        let count = try input.replicaCount()
        try input.append(count, to: &evidence.replicas, atMost: HistoryFormat.maximumReplicaCounts)
      default: return false
      }
      return true
    }
    guard let isOpen else { throw Self.missing("proof's openness", start) }
    evidence.isOpen = isOpen
    return evidence
  }

  private mutating func queueCount() throws(MalformedPayload) -> QueueCount {
    typealias Key = FieldKey.Count
    let start = offset
    var seenBy: NodeID?
    var (ready, unacknowledged): (Int?, Int?)
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.seenBy: seenBy = NodeID(try input.number())
      case Key.ready: ready = try input.amount()
      case Key.unacknowledged: unacknowledged = try input.amount()
      default: return false
      }
      return true
    }
    guard let seenBy else { throw Self.missing("count's node", start) }
    return QueueCount(seenBy: seenBy, ready: ready, unacknowledged: unacknowledged)
  }

  private mutating func replicaCount() throws(MalformedPayload) -> ReplicaCount {
    typealias Key = FieldKey.Count
    let start = offset
    var (seenBy, replica): (NodeID?, NodeID?)
    var depth: Int?
    var isOnline: Bool?
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.seenBy: seenBy = NodeID(try input.number())
      case Key.replica: replica = NodeID(try input.number())
      case Key.depth: depth = try input.amount()
      case Key.isOnline: isOnline = try input.flag()
      default: return false
      }
      return true
    }
    guard let seenBy, let replica, let isOnline else {
      throw Self.missing("count's node, replica or presence", start)
    }
    return ReplicaCount(seenBy: seenBy, replica: replica, depth: depth, isOnline: isOnline)
  }

  private mutating func logRecord() throws(MalformedPayload) -> LogRecord {
    typealias Key = FieldKey.Log
    var pattern: String?
    var found = LogLine(pattern: "", line: "")
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.pattern: pattern = try input.string()
      case Key.line: found.line = try input.string()
      case Key.at: found.unixNanoseconds = unzigzag(try input.varint())
      default: return false
      }
      return true
    }
    guard let pattern else { return .read }
    found.pattern = pattern
    return .matched(found)
  }

  private mutating func nodeState() throws(MalformedPayload) -> NodeState {
    typealias Key = FieldKey.Node
    var state = NodeState()
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.hasProcess: state.hasProcess = try input.flag()
      case Key.isPortOpen: state.isPortOpen = try input.flag()
      case Key.isServing: state.isServing = try input.flag()
      case Key.partitioned: state.partitioned = try input.nodes()
      case Key.unseen: state.unseen = try input.nodes()
      default: return false
      }
      return true
    }
    return state
  }

  private mutating func watch() throws(MalformedPayload) -> HarnessWatch {
    typealias Key = FieldKey.Watch
    var watch = HarnessWatch()
    try fields { (input, key) throws(MalformedPayload) in
      switch key {
      case Key.loopLag: watch.loopLag = .nanoseconds(try input.amount())
      case Key.relayLag: watch.relayLag = .nanoseconds(try input.amount())
      case Key.stolenPerMille: watch.stolenPerMille = try input.number()
      case Key.loadHundredths: watch.loadHundredths = try input.number()
      default: return false
      }
      return true
    }
    return watch
  }
}

// MARK: - Pieces

extension PayloadInput {
  /// A list of nodes behind its length.
  private mutating func nodes() throws(MalformedPayload) -> [NodeID] {
    var nodes: [NodeID] = []
    try fields { (input, key) throws(MalformedPayload) in
      guard key == FieldKey.Nodes.node else { return false }
      try input.node(into: &nodes)
      return true
    }
    return nodes
  }

  private mutating func node(
    into nodes: inout [NodeID], atMost limit: Int = HistoryFormat.maximumEvidenceNodes
  ) throws(MalformedPayload) {
    try append(NodeID(try number()), to: &nodes, atMost: limit)
  }

  private func append<Item>(
    _ item: Item, to list: inout [Item], atMost limit: Int
  ) throws(MalformedPayload) {
    guard list.count < limit else {
      throw MalformedPayload(offset: offset, problem: "a list of more than \(limit)")
    }
    list.append(item)
  }

  /// Zero or one.
  private mutating func flag() throws(MalformedPayload) -> Bool {
    let start = offset
    let value = try varint()
    guard value <= 1 else {
      throw MalformedPayload(offset: start, problem: "neither yes nor no: \(value)")
    }
    return value == 1
  }

  /// A number of things that an `Int` can hold.
  private mutating func amount() throws(MalformedPayload) -> Int {
    let start = offset
    guard let value = Int(exactly: try varint()) else {
      throw MalformedPayload(offset: start, problem: "a number beyond 63 bits")
    }
    return value
  }

  /// The case with this number, which people know as a `what`.
  private mutating func named<Value: RawRepresentable>(
    _ what: String
  ) throws(MalformedPayload) -> Value where Value.RawValue == UInt8 {
    let start = offset
    let number = try varint()
    guard let value = UInt8(exactly: number).flatMap({ Value(rawValue: $0) }) else {
      throw MalformedPayload(offset: start, problem: "no \(what) has the number \(number)")
    }
    return value
  }

  private static func missing(_ what: String, _ start: Int) -> MalformedPayload {
    MalformedPayload(offset: start, problem: "a \(what) is missing")
  }
}
