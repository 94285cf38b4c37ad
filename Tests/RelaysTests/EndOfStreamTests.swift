import Environment
import Glibc
import Relays
import Testing

@Suite struct EndOfStreamTests {
  @Test func onAnOpenLinkAnOrderlyEndPassesAndLeavesTheOtherWayOpen() async throws {
    let line = try await Line()
    try await line.client.sendAll("last words")
    line.client.finish()
    #expect(try await line.server.receiveText(10) == "last words")
    #expect(try await line.server.receiveEnd() == .finished)
    try await line.server.sendAll("still here")
    #expect(try await line.client.receiveText(10) == "still here")
    line.server.finish()
    #expect(try await line.client.receiveEnd() == .finished)
    try await eventually("the connection is gone") {
      try line.relay.linkStatus("n1-n2").connections == 0
    }
  }

  @Test func onAnOpenLinkAResetPassesAsAReset() async throws {
    let line = try await Line()
    try await line.server.sendAll("before")
    #expect(try await line.client.receiveText(6) == "before")
    line.server.reset()
    #expect(try await line.client.receiveEnd() == .reset)
  }

  @Test func aDeathWithUnreadBytesPassesAsAReset() async throws {
    let line = try await Line()
    try await line.client.sendAll("never read")
    try await eventually("the bytes are at the server") {
      try line.control.probe(Line.there).flow.forwarded == 10 && line.server.unread == 10
    }
    line.server.closeNow()
    #expect(try await line.client.receiveEnd() == .reset)
  }

  @Test func aResetAfterAnOrderlyEndStillPasses() async throws {
    let line = try await Line()
    line.client.finish()
    #expect(try await line.server.receiveEnd() == .finished)
    line.client.reset()
    try await eventually("the server is reset") { line.server.state == TCP_CLOSE }
    #expect(try line.relay.linkStatus("n1-n2").connections == 0)
  }

  @Test func onACutLinkAResetAfterAnOrderlyEndIsWithheld() async throws {
    let line = try await Line()
    line.client.finish()
    #expect(try await line.server.receiveEnd() == .finished)
    try line.control.cut(Line.both)
    line.client.reset()
    try await Task.sleep(for: .milliseconds(300))
    #expect(line.server.state == TCP_CLOSE_WAIT)
    try line.control.healAll()
    try await eventually("the server is reset") { line.server.state == TCP_CLOSE }
  }

  @Test func onACutLinkAnOrderlyEndIsWithheldAndFollowsTheBytes() async throws {
    let line = try await Line()
    try line.control.cut(Line.both)
    try await line.server.sendAll("testament")
    line.server.closeNow()
    #expect(try await line.client.staysSilent())
    try line.control.healAll()
    #expect(try await line.client.receiveText(9) == "testament")
    #expect(try await line.client.receiveEnd() == .finished)
  }

  @Test func onACutLinkAResetIsWithheldAndFollowsTheBytes() async throws {
    let line = try await Line()
    try line.control.cut(Line.both)
    try await line.server.sendAll("testament")
    try await eventually("the relay has the bytes") {
      try line.control.probe(Line.back).flow.held == 9
    }
    line.server.reset()
    #expect(try await line.client.staysSilent())
    try line.control.healAll()
    #expect(try await line.client.receiveText(9) == "testament")
    #expect(try await line.client.receiveEnd() == .reset)
  }

  @Test func theInitiatorsEndIsWithheldAsWell() async throws {
    let line = try await Line()
    try line.control.cut([Line.there], mode: .stream)
    try await line.client.sendAll("bye")
    line.client.finish()
    #expect(try await line.server.staysSilent())
    try line.control.healAll()
    #expect(try await line.server.receiveText(3) == "bye")
    #expect(try await line.server.receiveEnd() == .finished)
  }
}

extension Plug {
  /// Bytes that arrived and were not read.
  fileprivate var unread: Int {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : -1
  }
}
