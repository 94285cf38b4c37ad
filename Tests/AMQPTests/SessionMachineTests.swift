import AMQP
import Environment
import Testing

@Suite struct SessionMachineTests {
  @Test func openingTellsItsIncarnation() throws {
    var bench = SessionBench()
    bench.feed(.start)
    #expect(bench.take() == [.connect, .setTimer(Script.second(5))])
    try bench.open()
    #expect(bench.events == [.opened(incarnation: 1)])
    #expect(bench.session.isOpen)
    #expect(bench.session.brokerProperties["product"] == "RabbitMQ")
  }

  @Test func writtenComesBeforeItsBytesAndABatchIsOneWrite() throws {
    var bench = try SessionBench.opened()
    let commands = (1...3).map { token in
      ChannelCommand(
        token: UInt64(token), .publish(Publication(routingKey: "q", body: [UInt8(token)])))
    }
    bench.feed(.submitAll(commands))
    let actions = bench.take()
    #expect(actions.count == 4 || actions.count == 5)
    for (index, action) in actions.prefix(3).enumerated() {
      let number = UInt64(index + 1)
      #expect(action == .event(.written(token: number, publishTag: number)))
    }
    guard case .write(let bytes) = actions[3] else {
      Issue.record("\(actions)")
      return
    }
    #expect(try Script.frames(bytes).count == 9)
  }

  @Test func thePauseDoublesUpToItsMaximumAndStartsAnewAfterAnOpening() throws {
    var bench = SessionBench()
    bench.feed(.start)
    for pause in [100, 200, 400, 800, 1600, 2000, 2000] as [Int64] {
      _ = bench.take()
      bench.feed(.connectFailed("refused"))
      #expect(bench.events == [.attemptFailed(reason: .connectFailed("refused"))])
      bench.now = bench.now + .milliseconds(pause - 1)
      bench.feed(.timer)
      #expect(!bench.take().contains(.connect))
      bench.now = bench.now + .milliseconds(1)
      bench.feed(.timer)
      #expect(bench.take().contains(.connect))
    }
    try bench.open()
    _ = bench.take()
    bench.feed(.connectionClosed("reset"))
    #expect(bench.events == [.lost(incarnation: 1, reason: .transportClosed("reset"))])
    bench.now = bench.now + .milliseconds(100)
    bench.feed(.timer)
    #expect(bench.take().contains(.connect))
    try bench.open()
    #expect(bench.events == [.opened(incarnation: 2)])
  }

  @Test func everyStepOfAnAttemptIsBounded() throws {
    var connecting = SessionBench()
    connecting.feed(.start)
    connecting.now = Script.second(5)
    connecting.feed(.timer)
    #expect(connecting.events == [.attemptFailed(reason: .connectTimeout)])
    #expect(connecting.take().contains(.disconnect))

    var handshaking = SessionBench()
    handshaking.feed(.start)
    handshaking.feed(.connected)
    handshaking.now = Script.second(10)
    handshaking.feed(.timer)
    #expect(handshaking.events == [.attemptFailed(reason: .handshakeTimeout)])
    #expect(handshaking.take().contains(.disconnect))

    var opening = SessionBench()
    opening.feed(.start)
    opening.feed(.connected)
    try opening.hear0(
      Script.greeting, Script.tune(heartbeat: 100), .connection(.openOk))
    opening.now = Script.second(10)
    opening.feed(.timer)
    #expect(opening.events == [.attemptFailed(reason: .handshakeTimeout)])
    #expect(opening.take().contains(.disconnect))
  }

