import Environment
import Glibc
import Relays
import Testing

@Suite struct ShapeTests {
  private let clock = MonotonicClock()

  private func evidence(_ line: Line, _ direction: Direction) throws -> ShapeStatus {
    try #require(try line.control.probe(direction).flow.shape)
  }

  @Test func bytesTakeAtLeastTheDelayBothWays() async throws {
    let line = try await Line()
    let delay = Duration.milliseconds(80)
    try line.control.shape(Line.both, try LinkShape(delay: delay))
    var start = clock.now()
    try await line.client.sendAll("there")
    #expect(try await line.server.receiveText(5) == "there")
    #expect(clock.now() - start >= delay)
    start = clock.now()
    try await line.server.sendAll("and back")
    #expect(try await line.client.receiveText(8) == "and back")
    #expect(clock.now() - start >= delay)
    for (direction, bytes) in [(Line.there, 5), (Line.back, 8)] as [(Direction, UInt64)] {
      let shape = try evidence(line, direction)
      #expect(shape.shape.delay == delay && shape.age >= delay)
      #expect(shape.tally.bytes == bytes && shape.tally.chunks >= 1)
      #expect(try #require(shape.tally.times).lowerBound >= delay)
    }
  }

  @Test func oneDirectionIsShapedAlone() async throws {
    let line = try await Line()
    try line.control.shape([Line.there], try LinkShape(delay: .seconds(60)))
    try await line.client.sendAll("held")
    try await line.server.sendAll("free")
    #expect(try await line.client.receiveText(4) == "free")
    #expect(try await line.server.staysSilent())
    #expect(try line.control.probe(Line.back).flow.shape == nil)
    let status = try line.relay.linkStatus("n1-n2")
    #expect(status.forward.shape != nil && status.backward.shape == nil)
    #expect(status.forward.held == 4 && !status.forward.isStalled)
  }

  @Test func aDirectionIsShapedOnLinksThatTheOtherSideInitiates() async throws {
    let line = try await Line()
    try line.control.shape([Line.there], try LinkShape(delay: .milliseconds(50)))
    let second = try Outlet()
    let listen = try line.relay.link("n2", "n1", target: second.endpoint)
    let atN2 = try await Plug.connected(to: listen)
    let atN1 = try await second.accept()
    let start = clock.now()
    try await atN1.sendAll("answer")
    #expect(try await atN2.receiveText(6) == "answer")
    #expect(clock.now() - start >= .milliseconds(50))
    try await line.client.sendAll("request")
    #expect(try await line.server.receiveText(7) == "request")
    #expect(try evidence(line, Line.there).tally.bytes == 13)
    #expect(try line.relay.linkStatus("n2-n1").backward.shape?.tally.bytes == 6)
  }

  @Test func withoutAShapeThereIsNoEvidence() async throws {
    let line = try await Line()
    try line.control.unshape(Line.both)
    #expect(try await line.carriesBothWays())
    for direction in Line.both {
      let evidence = try line.control.probe(direction)
      #expect(evidence.flow.shape == nil && evidence.flow.forwarded == 1 && evidence.resets == 0)
    }
  }

  @Test func aShapeThatNothingPassesHasNoChunks() async throws {
    let line = try await Line()
    #expect(try await line.carriesBothWays())
    try line.control.shape([Line.there], try LinkShape(delay: .milliseconds(1)))
    try await Task.sleep(for: .milliseconds(50))
    let shape = try evidence(line, Line.there)
    #expect(shape.tally == HoldTally() && shape.stalls == 0 && !shape.standsStill)
  }

  @Test func aRepeatedShapeGoesOnAndAnotherStartsAnew() async throws {
    let line = try await Line()
    let shape = try LinkShape(delay: .milliseconds(5), seed: 1)
    try line.control.shape([Line.there], shape)
    try await line.client.sendAll("counted")
    #expect(try await line.server.receiveText(7) == "counted")
    let before = try evidence(line, Line.there)
    try line.control.shape(Line.both, shape)
    let after = try evidence(line, Line.there)
    #expect(after.tally == before.tally && after.tally.bytes == 7 && after.age >= before.age)
    let other = try LinkShape(delay: .milliseconds(5), seed: 2)
    try line.control.shape([Line.there], other)
    let anew = try evidence(line, Line.there)
    #expect(anew.tally == HoldTally() && anew.shape == other)
    #expect(try evidence(line, Line.back).shape == shape)
  }

