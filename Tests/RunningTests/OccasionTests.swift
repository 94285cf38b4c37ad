import Environment
import Harness
import Operations
import Simulator
import Testing

@testable import Running

/// What wakes the steps that wait for something.
@Suite struct OccasionTests {
  private static let queues = [
    QueueDescription(id: QueueID(0), name: "m", kind: .mirrored),
    QueueDescription(id: QueueID(1), name: "q", kind: .quorum),
    QueueDescription(id: QueueID(2), name: "m2", kind: .mirrored),
  ]

  private func schedule(_ occasions: [Occasion]) -> FaultSchedule {
    FaultSchedule(
      name: "s",
      steps: occasions.enumerated().map { index, occasion in
        FaultStep(
          id: FaultID(UInt32(index)), trigger: .on(occasion, delay: .zero, bound: .seconds(9)),
          fault: .heal(nil))
      })
  }

  private func woken(_ occasions: [Occasion], by events: [Event]) -> [[UInt32]] {
    var book = OccasionBook(schedule(occasions), queues: Self.queues)
    return events.map { book.observe($0).map(\.rawValue) }
  }

  private func leads(_ node: UInt32, _ queue: UInt32) -> Event {
    .broker(BrokerEvent(kind: .leader, node: NodeID(node), queue: QueueID(queue)))
  }

  private func publish(_ operation: UInt32, _ queue: UInt32) -> Event {
    .invoked(
      Invocation(
        operation: OperationID(operation), client: ClientID(0), queue: QueueID(queue),
        action: .publish(MessageID(client: ClientID(0), sequence: operation))))
  }

  @Test func aLeaderChangeCountsOnceAndOnlyInTheLoadPhase() {
    let events: [Event] = [
      leads(1, 0), .phase(.load), leads(1, 0), leads(2, 2), leads(3, 2), leads(2, 0), leads(1, 0),
    ]
    #expect(woken([.leaderChange(.mirrored)], by: events) == [[], [], [], [], [], [0], []])
  }

  @Test func unconfirmedPublishesAreCountedByKind() {
    let events: [Event] = [
      .phase(.load), publish(0, 1), publish(1, 0), .completed(OperationID(0), .ok(.confirmed)),
      publish(2, 1), publish(3, 1),
    ]
    #expect(
      woken([.unconfirmed(.quorum, count: 2)], by: events) == [[], [], [], [], [], [0]])
  }

  @Test func provedStepsAndUnsynchronisedMirrorsWake() {
    let proved = Event.fault(
      FaultEvent(fault: FaultID(7), name: "kill", stage: .proved, nodes: [], detail: ""))
    let lacking = Event.broker(
      BrokerEvent(kind: .unsynchronised, node: NodeID(2), queue: QueueID(0)))
    let occasions: [Occasion] = [.proved(FaultID(7)), .unsynchronised(.mirrored)]
    #expect(woken(occasions, by: [.phase(.load), lacking, proved]) == [[], [1], [0]])
  }

  @Test func aStepWhoseOccasionNeverComesIsNotExercised() throws {
    let executor = VirtualExecutor()
    let clock = VirtualClock(executor)
    let occasions = Occasions(schedule([.leaderChange(.quorum)]), queues: Self.queues)
    let came = try executor.run {
      await occasions.await(FaultID(0), until: clock.now() + .seconds(20), clock)
    }
    #expect(!came && executor.now == .zero + .seconds(20))
  }

  @Test func aStepWhoseOccasionComesBeginsThen() throws {
    let executor = VirtualExecutor()
    let clock = VirtualClock(executor)
    let occasions = Occasions(schedule([.leaderChange(.quorum)]), queues: Self.queues)
    executor.schedule(at: executor.now + .seconds(1)) {
      occasions.observe(.phase(.load))
      occasions.observe(self.leads(1, 1))
      occasions.observe(self.leads(2, 1))
    }
    let comes = try executor.run {
      await occasions.await(FaultID(0), until: clock.now() + .seconds(60), clock)
    }
    #expect(comes && executor.now == .zero + .seconds(1))
  }

  @Test func waysAreRestoredOnceNobodyElseHoldsThem() {
    let board = FaultBoard()
    let shared = LinkWay(from: .node(NodeID(1)), to: .node(NodeID(2)))
    let own = LinkWay(from: .node(NodeID(3)), to: .node(NodeID(2)))
    let slow = LinkConditions(delay: .milliseconds(5))
    let slower = LinkConditions(delay: .milliseconds(50))
    board.take([shared, own], .cut, by: FaultID(0))
    board.take([shared], .cut, by: FaultID(1))
    board.take([shared, own], .shape(slow), by: FaultID(2))
    board.take([own], .shape(slower), by: FaultID(3))
    #expect(board.release(FaultID(0)) == LinkRelease(open: [own]))
    #expect(board.release(FaultID(0)).isEmpty)
    #expect(
      board.release(FaultID(3)) == LinkRelease(shape: [ShapedWay(way: own, conditions: slow)]))
    #expect(board.release(nil) == LinkRelease(open: [shared], smooth: [shared, own]))
  }
}
