import Environment
import Glibc
import Relays
import Testing

@Suite struct EpmdFilterTests {
  private func pass(_ bytes: [UInt8], through filter: EpmdFilter, pieces: Int) -> [UInt8]? {
    var filter = filter
    var passed: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      var part = Array(bytes[start..<min(bytes.count, start + pieces)])
      guard part.withUnsafeMutableBytes({ filter.pass($0) }) else { return nil }
      passed += part
    }
    return passed
  }

  @Test(arguments: [1, 2, 3, 100]) func thePortOfASuccessfulAnswerIsReplaced(pieces: Int) {
    let answer: [UInt8] = [119, 0, 0x12, 0x34, 77, 0, 0, 6, 0, 5, 0, 2, 114, 49, 0, 0]
    var expected = answer
    expected[2] = 0xA4
    expected[3] = 0x10
    #expect(pass(answer, through: EpmdFilter(.answer(port: 0xA410)), pieces: pieces) == expected)
  }

  @Test(arguments: [[119, 1], [119, 1, 9, 9], [118, 0, 1, 2, 3], []] as [[UInt8]])
  func otherAnswersPassUnchanged(answer: [UInt8]) {
    #expect(pass(answer, through: EpmdFilter(.answer(port: 1)), pieces: 1) == answer)
  }

  @Test(arguments: [1, 2, 100]) func aPortRequestPasses(pieces: Int) {
    let request: [UInt8] = [0, 3, 122, 114, 49]
    #expect(pass(request, through: EpmdFilter(.request), pieces: pieces) == request)
  }

  @Test(
    arguments: [
      [0, 1, 110],  // NAMES_REQ
      [0, 1, 107],  // KILL_REQ
      [0, 3, 120, 1, 2],  // ALIVE2_REQ
      [0, 0],  // an empty request
      [255, 255, 122],  // longer than any node name
      [0, 3, 122, 114, 49, 0],  // bytes behind the request
    ] as [[UInt8]])
  func otherRequestsAreRefused(request: [UInt8]) {
    #expect(pass(request, through: EpmdFilter(.request), pieces: 100) == nil)
    #expect(pass(request, through: EpmdFilter(.request), pieces: 1) == nil)
  }
}

@Suite struct EpmdLinkTests {
  private let request: [UInt8] = [0, 3, 122, 114, 49]

  private func start() throws -> (relay: RelayFixture, epmd: Outlet, listen: RelayEndpoint) {
    let relay = try RelayFixture()
    let epmd = try Outlet()
    let listen = try relay.link(
      "n1", "n2", target: epmd.endpoint, kind: .epmd(answering: 0xA410))
    return (relay, epmd, listen)
  }

  @Test func aNodeIsToldTheLinksPort() async throws {
    let (relay, epmd, listen) = try start()
    let node = try await Plug.connected(to: listen)
    try await node.sendAll(request)
    let real = try await epmd.accept()
    #expect(try await real.receive(5) == request)
    try await real.sendAll([119, 0, 1, 2, 77])
    real.closeNow()
    #expect(try await node.receive(5) == [119, 0, 0xA4, 0x10, 77])
    #expect(try await node.receiveEnd() == .finished)
    #expect(try relay.linkStatus("n1-n2.epmd").refused == 0)
  }

  @Test func aNameThatIsNotRegisteredIsPassedThrough() async throws {
    let (relay, epmd, listen) = try start()
    let node = try await Plug.connected(to: listen)
    try await node.sendAll(request)
    let real = try await epmd.accept()
    #expect(try await real.receive(5) == request)
    try await real.sendAll([119, 1])
    real.closeNow()
    #expect(try await node.receive(2) == [119, 1])
    #expect(try await node.receiveEnd() == .finished)
    #expect(try relay.linkStatus("n1-n2.epmd").refused == 0)
  }

  @Test func anotherRequestIsRefusedAndCounted() async throws {
    let (relay, epmd, listen) = try start()
    let node = try await Plug.connected(to: listen)
    try await node.sendAll([0, 1, 107])
    #expect(try await node.receiveEnd() == .reset)
    #expect(try await epmd.accept().receiveEnd() == .reset)
    let status = try relay.linkStatus("n1-n2.epmd")
    #expect(status.refused == 1 && status.connections == 0)
    #expect(status.link.kind == .epmd(answering: 0xA410))
  }

  @Test func aCutHoldsTheAnswerAndNewRequests() async throws {
    let (relay, epmd, listen) = try start()
    let node = try await Plug.connected(to: listen)
    try await node.sendAll(request)
    let real = try await epmd.accept()
    #expect(try await real.receive(5) == request)
    try relay.control.cut(Line.both)
    try await real.sendAll([119, 0, 1, 2])
    let late = try Plug.connecting(to: listen)
    #expect(try await node.staysSilent())
    #expect(late.state == TCP_SYN_SENT)
    try relay.control.healAll()
    #expect(try await node.receive(4) == [119, 0, 0xA4, 0x10])
  }
}