  @Test func aSeededMegabyteArrivesInOrderUnderJitter() async throws {
    let line = try await Line()
    let total = 1 << 20
    try line.control.shape(
      Line.both, try LinkShape(delay: .milliseconds(2), jitter: .milliseconds(20), seed: 5))
    async let there: Void = IntegrityTests.feed(line.client, seed: 1, total: total)
    async let back: Void = IntegrityTests.feed(line.server, seed: 2, total: total)
    #expect(try await IntegrityTests.check(line.server, seed: 1, total: total) == total)
    #expect(try await IntegrityTests.check(line.client, seed: 2, total: total) == total)
    _ = try await (there, back)
    for direction in Line.both {
      let tally = try evidence(line, direction).tally
      let times = try #require(tally.times)
      #expect(tally.bytes == UInt64(total) && times.lowerBound >= .milliseconds(2))
      #expect(times.upperBound > times.lowerBound)
    }
  }

  @Test func aLimitOfBytesHoldsForAllConnectionsTogether() async throws {
    let line = try await Line()
    let client = try await Plug.connected(to: line.listen)
    let server = try await line.outlet.accept()
    let (rate, total) = (400_000, 120_000)
    let start = clock.now()
    try line.control.shape([Line.there], try LinkShape(bytesPerSecond: rate))
    async let first: Void = IntegrityTests.feed(line.client, seed: 1, total: total)
    async let second: Void = IntegrityTests.feed(client, seed: 2, total: total)
    #expect(try await IntegrityTests.check(line.server, seed: 1, total: total) == total)
    #expect(try await IntegrityTests.check(server, seed: 2, total: total) == total)
    let least = Duration.nanoseconds(Int64(2 * total) * 1_000_000_000 / Int64(rate))
    #expect(clock.now() - start >= least)
    _ = try await (first, second)
    let shape = try evidence(line, Line.there)
    #expect(shape.tally.bytes == UInt64(2 * total) && shape.age >= least)
  }

  @Test func unshapingDeliversWhatIsHeldAndSoDoesHealingAll() async throws {
    let line = try await Line()
    for round in 0..<4 {
      try line.control.shape(Line.both, try LinkShape(delay: .seconds(60)))
      try await line.client.sendAll("to n2")
      try await line.server.sendAll("to n1")
      try await eventually("the relay holds both") {
        try Line.both.allSatisfy { try line.control.probe($0).flow.held == 5 }
      }
      #expect(try await line.server.staysSilent(for: .milliseconds(50)))
      if round % 2 == 0 {
        try line.control.unshape(Line.both)
      } else {
        try line.control.healAll()
      }
      #expect(try await line.server.receiveText(5) == "to n2")
      #expect(try await line.client.receiveText(5) == "to n1")
      for direction in Line.both {
        let flow = try line.control.probe(direction).flow
        #expect(flow.shape == nil && flow.held == 0)
      }
    }
    #expect(try await line.carriesBothWays())
  }

  @Test func aCutStallsAShapedDirectionAndTheShapeOutlivesIt() async throws {
    let line = try await Line()
    let delay = Duration.milliseconds(100)
    try line.control.shape(Line.both, try LinkShape(delay: delay))
    try await line.client.sendAll("on its way")
    try line.control.cut(Line.both)
    #expect(try await line.server.staysSilent(for: delay * 3))
    let cut = try line.control.probe(Line.there)
    #expect(cut.flow.isStalled && cut.flow.held == 10 && cut.flow.forwardedSinceStall == 0)
    try line.control.heal(Line.both)
    #expect(try await line.server.receiveText(10) == "on its way")
    let start = clock.now()
    try await line.server.sendAll("answer")
    #expect(try await line.client.receiveText(6) == "answer")
    #expect(clock.now() - start >= delay)
    #expect(try evidence(line, Line.there).shape.delay == delay)
  }

