import Environment
import Glibc
import Relays
import Testing

@Suite struct ShapedEndTests {
  private let clock = MonotonicClock()
  private let delay = Duration.milliseconds(400)

  @Test func anOrderlyEndFollowsTheDelayedBytes() async throws {
    let line = try await Line()
    try line.control.shape(Line.both, try LinkShape(delay: delay))
    try await line.client.sendAll("last words")
    try await Task.sleep(for: delay / 2)
    let start = clock.now()
    line.client.finish()
    #expect(try await line.server.receiveText(10) == "last words")
    #expect(try await line.server.receiveEnd() == .finished)
    #expect(clock.now() - start >= delay)
    try await line.server.sendAll("still here")
    #expect(try await line.client.receiveText(10) == "still here")
    line.server.finish()
    #expect(try await line.client.receiveEnd() == .finished)
    try await eventually("the connection is gone") {
      try line.relay.linkStatus("n1-n2").connections == 0
    }
  }

  @Test func aResetFollowsTheDelayedBytes() async throws {
    let line = try await Line()
    try line.control.shape(Line.both, try LinkShape(delay: delay))
    try await line.client.sendAll("last words")
    try await eventually("the relay has the bytes") {
      try line.control.probe(Line.there).flow.held == 10
    }
    try await Task.sleep(for: delay / 2)
    let start = clock.now()
    line.client.reset()
    #expect(try await line.server.receiveText(10) == "last words")
    #expect(try await line.server.receiveEnd() == .reset)
    #expect(clock.now() - start >= delay)
  }

  @Test func aResetAfterAnOrderlyEndTakesTheDelayToo() async throws {
    let line = try await Line()
    try line.control.shape([Line.there], try LinkShape(delay: delay))
    line.client.finish()
    #expect(try await line.server.receiveEnd() == .finished)
    let start = clock.now()
    line.client.reset()
    try await eventually("the server is reset") { line.server.state == TCP_CLOSE }
    #expect(clock.now() - start >= delay)
  }

  @Test func unshapingPassesTheEndOn() async throws {
    let line = try await Line()
    try line.control.shape([Line.there], try LinkShape(delay: .seconds(60)))
    try await line.client.sendAll("bye")
    line.client.finish()
    #expect(try await line.server.staysSilent())
    try line.control.unshape([Line.there])
    #expect(try await line.server.receiveText(3) == "bye")
    #expect(try await line.server.receiveEnd() == .finished)
  }

  @Test func anEndWithoutBytesIsWithheld() async throws {
    let line = try await Line()
    try line.control.shape(Line.both, try LinkShape(delay: .seconds(60)))
    line.client.finish()
    #expect(try await line.server.staysSilent())
    line.server.reset()
    #expect(try await line.client.staysSilent())
    #expect(try line.relay.linkStatus("n1-n2").connections == 1)
    try line.control.healAll()
    #expect(try await line.client.receiveEnd() == .reset)
  }

  @Test func aResetAfterAnOrderlyEndIsWithheld() async throws {
    let line = try await Line()
    line.client.finish()
    #expect(try await line.server.receiveEnd() == .finished)
    try line.control.shape([Line.there], try LinkShape(delay: .seconds(60)))
    line.client.reset()
    try await Task.sleep(for: .milliseconds(300))
    #expect(line.server.state == TCP_CLOSE_WAIT)
    try line.control.unshape([Line.there])
    try await eventually("the server is reset") { line.server.state == TCP_CLOSE }
  }

  @Test func aPacedEndFollowsItsBytes() async throws {
    let line = try await Line()
    let start = clock.now()
    try line.control.shape([Line.there], try LinkShape(bytesPerSecond: 20_000))
    try await line.client.sendAll([UInt8](repeating: 3, count: 4000))
    line.client.finish()
    #expect(try await line.server.receive(4000).count == 4000)
    #expect(try await line.server.receiveEnd() == .finished)
    #expect(clock.now() - start >= .milliseconds(200))
  }
}

@Suite struct ShapedConnectTests {
  private let clock = MonotonicClock()
  private let there = Duration.milliseconds(250)
  private let back = Duration.milliseconds(150)

  private func start() throws -> (relay: RelayFixture, outlet: Outlet, listen: RelayEndpoint) {
    let relay = try RelayFixture()
    let outlet = try Outlet()
    let listen = try relay.link("n1", "n2", target: outlet.endpoint)
    try relay.control.shape([Line.there], try LinkShape(delay: there))
    try relay.control.shape([Line.back], try LinkShape(delay: back))
    return (relay, outlet, listen)
  }

  @Test func aHandshakeTakesItsDelaysBeforeTheFirstByte() async throws {
    let (relay, outlet, listen) = try start()
    let start = clock.now()
    let client = try await Plug.connected(to: listen)
    try await client.sendAll("first")
    let server = try await outlet.accept()
    #expect(clock.now() - start >= there + back + there)
    #expect(try await server.receiveText(5) == "first")
    let shape = try #require(try relay.control.probe(Line.there).flow.shape)
    #expect(shape.tally.bytes == 5)
    #expect(try #require(shape.tally.times).lowerBound >= there)
  }

