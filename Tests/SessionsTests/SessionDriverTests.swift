import AMQP
import Environment
import Harness
import Operations
import Testing

@testable import Sessions

/// The whole session without a socket.
@Suite struct SessionDriverTests {
  @Test func itConnectsGreetsAndTellsItsIncarnation() throws {
    var bench = DriverBench()
    bench.feed(.start)
    #expect(bench.take() == [.connect, .setTimer(.zero + .seconds(5))])
    bench.feed(.connected)
    #expect(bench.take().first == .write(ProtocolHeader.bytes))
    var other = DriverBench()
    other.feed(.start)
    try other.open()
    #expect(other.events == [.opened(incarnation: 1)])
    #expect(other.driver.isOpen && !other.driver.isStopped)
  }

  @Test func whatIsSubmittedTogetherLeavesInOneWrite() throws {
    var bench = try DriverBench.opened()
    bench.feed(.submit((1...3).map { DriverBench.publish($0) }))
    #expect(
      bench.events
        == (1...3).map {
          .written(OperationID($0), incarnation: 1, sequence: UInt64($0))
        })
    let writes = bench.actions.count {
      if case .write = $0 { true } else { false }
    }
    #expect(writes == 1)
    #expect(try bench.methods().count == 3)
    _ = bench.take()
    try bench.hear(.basic(.ack(deliveryTag: 3, multiple: true)))
    #expect(
      bench.events
        == [.answered(incarnation: 1, sequence: 3, multiple: true, positive: true)]
        + (1...3).map { .completed(OperationID($0), .confirmed) })
  }

  @Test func aReturnIsNamedByItsMessageOnlyIfThatIsCertain() throws {
    var bench = try DriverBench.opened()
    bench.feed(.submit([DriverBench.publish(1, to: "none"), DriverBench.publish(2, to: "none")]))
    _ = bench.take()
    let back = BasicMethod.return(ReturnArguments(exchange: "", routingKey: "none"))
    let second = DriverBench.body.encode(DriverBench.message(2), bytes: 40)
    try bench.hear(back, body: second)
    #expect(bench.events == [.returned(incarnation: 1, DriverBench.message(2))])
    _ = bench.take()
    // The same once more belongs to nobody.
    try bench.hear(back, body: second)
    try bench.hear(back, body: [1, 2, 3])
    #expect(
      bench.events == [.returned(incarnation: 1, .foreign), .returned(incarnation: 1, .foreign)])
    _ = bench.take()
    try bench.hear(.basic(.ack(deliveryTag: 2, multiple: true)))
    #expect(
      bench.events.dropFirst() == [
        .completed(OperationID(1), .confirmed), .completed(OperationID(2), .failed(.returned)),
      ])
  }

  @Test func aDropWritesWhatCameBeforeAndBeginsAnew() throws {
    var bench = try DriverBench.opened()
    bench.feed(.submit([DriverBench.publish(1), .drop, DriverBench.publish(2)]))
    #expect(
      bench.events == [
        .written(OperationID(1), incarnation: 1, sequence: 1),
        .lost(incarnation: 1, reason: "the connection ended: the client dropped it"),
        .completed(
          OperationID(1),
          .indefinite(.connectionLost, "the connection ended: the client dropped it")),
        .completed(OperationID(2), .failed(.notWritten)),
      ])
    let shape = bench.take().compactMap { action -> String? in
      switch action {
      case .write: "write"
      case .disconnect: "disconnect"
      case .connect: "connect"
      case .setTimer, .event: nil
      }
    }
    #expect(shape == ["write", "disconnect"])
    #expect(!bench.driver.isOpen)
    bench.now = .zero + .milliseconds(100)
    bench.feed(.timer)
    #expect(bench.take().first == .connect)
    try bench.open()
    #expect(bench.events == [.opened(incarnation: 2)])
  }

  @Test func withoutATransportThereIsNothingToDrop() {
    var bench = DriverBench()
    bench.feed(.submit([.drop]))
    #expect(bench.take() == [])
    bench.feed(.start)
    _ = bench.take()
    bench.feed(.submit([.drop]))
    #expect(bench.take() == [])
    bench.feed(.connectFailed("refused"))
    #expect(bench.events == [.attemptFailed(reason: "could not connect: refused")])
  }

  @Test func aDropWhileStoppingStops() throws {
    var bench = try DriverBench.opened()
    bench.feed(.stop)
    #expect(try bench.methods() != [])
    #expect(!bench.driver.isStopped)
    _ = bench.take()
    bench.feed(.submit([.drop]))
    #expect(bench.take() == [.disconnect])
    #expect(bench.driver.isStopped)
  }

  @Test func stoppingIsBounded() throws {
    var bench = try DriverBench.opened { $0.closeTimeout = .seconds(5) }
    bench.feed(.submit([DriverBench.publish(1)]))
    _ = bench.take()
    bench.feed(.stop)
    #expect(
      bench.events == [
        .lost(incarnation: 1, reason: "closed by this side"),
        .completed(OperationID(1), .indefinite(.runEnded, "closed by this side")),
      ])
    let timers = bench.take().compactMap { action -> Instant? in
      if case .setTimer(let at) = action { at } else { nil }
    }
    #expect(timers.allSatisfy { $0 <= .zero + .seconds(5) })
    bench.now = .zero + .seconds(5)
    bench.feed(.timer)
    #expect(bench.take().contains(.disconnect))
    #expect(bench.driver.isStopped)
    bench.feed(.timer)
    bench.feed(.submit([DriverBench.publish(2)]))
    #expect(bench.take() == [.event(.completed(OperationID(2), .failed(.notWritten)))])
  }

  @Test func aSilentBrokerIsGivenUpByItsHeartbeats() throws {
    var bench = try DriverBench.opened()
    bench.now = .zero + .seconds(20)
    bench.feed(.timer)
    #expect(
      bench.events == [
        .lost(incarnation: 1, reason: "the broker sent nothing for two heartbeat intervals")
      ])
    #expect(bench.actions.contains(.disconnect))
  }

  /// Two drivers that are fed the same want the same: nothing comes from outside.
  @Test func itIsAFunctionOfItsInputs() throws {
    func actions() throws -> [SessionDriver.Action] {
      var bench = DriverBench()
      bench.feed(.start)
      try bench.open()
      bench.feed(.submit((0..<40).map { DriverBench.publish($0) }))
      bench.now = .zero + .milliseconds(1)
      bench.feed(.submit([.settle(incarnation: 1, tag: 1, multiple: false, kind: .ack), .drop]))
      bench.now = .zero + .seconds(1)
      bench.feed(.timer)
      return bench.take()
    }
    #expect(try actions() == actions())
  }
}
