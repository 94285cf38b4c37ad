package import CanonicalJSON

/// An object with the members that are not nil.
private func object(_ members: [(name: String, value: JSONValue?)]) -> JSONValue {
  .object(members.compactMap { member in member.value.map { JSONMember(member.name, $0) } })
}

private func list(
  _ nodes: [NodeID], atMost limit: Int = HistoryFormat.maximumEvidenceNodes
) -> JSONValue {
  .array(nodes.prefix(limit).map { .string($0.description) })
}

private func text(
  _ text: String, bytes limit: Int = HistoryFormat.maximumStringBytes
) -> JSONValue {
  .string(text.cut(toBytes: limit))
}

/// A list; nothing if there is nothing in it.
private func list(_ items: [JSONValue]) -> JSONValue? {
  items.isEmpty ? JSONValue?.none : .array(items)
}

extension FaultEvidence {
  /// The evidence as JSONL has it, e.g. `{"figures":[{"name":"ways","value":4}]}`.
  package var line: JSONValue {
    let figures = figures.prefix(HistoryFormat.maximumFigures).map { figure in
      object([
        ("name", .string(figure.name.name)), ("node", figure.node.map { .string("\($0)") }),
        ("value", .integer(figure.value)),
      ])
    }
    let incarnations = incarnations.prefix(HistoryFormat.maximumIncarnations).map { change in
      let limit = HistoryFormat.maximumIncarnationBytes
      return object([
        ("node", .string("\(change.node)")),
        ("before", change.before.map { text($0, bytes: limit) }),
        ("after", change.after.map { text($0, bytes: limit) }),
      ])
    }
    return object([
      ("figures", list(figures)),
      ("incarnations", list(incarnations)),
    ])
  }
}

extension BrokerEvidence {
  /// The evidence as JSONL has it; which kind it is says the kind of the event.
  var line: JSONValue {
    switch self {
    case .leaders(let nodes): object([("leaders", list(nodes))])
    case .lacking(let nodes): object([("lacking", list(nodes))])
    case .emptiness(let evidence): evidence.line
    case .log(.read): object([("read", .bool(true))])
    case .log(.matched(let found)):
      object([
        ("pattern", text(found.pattern)), ("line", text(found.line)),
        ("unix_ns", found.unixNanoseconds.map { .integer($0) }),
      ])
    case .node(let state):
      object([
        ("process", state.hasProcess.map { .bool($0) }),
        ("port_open", state.isPortOpen.map { .bool($0) }),
        ("serving", state.isServing.map { .bool($0) }),
        ("partitioned", state.partitioned.map { list($0) }),
        ("unseen", state.unseen.map { list($0) }),
      ])
    }
  }
}

extension EmptinessEvidence {
  fileprivate var line: JSONValue {
    let queues = queues.prefix(HistoryFormat.maximumEvidenceNodes).map { count in
      object([
        ("seen_by", .string("\(count.seenBy)")),
        ("ready", count.ready.map { .integer(Int64($0)) }),
        ("unacknowledged", count.unacknowledged.map { .integer(Int64($0)) }),
      ])
    }
    let replicas = replicas.prefix(HistoryFormat.maximumReplicaCounts).map { count in
      object([
        ("seen_by", .string("\(count.seenBy)")), ("replica", .string("\(count.replica)")),
        ("depth", count.depth.map { .integer(Int64($0)) }), ("online", .bool(count.isOnline)),
      ])
    }
    return object([
      ("looks", looks.map { .integer(Int64($0)) }), ("open", .bool(isOpen)),
      ("well", isWell.map { .bool($0) }),
      ("unasked", unasked.isEmpty ? JSONValue?.none : list(unasked)),
      ("strangers", strangers.isEmpty ? JSONValue?.none : list(strangers)),
      ("queues", list(queues)),
      ("replicas", list(replicas)),
    ])
  }
}

extension HarnessWatch {
  /// The look as JSONL has it.
  var line: JSONValue {
    object([
      ("loop_lag_ns", loopLag.map { .integer(Int64($0.watchedNanoseconds)) }),
      ("relay_lag_ns", relayLag.map { .integer(Int64($0.watchedNanoseconds)) }),
      ("stolen_per_mille", stolenPerMille.map { .integer(Int64($0)) }),
      ("load_hundredths", loadHundredths.map { .integer(Int64($0)) }),
    ])
  }
}

// MARK: - Reading; members that are not known are skipped

