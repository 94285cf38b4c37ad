import Environment
import Glibc
import Relays
import Testing

@Suite struct ConnectTests {
  private static let cuts: [[Direction]] = [Line.both, [Line.there], [Line.back]]

  @Test(arguments: cuts) func aConnectDuringACutHangsAndCompletesAfterTheHeal(
    directions: [Direction]
  ) async throws {
    let line = try await Line()
    try line.control.cut(directions)
    let late = try (0..<3).map { _ in try Plug.connecting(to: line.listen) }
    try await Task.sleep(for: .milliseconds(400))
    for plug in late { #expect(plug.state == TCP_SYN_SENT) }
    let evidence = try line.control.probe(Line.there)
    #expect(evidence.connectsHang && evidence.droppedConnects >= 3)
    #expect(evidence.connections == 1)
    try line.control.heal(directions)
    for plug in late {
      try await eventually("the connect completes") { plug.state == TCP_ESTABLISHED }
    }
    try await late[0].sendAll("x")
    try await eventually("all are relayed") {
      try line.relay.linkStatus("n1-n2").connections == 4
    }
    let after = try line.control.probe(Line.there)
    #expect(!after.connectsHang && after.droppedConnects == 0)
  }

  @Test func repeatedCutsLeaveNothingBehind() async throws {
    let line = try await Line()
    for _ in 0..<20 {
      try line.control.cut(Line.both)
      try line.control.cut(Line.both)
      #expect(try line.control.probe(Line.there).connectsHang)
      try line.control.healAll()
      try line.control.healAll()
      let plug = try await Plug.connected(to: line.listen)
      try await plug.sendAll("hello")
      let server = try await line.outlet.accept()
      #expect(try await server.receiveText(5) == "hello")
      plug.finish()
      server.finish()
    }
    try await eventually("only the first connection is left") {
      try line.relay.linkStatus("n1-n2").connections == 1
    }
    #expect(line.outlet.tryAccept() == nil)
    #expect(try await line.carriesBothWays())
  }

  @Test func aConnectFromTheOpenSideOfAStreamCutCompletes() async throws {
    let line = try await Line()
    try line.control.cut([Line.back], mode: .stream)
    let plug = try await Plug.connected(to: line.listen)
    try await plug.sendAll("heard")
    let server = try await line.outlet.accept()
    #expect(try await server.receiveText(5) == "heard")
    try await server.sendAll("unheard")
    #expect(try await plug.staysSilent())
  }

  @Test func aTargetThatIsDownIsSeenAsAReset() async throws {
    let relay = try RelayFixture()
    let endpoint = try Outlet().endpoint
    let listen = try relay.link("n1", "n2", target: endpoint)
    let plug = try Plug.connecting(to: listen)
    #expect(try await plug.receiveEnd() == .reset)
    #expect(try relay.linkStatus("n1-n2").connections == 0)
  }

  @Test func anAddressInUseIsNamed() async throws {
    let relay = try RelayFixture()
    let taken = try Outlet()
    let error = #expect(throws: RelayError.self) {
      try relay.control.add(
        RelayLink(
          name: "n1-n2", direction: Line.there, listen: taken.endpoint,
          target: .loopback(port: 1)))
    }
    #expect(error?.kind == .addressInUse)
    #expect(error?.message.contains("\(taken.endpoint)") == true)
    #expect(error?.message.contains("port \(taken.endpoint.port)") == true)
    #expect(try relay.control.status().links.isEmpty)
  }
}
