import CanonicalJSON
import Environment
import Testing

@testable import Operations

@Suite struct LineHistoryTests {
  @Test func randomHistoriesComeBack() throws {
    var sampler = EventSampler(seed: 21)
    let history = sampler.orderedHistory(events: 100_000)
    #expect(try History.decode(lines: history.lines) == history)
  }

  @Test func linesLookLikeThis() throws {
    let events = Array(Publishes.events(publishes: 1).prefix(4))
    let text = String(
      decoding: History(header: EventSampler.header, events: events).lines, as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(
      lines[0].hasPrefix(
        #"{"stoat":"history","version":2,"name":"sample ✓","seed":"deadbeef00000001","system":"#))
    #expect(
      lines.dropFirst() == [
        #"{"at":0,"event":"invoked","op":0"#
          + #","client":0,"queue":0,"action":"publish","message":"0.0"}"#,
        #"{"at":3000,"event":"written","op":0,"session":0,"sequence":1}"#,
        #"{"at":6000,"event":"answered","session":0,"sequence":1"#
          + #","multiple":false,"positive":true}"#,
        #"{"at":9000,"event":"completed","op":0,"outcome":"ok","answer":"confirmed"}"#,
      ])
    #expect(text.hasSuffix("}\n"))
  }

  @Test(arguments: [1, 2, 7, 64, 1_000])
  func chunksMayEndAnywhere(size: Int) throws {
    var sampler = EventSampler(seed: 22)
    let history = sampler.orderedHistory(events: 300)
    let bytes = history.lines
    var reader = HistoryLineReader()
    var events: [TimedEvent] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      try reader.receive(bytes[start..<min(start + size, bytes.count)]) { events += $0.events }
    }
    let ending = try reader.finish { events += $0.events }
    #expect(events == history.events)
    #expect(reader.header == history.header)
    #expect(ending == HistoryEnding(isComplete: true, lastWholeBlock: 301, events: 300))
  }

  @Test(arguments: [
    ("", nil), ("\n  \n", nil), ("{\"end\":2}\n", "line 6: something follows"),
    ("{\"at\":9,\"event\":\"phase\",\"phase\":\"done\"}\n", "line 6: something follows"),
  ]) func nothingFollowsTheEnd(rest: String, problem: String?) throws {
    let events = (0..<3).map { TimedEvent(at: Instant(nanoseconds: $0), .phase(.load)) }
    let history = History(header: EventSampler.header, events: events)
    let bytes = history.linesWithEnd + Array(rest.utf8)
    if let problem {
      let error = #expect(throws: HistoryError.self) { try History.decode(lines: bytes) }
      #expect(error?.description.hasPrefix(problem) == true, "\(String(describing: error))")
    } else {
      #expect(try History.decode(lines: bytes) == history)
    }
  }

  @Test func theEndCountsTheEvents() throws {
    let events = (0..<3).map { TimedEvent(at: Instant(nanoseconds: $0), .phase(.load)) }
    let whole = History(header: EventSampler.header, events: events).linesWithEnd
    let lines = whole.split(separator: UInt8(ascii: "\n"))
    let without = Array((lines[..<2] + lines[3...]).joined(separator: [UInt8(ascii: "\n")]))
    let error = #expect(throws: HistoryError.self) { try History.decode(lines: without) }
    #expect(error == .line(4, problem: "it ends after 3 events, and 2 came before"))
  }

  @Test func theFastReaderAgreesWithTheOther() throws {
    var sampler = EventSampler(seed: 23)
    var random = SeededGenerator(seed: 23)
    let events = Publishes.events(publishes: 500) + (0..<3_000).map { _ in sampler.next() }
    let lines = History(header: EventSampler.header, events: events).lines
      .split(separator: UInt8(ascii: "\n")).dropFirst().map { Array($0) }
    var fast = 0
    for (index, line) in lines.enumerated() {
      if let event = line.withUnsafeBufferPointer({ CanonicalLine.event($0) }) {
        fast += 1
        #expect(event == events[index])
      }
      for _ in 0..<40 {
        var mutated = line
        let bytes = Array("0123456789-.,:\"{}tfn ".utf8)
        mutated[random.index(of: mutated.count)] = bytes[random.index(of: bytes.count)]
        if random.draw(below: 4) == 0 { mutated.remove(at: random.index(of: mutated.count)) }
        guard let event = mutated.withUnsafeBufferPointer({ CanonicalLine.event($0) }) else {
          continue
        }
        let value = try JSONValue(parsing: mutated)
        #expect(try HistoryLines.event(JSONReader(value, path: "event"), format: 2) == event)
      }
    }
    #expect(fast >= 3_000)
  }

  @Test func otherSpacingOrderAndLineEndsAreRead() throws {
    let header = String(
      decoding: History(header: EventSampler.header, events: []).lines, as: UTF8.self)
    let text =
      header.replacing("\n", with: "\r\n")
      + "{ \"event\" : \"phase\", \"phase\":\"drain\", \"at\": -5 }\r\n\n  \n"
      + #"{"at":1,"event":"broker","kind":"drained"}"#
    let history = try History.decode(lines: Array(text.utf8))
    #expect(
      history.events == [
        TimedEvent(at: Instant(nanoseconds: -5), .phase(.drain)),
        TimedEvent(at: Instant(nanoseconds: 1), .broker(BrokerEvent(kind: .drained))),
      ])
  }