  @Test func aServerThatSpeaksFirstIsHeardAfterTwoRoundTrips() async throws {
    let (relay, outlet, listen) = try start()
    let start = clock.now()
    let client = try await Plug.connected(to: listen)
    let server = try await outlet.accept()
    try await server.sendAll("hello")
    #expect(try await client.receiveText(5) == "hello")
    #expect(clock.now() - start >= (there + back) * 2)
    #expect(try relay.control.probe(Line.back).flow.shape?.tally.bytes == 5)
  }

  @Test func aRefusalComesBackAsAResetAfterTheHandshake() async throws {
    let relay = try RelayFixture()
    let endpoint = try Outlet().endpoint
    let listen = try relay.link("n1", "n2", target: endpoint)
    try relay.control.shape([Line.there], try LinkShape(delay: there))
    try relay.control.shape([Line.back], try LinkShape(delay: back))
    let start = clock.now()
    let client = try await Plug.connected(to: listen)
    #expect(try await client.receiveEnd() == .reset)
    #expect(clock.now() - start >= there + back)
    #expect(try relay.linkStatus("n1-n2").connections == 0)
  }

  @Test func unshapingCompletesHandshakesAtOnce() async throws {
    let relay = try RelayFixture()
    let outlet = try Outlet()
    let listen = try relay.link("n1", "n2", target: outlet.endpoint)
    try relay.control.shape(Line.both, try LinkShape(delay: .seconds(60)))
    let client = try await Plug.connected(to: listen)
    try await client.sendAll("early")
    try await eventually("the relay has it") {
      try relay.linkStatus("n1-n2").forward.held == 5
    }
    #expect(outlet.tryAccept() == nil)
    try relay.control.unshape(Line.both)
    #expect(try await outlet.accept().receiveText(5) == "early")
  }

  @Test func aCutHoldsAHandshakeThatHasBegun() async throws {
    let (relay, outlet, listen) = try start()
    let client = try await Plug.connected(to: listen)
    try await client.sendAll("early")
    try await eventually("it is accepted") { try relay.linkStatus("n1-n2").connections == 1 }
    try relay.control.cut(Line.both)
    let wasHeld = outlet.tryAccept() == nil
    try await Task.sleep(for: (there + back) * 3)
    if wasHeld { #expect(outlet.tryAccept() == nil) }
    try relay.control.heal(Line.both)
    #expect(try await outlet.accept().receiveText(5) == "early")
  }

  @Test func aStallHoldsAHandshake() async throws {
    let relay = try RelayFixture()
    let outlet = try Outlet()
    let listen = try relay.link("n1", "n2", target: outlet.endpoint)
    try relay.control.shape(
      [Line.back], try LinkShape(stallEvery: .milliseconds(50), stallFor: .milliseconds(40)))
    for round in 0..<10 {
      let client = try await Plug.connected(to: listen)
      try await client.sendAll("\(round)")
      #expect(try await outlet.accept().receiveText(1) == "\(round)")
    }
  }

  @Test func aHandshakeGoesOnAfterAStallOfADirectionThatIsCutAsAStream() async throws {
    let relay = try RelayFixture()
    let outlet = try Outlet()
    let listen = try relay.link("n1", "n2", target: outlet.endpoint)
    try relay.control.cut([Line.back], mode: .stream)
    try relay.control.shape(
      [Line.back], try LinkShape(stallEvery: .milliseconds(50), stallFor: .milliseconds(45)))
    for round in 0..<10 {
      let client = try await Plug.connected(to: listen)
      try await client.sendAll("\(round)")
      #expect(try await outlet.accept().receiveText(1) == "\(round)")
    }
  }

  @Test func aConnectionGivenUpDuringTheHandshakeLeavesNothing() async throws {
    let (relay, outlet, listen) = try start()
    for round in 0..<6 {
      let client = try await Plug.connected(to: listen)
      if round % 2 == 0 { client.reset() } else { client.closeNow() }
    }
    try await eventually("one at least is relayed") {
      try relay.linkStatus("n1-n2").connections > 0
    }
    try await eventually("those whose initiator reset are gone, the others once answered") {
      outlet.tryAccept()?.closeNow()
      return try relay.linkStatus("n1-n2").connections == 0
    }
    #expect(try relay.control.probe(Line.there).resets == 0)
  }

  @Test func epmdsAnswerIsChangedOnAShapedLinkToo() async throws {
    let relay = try RelayFixture()
    let epmd = try Outlet()
    let listen = try relay.link("n1", "n2", target: epmd.endpoint, kind: .epmd(answering: 0xA410))
    try relay.control.shape(
      Line.both, try LinkShape(delay: .milliseconds(10), jitter: .milliseconds(5)))
    let node = try await Plug.connected(to: listen)
    try await node.sendAll([0, 3, 122, 114, 49])
    let real = try await epmd.accept()
    #expect(try await real.receive(5) == [0, 3, 122, 114, 49])
    try await real.sendAll([119, 0, 1, 2, 77])
    real.closeNow()
    #expect(try await node.receive(5) == [119, 0, 0xA4, 0x10, 77])
    #expect(try await node.receiveEnd() == .finished)
  }
}