  @Test func aClosedChannelIsReopenedOnTheSameConnection() throws {
    var bench = try SessionBench.opened()
    bench.submit(1, .get(queue: "missing", noAck: true))
    _ = bench.take()
    let notice = CloseNotice(replyCode: 404, replyText: "NOT_FOUND", classID: 60, methodID: 70)
    let reason = LossReason.channelClosedByBroker(notice)
    try bench.hear(.channel(.close(notice)))
    #expect(
      bench.events == [
        .lost(incarnation: 1, reason: reason),
        .completed(token: 1, outcome: .indefinite(.lost(reason))),
      ])
    #expect(try bench.methods() == [.channel(.closeOk), .channel(.open)])
    bench.submit(2, .purge(queue: "q"))
    try bench.openChannel()
    #expect(
      bench.events.suffix(2) == [
        .completed(token: 2, outcome: .failed(.notWritten(.notOpen))), .opened(incarnation: 2),
      ])
    #expect(!bench.take().contains(.connect))
    let old = DeliveryReference(incarnation: 1, deliveryTag: 1)
    bench.submit(3, .ack(old, multiple: false))
    #expect(
      bench.events == [
        .completed(token: 3, outcome: .failed(.notWritten(.staleIncarnation)))
      ])
    #expect(try bench.methods().isEmpty)
  }

  @Test func aChannelThatCannotOpenCostsTheConnection() throws {
    var bench = SessionBench()
    bench.feed(.start)
    bench.feed(.connected)
    try bench.hear0(Script.greeting, Script.tune(heartbeat: 10), .connection(.openOk))
    _ = bench.take()
    let notice = CloseNotice(replyCode: 403, replyText: "no")
    try bench.hear(.channel(.close(notice)))
    #expect(bench.events == [.attemptFailed(reason: .channelClosedByBroker(notice))])
    #expect(!bench.take().contains(.disconnect))
    try bench.hear0(.connection(.closeOk))
    #expect(bench.take().contains(.disconnect))
    bench.now = Script.millisecond(100)
    bench.feed(.timer)
    #expect(bench.take().contains(.connect))
  }

  @Test func aViolationClosesTheConnectionAndReconnects() throws {
    var bench = try SessionBench.opened()
    bench.submit(1, .publish(Publication(routingKey: "q", body: [])))
    _ = bench.take()
    try bench.hear(.basic(.getEmpty))
    let error = WireError.unexpectedMethod("60.72 on channel 1, which is open")
    #expect(
      bench.events == [
        .lost(incarnation: 1, reason: .protocolViolation(error)),
        .completed(token: 1, outcome: .indefinite(.lost(.protocolViolation(error)))),
      ])
    #expect(try bench.methods() == [.connection(.close(CloseNotice(error)))])
    _ = bench.take()
    // Its close is not answered.
    bench.now = Script.second(5)
    bench.feed(.timer)
    #expect(bench.take().contains(.disconnect))
    bench.now = Script.second(6)
    bench.feed(.timer)
    #expect(bench.take().contains(.connect))
  }

  @Test func aCloseOfTheConnectionIsAnsweredBeforeTheTransportEnds() throws {
    var bench = try SessionBench.opened()
    let notice = CloseNotice(replyCode: 320, replyText: "CONNECTION_FORCED")
    try bench.hear0(.connection(.close(notice)))
    #expect(bench.events == [.lost(incarnation: 1, reason: .connectionClosedByBroker(notice))])
    #expect(try bench.methods() == [.connection(.closeOk)])
    let actions = bench.take()
    let write = try #require(
      actions.firstIndex { if case .write = $0 { true } else { false } })
    let disconnect = try #require(actions.firstIndex(of: .disconnect))
    #expect(write < disconnect)
    bench.feed(.bytes([1, 2, 3]))
    bench.feed(.connectionClosed("late"))
    #expect(bench.take().isEmpty)
  }

  @Test func aMissedHeartbeatLosesTheSession() throws {
    var bench = try SessionBench.opened(heartbeat: 2)
    bench.submit(1, .publish(Publication(routingKey: "q", body: [])))
    bench.now = Script.second(1)
    bench.feed(.timer)
    #expect(bench.take().contains(.write(Script.heartbeat)))
    bench.now = Script.second(4)
    bench.feed(.timer)
    #expect(
      bench.events == [
        .lost(incarnation: 1, reason: .heartbeatMissed),
        .completed(token: 1, outcome: .indefinite(.lost(.heartbeatMissed))),
      ])
    #expect(bench.take().contains(.disconnect))
  }

  @Test func aSynchronousTimeoutForcesAReconnect() throws {
    var configuration = SessionConfiguration()
    configuration.heartbeat = .zero
    var bench = try SessionBench.opened(configuration, heartbeat: 0)
    bench.submit(1, .get(queue: "q", noAck: true))
    bench.now = Script.second(1)
    bench.submit(2, .publish(Publication(routingKey: "q", body: [])))
    bench.submit(3, .purge(queue: "q"))
    bench.submit(4, .publish(Publication(routingKey: "q", body: [])))
    _ = bench.take()
    bench.now = Script.second(10)
    bench.feed(.timer)
    #expect(
      bench.events == [
        .completed(token: 1, outcome: .indefinite(.timeout)),
        .lost(incarnation: 1, reason: .commandTimeout),
        .completed(token: 2, outcome: .indefinite(.lost(.commandTimeout))),
        .completed(token: 3, outcome: .failed(.notWritten(.lost(.commandTimeout)))),
        .completed(token: 4, outcome: .failed(.notWritten(.lost(.commandTimeout)))),
      ])
    #expect(bench.take().contains(.disconnect))
  }

  @Test func timersAreSetOnlyWhenSomethingIsDueEarlier() throws {
    var configuration = SessionConfiguration()
    configuration.heartbeat = .zero
    var bench = try SessionBench.opened(configuration, heartbeat: 0)
    bench.feed(.timer)
    _ = bench.take()
    for token in 1...100 as ClosedRange<UInt64> {
      bench.now = Script.millisecond(Int64(token))
      bench.submit(token, .publish(Publication(routingKey: "q", body: [])))
      try bench.hear(.basic(.ack(deliveryTag: token, multiple: false)))
    }
    let timers = bench.take().filter { if case .setTimer = $0 { true } else { false } }
    #expect(timers == [.setTimer(Script.millisecond(10_001))])
    bench.now = Script.millisecond(10_001)
    bench.feed(.timer)
    #expect(bench.take().isEmpty)
  }

  @Test func blockedAndUnblockedAreTold() throws {
    var bench = try SessionBench.opened()
    try bench.hear0(.connection(.blocked(reason: "low on memory")), .connection(.unblocked))
    #expect(bench.events == [.blocked(reason: "low on memory"), .unblocked])
  }

  @Test func stopClosesInAnOrderlyManner() throws {
    var bench = try SessionBench.opened()
    bench.submit(1, .publish(Publication(routingKey: "q", body: [])))
    bench.submit(2, .get(queue: "q", noAck: true))
    bench.submit(3, .purge(queue: "q"))
    _ = bench.take()
    bench.feed(.stop)
    #expect(
      bench.events == [
        .lost(incarnation: 1, reason: .stopped),
        .completed(token: 1, outcome: .indefinite(.lost(.stopped))),
        .completed(token: 2, outcome: .indefinite(.lost(.stopped))),
        .completed(token: 3, outcome: .failed(.notWritten(.lost(.stopped)))),
      ])
    #expect(try bench.methods().count == 1)
    _ = bench.take()
    try bench.hear(.basic(.ack(deliveryTag: 1, multiple: false)))
    #expect(bench.take().isEmpty)
    try bench.hear0(.connection(.closeOk))
    #expect(bench.take() == [.disconnect, .event(.stopped)])
    for input in [.start, .timer, .stop, .connected, .bytes([1])] as [SessionInput] {
      bench.feed(input)
    }
    #expect(bench.take().isEmpty)
  }

  @Test func stopIsBounded() throws {
    var bench = try SessionBench.opened()
    bench.feed(.stop)
    bench.now = Script.second(5)
    bench.feed(.timer)
    #expect(Array(bench.take().suffix(2)) == [.disconnect, .event(.stopped)])
    var cut = try SessionBench.opened()
    cut.feed(.stop)
    cut.feed(.connectionClosed("reset"))
    #expect(cut.take().last == .event(.stopped))
  }

  @Test func stopInEveryPhase() throws {
    var idle = SessionBench()
    idle.feed(.stop)
    #expect(idle.take() == [.event(.stopped)])
    var connecting = SessionBench()
    connecting.feed(.start)
    connecting.feed(.stop)
    #expect(Array(connecting.take().suffix(2)) == [.disconnect, .event(.stopped)])
    var handshaking = SessionBench()
    handshaking.feed(.start)
    handshaking.feed(.connected)
    handshaking.feed(.stop)
    #expect(Array(handshaking.take().suffix(2)) == [.disconnect, .event(.stopped)])
    var waiting = SessionBench()
    waiting.feed(.start)
    waiting.feed(.connectFailed("refused"))
    waiting.feed(.stop)
    #expect(waiting.take().last == .event(.stopped))
    var closing = try SessionBench.opened()
    try closing.hear(.basic(.getEmpty))
    closing.feed(.stop)
    #expect(!closing.take().contains(.event(.stopped)))
    try closing.hear0(.connection(.closeOk))
    #expect(closing.take() == [.disconnect, .event(.stopped)])
    var opening = SessionBench()
    opening.feed(.start)
    opening.feed(.connected)
    try opening.hear0(Script.greeting, Script.tune(heartbeat: 10), .connection(.openOk))
    opening.feed(.stop)
    try opening.hear0(.connection(.closeOk))
    #expect(Array(opening.take().suffix(2)) == [.disconnect, .event(.stopped)])
  }

  /// A close by the broker may share a chunk with frames that are wrong, or come twice.
  @Test func chunksWithSeveralEndsEndOnce() throws {
    let notice = CloseNotice(replyCode: 541, replyText: "INTERNAL_ERROR")
    let close0 = try Script.bytes(.connection(.close(notice)), channel: 0)
    let close1 = try Script.bytes(.channel(.close(notice)))
    let wrong = try Script.bytes(.basic(.getEmpty))
    for chunk in [wrong + close0, close1 + close0, close1 + close1, wrong + wrong + [0]] {
      var bench = try SessionBench.opened()
      bench.submit(1, .publish(Publication(routingKey: "q", body: [])))
      bench.feed(.bytes(chunk))
      let lost = bench.events.filter { if case .lost = $0 { true } else { false } }
      let ends = bench.events.filter { if case .completed = $0 { true } else { false } }
      #expect(lost.count == 1)
      #expect(ends.count == 1)
      #expect(bench.take().filter { $0 == .disconnect }.count <= 1)
    }
  }
}
