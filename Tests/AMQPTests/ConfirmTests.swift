import AMQP
import Environment
import Testing

/// Publishes and what the broker says about them.
@Suite struct ConfirmTests {
  @Test func tagsCountFromOne() throws {
    var bench = try ChannelBench()
    try bench.publish(11...13)
    let written = bench.take().actions
    #expect(
      written == [
        .event(.written(token: 11, publishTag: 1)), .event(.written(token: 12, publishTag: 2)),
        .event(.written(token: 13, publishTag: 3)),
      ])
  }

  @Test func singleConfirmsInAnyOrder() throws {
    var bench = try ChannelBench()
    try bench.publish(11...13)
    for tag in [2, 3, 1] as [UInt64] {
      try bench.hear(.basic(.ack(deliveryTag: tag, multiple: false)))
    }
    #expect(
      bench.completed == [
        .init(token: 12, outcome: .ok(.confirmed)), .init(token: 13, outcome: .ok(.confirmed)),
        .init(token: 11, outcome: .ok(.confirmed)),
      ])
  }

  @Test func multipleConfirmsTakeEverythingUpToTheirTag() throws {
    var bench = try ChannelBench()
    try bench.publish(11...15)
    try bench.hear(.basic(.ack(deliveryTag: 2, multiple: false)))
    try bench.hear(.basic(.ack(deliveryTag: 3, multiple: true)))
    #expect(bench.completed.map(\.token) == [12, 11, 13])
    _ = bench.take()
    try bench.hear(.basic(.ack(deliveryTag: 0, multiple: true)))
    #expect(bench.completed.map(\.token) == [14, 15])
    try bench.publish(16...16)
    try bench.hear(.basic(.ack(deliveryTag: 6, multiple: false)))
    #expect(bench.outcome(of: 16) == .ok(.confirmed))
  }

  @Test func everyNackIsIndefinite() throws {
    var bench = try ChannelBench()
    try bench.publish(11...13)
    try bench.hear(.basic(.nack(deliveryTag: 2, multiple: true, requeue: false)))
    try bench.hear(.basic(.nack(deliveryTag: 3, multiple: false, requeue: false)))
    #expect(bench.completed.map(\.token) == [11, 12, 13])
    #expect(bench.completed.allSatisfy { $0.outcome == .indefinite(.nacked) })
  }

  @Test func everyAnswerIsReportedEvenIfItMakesNoSense() throws {
    var bench = try ChannelBench()
    try bench.publish(11...12)
    _ = bench.take()
    for (tag, multiple) in [(9, false), (1, false), (1, false), (7, true), (0, false)] {
      try bench.hear(.basic(.ack(deliveryTag: UInt64(tag), multiple: multiple)))
    }
    #expect(bench.completed.map(\.token) == [11, 12])
    let answers = bench.take().actions.compactMap { action -> ProtocolAnswer? in
      if case .event(.answer(7, let answer)) = action { return answer }
      return nil
    }
    #expect(
      answers == [
        .confirm(publishTag: 9, multiple: false, nacked: false),
        .confirm(publishTag: 1, multiple: false, nacked: false),
        .confirm(publishTag: 1, multiple: false, nacked: false),
        .confirm(publishTag: 7, multiple: true, nacked: false),
        .confirm(publishTag: 0, multiple: false, nacked: false),
      ])
  }

  @Test func aReturnBeforeTheAckMeansFailed() throws {
    var bench = try ChannelBench()
    try bench.publish(11...13, mandatory: true)
    _ = bench.take()
    try bench.hear(.return(ReturnArguments(exchange: "", routingKey: "q")), body: [12])
    let returned = ReturnedMessage(token: 12, lowestUnanswered: 1, replyCode: 312, body: [12])
    #expect(bench.take().actions == [.event(.answer(incarnation: 7, .returned(returned)))])
    try bench.hear(.basic(.ack(deliveryTag: 3, multiple: true)))
    #expect(
      bench.completed.map(\.outcome) == [
        .ok(.confirmed), .failed(.returned(replyCode: 312, replyText: "NO_ROUTE")),
        .ok(.confirmed),
      ])
  }

  @Test func aReturnWithoutItsAckIsNotCertain() throws {
    let notice = CloseNotice(replyCode: 541, replyText: "INTERNAL_ERROR")
    for ending in 0..<3 {
      var bench = try ChannelBench()
      try bench.publish(11...11, mandatory: true)
      try bench.hear(.return(ReturnArguments(exchange: "", routingKey: "q")), body: [11])
      switch ending {
      case 0: try bench.hear(.basic(.nack(deliveryTag: 1, multiple: false, requeue: false)))
      case 1: try bench.hear(.channel(.close(notice)))
      default:
        bench.now = Script.second(10)
        try bench.feed(.timer)
      }
      guard case .indefinite? = bench.outcome(of: 11) else {
        Issue.record("\(ending)")
        continue
      }
    }
  }

  /// Returns carry no tag, so of two identical messages nobody knows which one came back.
  @Test func identicalMessagesMakeAReturnAmbiguous() throws {
    var bench = try ChannelBench()
    let publication = Publication(routingKey: "q", body: [1])
    try bench.submit(11, .publish(publication))
    try bench.submit(12, .publish(publication))
    var third = publication
    third.properties.messageID = "3"
    try bench.submit(13, .publish(third))
    _ = bench.take()
    try bench.hear(.return(ReturnArguments(exchange: "", routingKey: "q")), body: [1])
    let returned = ReturnedMessage(token: nil, lowestUnanswered: 1, replyCode: 312, body: [1])
    #expect(bench.take().actions == [.event(.answer(incarnation: 7, .returned(returned)))])
    try bench.hear(.basic(.ack(deliveryTag: 3, multiple: true)))
    #expect(
      bench.completed.map(\.outcome) == [
        .indefinite(.ambiguousReturn), .indefinite(.ambiguousReturn), .ok(.confirmed),
      ])
  }

  /// The return of an expired publish must not be taken for that of an identical later one.
  @Test func expiredPublishesAreRemembered() throws {
    var bench = try ChannelBench()
    let publication = Publication(routingKey: "q", body: [1])
    try bench.submit(11, .publish(publication))
    bench.now = Script.second(10)
    try bench.feed(.timer)
    #expect(bench.outcome(of: 11) == .indefinite(.timeout))
    try bench.submit(12, .publish(publication))
    try bench.hear(.return(ReturnArguments(exchange: "", routingKey: "q")), body: [1])
    try bench.hear(.basic(.ack(deliveryTag: 2, multiple: false)))
    #expect(bench.outcome(of: 12) == .indefinite(.ambiguousReturn))
  }

  @Test func aReturnAfterItsAckIsReportedAsForeign() throws {
    var bench = try ChannelBench()
    try bench.publish(11...11, mandatory: true)
    try bench.hear(.basic(.ack(deliveryTag: 1, multiple: false)))
    #expect(bench.outcome(of: 11) == .ok(.confirmed))
    _ = bench.take()
    try bench.hear(.return(ReturnArguments(exchange: "", routingKey: "q")), body: [11])
    let returned = ReturnedMessage(token: nil, lowestUnanswered: 2, replyCode: 312, body: [11])
    #expect(bench.take().actions == [.event(.answer(incarnation: 7, .returned(returned)))])
  }

  @Test func deadlinesExpireOneByOneAndLateConfirmsChangeNothing() throws {
    var bench = try ChannelBench()
    try bench.publish(11...11)
    bench.now = Script.second(4)
    try bench.publish(12...12)
    #expect(bench.channel.earliestDeadline == Script.second(10))
    bench.now = Script.second(10)
    try bench.feed(.timer)
    #expect(bench.completed == [.init(token: 11, outcome: .indefinite(.timeout))])
    #expect(bench.channel.earliestDeadline == Script.second(14))
    _ = bench.take()
    try bench.hear(.basic(.ack(deliveryTag: 1, multiple: false)))
    #expect(bench.completed.isEmpty)
    #expect(bench.take().actions.count == 1)
    try bench.hear(.basic(.ack(deliveryTag: 2, multiple: true)))
    #expect(bench.completed == [.init(token: 12, outcome: .ok(.confirmed))])
    bench.now = Script.second(14)
    try bench.feed(.timer)
    #expect(bench.channel.earliestDeadline == nil)
  }

  @Test func aSynchronousTimeoutPutsTheChannelOutOfStep() throws {
    var bench = try ChannelBench()
    try bench.submit(1, .get(queue: "q", noAck: true))
    bench.now = Script.second(3)
    try bench.submit(2, .purge(queue: "q"))
    bench.now = Script.second(10)
    try bench.feed(.timer)
    #expect(bench.outcome(of: 1) == .indefinite(.timeout))
    #expect(bench.outcome(of: 2) == nil)
    #expect(bench.take().actions.last == .outOfStep)
  }

  @Test func aCommandThatExpiresBeforeItsTurnHasFailed() throws {
    var configuration = SessionConfiguration()
    configuration.confirmTimeout = .seconds(2)
    var bench = try ChannelBench(configuration)
    try bench.hear(.channel(.flow(active: false)))
    try bench.publish(1...2)
    _ = bench.take()
    bench.now = Script.second(2)
    try bench.feed(.timer)
    #expect(
      bench.completed.map(\.outcome)
        == [.failed(.notWritten(.timeout)), .failed(.notWritten(.timeout))])
    #expect(bench.take().methods.isEmpty)
  }

  @Test func whatCannotBeEncodedHasFailed() throws {
    var bench = try ChannelBench()
    let long = String(repeating: "k", count: 300)
    try bench.submit(1, .publish(Publication(routingKey: long, body: [])))
    try bench.submit(2, .get(queue: long, noAck: true))
    try bench.submit(3, .consume(ConsumeRequest(queue: long, consumerTag: "c")))
    let error = WireError.shortStringTooLong(300)
    #expect(
      bench.completed.map(\.outcome)
        == [CommandOutcome](repeating: .failed(.notWritten(.unencodable(error))), count: 3))
    _ = bench.take()
    try bench.publish(4...4)
    try bench.submit(5, .consume(ConsumeRequest(queue: "q", consumerTag: "c")))
    #expect(bench.actions.first == .event(.written(token: 4, publishTag: 1)))
    #expect(bench.take().methods.count == 2)
  }

  @Test func queuesAreBounded() throws {
    var bench = try ChannelBench()
    try bench.submit(0, .get(queue: "q", noAck: true))
    let limit = UInt64(ChannelMachine.maximumPending)
    for token in 1...limit { try bench.submit(token, .purge(queue: "q")) }
    #expect(bench.completed.isEmpty)
    try bench.publish((limit + 1)...(limit + 1))
    #expect(bench.outcome(of: limit + 1) == .failed(.notWritten(.queueFull)))
  }

  @Test func unconfirmedPublishesAreBounded() throws {
    var bench = try ChannelBench()
    let limit = UInt64(ChannelMachine.maximumUnconfirmed)
    try bench.publish(1...limit)
    #expect(bench.take().methods.count == Int(limit))
    try bench.publish((limit + 1)...(limit + 2))
    #expect(bench.take().methods.isEmpty)
    try bench.hear(.basic(.ack(deliveryTag: 2, multiple: false)))
    #expect(bench.take().methods.isEmpty)
    try bench.hear(.basic(.ack(deliveryTag: 1, multiple: false)))
    #expect(bench.take().methods.count == 2)
  }
}
