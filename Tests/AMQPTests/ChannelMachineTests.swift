@testable import AMQP
import Environment
import Testing

@Suite struct ChannelMachineTests {
  @Test func openingTakesItsStepsOneByOne() throws {
    var configuration = SessionConfiguration()
    configuration.prefetch = 20
    var bench = try ChannelBench(configuration, open: false)
    try bench.feed(.open)
    #expect(bench.take().methods == [.channel(.open)])
    try bench.submit(1, .purge(queue: "q"))
    #expect(bench.outcome(of: 1) == .failed(.notWritten(.notOpen)))
    try bench.hear(.channel(.openOk))
    #expect(bench.take().methods == [.confirm(.select())])
    try bench.hear(.confirm(.selectOk))
    #expect(bench.take().methods == [.basic(.qos(prefetchCount: 20))])
    try bench.hear(.basic(.qosOk))
    #expect(bench.take().actions == [.opened])
    #expect(bench.channel.phase == .open)
  }

  @Test func openingWithoutConfirmsAndPrefetchIsOneStep() throws {
    var configuration = SessionConfiguration()
    configuration.confirms = false
    var bench = try ChannelBench(configuration)
    #expect(bench.channel.phase == .open)
    try bench.publish(1...1)
    #expect(bench.outcome(of: 1) == .sent)
  }

