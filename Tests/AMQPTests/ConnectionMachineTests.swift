import AMQP
import Environment
import Testing

@Suite struct ConnectionMachineTests {
  @Test func theHandshake() throws {
    var configuration = SessionConfiguration()
    configuration.user = "u"
    configuration.password = "p"
    configuration.virtualHost = "v"
    var machine = ConnectionMachine(configuration)
    #expect(machine.receive(.connected, at: .zero) == [.write(Array("AMQP".utf8) + [0, 0, 9, 1])])
    #expect(machine.nextDeadline == Script.second(10))

    let startOk = try method(machine.receive(.bytes(channel0(Script.greeting)), at: .zero))
    guard case .connection(.startOk(let answer)) = startOk.first else {
      Issue.record("\(startOk)")
      return
    }
    #expect(answer.mechanism == "PLAIN")
    #expect(answer.response.bytes == [0, 0x75, 0, 0x70])
    #expect(answer.locale == "en_US")
    guard case .table(let capabilities)? = answer.clientProperties["capabilities"] else {
      Issue.record("no capabilities")
      return
    }
    for name in [
      "consumer_cancel_notify", "publisher_confirms", "basic.nack", "connection.blocked",
      "authentication_failure_close",
    ] { #expect(capabilities[name] == true) }

    let limits = ConnectionLimits(channelMax: 100, frameMax: 8192, heartbeat: 3)
    let tuned = try method(
      machine.receive(.bytes(channel0(.connection(.tune(limits)))), at: .zero))
    #expect(tuned == [.connection(.tuneOk(limits)), .connection(.open(virtualHost: "v"))])
    let opened = try machine.receive(.bytes(channel0(.connection(.openOk))), at: .zero)
    #expect(opened == [.opened])
    #expect(machine.phase == .open)
    #expect(machine.frameMax == 8192)
    #expect(machine.brokerProperties["product"] == "RabbitMQ")
  }

  @Test(arguments: [
    (ConnectionLimits(channelMax: 0, frameMax: 0, heartbeat: 0), 2047, 131_072, 10),
    (ConnectionLimits(channelMax: 5, frameMax: 4096, heartbeat: 60), 5, 4096, 10),
    (ConnectionLimits(channelMax: 9000, frameMax: 999_999, heartbeat: 1), 2047, 131_072, 1),
  ])
  func theLowerLimitHolds(
    proposal: ConnectionLimits, channelMax: UInt16, frameMax: UInt32, heartbeat: UInt16
  ) throws {
    var machine = ConnectionMachine(SessionConfiguration())
    _ = machine.receive(.connected, at: .zero)
    let tune = Method.connection(.tune(proposal))
    _ = machine.receive(
      .bytes(try Script.bytes(Script.greeting, tune, channel: 0)), at: .zero)
    let expected = ConnectionLimits(
      channelMax: channelMax, frameMax: frameMax, heartbeat: heartbeat)
    #expect(machine.limits == expected)
  }

  @Test func negotiationsThatCannotSucceedEnd() throws {
    let starts: [Method] = [
      .connection(
        .start(ServerGreeting(serverProperties: [:], mechanisms: "EXTERNAL AMQPLAIN"))),
      .connection(.start(ServerGreeting(versionMajor: 1, serverProperties: [:]))),
    ]
    for start in starts {
      var machine = ConnectionMachine(SessionConfiguration())
      _ = machine.receive(.connected, at: .zero)
      expectNegotiationFailed(machine.receive(.bytes(try channel0(start)), at: .zero))
    }
    let then: [Method] = [
      .connection(.secure("challenge")), .connection(.tune(ConnectionLimits(frameMax: 100))),
    ]
    for method in then {
      var machine = ConnectionMachine(SessionConfiguration())
      _ = machine.receive(.connected, at: .zero)
      _ = machine.receive(.bytes(try channel0(Script.greeting)), at: .zero)
      expectNegotiationFailed(machine.receive(.bytes(try channel0(method)), at: .zero))
      #expect(machine.phase == .closed)
    }
  }

  @Test func anotherProtocolVersionIsTold() {
    var machine = ConnectionMachine(SessionConfiguration())
    _ = machine.receive(.connected, at: .zero)
    let actions = machine.receive(.bytes(Array("AMQP".utf8) + [0, 1, 0, 0]), at: .zero)
    let error = WireError.protocolHeader(major: 1, minor: 0, revision: 0)
    #expect(actions == [.closed(.protocolViolation(error))])
  }

  /// With `authentication_failure_close` a broker says 403 before it tunes.
  @Test func aRefusedLoginCarriesTheBrokersWords() throws {
    var machine = ConnectionMachine(SessionConfiguration())
    _ = machine.receive(.connected, at: .zero)
    _ = machine.receive(.bytes(try channel0(Script.greeting)), at: .zero)
    let notice = CloseNotice(replyCode: 403, replyText: "ACCESS_REFUSED")
    let actions = machine.receive(.bytes(try channel0(.connection(.close(notice)))), at: .zero)
    #expect(try method(actions) == [.connection(.closeOk)])
    #expect(actions.last == .closed(.connectionClosedByBroker(notice)))
  }

  @Test func heartbeatsAreSentWhenNothingElseIs() throws {
    var machine = try ConnectionMachine.opened(heartbeat: 10)
    #expect(machine.nextDeadline == Script.second(5))
    #expect(machine.receive(.timer, at: Script.second(4)).isEmpty)
    #expect(machine.receive(.timer, at: Script.second(5)) == [.write(Script.heartbeat)])
    machine.noteWrite(at: Script.second(9))
    #expect(machine.receive(.timer, at: Script.second(10)).isEmpty)
    #expect(machine.nextDeadline == Script.second(14))
  }

  @Test func aPeerSilentForTwoIntervalsIsDead() throws {
    var machine = try ConnectionMachine.opened(heartbeat: 10)
    _ = machine.receive(.bytes(Script.heartbeat), at: Script.second(7))
    machine.noteWrite(at: Script.second(26))
    #expect(machine.nextDeadline == Script.second(27))
    let almost = Script.second(27) + .nanoseconds(-1)
    #expect(machine.receive(.timer, at: almost).isEmpty)
    #expect(machine.receive(.timer, at: Script.second(27)) == [.closed(.heartbeatMissed)])
    #expect(machine.nextDeadline == nil)
  }

  /// Half a frame is a sign of life as well.
  @Test func anyByteCountsAsALifeSign() throws {
    var machine = try ConnectionMachine.opened(heartbeat: 10)
    _ = machine.receive(.bytes([8]), at: Script.second(19))
    machine.noteWrite(at: Script.second(19))
    #expect(machine.receive(.timer, at: Script.second(20)).isEmpty)
  }

  @Test func withoutHeartbeatsThereIsNoTimer() throws {
    var configuration = SessionConfiguration()
    configuration.heartbeat = .zero
    let machine = try ConnectionMachine.opened(configuration, heartbeat: 0)
    #expect(machine.nextDeadline == nil)
  }

  @Test func blockedAndUnblockedArePassedOn() throws {
    var machine = try ConnectionMachine.opened()
    let bytes = try Script.bytes(
      .connection(.blocked(reason: "low on disk")), .connection(.unblocked), channel: 0)
    let actions = machine.receive(.bytes(bytes), at: .zero)
    #expect(actions == [.blocked(reason: "low on disk"), .unblocked])
  }

  @Test func framesOfChannelsArePassedOn() throws {
    var machine = try ConnectionMachine.opened()
    let actions = machine.receive(.bytes(try Script.bytes(.channel(.openOk))), at: .zero)
    #expect(actions == [.frame(.method(channel: 1, .channel(.openOk)))])
  }

  @Test func anOrderlyCloseWaitsForItsAnswerAndIgnoresTheRest() throws {
    var machine = try ConnectionMachine.opened()
    let actions = machine.receive(.close, at: .zero)
    guard case .connection(.close(let notice))? = try method(actions).first else {
      Issue.record("\(actions)")
      return
    }
    #expect(notice.replyCode == 200)
    let late = try Script.bytes(.basic(.ack(deliveryTag: 1, multiple: false)))
    #expect(machine.receive(.bytes(late), at: .zero).isEmpty)
    #expect(machine.receive(.close, at: .zero).isEmpty)
    let end = try channel0(.connection(.closeOk))
    #expect(machine.receive(.bytes(end + late), at: .zero) == [.closed(.stopped)])
    #expect(machine.receive(.bytes(late), at: .zero).isEmpty)
  }

  @Test func aCloseThatIsNotAnsweredEndsAtItsDeadline() throws {
    var machine = try ConnectionMachine.opened()
    _ = machine.receive(.close, at: .zero)
    #expect(machine.nextDeadline == Script.second(5))
    #expect(machine.receive(.timer, at: Script.second(4)).isEmpty)
    #expect(machine.receive(.timer, at: Script.second(5)) == [.closed(.stopped)])
  }

  @Test func closesThatCrossEndBoth() throws {
    var machine = try ConnectionMachine.opened()
    _ = machine.receive(.close, at: .zero)
    let notice = CloseNotice(replyCode: 320, replyText: "CONNECTION_FORCED")
    let actions = machine.receive(.bytes(try channel0(.connection(.close(notice)))), at: .zero)
    #expect(try method(actions) == [.connection(.closeOk)])
    #expect(actions.last == .closed(.stopped))
  }

  /// Each phase of the handshake: the broker closes, we close, the transport ends, time is up.
  @Test(arguments: 0...3) func closeInEveryPhase(steps: Int) throws {
    let handshake: [Method] = [
      Script.greeting, Script.tune(heartbeat: 10), .connection(.openOk),
    ]
    func machine() throws -> ConnectionMachine {
      var machine = ConnectionMachine(SessionConfiguration())
      _ = machine.receive(.connected, at: .zero)
      for method in handshake.prefix(steps) {
        _ = machine.receive(.bytes(try channel0(method)), at: .zero)
      }
      return machine
    }
    let notice = CloseNotice(replyCode: 320, replyText: "CONNECTION_FORCED")
    var closedByBroker = try machine()
    let close = try channel0(.connection(.close(notice)))
    #expect(
      closedByBroker.receive(.bytes(close), at: .zero).last
        == .closed(.connectionClosedByBroker(notice)))
    var closedByUs = try machine()
    let ours = closedByUs.receive(.close, at: .zero)
    if steps < 3 { #expect(ours == [.closed(.stopped)]) } else { #expect(ours.count == 1) }
    var cut = try machine()
    #expect(cut.receive(.transportClosed("x"), at: .zero) == [.closed(.transportClosed("x"))])
    #expect(cut.receive(.transportClosed("x"), at: .zero).isEmpty)
    var slow = try machine()
    let reason = steps < 3 ? LossReason.handshakeTimeout : .heartbeatMissed
    #expect(slow.receive(.timer, at: Script.second(100)) == [.closed(reason)])
  }

  @Test func violationsCloseTheConnectionWithTheirCode() throws {
    let wrong: [(bytes: [UInt8], error: WireError)] = [
      ([8, 0, 0, 0, 0, 0, 0, 0], .badFrameEnd(0)),
      (try channel0(.connection(.openOk)), .unexpectedMethod("10.41 while the connection is open")),
      (try channel0(.channel(.openOk)), .unexpectedFrame("on channel 0, which is not for it")),
    ]
    for (bytes, error) in wrong {
      var machine = try ConnectionMachine.opened()
      let actions = machine.receive(.bytes(bytes), at: .zero)
      #expect(try method(actions) == [.connection(.close(CloseNotice(error)))])
      #expect(actions.last == .closed(.protocolViolation(error)))
    }
    var early = ConnectionMachine(SessionConfiguration())
    _ = early.receive(.connected, at: .zero)
    let actions = early.receive(.bytes(try Script.bytes(.channel(.openOk))), at: .zero)
    #expect(actions.count == 1)
    #expect(early.phase == .closed)
  }

  private func expectNegotiationFailed(_ actions: [ConnectionAction]) {
    guard case .closed(.protocolViolation(.negotiationFailed(let why)))? = actions.last else {
      Issue.record("\(actions)")
      return
    }
    #expect(!why.isEmpty)
  }

  private func channel0(_ method: Method) throws -> [UInt8] {
    try Script.bytes(method, channel: 0)
  }

  private func method(_ actions: [ConnectionAction]) throws -> [Method] {
    var methods: [Method] = []
    for case .write(let bytes) in actions {
      for case .method(0, let method) in try Script.frames(bytes) { methods.append(method) }
    }
    return methods
  }
}
