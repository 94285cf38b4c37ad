import CanonicalJSON
import Environment
import Glibc
import Testing

@testable import Operations

/// Files that the last program of format 1 wrote, in both of its forms: what happened in a run, and
/// sampled events.
@Suite struct FirstFormatTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    let directory = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let file = try #require(fopen("/\(directory)/FirstFormat/\(name)", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes[..<count])
  }

  private static func run() throws -> History {
    let (history, ending) = try History.decode(bytes("run.stoat"))
    #expect(ending.isComplete && ending.lastWholeBlock > 2)
    return history
  }

  /// The broker events of a kind, in order.
  private func events(_ kind: BrokerEventKind) throws -> [BrokerEvent] {
    try Self.run().events.compactMap { timed in
      guard case .broker(let event) = timed.event, event.kind == kind else { return nil }
      return event
    }
  }

  @Test(arguments: ["run", "sampled"]) func bothFormsSayTheSame(name: String) throws {
    let (binary, ending) = try History.decode(Self.bytes("\(name).stoat"))
    #expect(ending.isComplete && binary.header.format == 1)
    #expect(binary.events.count > 30)
    #expect(try History.decode(lines: Self.bytes("\(name).jsonl")) == binary)
    // A copy is of today's format and says no more than the original.
    let copy = try History.decode(binary.encoded()).history
    #expect(copy.header.format == 2 && copy.events == binary.events)
    #expect(try History.decode(lines: binary.lines) == copy)
  }

  @Test func itIsAHistoryOfARun() throws {
    let history = try Self.run()
    var validator = HistoryValidator(history.header)
    #expect(history.events.allSatisfy { validator.problem(with: $0) == nil })
    #expect(history.header.name == "sample ✓" && history.header.queues.count == 3)
  }

  @Test func whatProseSaysExactlyBecomesValues() throws {
    #expect(
      try events(.leader).map(\.evidence) == [
        .leaders([NodeID(1)]), .leaders([NodeID(1), NodeID(2)]),
      ])
    #expect(try events(.unsynchronised).map(\.evidence) == [.lacking([NodeID(2), NodeID(3)])])
    #expect(try events(.synchronised).map(\.evidence) == [.lacking([])])
    #expect(
      try events(.logged).map(\.log) == [
        .read,
        .matched(
          LogLine(
            pattern: "crash-report",
            line: "2026-12-01 13:27:18.123456+00:00 [error] <0.1.0>   crasher: x")),
      ])
    #expect(
      try events(.drained).map(\.emptiness) == [
        EmptinessEvidence(looks: 2, isOpen: false, isWell: true), nil,
      ])
  }

  @Test func countsAreReadWhereEverybodyWasThere() throws {
    let proofs = try events(.undrained).map(\.emptiness)
    let unknown = EmptinessEvidence(looks: nil, isOpen: false, isWell: nil)
    var open = unknown
    open.isOpen = true
    let counted = EmptinessEvidence(
      looks: 0, isOpen: false, isWell: true,
      queues: [QueueCount(seenBy: NodeID(1), ready: 7, unacknowledged: 2)],
      replicas: [
        ReplicaCount(seenBy: NodeID(1), replica: NodeID(1), depth: 7),
        ReplicaCount(seenBy: NodeID(1), replica: NodeID(2), depth: 4),
      ])
    let once = EmptinessEvidence(looks: 1, isOpen: true, isWell: true)
    #expect(proofs == [counted, open, unknown, once, open])
  }

  /// What was not recorded is unknown, not good.
  @Test func therestIsUnknown() throws {
    for kind in [.nodeUp, .nodeDown, .bootRetried, .healed, .partitioned] as [BrokerEventKind] {
      let found = try events(kind)
      #expect(found.count == 1 && found.allSatisfy { $0.evidence == nil })
    }
    let faults = try Self.run().events.compactMap { timed -> FaultEvent? in
      if case .fault(let fault) = timed.event { fault } else { nil }
    }
    #expect(faults.map(\.stage) == FaultStage.allCases)
    #expect(faults.allSatisfy { $0.evidence == nil && $0.nodes == [NodeID(1), NodeID(3)] })
  }

  @Test(arguments: [
    "n1 counts 3 messages on the replica of", "x1 counts 3 ready and 0 unacknowledged",
    "n1 counts -3 ready and 0 unacknowledged", "n1 counts 3 ready and x unacknowledged",
    "n1 counts 99999999999999999999 ready and 0 unacknowledged", "something else",
    "n1 counts 3 ready and 0 unacknowledged; n2 does not answer: nobody; there",
  ]) func otherProseIsUnknown(detail: String) {
    let event = BrokerEvent(kind: .undrained, queue: QueueID(0), detail: detail)
    #expect(
      FirstFormatEvidence.completed(event).emptiness
        == EmptinessEvidence(looks: nil, isOpen: false, isWell: nil))
  }

  @Test func otherListsOfNodesAreUnknown() {
    for detail in ["several nodes lead it: n1, me", "several nodes lead it", "n1"] {
      let event = BrokerEvent(kind: .leader, node: NodeID(1), queue: QueueID(0), detail: detail)
      #expect(FirstFormatEvidence.completed(event).evidence == nil)
    }
  }

  /// Format 1 has no evidence of its own, and format 2 reads none out of prose.
  @Test func formatsAreNotMixed() throws {
    let detail = "not everybody could be asked: n2 did not answer"
    let history = History(
      header: EventSampler.header,
      events: [
        TimedEvent(
          at: .zero, .broker(BrokerEvent(kind: .undrained, queue: QueueID(0), detail: detail)))
      ])
    #expect(try History.decode(history.encoded()).history == history)
    #expect(try History.decode(lines: history.lines) == history)
    let text = String(decoding: history.lines, as: UTF8.self)
    let old = try History.decode(
      lines: Array(text.replacing("\"version\":2", with: "\"version\":1").utf8))
    guard case .broker(let event) = old.events[0].event else {
      Issue.record("\(old.events)")
      return
    }
    #expect(event.emptiness?.isOpen == true && event.detail == detail)
    for line in [
      #"{"at":1,"event":"broker","kind":"leader","evidence":{"leaders":[]}}"#,
      #"{"at":1,"event":"watched","watch":{}}"#,
    ] {
      let bytes = Array((text + line + "\n").utf8)
      #expect(try History.decode(lines: bytes).events.count == 2)
      let first = Array(
        (text.replacing("\"version\":2", with: "\"version\":1") + line + "\n").utf8)
      let error = #expect(throws: HistoryError.self) { try History.decode(lines: first) }
      #expect(error?.description.contains("an event of version 1") == true)
    }
  }

  /// Damage of old files is found as before.
  @Test func everyFlippedBitIsNoticed() throws {
    let bytes = try Self.bytes("sampled.stoat")
    let events = try History.decode(bytes).history.events
    for index in bytes.indices {
      var flipped = bytes
      flipped[index] ^= 1 << UInt8(index % 8)
      let reading = try? History.decode(flipped)
      #expect(reading.map { !$0.ending.isComplete } ?? true, "byte \(index)")
      if let reading { #expect(events.starts(with: reading.history.events), "byte \(index)") }
    }
  }
}
