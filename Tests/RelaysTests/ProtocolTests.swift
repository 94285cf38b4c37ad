import Environment
import Testing

@testable import Relays

@Suite struct ProtocolTests {
  private static let link = RelayLink(
    name: "n1-n2", direction: Line.there, listen: RelayEndpoint(127, 9, 1, 2, port: 4000),
    target: .loopback(port: 5000))
  private static let epmd = RelayLink(
    name: "n1-n2.epmd", direction: Line.there, listen: RelayEndpoint(127, 9, 1, 2, port: 4369),
    target: .loopback(port: 4369), kind: .epmd(answering: 4000))

  private static let commands: [(RelayCommand, String)] = [
    (.unshape(Line.both), "unshape n1 n2 n2 n1"),
    (.link(link), "link n1-n2 n1 n2 127.9.1.2:4000 127.0.0.1:5000"),
    (.link(epmd), "epmd n1-n2.epmd n1 n2 127.9.1.2:4369 127.0.0.1:4369 4000"),
    (.cut(Line.both, .physical), "cut n1 n2 n2 n1"),
    (.cut([Line.there], .stream), "cut-stream n1 n2"),
    (.heal([Line.back]), "heal n2 n1"), (.healAll, "heal"), (.silence("n1"), "silence n1"),
    (.revive("n1"), "revive n1"), (.reset(link: "c.n1"), "reset c.n1"), (.status, "status"),
    (.probe(Line.there), "probe n1 n2"), (.identity, "pid"), (.shutdown, "shutdown"),
  ]

  @Test(arguments: commands) func commandsAreOneLineEach(
    command: RelayCommand, line: String
  ) throws {
    #expect(command.line == line)
    #expect(try RelayCommand(line: line) == command)
    #expect(try RelayCommand(line: " \(line)  ") == command)
  }

  @Test(arguments: [
    ("", "unknown command"), ("cutt n1 n2", "'cutt'"), ("cut", "pairs"), ("cut n1", "pairs"),
    ("cut n1 n2 n3", "pairs"), ("probe n1", "does not take 1"), ("status now", "does not take 1"),
    ("silence n/1", "'n/1'"), ("link a n1 n2 127.0.0.1 127.0.0.1:1", "'127.0.0.1'"),
    ("link a n1 n2 127.0.0.1:1 127.0.0.256:1", "'127.0.0.256:1'"),
    ("link a n1 n2 127.0.0.1:65536 127.0.0.1:1", "65536"),
    ("epmd a n1 n2 127.0.0.1:1 127.0.0.1:1 0", "'0'"),
    ("shape", "pairs"), ("shape n1 n2", "changes nothing"), ("shape delay-us=1", "pairs"),
    ("shape n1 delay-us=1", "pairs"), ("shape n1 n2 n3 delay-us=1", "pairs"),
    ("shape n1 n2 delay-us=1 n3 n4", "'n3'"), ("shape n1 n2 delay=1", "'delay=1'"),
    ("shape n1 n/2 delay-us=1", "'n/2'"), ("shape n1 n2 delay-us=60000001", "60.000001"),
    ("unshape", "pairs"), ("unshape n1", "pairs"), ("unshape n1 n2 delay-us=1", "pairs"),
    ("unshape n1 delay-us=1", "'delay-us=1'"),
    ("link ä n1 n2 127.0.0.1:1 127.0.0.1:1", "'ä'"),
  ]) func nonsenseIsNamed(line: String, part: String) {
    let error = #expect(throws: RelayError.self) { try RelayCommand(line: line) }
    #expect(error?.kind == .badRequest)
    #expect(error?.message.contains(part) == true)
  }

