import Environment
import Glibc
import Relays
import Testing

@Suite struct CutTests {
  @Test func aCutStallsBothWaysAndResetsNothing() async throws {
    let line = try await Line()
    #expect(try await line.carriesBothWays())
    try line.control.cut(Line.both)
    try await line.client.sendAll("to n2")
    try await line.server.sendAll("to n1")
    #expect(try await line.server.staysSilent())
    #expect(try await line.client.staysSilent())
    let evidence = try line.control.probe(Line.there)
    #expect(evidence.flow.isStalled && evidence.connections == 1)
    #expect(evidence.flow.forwardedSinceStall == 0 && evidence.flow.held == 5)
    try line.control.heal(Line.both)
    #expect(try await line.server.receiveText(5) == "to n2")
    #expect(try await line.client.receiveText(5) == "to n1")
    #expect(try await line.carriesBothWays())
    #expect(try !line.control.probe(Line.there).flow.isStalled)
  }

  @Test func aOneWayCutStallsTheOppositeFlowToo() async throws {
    let line = try await Line()
    try line.control.cut([Line.there])
    try await line.awaitStall(forward: true, backward: true)
    try await line.server.sendAll("no acknowledgement for this")
    #expect(try await line.client.staysSilent())
    try line.control.heal([Line.there])
    #expect(try await line.client.receiveText(6) == "no ack")
  }

  @Test func aOneWayCutOfAnswersStallsRequestsToo() async throws {
    let line = try await Line()
    try line.control.cut([Line.back])
    try await line.awaitStall(forward: true, backward: true)
    try await line.client.sendAll("?")
    #expect(try await line.server.staysSilent())
    try line.control.healAll()
    #expect(try await line.server.receiveText(1) == "?")
  }

  @Test func aStreamCutStallsItsDirectionAlone() async throws {
    let line = try await Line()
    try line.control.cut([Line.there], mode: .stream)
    try await line.client.sendAll("held")
    #expect(try await line.server.staysSilent(for: CutTable.oppositeDelay * 2))
    try await line.server.sendAll("free")
    #expect(try await line.client.receiveText(4) == "free")
    try await line.awaitStall(forward: true, backward: false)
    try line.control.heal([Line.there])
    #expect(try await line.server.receiveText(4) == "held")
  }

  @Test func aDirectedCutCoversLinksThatTheOtherSideInitiates() async throws {
    let line = try await Line()
    let second = try Outlet()
    let listen = try line.relay.link("n2", "n1", target: second.endpoint)
    let atN2 = try await Plug.connected(to: listen)
    let atN1 = try await second.accept()
    try line.control.cut([Line.there], mode: .stream)
    try await atN1.sendAll("answer")
    #expect(try await atN2.staysSilent())
    try await atN2.sendAll("request")
    #expect(try await atN1.receiveText(7) == "request")
    let evidence = try line.control.probe(Line.there)
    #expect(evidence.connections == 2 && evidence.flow.isStalled && evidence.flow.held == 6)
    try line.control.heal([Line.there])
    #expect(try await atN2.receiveText(6) == "answer")
  }

  @Test func otherLinksStayOpen() async throws {
    let line = try await Line()
    let third = try Outlet()
    let listen = try line.relay.link("n1", "n3", target: third.endpoint)
    let atN1 = try await Plug.connected(to: listen)
    let atN3 = try await third.accept()
    try line.control.cut(Line.both)
    try await atN1.sendAll("open")
    #expect(try await atN3.receiveText(4) == "open")
    let another = try await Plug.connected(to: listen)
    try await another.sendAll("new")
    #expect(try await third.accept().receiveText(3) == "new")
  }

  @Test func aSilentNodeIsResetWhenItComesBack() async throws {
    let line = try await Line()
    try line.control.silence("n2")
    try await line.server.sendAll("lost with the host")
    line.server.closeNow()
    #expect(try await line.client.staysSilent())
    try line.control.revive("n2")
    #expect(try await line.client.receiveEnd() == .reset)
    let again = try await Plug.connected(to: line.listen)
    try await again.sendAll("new life")
    #expect(try await line.outlet.accept().receiveText(8) == "new life")
  }

  @Test func resettingALinkResetsBothEnds() async throws {
    let line = try await Line()
    #expect(try line.control.probe(Line.there).resets == 0)
    #expect(try line.control.resetConnections(of: "n1-n2") == 1)
    #expect(try await line.client.receiveEnd() == .reset)
    #expect(try await line.server.receiveEnd() == .reset)
    let status = try line.relay.linkStatus("n1-n2")
    #expect(status.connections == 0 && status.resets == 1)
    #expect(try line.control.probe(Line.there).resets == 1)
    #expect(try line.control.probe(Line.back).resets == 1)
  }

  @Test func aResetOfNothingIsSeen() async throws {
    let line = try await Line()
    let other = try line.relay.link("n1", "n3", target: line.outlet.endpoint)
    #expect(try line.control.resetConnections(of: "n1-n3") == 0)
    #expect(try line.relay.linkStatus("n1-n3").resets == 0)
    let plug = try await Plug.connected(to: other)
    try await plug.sendAll("x")
    try await eventually("it is relayed") { try line.relay.linkStatus("n1-n3").connections == 1 }
    plug.reset()
    try await eventually("it is gone") { try line.relay.linkStatus("n1-n3").connections == 0 }
    #expect(try line.relay.linkStatus("n1-n3").resets == 0)
    #expect(try await line.carriesBothWays())
  }

  @Test func theResetsOfARevivedNodeAreCounted() async throws {
    let line = try await Line()
    try line.control.silence("n2")
    try line.control.healAll()
    #expect(try await line.client.receiveEnd() == .reset)
    #expect(try line.relay.linkStatus("n1-n2").resets == 1)
  }

  @Test func unknownNamesAreRefused() async throws {
    let line = try await Line()
    let attempts: [() throws -> Void] = [
      { try line.control.cut([Direction(from: "n1", to: "n9")]) },
      { try line.control.heal([Direction(from: "n1", to: "n9")]) },
      { _ = try line.control.probe(Direction(from: "n9", to: "n1")) },
      { try line.control.silence("n9") },
      { try line.control.resetConnections(of: "n1-n9") },
      { try line.control.unshape([Direction(from: "n9", to: "n1")]) },
      {
        try line.control.shape(
          [Line.there, Direction(from: "n1", to: "n9")], try LinkShape(delay: .seconds(60)))
      },
    ]
    for attempt in attempts {
      let error = #expect(throws: RelayError.self) { try attempt() }
      #expect(error?.kind == .badRequest)
      #expect(error?.message.contains("n9") == true && error?.message.contains("n1-n2") == true)
    }
    #expect(try line.control.probe(Line.there).flow.shape == nil)
    #expect(try await line.carriesBothWays())
  }
}