  @Test func synchronousCommandsWaitForOneAnother() throws {
    var bench = try ChannelBench()
    try bench.submit(1, .declare(QueueDeclaration(queue: "a", noWait: true)))
    try bench.submit(2, .get(queue: "a", noAck: true))
    try bench.publish(3...3)
    #expect(bench.take().methods == [.queue(.declare(QueueDeclaration(queue: "a")))])
    try bench.hear(.queue(.declareOk(queue: "a", messageCount: 3, consumerCount: 1)))
    #expect(
      bench.outcome(of: 1)
        == .ok(.declared(queue: "a", messageCount: 3, consumerCount: 1)))
    #expect(
      bench.take().methods == [
        .basic(.get(queue: "a", noAck: true)),
        .basic(.publish(exchange: "", routingKey: "q", mandatory: false)),
      ])
    try bench.hear(.basic(.getEmpty))
    #expect(bench.outcome(of: 2) == .ok(.empty))
  }

  @Test func everySynchronousCommandHasItsAnswer() throws {
    let binding = QueueBinding(queue: "q", exchange: "e", routingKey: "k")
    let table: [(ChannelOperation, Method, Method, CommandAnswer)] = [
      (
        .delete(queue: "q", ifUnused: true), .queue(.delete(queue: "q", ifUnused: true)),
        .queue(.deleteOk(messageCount: 4)), .deleted(messageCount: 4)
      ),
      (
        .purge(queue: "q"), .queue(.purge(queue: "q")), .queue(.purgeOk(messageCount: 5)),
        .purged(messageCount: 5)
      ),
      (.bind(binding), .queue(.bind(binding)), .queue(.bindOk), .done),
      (.unbind(binding), .queue(.unbind(binding)), .queue(.unbindOk), .done),
      (
        .declareExchange(ExchangeDeclaration(exchange: "e", type: "fanout")),
        .exchange(.declare(ExchangeDeclaration(exchange: "e", type: "fanout"))),
        .exchange(.declareOk), .done
      ),
      (
        .deleteExchange(exchange: "e"), .exchange(.delete(exchange: "e")), .exchange(.deleteOk),
        .done
      ),
      (.qos(prefetchCount: 3), .basic(.qos(prefetchCount: 3)), .basic(.qosOk), .done),
      (
        .cancel(consumerTag: "c"), .basic(.cancel(consumerTag: "c")),
        .basic(.cancelOk(consumerTag: "c")), .cancelled(consumerTag: "c")
      ),
    ]
    var bench = try ChannelBench()
    for (token, (operation, method, answer, expected)) in table.enumerated() {
      try bench.submit(UInt64(token), operation)
      #expect(bench.take().methods == [method])
      try bench.hear(answer)
      #expect(bench.completed.map(\.outcome) == [.ok(expected)])
      _ = bench.take()
    }
  }

  @Test func getBringsTheMessageAndItsReference() throws {
    var bench = try ChannelBench()
    try bench.submit(1, .get(queue: "q", noAck: false))
    let arguments = GetOkArguments(
      deliveryTag: 9, redelivered: true, exchange: "", routingKey: "q", messageCount: 2)
    try bench.hear(.getOk(arguments), properties: .persistent, body: [1, 2])
    let message = FetchedMessage(
      reference: DeliveryReference(incarnation: 7, deliveryTag: 9), arguments: arguments,
      properties: .persistent, body: [1, 2])
    #expect(bench.outcome(of: 1) == .ok(.message(message)))
  }

  @Test func getsAreOnTheirWayTogetherAndAnsweredInOrder() throws {
    var bench = try ChannelBench()
    for token in UInt64(1)...3 { try bench.submit(token, .get(queue: "q\(token)", noAck: false)) }
    try bench.submit(4, .purge(queue: "q"))
    try bench.submit(5, .get(queue: "q5", noAck: false))
    // The purge waits for the gets, and the get behind it waits with it.
    #expect(
      bench.take().methods
        == (1...3).map { Method.basic(.get(queue: "q\($0)", noAck: false)) })
    let arguments = GetOkArguments(
      deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q2", messageCount: 0)
    try bench.hear(.basic(.getEmpty))
    try bench.hear(.getOk(arguments), body: [1])
    #expect(bench.completed.map(\.token) == [1, 2])
    #expect(bench.outcome(of: 1) == .ok(.empty))
    #expect(bench.take().methods == [])
    try bench.hear(.basic(.getEmpty))
    #expect(bench.outcome(of: 3) == .ok(.empty))
    #expect(bench.take().methods == [.queue(.purge(queue: "q"))])
    try bench.hear(.queue(.purgeOk(messageCount: 0)))
    #expect(bench.take().methods == [.basic(.get(queue: "q5", noAck: false))])
  }

  @Test func onlySoManyGetsAreOnTheirWayAndFurtherOnesLeaveTogether() throws {
    var bench = try ChannelBench()
    let (few, most) = (UInt64(ChannelMachine.fewGets), UInt64(ChannelMachine.maximumGets))
    for token in 1...(most + 7) { try bench.submit(token, .get(queue: "q", noAck: false)) }
    #expect(bench.take().methods.count == Int(most))
    for _ in few..<(most - 1) { try bench.hear(.basic(.getEmpty)) }
    #expect(bench.take().methods == [])
    try bench.hear(.basic(.getEmpty))
    #expect(bench.take().methods.count == 7)
    // As long as no answer came, others may join them.
    try bench.submit(most + 8, .get(queue: "q", noAck: false))
    #expect(bench.take().methods.count == 1)
    try bench.feed(.abandon(.heartbeatMissed))
    #expect(bench.completed.count == Int(few) + 8)
    #expect(bench.completed.allSatisfy { $0.outcome == .indefinite(.lost(.heartbeatMissed)) })
  }

  @Test func aLoneGetNeverWaits() throws {
    var bench = try ChannelBench()
    for token in UInt64(1)...3 {
      try bench.submit(token, .get(queue: "q", noAck: false))
      #expect(bench.take().methods.count == 1)
    }
    try bench.hear(.basic(.getEmpty))
    try bench.submit(4, .get(queue: "q", noAck: false))
    #expect(bench.take().methods.count == 1)
  }

  @Test func deliveriesArePassedOnWhoeverTheyAreFor() throws {
    var bench = try ChannelBench()
    try bench.submit(1, .consume(ConsumeRequest(queue: "q", consumerTag: "c")))
    try bench.hear(.basic(.consumeOk(consumerTag: "c")))
    #expect(bench.outcome(of: 1) == .ok(.consuming(consumerTag: "c")))
    _ = bench.take()
    let body = [UInt8](repeating: 3, count: 10_000)
    for tag in ["c", "nobody"] {
      let arguments = DeliverArguments(
        consumerTag: tag, deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q")
      try bench.hear(.deliver(arguments), body: body)
      let delivery = ChannelDelivery(
        incarnation: 7, arguments: arguments, properties: BasicProperties(), body: body)
      #expect(bench.take().actions == [.event(.delivered(delivery))])
    }
  }

  @Test func aConsumerTagIsTakenUntilItsEnd() throws {
    var bench = try ChannelBench()
    let consume = ChannelOperation.consume(ConsumeRequest(queue: "q", consumerTag: "c"))
    try bench.submit(1, consume)
    try bench.hear(.basic(.consumeOk(consumerTag: "c")))
    try bench.submit(2, consume)
    #expect(bench.outcome(of: 2) == .failed(.notWritten(.consumerTagInUse)))
    _ = bench.take()
    try bench.hear(.basic(.cancel(consumerTag: "c", noWait: true)))
    let cancelled = ChannelEvent.consumerCancelled(incarnation: 7, consumerTag: "c")
    var taken = bench.take()
    #expect(taken.actions == [.event(cancelled)])
    #expect(taken.methods.isEmpty)
    try bench.submit(3, consume)
    try bench.hear(.basic(.consumeOk(consumerTag: "c")))
    #expect(bench.outcome(of: 3) == .ok(.consuming(consumerTag: "c")))
    _ = bench.take()
    try bench.hear(.basic(.cancel(consumerTag: "c", noWait: false)))
    taken = bench.take()
    #expect(taken.methods == [.basic(.cancelOk(consumerTag: "c"))])
  }

  @Test func acknowledgementsAreSentForThisIncarnationOnly() throws {
    var bench = try ChannelBench()
    let mine = DeliveryReference(incarnation: 7, deliveryTag: 3)
    let old = DeliveryReference(incarnation: 6, deliveryTag: 3)
    try bench.submit(1, .ack(mine, multiple: true))
    try bench.submit(2, .nack(mine, multiple: false, requeue: true))
    try bench.submit(3, .reject(mine, requeue: false))
    #expect(bench.completed.map(\.outcome) == [.sent, .sent, .sent])
    #expect(
      bench.take().methods == [
        .basic(.ack(deliveryTag: 3, multiple: true)),
        .basic(.nack(deliveryTag: 3, multiple: false, requeue: true)),
        .basic(.reject(deliveryTag: 3, requeue: false)),
      ])
    try bench.submit(4, .ack(old, multiple: false))
    try bench.submit(5, .nack(old, multiple: true, requeue: true))
    try bench.submit(6, .reject(old, requeue: true))
    #expect(
      bench.completed.map(\.outcome)
        == [CommandOutcome](repeating: .failed(.notWritten(.staleIncarnation)), count: 3))
    #expect(bench.take().methods.isEmpty)
  }

  @Test func flowStopsPublishesAndWhatComesAfterThem() throws {
    var bench = try ChannelBench()
    try bench.hear(.channel(.flow(active: false)))
    try bench.publish(1...1)
    try bench.submit(2, .purge(queue: "q"))
    #expect(bench.take().methods == [.channel(.flowOk(active: false))])
    try bench.hear(.channel(.flow(active: true)))
    #expect(
      bench.take().methods == [
        .channel(.flowOk(active: true)),
        .basic(.publish(exchange: "", routingKey: "q", mandatory: false)),
        .queue(.purge(queue: "q")),
      ])
  }

  @Test func aCloseByTheBrokerSettlesEverythingByWhatWasWritten() throws {
    var bench = try ChannelBench()
    try bench.publish(1...1)
    try bench.submit(2, .get(queue: "q", noAck: true))
    try bench.submit(3, .purge(queue: "q"))
    _ = bench.take()
    let notice = CloseNotice(replyCode: 404, replyText: "NOT_FOUND", classID: 60, methodID: 70)
    try bench.hear(.channel(.close(notice)))
    let reason = LossReason.channelClosedByBroker(notice)
    #expect(
      bench.completed == [
        .init(token: 1, outcome: .indefinite(.lost(reason))),
        .init(token: 2, outcome: .indefinite(.lost(reason))),
        .init(token: 3, outcome: .failed(.notWritten(.lost(reason)))),
      ])
    #expect(IndefiniteReason.lost(reason).notice?.replyCode == 404)
    let taken = bench.take()
    #expect(taken.methods == [.channel(.closeOk)])
    #expect(taken.actions.first == .closed(reason))
    #expect(bench.channel.phase == .closed)
    try bench.hear(.basic(.getEmpty))
    #expect(bench.take().actions == [.violation(.channelNotOpen(1))])
  }

  @Test func framesToAClosingChannelAreIgnoredUntilCloseOk() throws {
    var bench = try ChannelBench()
    try bench.publish(1...1)
    try bench.submit(2, .get(queue: "q", noAck: true))
    try bench.feed(.close)
    #expect(bench.outcome(of: 1) == .indefinite(.lost(.stopped)))
    #expect(bench.outcome(of: 2) == .indefinite(.lost(.stopped)))
    _ = bench.take()
    try bench.hear(.basic(.ack(deliveryTag: 1, multiple: false)))
    try bench.hear(.basic(.getEmpty), .queue(.purgeOk(messageCount: 1)))
    try bench.feed(.frame(.body(channel: 1, [1, 2, 3])))
    try bench.submit(3, .purge(queue: "q"))
    #expect(bench.completed.map(\.token) == [3])
    #expect(bench.take().methods.isEmpty)
    try bench.hear(.channel(.close(CloseNotice(replyCode: 406, replyText: ""))))
    #expect(bench.take().methods == [.channel(.closeOk)])
    try bench.hear(.channel(.closeOk))
    #expect(bench.take().actions == [.closed(.stopped)])
  }

  @Test func closeDuringOpening() throws {
    var byBroker = try ChannelBench(open: false)
    try byBroker.feed(.open)
    let notice = CloseNotice(replyCode: 404, replyText: "x")
    try byBroker.hear(.channel(.close(notice)))
    #expect(byBroker.take().actions == [.closed(.channelClosedByBroker(notice))])
    var byUs = try ChannelBench(open: false)
    try byUs.feed(.open)
    try byUs.feed(.close)
    try byUs.hear(.channel(.openOk), .channel(.closeOk))
    #expect(byUs.take().actions == [.closed(.stopped)])
  }

  @Test func answersThatNobodyAskedForAreViolations() throws {
    let wrong: [Method] = [
      .basic(.getEmpty), .queue(.purgeOk(messageCount: 1)), .channel(.openOk),
      .channel(.closeOk), .confirm(.selectOk), .basic(.qosOk), .tx(.selectOk),
      .basic(.publish(exchange: "", routingKey: "", mandatory: false)),
      .basic(
        .getOk(
          GetOkArguments(
            deliveryTag: 1, redelivered: false, exchange: "", routingKey: "", messageCount: 0))),
    ]
    for method in wrong {
      var bench = try ChannelBench()
      try bench.submit(1, .declare(QueueDeclaration(queue: "q")))
      _ = bench.take()
      try bench.hear(method)
      let error = WireError.unexpectedMethod("\(method) on channel 1, which is open")
      #expect(bench.take().actions == [.violation(error)])
    }
  }

  @Test func framesOutOfPlaceAreViolations() throws {
    let deliver = Method.basic(
      .deliver(
        DeliverArguments(
          consumerTag: "c", deliveryTag: 1, redelivered: false, exchange: "", routingKey: "")))
    let sequences: [[Frame]] = [
      [.body(channel: 1, [1])],
      [.header(channel: 1, ContentHeader(bodySize: 0, properties: BasicProperties()))],
      [.method(channel: 1, deliver), .method(channel: 1, .basic(.getEmpty))],
      [.method(channel: 2, .basic(.getEmpty))],
    ]
    for sequence in sequences {
      var bench = try ChannelBench()
      for frame in sequence { try bench.feed(.frame(frame)) }
      guard case .violation? = bench.take().actions.last else {
        Issue.record("\(sequence)")
        continue
      }
    }
  }
}