  @Test func aShapeIsOneLineForAllItsDirections() throws {
    let command = RelayCommand.shape(
      Line.both, try LinkShape(delay: .milliseconds(5), bytesPerSecond: 64_000))
    let line = "shape n1 n2 n2 n1 delay-us=5000 bytes-per-second=64000"
    #expect(command.line == line)
    #expect(try RelayCommand(line: line) == command)
    #expect(
      try RelayCommand(line: "shape n1 n2 n2 n1 bytes-per-second=64000  delay-us=5000") == command)
  }

  private static func shape(times: ClosedRange<Duration>?) throws -> ShapeStatus {
    var tally = HoldTally()
    tally.bytes = 5
    tally.chunks = times == nil ? 0 : 6
    tally.times = times
    return ShapeStatus(
      shape: try LinkShape(
        delay: .milliseconds(1), jitter: .milliseconds(2), bytesPerSecond: 3000,
        stallEvery: .milliseconds(5), stallFor: .milliseconds(4), seed: 6),
      age: .seconds(7), tally: tally, standsStill: times != nil, stalls: 8, stoodStill: .seconds(9))
  }

  @Test func statusAndEvidenceSurviveTheirLines() throws {
    let flow = FlowStatus(
      isStalled: true, forwarded: .max, forwardedSinceStall: 3, held: 4,
      shape: try Self.shape(times: .microseconds(10) ... .microseconds(11)))
    let open = FlowStatus(isStalled: false, forwarded: 0, forwardedSinceStall: 0, held: 0)
    let links = [Self.link, Self.epmd].map {
      LinkStatus(
        link: $0, connections: 5, connectsHang: true, droppedConnects: 6, refused: 7,
        resets: 9, forward: flow, backward: open)
    }
    let status = RelayStatus(
      identity: RelayIdentity(process: 8, protocolVersion: 1, uptime: .seconds(9)),
      loopLag: .microseconds(10), worstLoopLag: .microseconds(11), links: links)
    #expect(try RelayStatus(lines: status.lines) == status)
    let evidence = FlowEvidence(
      direction: Line.back, connections: 1, flow: flow, connectsHang: false, droppedConnects: 2,
      resets: 3)
    #expect(try FlowEvidence(line: evidence.line) == evidence)
  }

  @Test func aShapeThatNothingHasPassedSurvivesItsLine() throws {
    var evidence = FlowEvidence(
      direction: Line.back, connections: 0,
      flow: FlowStatus(
        isStalled: false, forwarded: 0, forwardedSinceStall: 0, held: 0,
        shape: try Self.shape(times: nil)),
      connectsHang: false, droppedConnects: 0, resets: 0)
    #expect(try FlowEvidence(line: evidence.line) == evidence)
    evidence.flow.shape = nil
    #expect(evidence.line.contains(" flow-shape=none"))
    #expect(try FlowEvidence(line: evidence.line) == evidence)
  }

  @Test(arguments: [
    ("flow=stalled", "flow=stalle"), ("connects=hang", "connects=maybe"),
    ("resets=3", "resets=-3"), ("resets=3", "rests=3"),
    ("flow-shape=delay-us=1000,", "flow-shape=delay-us=1000,,"),
    ("flow-shape=delay-us=1000,", "flow-shape=delay-us=x,"),
    ("flow-shape=delay-us=1000,", "flow-shape=,"), ("flow-shape=delay", "flow-form=delay"),
    ("flow-shape-us=7000000", "flow-shape-us=late"), ("flow-shape-bytes=5", "flow-shape-bytes="),
    ("flow-chunks=6", "flow-chunks=0"), ("flow-least-us=10", "flow-least-us=none"),
    ("flow-least-us=10", "flow-least-us=12"), ("flow-greatest-us=11", "flow-greatest-us=none"),
    ("flow-stands=still", "flow-stands=yes"), ("flow-stalls=8", "flow-stalls=8.0"),
    ("flow-stalls-us=9000000", ""),
  ]) func garbledEvidenceIsRefused(part: String, other: String) throws {
    let line = FlowEvidence(
      direction: Line.back, connections: 1,
      flow: FlowStatus(
        isStalled: true, forwarded: 0, forwardedSinceStall: 0, held: 0,
        shape: try Self.shape(times: .microseconds(10) ... .microseconds(11))),
      connectsHang: true, droppedConnects: 0, resets: 3
    ).line
    #expect(line.contains(part))
    let error = #expect(throws: RelayError.self) {
      try FlowEvidence(line: line.replacing(part, with: other))
    }
    #expect(error?.kind == .garbled)
  }

  @Test(arguments: ["ok", "ok pid=x", "ok pid=1 protocol=1 uptime-us=-"])
  func anUnreadableAnswerIsGarbled(line: String) {
    let error = #expect(throws: RelayError.self) { try RelayStatus(lines: [line]) }
    #expect(error?.kind == .garbled)
  }

  @Test func everyKindHasItsWord() {
    let kinds: [RelayError.Kind] = [
      .badRequest, .addressInUse, .alreadyRunning, .unreachable, .timedOut, .garbled, .system,
    ]
    for kind in kinds { #expect(RelayError.Kind(word: kind.word[...]) == kind) }
    #expect(RelayError.Kind(word: "other") == nil)
  }
}

