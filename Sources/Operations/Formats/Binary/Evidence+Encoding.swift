import Environment

extension FieldList {
  /// The fields of a fault event.
  init(_ event: FaultEvent) {
    typealias Key = FieldKey.Fault
    number(Key.fault, UInt64(event.fault.rawValue))
    text(Key.name, event.name)
    number(Key.stage, UInt64(event.stage.rawValue))
    nodes(Key.node, event.nodes, atMost: HistoryFormat.maximumFaultNodes)
    if !event.detail.isEmpty { text(Key.detail, event.detail) }
    if let evidence = event.evidence { list(Key.evidence, FieldList(evidence)) }
  }

  private init(_ evidence: FaultEvidence) {
    for figure in evidence.figures.prefix(HistoryFormat.maximumFigures) {
      typealias Key = FieldKey.Figure
      var fields = FieldList()
      fields.number(Key.name, UInt64(figure.name.rawValue))
      fields.node(Key.node, figure.node)
      fields.signed(Key.value, figure.value)
      list(FieldKey.Probe.figure, fields)
    }
    for change in evidence.incarnations.prefix(HistoryFormat.maximumIncarnations) {
      typealias Key = FieldKey.Incarnation
      var fields = FieldList()
      fields.node(Key.node, change.node)
      fields.text(Key.before, change.before, bytes: HistoryFormat.maximumIncarnationBytes)
      fields.text(Key.after, change.after, bytes: HistoryFormat.maximumIncarnationBytes)
      list(FieldKey.Probe.incarnation, fields)
    }
  }

  /// The fields of a broker event.
  init(_ event: BrokerEvent) {
    typealias Key = FieldKey.Broker
    number(Key.kind, UInt64(event.kind.rawValue))
    node(Key.node, event.node)
    number(Key.queue, event.queue.map { UInt64($0.rawValue) })
    if !event.detail.isEmpty { text(Key.detail, event.detail) }
    switch event.evidence {
    case nil: break
    case .leaders(let nodes): list(Key.leaders, FieldList(nodes))
    case .lacking(let nodes): list(Key.lacking, FieldList(nodes))
    case .emptiness(let evidence): list(Key.emptiness, FieldList(evidence))
    case .log(let record): list(Key.log, FieldList(record))
    case .node(let state): list(Key.state, FieldList(state))
    }
  }

  private init(_ nodes: [NodeID]) {
    self.nodes(FieldKey.Nodes.node, nodes, atMost: HistoryFormat.maximumEvidenceNodes)
  }

  private init(_ evidence: EmptinessEvidence) {
    typealias Key = FieldKey.Emptiness
    count(Key.looks, evidence.looks)
    flag(Key.isOpen, evidence.isOpen)
    flag(Key.isWell, evidence.isWell)
    nodes(Key.unasked, evidence.unasked, atMost: HistoryFormat.maximumEvidenceNodes)
    nodes(Key.strangers, evidence.strangers, atMost: HistoryFormat.maximumEvidenceNodes)
    for queue in evidence.queues.prefix(HistoryFormat.maximumEvidenceNodes) {
      var fields = FieldList()
      fields.node(FieldKey.Count.seenBy, queue.seenBy)
      fields.count(FieldKey.Count.ready, queue.ready)
      fields.count(FieldKey.Count.unacknowledged, queue.unacknowledged)
      list(Key.queue, fields)
    }
    for replica in evidence.replicas.prefix(HistoryFormat.maximumReplicaCounts) {
      var fields = FieldList()
      fields.node(FieldKey.Count.seenBy, replica.seenBy)
      fields.node(FieldKey.Count.replica, replica.replica)
      fields.count(FieldKey.Count.depth, replica.depth)
      fields.flag(FieldKey.Count.isOnline, replica.isOnline)
      list(Key.replica, fields)
    }
  }

  private init(_ record: LogRecord) {
    guard case .matched(let found) = record else { return }
    text(FieldKey.Log.pattern, found.pattern)
    text(FieldKey.Log.line, found.line)
    signed(FieldKey.Log.at, found.unixNanoseconds)
  }

  private init(_ state: NodeState) {
    typealias Key = FieldKey.Node
    flag(Key.hasProcess, state.hasProcess)
    flag(Key.isPortOpen, state.isPortOpen)
    flag(Key.isServing, state.isServing)
    if let nodes = state.partitioned { list(Key.partitioned, FieldList(nodes)) }
    if let nodes = state.unseen { list(Key.unseen, FieldList(nodes)) }
  }

  /// The fields of a look of the harness at itself.
  init(_ watch: HarnessWatch) {
    typealias Key = FieldKey.Watch
    number(Key.loopLag, watch.loopLag?.watchedNanoseconds)
    number(Key.relayLag, watch.relayLag?.watchedNanoseconds)
    number(Key.stolenPerMille, watch.stolenPerMille.map(UInt64.init))
    number(Key.loadHundredths, watch.loadHundredths.map(UInt64.init))
  }
}

extension Duration {
  /// In whole nanoseconds, within what a history can hold.
  var watchedNanoseconds: UInt64 { UInt64(max(0, nanoseconds)) }
}