  private static let wrongLines: [(String, String)] = [
    (#"{"at":1,"event":"phase","phase":"drian"}"#, #"(did you mean "drain"?)"#),
    (#"{"at":1,"event":"phase"}"#, "event.phase: found nothing, expected this member"),
    (#"{"at":1,"event":"fase","phase":"drain"}"#, #"event.event: found "fase", expected one of"#),
    (#"{"at":1.5,"event":"phase","phase":"drain"}"#, "column 7: a number with a fraction"),
    (#"{"at":1,"event":"phase","phase":"drain","x":1}"#, "event.x: found an unknown member"),
    (#"{"at":1,"event":"phase","phase":"drain""#, "column 40: the end of the text"),
    (#"{"at":1,"event":"written","op":-1,"session":0,"sequence":1}"#, "event.op: found -1"),
    (#"{"at":1,"event":"written","op":1,"session":0,"sequence":"x"}"#, "event.sequence: found"),
    (#"{"at":1,"event":"returned","session":0,"message":"1"}"#, "expected a message such as"),
    (
      #"{"at":1,"event":"session-opened","session":0,"client":0,"node":"x1"}"#,
      "expected a node such as"
    ),
    (#"[1]"#, "event: found a list of 1, expected an object"), ("garbage", "column 1: 'g' where"),
  ]

  @Test(arguments: wrongLines)
  func errorsNameTheLine(line: String, problem: String) throws {
    var bytes = History(
      header: EventSampler.header, events: [TimedEvent(at: .zero, .phase(.load))]
    ).lines
    bytes += Array((line + "\n").utf8)
    var events = 0
    let error = #expect(throws: HistoryError.self) {
      var reader = HistoryLineReader()
      try reader.receive(bytes[...]) { _ in events += 1 }
    }
    #expect(events == 1)
    #expect(error?.description.hasPrefix("line 3: ") == true)
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }

  /// Written as we write it, and not.
  @Test(arguments: [
    #"{"at":4,"event":"completed","op":0,"outcome":"ok","answer":"confirmed"}"#,
    #"{"at":4, "event":"phase","phase":"drain"}"#,
  ]) func timesDoNotGoBack(line: String) throws {
    var bytes = History(
      header: EventSampler.header,
      events: [TimedEvent(at: Instant(nanoseconds: 5), .phase(.load))]
    ).lines
    bytes += Array((line + "\n").utf8)
    let error = #expect(throws: HistoryError.self) { try History.decode(lines: bytes) }
    #expect(error == .line(3, problem: "the time 4 is earlier than 5 on a line before"))
    let ordered = String(decoding: bytes, as: UTF8.self).replacing(#""at":4"#, with: #""at":5"#)
    #expect(try History.decode(lines: Array(ordered.utf8)).events.count == 2)
  }

  /// Wherever a file is cut behind its header, what is before can be read, and is not whole.
  @Test func aLineThatIsCutOffIsATornEnd() throws {
    let events = (0..<3).map { TimedEvent(at: Instant(nanoseconds: $0), .phase(.drain)) }
    let history = History(header: EventSampler.header, events: events)
    let bytes = history.linesWithEnd
    let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    for cut in (ends[0] + 1)..<(bytes.count - 1) {
      var reader = HistoryLineReader()
      var read: [TimedEvent] = []
      try reader.receive(bytes[..<cut]) { read += $0.events }
      let ending = try reader.finish { read += $0.events }
      let isInside = !ends.contains(cut - 1) && !ends.contains(cut)
      #expect(!ending.isComplete && ending.events == read.count)
      #expect(read == Array(events.prefix(ends.count { $0 > ends[0] && $0 <= cut })))
      #expect(ending.problem?.contains("not whole") == isInside, "\(ending)")
    }
    let error = #expect(throws: HistoryError.self) { try History.decode(lines: bytes.dropLast(9)) }
    #expect(error?.description.contains("not whole") == true)
  }

  @Test func anEndIsALineOfItsOwn() throws {
    let header = Array(History(header: EventSampler.header, events: []).linesWithEnd.dropLast(10))
    for line in [
      #"{"at":1,"event":"phase","phase":"drain","end":0}"#, #"{"end":0,"at":1}"#, #"{"end":"0"}"#,
      #"{"end":1}"#,
    ] {
      let error = #expect(throws: HistoryError.self) {
        try History.decode(lines: header + Array((line + "\n").utf8))
      }
      #expect(error?.description.hasPrefix("line 2: ") == true, "\(String(describing: error))")
    }
    let whole = try History.decode(lines: header + Array("{\"end\":0}\n".utf8))
    #expect(whole.events.isEmpty)
  }

  @Test func theFirstLineHasToBeAHeader() throws {
    let cases: [(String, String)] = [
      ("", "nothing was recorded"), ("{}\n", "line 1: not the header of a history"),
      ("{\"stoat\":\"history\"}\n", "line 1: header.version: found nothing"),
      ("{\"stoat\":\"history\",\"version\":3}\n", "format version 3"),
      ("{\"stoat\":\"history\",\"version\":0}\n", "format version 0"),
      ("{\"stoat\":\"history\",\"version\":2}\n", "line 1: header."),
      ("{\"stoat\":\"history\",\"version\":1}\n", "line 1: header."),
      ("{\n", "line 1: column 2"),
    ]
    for (text, problem) in cases {
      let error = #expect(throws: HistoryError.self) { try History.decode(lines: Array(text.utf8)) }
      #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }
  }

  @Test func aLineWithoutEndIsRefusedBeforeItFillsTheMemory() throws {
    var reader = HistoryLineReader()
    let header = History(header: EventSampler.header, events: []).lines
    try reader.receive(header[...]) { _ in }
    let chunk = [UInt8](repeating: UInt8(ascii: " "), count: 60_000)
    var chunks = 0
    let error = #expect(throws: HistoryError.self) {
      while chunks < 100 {
        try reader.receive(chunk[...]) { _ in }
        chunks += 1
      }
    }
    #expect(chunks == HistoryLines.maximumLineBytes / chunk.count)
    #expect(error == .line(2, problem: "longer than 1048576 bytes"))
  }
}