  @Test func aShapeSetDuringACutHoldsAfterIt() async throws {
    let line = try await Line()
    try line.control.cut(Line.both)
    try await line.client.sendAll("early")
    try line.control.shape(Line.both, try LinkShape(delay: .milliseconds(60)))
    #expect(try await line.server.staysSilent())
    let start = clock.now()
    try line.control.heal(Line.both)
    #expect(try await line.server.receiveText(5) == "early")
    #expect(clock.now() - start >= .milliseconds(60))
  }

  @Test func aSilentNodeStaysSilentOnAShapedLink() async throws {
    let line = try await Line()
    try line.control.shape(Line.both, try LinkShape(delay: .milliseconds(10)))
    try line.control.silence("n2")
    try await line.client.sendAll("unheard")
    #expect(try await line.server.staysSilent())
    try line.control.healAll()
    #expect(try await line.client.receiveEnd() == .reset)
    #expect(try line.control.probe(Line.there).flow.shape == nil)
  }

  @Test func nothingPassesWhileADirectionStandsStill() async throws {
    let line = try await Line()
    let length = Duration.milliseconds(150)
    try line.control.shape(
      [Line.there], try LinkShape(stallEvery: .milliseconds(250), stallFor: length))
    var (sent, received, conclusive) = (0, 0, 0)
    try await eventually("three looks within a stall", within: .seconds(120)) {
      received += line.server.tryReceive(4096).bytes.count
      let before = try evidence(line, Line.there)
      sent += line.client.trySend([1])
      usleep(5000)
      let arrived = line.server.tryReceive(4096).bytes.count
      let after = try evidence(line, Line.there)
      received += arrived
      if before.standsStill && after.standsStill && before.stalls == after.stalls && sent > 0 {
        if conclusive > 0 { #expect(arrived == 0) }
        conclusive = arrived == 0 ? conclusive + 1 : 0
      }
      return conclusive >= 3
    }
    try await eventually("two stalls are over") { try evidence(line, Line.there).stalls >= 2 }
    let shape = try evidence(line, Line.there)
    #expect(shape.stoodStill >= length * Int(shape.stalls))
    #expect(try evidence(line, Line.there).shape.stallEvery == .milliseconds(250))
    try line.control.healAll()
    #expect(try await line.server.receive(sent - received).count == sent - received)
  }

  @Test func nothingIsLostWhileShapesComeAndGo() async throws {
    let line = try await Line()
    let total = 3 << 20
    let shapes = [
      try LinkShape(delay: .milliseconds(30), jitter: .milliseconds(10)),
      try LinkShape(bytesPerSecond: 2_000_000),
      try LinkShape(stallEvery: .milliseconds(15), stallFor: .milliseconds(10)),
      try LinkShape(
        delay: .milliseconds(1), jitter: .milliseconds(3), bytesPerSecond: 900_000,
        stallEvery: .milliseconds(9), stallFor: .milliseconds(3)),
    ]
    let disturbance = Task {
      var cycles = 0
      while !Task.isCancelled {
        let directions = [Line.both, [Line.there], [Line.back]][cycles % 3]
        try line.control.shape(directions, shapes[cycles % shapes.count])
        try? await Task.sleep(for: .milliseconds(20))
        if cycles % 2 == 0 { try line.control.cut(directions) }
        if cycles % 5 == 0 { try line.control.unshape(directions) }
        try? await Task.sleep(for: .milliseconds(10))
        if cycles % 4 == 3 { try line.control.healAll() } else { try line.control.heal(directions) }
        cycles += 1
      }
      try line.control.healAll()
      return cycles
    }
    async let there: Void = IntegrityTests.feed(line.client, seed: 1, total: total)
    async let back: Void = IntegrityTests.feed(line.server, seed: 2, total: total)
    async let atServer = IntegrityTests.check(line.server, seed: 1, total: total)
    async let atClient = IntegrityTests.check(line.client, seed: 2, total: total)
    let counts = try await (atServer, atClient)
    _ = try await (there, back)
    disturbance.cancel()
    #expect(counts.0 == total && counts.1 == total)
    #expect(try await disturbance.value >= 1)
  }
}
