import Environment
import Glibc
import Relays
import Testing

@Suite struct BackpressureTests {
  /// Sends until nothing more is taken for half a second, and returns how much was.
  private func fill(_ plug: Plug) async throws -> Int {
    let chunk = [UInt8](repeating: 7, count: 1 << 16)
    var total = 0
    var idle = 0
    while idle < 50 {
      let count = plug.trySend(chunk[...])
      total += count
      idle = count == 0 ? idle + 1 : 0
      if count == 0 { try await Task.sleep(for: .milliseconds(10)) }
    }
    return total
  }

  @Test func aStalledLinkTakesLittle() async throws {
    let direct = try Outlet()
    let unbounded = try await fill(try await Plug.connected(to: direct.endpoint))

    let line = try await Line()
    try line.control.cut(Line.both)
    let taken = try await fill(line.client)
    let inRelay = taken - line.client.unacknowledged
    let held = try line.control.probe(Line.there).flow.held
    #expect(unbounded > 1 << 20)
    #expect(taken < 512 << 10, "a fresh sender with default buffers got rid of \(taken) bytes")
    #expect(inRelay < 64 << 10, "the relay took \(inRelay) bytes")
    #expect(held > 0 && held <= inRelay)
  }

  @Test func aReceiverThatDoesNotReadStopsTheSenderOnAnOpenLink() async throws {
    let line = try await Line()
    let taken = try await fill(line.client)
    let status = try line.relay.linkStatus("n1-n2")
    #expect(status.forward.held < 64 << 10)
    #expect(!status.forward.isStalled)
    #expect(try await line.server.receive(taken).count == taken)
  }

  @Test func aDelayedFlowHoldsABoundedNumberOfBytes() async throws {
    let line = try await Line()
    try line.control.shape([Line.there], try LinkShape(delay: .seconds(60)))
    let taken = try await fill(line.client)
    let inRelay = taken - line.client.unacknowledged
    let held = try line.control.probe(Line.there).flow.held
    #expect(held >= UInt64(LinkShape.heldBytes), "only \(held) bytes held")
    #expect(inRelay < LinkShape.heldBytes + (64 << 10), "the relay took \(inRelay) bytes")
    #expect(held <= inRelay)
    try line.control.unshape([Line.there])
    #expect(try await line.server.receive(taken).count == taken)
  }

  @Test func aPacedFlowTakesLittle() async throws {
    let line = try await Line()
    try line.control.shape([Line.there], try LinkShape(bytesPerSecond: 1000))
    let taken = try await fill(line.client)
    #expect(taken - line.client.unacknowledged < 64 << 10)
    try line.control.healAll()
    #expect(try await line.server.receive(taken).count == taken)
  }

  @Test func theOtherDirectionIsNotHeldUpByAFullOne() async throws {
    let line = try await Line()
    _ = try await fill(line.client)
    try await line.server.sendAll("past it")
    #expect(try await line.client.receiveText(7) == "past it")
  }
}
