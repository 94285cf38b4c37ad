import AMQP
import Harness
import Operations
import Testing

@testable import Clients

/// The outcomes of the second client, phase by phase, without a broker.
@Suite struct RabbitMQMachineTests {
  @Test func itOpensChannelAndConfirmsThenTakesCommands() {
    var bench = MachineBench()
    bench.feed(.start)
    #expect(bench.take() == [.connect])
    bench.publish(0..<1)
    #expect(bench.outcomes(of: 0) == [.failed(.notWritten)])
    bench.open()
    #expect(bench.sent == [.openChannel, .selectConfirms])
    #expect(bench.events.last == .opened(incarnation: 1))
    _ = bench.take()
    bench.publish(1..<2)
    let body = MachineBench.body.encode(MachineBench.message(1), bytes: 24)
    #expect(
      bench.take().prefix(2) == [
        .event(.written(OperationID(1), incarnation: 1, sequence: 1)),
        .send(.publish(queue: "q", body: body)),
      ])
  }

  @Test func confirmsSettleWhatTheyCover() {
    var bench = MachineBench.opened()
    bench.publish(0..<6)
    bench.hear(.confirm(tag: 2, multiple: false, nacked: false))
    #expect(bench.outcomes(of: 1) == [.confirmed])
    #expect(bench.outcomes(of: 0) == [])
    bench.hear(
      .confirm(tag: 3, multiple: true, nacked: false),
      .confirm(tag: 4, multiple: false, nacked: true),
      .confirm(tag: 0, multiple: true, nacked: false),
      .confirm(tag: 9, multiple: true, nacked: false),
      .confirm(tag: 2, multiple: false, nacked: true))
    for number in UInt32(0)..<6 where number != 3 {
      #expect(bench.outcomes(of: number) == [.confirmed])
    }
    #expect(bench.doubts(of: 3) == [.nacked])
    #expect(bench.events.filter { if case .answered = $0 { true } else { false } }.count == 6)
  }

  @Test func aReturnBelongsToItsPublish() {
    var bench = MachineBench.opened()
    bench.publish(0..<3)
    let arguments = ReturnArguments(exchange: "", routingKey: "q")
    let body = MachineBench.body.encode(MachineBench.message(1), bytes: 24)
    bench.hear(.returned(arguments, body: body))
    bench.hear(.returned(arguments, body: [1, 2, 3]))
    bench.hear(.confirm(tag: 3, multiple: true, nacked: false))
    #expect(bench.outcomes(of: 0) == [.confirmed])
    #expect(bench.outcomes(of: 1) == [.failed(.returned)])
    #expect(bench.outcomes(of: 2) == [.confirmed])
    #expect(bench.events.contains(.returned(incarnation: 1, MachineBench.message(1))))
    #expect(bench.events.contains(.returned(incarnation: 1, .foreign)))
  }

  @Test func aLostLineLeavesWhatWasHandedOverOpen() {
    var bench = MachineBench.opened()
    bench.publish(0..<1)
    bench.submit(
      .declare(OperationID(1), queue: .test, deadLetters: nil), .get(OperationID(2), queue: "q"))
    _ = bench.take()
    bench.feed(.line(.ended(.transportClosed("gone"))))
    #expect(bench.events.first == .lost(incarnation: 1, reason: "the connection ended: gone"))
    #expect(bench.doubts(of: 0) == [.connectionLost])
    #expect(bench.doubts(of: 1) == [.connectionLost])
    #expect(bench.outcomes(of: 2) == [.failed(.notWritten)])
    bench.pass(.milliseconds(100))
    #expect(bench.take().contains(.connect))
    bench.open()
    #expect(bench.events == [.opened(incarnation: 2)])
  }

  @Test func deadlinesEndWhatIsNotAnswered() {
    var bench = MachineBench.opened {
      $0.confirmTimeout = .seconds(1)
      $0.operationTimeout = .seconds(2)
    }
    bench.publish(0..<1)
    bench.pass(.seconds(1))
    #expect(bench.doubts(of: 0) == [.timeout])
    bench.hear(.confirm(tag: 1, multiple: false, nacked: false))
    #expect(bench.outcomes(of: 0).count == 1, "a late confirm changes nothing")
    bench.submit(
      .get(OperationID(1), queue: "q"), .get(OperationID(2), queue: "q"),
      .declare(OperationID(3), queue: .test, deadLetters: nil))
    _ = bench.take()
    bench.pass(.seconds(2))
    // The first get missed its deadline; answers that may still come would be taken for others.
    #expect(bench.doubts(of: 1) == [.timeout])
    #expect(bench.doubts(of: 2) == [.timeout])
    #expect(bench.outcomes(of: 3) == [.failed(.notWritten)])
    #expect(bench.actions.contains(.hangUp))
    bench.feed(.line(.received(.empty)))
    #expect(bench.outcomes(of: 1).count == 1)
  }

  @Test func aClosedChannelIsReplacedOnTheSameConnection() {
    var bench = MachineBench.opened()
    bench.submit(.consume(OperationID(0), queue: "q", prefetch: 3))
    #expect(bench.sent == [.limitPrefetch(3)])
    bench.hear(.prefetchLimited)
    #expect(bench.sent.last == .consume(queue: "q"))
    let notice = CloseNotice(replyCode: 404, replyText: "NOT_FOUND")
    _ = bench.take()
    bench.hear(.channelClosed(notice))
    #expect(bench.sent == [.acceptClose, .openChannel])
    #expect(bench.doubts(of: 0) == [.channelClosed(code: 404)])
    bench.hear(.channelOpened, .confirmsSelected)
    #expect(bench.events.last == .opened(incarnation: 2))
    // Tags of the first incarnation are never sent, and sequence numbers begin anew.
    _ = bench.take()
    bench.submit(.settle(incarnation: 1, tag: 5, multiple: false, kind: .ack))
    #expect(bench.take() == [])
    bench.publish(7..<8)
    #expect(bench.events == [.written(OperationID(7), incarnation: 2, sequence: 1)])
  }

  @Test func aChannelThatIsRefusedCostsTheConnection() {
    var bench = MachineBench()
    bench.feed(.start)
    bench.feed(.line(.connected))
    bench.hear(.channelClosed(CloseNotice(replyCode: 504, replyText: "no")))
    #expect(bench.actions.contains(.close(200)))
    #expect(bench.events.count == 1)
    _ = bench.take()
    bench.feed(.line(.ended(.stopped)))
    #expect(bench.events == [])
    bench.pass(.milliseconds(100))
    #expect(bench.take().contains(.connect))
  }

  @Test func aBrokerThatBreaksTheProtocolIsLeft() {
    for answer in [LineAnswer.empty, .consuming, .declared, .channelOpened] {
      var bench = MachineBench.opened()
      bench.publish(0..<1)
      bench.hear(answer)
      #expect(bench.doubts(of: 0) == [.connectionLost])
      #expect(bench.actions.contains(.close(ReplyCode.commandInvalid)))
      bench.hear(.confirm(tag: 1, multiple: false, nacked: false))
      #expect(bench.outcomes(of: 0).count == 1)
      bench.feed(.line(.ended(.stopped)))
      bench.pass(.milliseconds(100))
      #expect(bench.take().contains(.connect))
    }
  }

  @Test func pausesGrowUntilASessionOpens() {
    var bench = MachineBench()
    bench.feed(.start)
    _ = bench.take()
    var pauses: [Duration] = []
    for _ in 0..<7 {
      bench.feed(.line(.ended(.connectFailed("refused"))))
      var pause = Duration.zero
      while !bench.actions.contains(.connect), pause < .seconds(5) {
        pause += .milliseconds(100)
        bench.pass(.milliseconds(100))
      }
      pauses.append(pause)
      _ = bench.take()
    }
    #expect(
      pauses
        == [100, 200, 400, 800, 1_600, 2_000, 2_000].map { .milliseconds($0) })
    bench.open()
    bench.feed(.line(.ended(.heartbeatMissed)))
    _ = bench.take()
    bench.pass(.milliseconds(100))
    #expect(bench.take().contains(.connect))
  }

  @Test func flowStopsPublishesAndOnlyThem() {
    var bench = MachineBench.opened()
    bench.hear(.flow(active: false))
    bench.publish(0..<2)
    #expect(bench.sent == [.acceptFlow(active: false)])
    bench.hear(.flow(active: true))
    #expect(bench.sent.count == 4)
    #expect(bench.events.count == 2)
  }

  @Test func queuesAreBounded() {
    var bench = MachineBench.opened()
    let most = UInt32(RabbitMQMachine.maximumGets + RabbitMQMachine.maximumPending)
    for number in 0...most { bench.submit(.get(OperationID(number), queue: "q")) }
    #expect(bench.sent.count == RabbitMQMachine.maximumGets)
    #expect(bench.outcomes(of: most) == [.failed(.notWritten)])
    #expect(bench.outcomes(of: most - 1) == [])
    bench.feed(.stop)
    #expect(bench.events.count { if case .completed = $0 { true } else { false } } == Int(most) + 1)
  }

  @Test(arguments: [false, true])
  func stoppingEndsEverything(_ isOpen: Bool) {
    var bench = isOpen ? MachineBench.opened() : MachineBench()
    bench.feed(.start)
    bench.publish(0..<3)
    bench.feed(.stop)
    #expect(bench.actions.contains(isOpen ? .close(200) : .hangUp))
    for number in UInt32(0)..<3 {
      #expect(bench.doubts(of: number) == [isOpen ? .runEnded : nil])
    }
    _ = bench.take()
    bench.feed(.line(.ended(.stopped)))
    bench.pass(.seconds(60))
    #expect(bench.take() == [])
    bench.publish(9..<10)
    #expect(bench.outcomes(of: 9) == [.failed(.notWritten)])
  }

  @Test func aDroppedSessionReconnects() {
    var bench = MachineBench.opened()
    bench.submit(
      .publish(OperationID(0), queue: "q", message: MachineBench.message(0), bytes: 24), .drop,
      .get(OperationID(1), queue: "q"))
    #expect(bench.actions.contains(.hangUp))
    #expect(bench.doubts(of: 0) == [.connectionLost])
    #expect(bench.outcomes(of: 1) == [.failed(.notWritten)])
    bench.pass(.milliseconds(100))
    #expect(bench.take().contains(.connect))
  }

  @Test func aCancelledConsumerCanBeStartedAgain() {
    var bench = MachineBench.opened()
    for number in UInt32(0)..<2 {
      bench.submit(.consume(OperationID(number), queue: "q", prefetch: 1))
      bench.hear(.prefetchLimited, .consuming)
      #expect(bench.outcomes(of: number) == [.accepted])
      bench.hear(.cancelled(consumerTag: "stoat", isAnswered: number == 0))
    }
    #expect(bench.sent.count { if case .acceptCancel = $0 { true } else { false } } == 1)
    #expect(bench.events.count { $0 == .consumerCancelled(incarnation: 1) } == 2)
  }
}

extension QueuePlan {
  fileprivate static let test = QueuePlan(
    id: QueueID(0), name: "q", kind: .plain,
    mirroring: Mirroring(replicas: 1, syncMode: .automatic, promoteOnFailure: .always),
    groupSize: 0, required: [])
}
