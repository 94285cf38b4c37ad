import CanonicalJSON
import Environment
import Testing

@testable import Operations

/// The lists of fields in which evidence is written: what a later program adds is skipped, and what
/// cannot be is refused.
@Suite struct EvidenceFieldsTests {
  private static func decode(
    _ tag: UInt8, _ list: FieldList
  ) throws(MalformedPayload) -> Event? {
    var bytes = [tag, 0]
    bytes.appendVarint(UInt64(list.bytes.count))
    bytes += list.bytes
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(MalformedPayload) in
        var decoder = HistoryEventDecoder(events: bytes, context: HistoryContext())
        let event = try decoder.next()
        #expect(try decoder.next() == nil)
        return event?.event
      }
    }
    return try result.get()
  }

  /// Fields that nobody knows yet, of both kinds, some of them long.
  private static func unknown(_ list: inout FieldList, _ random: inout SeededGenerator) {
    for _ in 0..<random.draw(below: 4) {
      let number = 100 + random.draw(below: 1 << 40)
      if random.draw(below: 2) == 0 {
        list.number(2 * number, random.next())
      } else {
        let text = String(repeating: "later", count: Int(random.draw(below: 300)))
        list.text(2 * number + 1, text)
      }
    }
  }

  @Test func laterFieldsAreSkipped() throws {
    var sampler = EventSampler(seed: 51)
    var random = SeededGenerator(seed: 51)
    for _ in 0..<2_000 {
      let event = sampler.brokerEvent()
      var list = FieldList()
      Self.unknown(&list, &random)
      list = FieldList(bytes: list.bytes + FieldList(event).bytes)
      Self.unknown(&list, &random)
      #expect(try Self.decode(EventTag.broker, list) == .broker(event))
      let watch = sampler.watch()
      list = FieldList(watch)
      Self.unknown(&list, &random)
      #expect(try Self.decode(EventTag.watched, list) == .watched(watch))
    }
  }

  /// Within the evidence of a fault, too, and figures of names that come later.
  @Test func laterFieldsOfEvidenceAreSkipped() throws {
    var figure = FieldList()
    figure.number(FieldKey.Figure.name, 250)
    figure.signed(FieldKey.Figure.value, 7)
    var known = FieldList()
    known.number(FieldKey.Figure.name, UInt64(FaultFigure.Name.heldBytes.rawValue))
    known.signed(FieldKey.Figure.value, -7)
    known.number(98, 5)
    var evidence = FieldList()
    evidence.list(FieldKey.Probe.figure, figure)
    evidence.text(99, "later")
    evidence.list(FieldKey.Probe.figure, known)
    var list = FieldList(
      FaultEvent(fault: FaultID(3), name: "kill", stage: .proved, nodes: [], detail: ""))
    list.list(FieldKey.Fault.evidence, evidence)
    #expect(
      try Self.decode(EventTag.fault, list)
        == .fault(
          FaultEvent(
            fault: FaultID(3), name: "kill", stage: .proved, nodes: [], detail: "",
            evidence: FaultEvidence(figures: [FaultFigure(.heldBytes, -7)]))))
  }

  /// A later reader finds more behind the header, and this one skips it.
  @Test func laterFieldsOfTheHeaderAreSkipped() throws {
    var list = FieldList()
    list.number(200, 1)
    list.text(201, "later")
    let payload =
      try EventSampler.header.payload.dropLast() + [UInt8(list.bytes.count)] + list.bytes
    let header = try Array(payload).withUnsafeBytes { try HistoryHeader(payload: $0) }
    #expect(header == EventSampler.header)
  }

  private static func broker(_ kind: UInt64?, _ add: (inout FieldList) -> Void = { _ in })
    -> FieldList
  {
    var list = FieldList()
    list.number(FieldKey.Broker.kind, kind)
    add(&list)
    return list
  }

  private static func emptiness(_ add: (inout FieldList) -> Void) -> FieldList {
    broker(2) { list in
      var fields = FieldList()
      add(&fields)
      list.list(FieldKey.Broker.emptiness, fields)
    }
  }

  private static let wrong: [(UInt8, FieldList, String)] = [
    (EventTag.broker, broker(nil), "a broker event's kind is missing"),
    (EventTag.broker, broker(12), "no kind of broker event has the number 12"),
    (EventTag.broker, broker(1 << 40), "no kind of broker event has the number 1099511627776"),
    (EventTag.broker, broker(0) { $0.number(FieldKey.Broker.node, 1 << 32) }, "a number beyond 32"),
    (
      EventTag.broker, broker(0) { $0.list(FieldKey.Broker.log, FieldList()) },
      "evidence that a leader event cannot carry"
    ),
    (EventTag.broker, emptiness { _ in }, "a proof's openness is missing"),
    (EventTag.broker, emptiness { $0.number(FieldKey.Emptiness.isOpen, 2) }, "neither yes nor no"),
    (
      EventTag.broker, emptiness { $0.number(FieldKey.Emptiness.looks, 1 << 63) },
      "a number beyond 63 bits"
    ),
    (
      EventTag.broker,
      emptiness { list in
        for _ in 0...HistoryFormat.maximumEvidenceNodes {
          list.number(FieldKey.Emptiness.unasked, 1)
        }
      }, "a list of more than 256"
    ),
    (
      EventTag.broker, emptiness { $0.list(FieldKey.Emptiness.queue, FieldList()) },
      "a count's node is missing"
    ),
    (
      EventTag.broker, emptiness { $0.list(FieldKey.Emptiness.replica, FieldList()) },
      "a count's node, replica or presence is missing"
    ),
    (EventTag.fault, FieldList(), "a fault's number or stage is missing"),
    (EventTag.watched, FieldList(bytes: [2, 0xFF]), "the payload ends in the middle"),
    (EventTag.watched, FieldList(bytes: [99, 9, 1]), "the payload ends in the middle"),
    (EventTag.watched, FieldList(bytes: [99, 0xFF, 0xFF, 0x7F]), "a count of 2097151, above"),
  ]

  @Test(arguments: wrong)
  func whatCannotBeIsRefused(tag: UInt8, list: FieldList, problem: String) throws {
    let error = try #require(throws: MalformedPayload.self) { try Self.decode(tag, list) }
    #expect(error.problem.hasPrefix(problem), "\(error)")
  }

  /// A list inside another cannot reach beyond it, whatever it says of its length.
  @Test func listsStayInsideTheirParents() throws {
    var list = FieldList(bytes: [])
    list.number(FieldKey.Broker.kind, 10)
    list = FieldList(bytes: list.bytes + [UInt8(FieldKey.Broker.log), 5, 3])
    var bytes = [EventTag.broker, 0, UInt8(list.bytes.count)] + list.bytes
    bytes += [2, 0x61, 0x61, 0x61, 0x61]
    #expect(throws: MalformedPayload.self) {
      try bytes.withUnsafeBytes { bytes in
        var decoder = HistoryEventDecoder(events: bytes, context: HistoryContext())
        _ = try decoder.next()
      }
    }
  }

  private static let largest: [Event] = {
    let text = String(repeating: "\u{1}", count: 10_000)
    let nodes = [NodeID](repeating: NodeID(.max), count: 10_000)
    let figure = FaultFigure(.leaderBefore, .min, of: NodeID(.max))
    let change = IncarnationChange(node: NodeID(.max), before: text, after: text)
    let emptiness = EmptinessEvidence(
      looks: .max, isOpen: true, isWell: true, unasked: nodes, strangers: nodes,
      queues: nodes.map { QueueCount(seenBy: $0, ready: .max, unacknowledged: .max) },
      replicas: nodes.map { ReplicaCount(seenBy: $0, replica: $0, depth: .max, isOnline: false) })
    let line = LogLine(pattern: text, line: text, unixNanoseconds: .min)
    let state = NodeState(
      hasProcess: false, isPortOpen: false, isServing: false, partitioned: nodes, unseen: nodes)
    let evidence: [(BrokerEventKind, BrokerEvidence)] = [
      (.leader, .leaders(nodes)), (.synchronised, .lacking(nodes)),
      (.undrained, .emptiness(emptiness)), (.logged, .log(.matched(line))),
      (.nodeState, .node(state)),
    ]
    let brokers = evidence.map { kind, evidence in
      Event.broker(
        BrokerEvent(
          kind: kind, node: NodeID(.max), queue: QueueID(.max), detail: text, evidence: evidence))
    }
    return brokers + [
      .fault(
        FaultEvent(
          fault: FaultID(.max), name: text, stage: .failed, nodes: nodes, detail: text,
          evidence: FaultEvidence(
            figures: [FaultFigure](repeating: figure, count: 10_000),
            incarnations: [IncarnationChange](repeating: change, count: 10_000)))),
      .watched(
        HarnessWatch(
          loopLag: .nanoseconds(Int64.max), relayLag: .nanoseconds(Int64.max),
          stolenPerMille: .max, loadHundredths: .max)),
    ]
  }()

  /// Not by argument: describing these events would take longer than testing them.
  @Test func everythingHasABound() throws {
    for (place, event) in Self.largest.enumerated() {
      let timed = TimedEvent(at: Instant(nanoseconds: .min), event)
      let length = BinaryHistoryTests.encode([timed]).bytes.count
      #expect(length <= HistoryFormat.maximumEventBytes, "event \(place)")
      let history = History(header: EventSampler.header, events: [timed])
      let binary = try History.decode(history.encoded()).history
      // What is cut is cut alike in both forms.
      let lines = try History.decode(lines: history.lines)
      let again = try History.decode(binary.encoded()).history
      #expect(lines.events.elementsEqual(binary.events) && again.events == binary.events)
    }
  }

  @Test func evidenceInLinesLooksLikeThis() throws {
    let events: [Event] = [
      .broker(
        BrokerEvent(
          kind: .undrained, queue: QueueID(1),
          evidence: .emptiness(
            EmptinessEvidence(
              looks: 0, isOpen: false, isWell: true, unasked: [NodeID(3)],
              queues: [QueueCount(seenBy: NodeID(1), ready: 3, unacknowledged: nil)],
              replicas: [ReplicaCount(seenBy: NodeID(1), replica: NodeID(2), depth: 3)])))),
      .watched(HarnessWatch(loopLag: .milliseconds(3), stolenPerMille: 12)),
    ]
    let history = History(
      header: EventSampler.header, events: events.map { TimedEvent(at: .zero, $0) })
    let lines = String(decoding: history.lines, as: UTF8.self).split(separator: "\n")
    let counts =
      #""queues":[{"seen_by":"n1","ready":3}],"#
      + #""replicas":[{"seen_by":"n1","replica":"n2","depth":3,"online":true}]"#
    #expect(
      lines[1].hasPrefix(
        #"{"at":0,"event":"broker","kind":"undrained","queue":1,"detail":"n1 cannot count the "#))
    #expect(lines[1].hasSuffix(#","well":true,"unasked":["n3"],\#(counts)}}"#))
    #expect(lines[1].contains(#"messages; n3 did not answer","evidence":{"looks":0,"open":false,"#))
    #expect(
      lines[2]
        == #"{"at":0,"event":"watched","watch":{"loop_lag_ns":3000000,"stolen_per_mille":12}}"#)
  }

  @Test(arguments: [
    #"{"at":1,"event":"watched","watch":{"later":[{"x":1}],"loop_lag_ns":5}}"#,
    #"{"at":1,"event":"broker","kind":"leader","evidence":{"leaders":["n1"],"later":true}}"#,
    #"{"at":1,"event":"broker","kind":"healed","evidence":{"later":true}}"#,
    #"{"at":1,"event":"fault","fault":0,"name":"k","stage":"proved","nodes":[],"detail":"","#
      + #""evidence":{"figures":[{"name":"later","value":1}]}}"#,
  ]) func laterMembersOfEvidenceAreSkipped(line: String) throws {
    let header = History(header: EventSampler.header, events: []).lines
    #expect(try History.decode(lines: header + Array((line + "\n").utf8)).events.count == 1)
  }

  @Test(arguments: [
    #"{"at":1,"event":"watched","watch":{"loop_lag_ns":-5}}"#,
    #"{"at":1,"event":"watched","watch":{"stolen_per_mille":4294967296}}"#,
    #"{"at":1,"event":"watched"}"#,
    #"{"at":1,"event":"broker","kind":"leader","evidence":{}}"#,
    #"{"at":1,"event":"broker","kind":"drained","evidence":{"looks":2}}"#,
    #"{"at":1,"event":"broker","kind":"logged","evidence":{"read":false}}"#,
    #"{"at":1,"event":"broker","kind":"undrained","evidence":{"open":true,"queues":[{}]}}"#,
  ]) func wrongEvidenceInLinesIsRefused(line: String) throws {
    let header = History(header: EventSampler.header, events: []).lines
    #expect(throws: HistoryError.self) {
      try History.decode(lines: header + Array((line + "\n").utf8))
    }
  }
}