extension JSONReader {
  /// A fault's evidence; figures of unknown names are skipped.
  func faultEvidence() throws(JSONError) -> FaultEvidence {
    var evidence = FaultEvidence()
    for figure in try items("figures", atMost: HistoryFormat.maximumFigures) {
      let name = try figure.string("name")
      let node = try figure.optional("node")?.node()
      let value: Int64 = try figure.integer("value")
      let known = FaultFigure.Name.allCases.first { $0.name == name }
      if let known { evidence.figures.append(FaultFigure(known, value, of: node)) }
    }
    for change in try items("incarnations", atMost: HistoryFormat.maximumIncarnations) {
      evidence.incarnations.append(
        IncarnationChange(
          node: try change.member("node").node(), before: try change.optional("before")?.string(),
          after: try change.optional("after")?.string()))
    }
    return evidence
  }

  /// The evidence of a broker event of a kind; nil for kinds that have none here.
  func evidence(of kind: BrokerEventKind) throws(JSONError) -> BrokerEvidence? {
    switch kind {
    case .leader: .leaders(try nodes("leaders"))
    case .unsynchronised, .synchronised: .lacking(try nodes("lacking"))
    case .drained, .undrained: .emptiness(try emptiness())
    case .logged: .log(try logRecord())
    case .nodeUp, .nodeDown, .nodeState: .node(try nodeState())
    case .bootRetried, .healed, .partitioned: nil
    }
  }

  private func emptiness() throws(JSONError) -> EmptinessEvidence {
    var evidence = EmptinessEvidence(
      looks: try amount("looks"), isOpen: try bool("open"), isWell: try optional("well")?.bool(),
      unasked: try optionalNodes("unasked") ?? [], strangers: try optionalNodes("strangers") ?? [])
    for count in try items("queues", atMost: HistoryFormat.maximumEvidenceNodes) {
      evidence.queues.append(
        QueueCount(
          seenBy: try count.member("seen_by").node(), ready: try count.amount("ready"),
          unacknowledged: try count.amount("unacknowledged")))
    }
    for count in try items("replicas", atMost: HistoryFormat.maximumReplicaCounts) {
      evidence.replicas.append(
        ReplicaCount(
          seenBy: try count.member("seen_by").node(), replica: try count.member("replica").node(),
          depth: try count.amount("depth"), isOnline: try count.bool("online")))
    }
    return evidence
  }

  private func logRecord() throws(JSONError) -> LogRecord {
    guard let pattern = try optional("pattern") else {
      guard try bool("read") else { throw mismatch(expected: "a pattern, or \"read\":true") }
      return .read
    }
    return .matched(
      LogLine(
        pattern: try pattern.string(), line: try string("line"),
        unixNanoseconds: try optional("unix_ns").map { (time) throws(JSONError) in
          try time.integer()
        }))
  }

  private func nodeState() throws(JSONError) -> NodeState {
    NodeState(
      hasProcess: try optional("process")?.bool(), isPortOpen: try optional("port_open")?.bool(),
      isServing: try optional("serving")?.bool(), partitioned: try optionalNodes("partitioned"),
      unseen: try optionalNodes("unseen"))
  }

  /// What the harness saw of itself.
  func watch() throws(JSONError) -> HarnessWatch {
    HarnessWatch(
      loopLag: try amount("loop_lag_ns").map { .nanoseconds($0) },
      relayLag: try amount("relay_lag_ns").map { .nanoseconds($0) },
      stolenPerMille: try small("stolen_per_mille"),
      loadHundredths: try small("load_hundredths"))
  }

  private func nodes(_ name: String) throws(JSONError) -> [NodeID] {
    var nodes: [NodeID] = []
    for node in try bounded(try array(name), name, HistoryFormat.maximumEvidenceNodes) {
      nodes.append(try node.node())
    }
    return nodes
  }

  private func optionalNodes(_ name: String) throws(JSONError) -> [NodeID]? {
    try optional(name) == nil ? nil : try nodes(name)
  }

  /// The items of a list; none if it is not there.
  private func items(_ name: String, atMost limit: Int) throws(JSONError) -> [JSONReader] {
    guard let list = try optional(name) else { return [] }
    return try bounded(try list.array(), name, limit)
  }

  private func bounded(
    _ items: [JSONReader], _ name: String, _ limit: Int
  ) throws(JSONError) -> [JSONReader] {
    guard items.count <= limit else {
      throw mismatch(expected: "at most \(limit) items in \(name)")
    }
    return items
  }

  /// A number of things, from zero; nil if it is not there.
  private func amount(_ name: String) throws(JSONError) -> Int? {
    try optional(name).map { (value) throws(JSONError) in try value.integer(in: 0...Int.max) }
  }

  private func small(_ name: String) throws(JSONError) -> UInt32? {
    try optional(name).map { (value) throws(JSONError) in try value.integer(in: 0...UInt32.max) }
  }
}