@Suite struct TopologyTests {
  private func cluster(_ epmd: UInt16?) throws -> NetworkTopology {
    try NetworkTopology.cluster(
      run: 7,
      nodes: (1...3).map { .init(name: "n\($0)", peerPort: 2000 + $0, clientPort: 3000 + $0) },
      ports: .init(peer: 4000, client: 5000, epmd: epmd))
  }

  @Test func everyPairAndEveryClientHasItsLink() throws {
    #expect(try cluster(nil).links.count == 9)
    let topology = try cluster(4369)
    #expect(topology.links.count == 15)
    #expect(Set(topology.links.map(\.name)).count == 15)
    #expect(Set(topology.links.map(\.listen)).count == 15)
    let link = try #require(topology.link(from: "n1", to: "n3"))
    #expect(link.listen.description == "127.7.1.3:4000")
    #expect(link.target.description == "127.0.0.1:2003")
    let client = try #require(topology.link(from: "c.n2", to: "n2"))
    #expect(client.listen.description == "127.7.130.2:5000")
    #expect(client.target.description == "127.0.0.1:3002")
    let lookup = try #require(topology.links.first { $0.name == "n2-n1.epmd" })
    #expect(lookup.listen.description == "127.7.2.1:4369")
    #expect(lookup.target.description == "127.0.0.1:4369")
    #expect(lookup.kind == .epmd(answering: 4000))
  }

  @Test func aSideIsSeveredInBothDirections() throws {
    let topology = try cluster(4369)
    #expect(
      topology.directions(severing: ["n1", "c.n1"]).map(\.description)
        == ["n1→n2", "n2→n1", "n1→n3", "n3→n1"])
    #expect(topology.directions(severing: ["n1"]).contains(Direction(from: "c.n1", to: "n1")))
    #expect(topology.directions(severing: []).isEmpty)
  }

  @Test func portsThatClashAreRefused() {
    let node = NetworkTopology.Node(name: "n1", peerPort: 4000, clientPort: 1)
    let error = #expect(throws: RelayError.self) {
      try NetworkTopology.cluster(run: 7, nodes: [node], ports: .init(peer: 4000, client: 5000))
    }
    #expect(error?.message.contains("n1") == true)
    #expect(throws: RelayError.self) {
      try NetworkTopology.cluster(run: 0, nodes: [], ports: .init(peer: 1, client: 2))
    }
  }

  @Test func installingTwiceIsTheSameAsOnce() async throws {
    let relay = try RelayFixture()
    let target = try Outlet()
    let links = ["a", "b"].map {
      RelayLink(
        name: $0, direction: Line.there, listen: RelayEndpoint(127, 78, 1, 2, port: 0),
        target: target.endpoint)
    }
    try relay.control.install(NetworkTopology(links: links))
    let first = try relay.control.status().links
    try relay.control.install(NetworkTopology(links: links))
    #expect(try relay.control.status().links == first && first.count == 2)
    let other = RelayLink(
      name: "a", direction: Line.back, listen: links[0].listen, target: target.endpoint)
    let error = #expect(throws: RelayError.self) { try relay.control.add(other) }
    #expect(error?.message.contains("exists already") == true)
  }
}

@Suite struct EndpointTests {
  @Test(arguments: ["127.0.0.1:0", "127.255.1.254:65535", "0.0.0.0:1"])
  func numericEndpointsAreRead(text: String) throws {
    #expect(try #require(RelayEndpoint(text)).description == text)
  }

  @Test(arguments: ["", ":", "127.0.0.1", "127.0.0:1", "127.0.0.1:", "a.b.c.d:1", "1.2.3.4:5:6"])
  func othersAreNot(text: String) {
    #expect(RelayEndpoint(text) == nil)
  }
}
