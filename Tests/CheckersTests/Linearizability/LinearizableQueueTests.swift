import Checkers
import Testing

/// Small sets of operations, right and wrong ones, as they are drawn in papers.
@Suite struct LinearizableQueueTests {
  private typealias Operation = QueueOperation

  private func publish(_ value: Int32, _ from: Int64, _ to: Int64 = Operation.never) -> Operation {
    Operation(.publish, value: value, from: from, to: to)
  }
  private func take(_ value: Int32, _ from: Int64, _ to: Int64, isNext: Bool = false) -> Operation {
    Operation(.dequeue, value: value, from: from, to: to, isNext: isNext)
  }
  private func empty(_ from: Int64, _ to: Int64) -> Operation {
    Operation(.dequeue, from: from, to: to)
  }
  private func crash(_ from: Int64) -> Operation { Operation(.dequeue, from: from) }

  private func fifo(_ operations: [Operation]) throws -> QueueViolation? {
    LinearizableFIFO.firstViolation(in: try QueueOperations(ordering: operations, values: 8))
  }
  private func bag(_ operations: [Operation]) throws -> QueueViolation? {
    LinearizableBag.firstViolation(in: try QueueOperations(ordering: operations, values: 8))
  }
  private func element(_ value: Int32, _ publish: Int32, _ dequeue: Int32?) -> QueueWitness.Element
  {
    QueueWitness.Element(value: value, publish: publish, dequeue: dequeue)
  }

  @Test func anEmptyHistoryIsLinearizable() throws {
    #expect(try fifo([]) == nil)
    #expect(try bag([]) == nil)
  }

  @Test func firstInFirstOut() throws {
    #expect(try fifo([publish(0, 0, 1), publish(1, 2, 3), take(0, 4, 5), take(1, 6, 7)]) == nil)
  }

  @Test func overlappingPublishesMayComeInEitherOrder() throws {
    #expect(try fifo([publish(0, 0, 3), publish(1, 2, 4), take(1, 5, 6), take(0, 7, 8)]) == nil)
  }

  @Test func overlappingDequeuesMayComeInEitherOrder() throws {
    #expect(try fifo([publish(0, 0, 1), publish(1, 2, 3), take(1, 4, 6), take(0, 5, 7)]) == nil)
  }

  @Test func overtakingIsFound() throws {
    let operations = [publish(0, 0, 1), publish(1, 2, 3), take(1, 4, 5), take(0, 6, 7)]
    let violation = try #require(try fifo(operations))
    #expect(
      violation.witness
        == .order(
          earlier: element(0, 0, 3), later: element(1, 1, 2), .init(values: 1, crashed: 0)))
    #expect(violation.witness.operations == [0, 3, 1, 2])
    // By the return of the third operation.
    #expect(violation.rank == 5)
    #expect(try bag(operations) == nil)
  }

  /// A dequeue that is still open when 1 leaves may have taken 0 before.
  @Test func anOpenDequeueExplainsOvertaking() throws {
    #expect(try fifo([publish(0, 0, 1), publish(1, 2, 3), take(1, 4, 5), take(0, 4, 7)]) == nil)
    #expect(try fifo([publish(0, 0, 1), publish(1, 2, 3), take(1, 4, 5), take(0, 5, 7)]) == nil)
  }

  @Test func whatNobodyPublishedIsFound() throws {
    #expect(try fifo([take(3, 0, 1)])?.witness == .fresh(dequeue: 0, value: 3))
    #expect(try bag([take(3, 0, 1)])?.witness == .fresh(dequeue: 0, value: 3))
    let early = [take(0, 0, 1), publish(0, 2, 3)]
    #expect(try fifo(early)?.witness == .fresh(dequeue: 0, value: 0))
    #expect(try fifo([take(0, 0, 2), publish(0, 2, 3)]) == nil)
  }

  @Test func aSecondDequeueOfAValueIsFound() throws {
    let operations = [publish(0, 0, 1), take(0, 2, 3), take(0, 4, 5)]
    #expect(try fifo(operations)?.witness == .repeated(value: 0, first: 1, second: 2))
    #expect(try bag(operations)?.witness == .repeated(value: 0, first: 1, second: 2))
  }

  // MARK: - Empty queues

  @Test func aQueueThatHoldsAMessageIsNotEmpty() throws {
    let operations = [publish(0, 0, 1), empty(2, 3), take(0, 4, 5)]
    let witness = QueueWitness.empty(
      dequeue: 1, present: element(0, 0, 2), .init(values: 1, crashed: 0))
    #expect(try fifo(operations)?.witness == witness)
    #expect(try bag(operations)?.witness == witness)
    // Also if nobody ever takes it out.
    #expect(try fifo([publish(0, 0, 1), empty(2, 3)])?.witness.name == "EMPTY")
  }

  /// Closed intervals: what ends and what begins at 5 overlap.
  @Test func equalTimesOverlap() throws {
    #expect(try fifo([publish(0, 1, 5), empty(5, 9)]) == nil)
    #expect(try fifo([publish(0, 1, 4), empty(5, 9)])?.witness.name == "EMPTY")
    #expect(try fifo([publish(0, 0, 1), publish(1, 1, 2), take(1, 3, 4), take(0, 5, 6)]) == nil)
    #expect(try fifo([publish(0, 0, 1), empty(2, 4), take(0, 4, 5)]) == nil)
  }

  /// Neither value is in the queue all the time, but one of them always is.
  @Test func twoMessagesCanRelieveEachOther() throws {
    let operations = [publish(0, 0, 1), publish(1, 4, 5), empty(2, 9), take(0, 6, 8)]
    #expect(try fifo(operations)?.witness.name == "EMPTY")
    #expect(try bag(operations)?.witness.name == "EMPTY")
    #expect(
      try fifo([publish(0, 0, 1), publish(1, 4, 5), empty(2, 9), take(0, 3, 8)]) == nil)
  }

  // MARK: - Crashes

  @Test func aCrashedPublishMayTakeEffectOrNot() throws {
    #expect(try fifo([publish(0, 0), empty(1, 2)]) == nil)
    #expect(try fifo([publish(0, 0), empty(1, 2), take(0, 3, 4)]) == nil)
    #expect(try fifo([publish(0, 0), publish(1, 1, 2), take(1, 3, 4), take(0, 5, 6)]) == nil)
  }

  @Test func aCrashedDequeueMayHaveTakenOneValue() throws {
    #expect(try fifo([publish(0, 0, 1), crash(2), empty(3, 4)]) == nil)
    #expect(try fifo([publish(0, 0, 1), publish(1, 2, 3), crash(4), take(1, 5, 6)]) == nil)
    let two = [publish(0, 0, 1), publish(1, 2, 3), publish(2, 4, 5), crash(6), take(2, 7, 8)]
    #expect(
      try fifo(two)?.witness
        == .lost(
          missing: element(1, 1, nil), later: element(2, 2, 4), .init(values: 2, crashed: 1)))
    #expect(try bag(two) == nil)
  }

  @Test func aCrashedDequeueComesTooLate() throws {
    #expect(
      try fifo([publish(0, 0, 1), publish(1, 2, 3), take(1, 4, 5), crash(6)])?.witness.name
        == "LOST")
    #expect(try fifo([publish(0, 0, 1), empty(2, 3), crash(4)])?.witness.name == "EMPTY")
  }

  @Test func aCrashedDrainMayHaveTakenEverything() throws {
    let drain = Operation(.drain, from: 4)
    #expect(
      try fifo([publish(0, 0, 1), publish(1, 2, 3), drain, publish(2, 5, 6), take(2, 7, 8)]) == nil)
    #expect(try fifo([publish(0, 0, 1), empty(2, 3), drain])?.witness.name == "EMPTY")
  }

  /// A get gives back what nobody acknowledges, so that it may explain overtaking too.
  @Test func aCrashedGetMayGiveBack() throws {
    let overtaken = [publish(0, 0, 1), publish(1, 2, 3), take(1, 5, 6), take(0, 7, 8)]
    #expect(try fifo(overtaken + [Operation(.get, from: 4)]) == nil)
    #expect(try fifo(overtaken + [crash(4)])?.witness.name == "ORDER")
    #expect(try fifo(overtaken + [Operation(.get, from: 7)])?.witness.name == "ORDER")
    let present = [publish(0, 0, 1), empty(2, 3), take(0, 4, 5)]
    #expect(try fifo(present + [Operation(.get, from: 2)]) == nil)
    #expect(try bag(present + [Operation(.get, from: 2)]) == nil)
    #expect(try bag(present + [crash(2)])?.witness.name == "EMPTY")
  }

  // MARK: - Batches

  @Test func theValuesOfABatchAreInOrder() throws {
    let values = [publish(0, 0, 1), publish(1, 2, 3)]
    #expect(try fifo(values + [take(0, 4, 5), take(1, 4, 5, isNext: true)]) == nil)
    let wrong = values + [take(1, 4, 5), take(0, 4, 5, isNext: true)]
    #expect(
      try fifo(wrong)?.witness
        == .order(
          earlier: element(0, 0, 3), later: element(1, 1, 2), .init(values: 1, crashed: 0)))
    #expect(try bag(wrong) == nil)
    // Without the batch they overlap.
    #expect(try fifo(values + [take(1, 4, 5), take(0, 4, 5)]) == nil)
  }

  /// The queue can have been empty only once the batch's last value was published.
  @Test func aDrainFindsTheQueueEmptyAtItsEnd() throws {
    func drained(_ from: Int64) -> [Operation] {
      [
        take(0, from, 20), Operation(.drain, from: from, to: 20, isNext: true), publish(0, 10, 11),
        publish(1, 1, 2), take(1, 12, 30), publish(2, 9, 11), take(2, 25, 30),
      ]
    }
    #expect(try fifo(drained(0))?.witness.name == "EMPTY")
    #expect(try bag(drained(0))?.witness.name == "EMPTY")
    #expect(try fifo(drained(0).dropLast(2)) == nil)
  }

  // MARK: - Malformed operations

  @Test func operationsThatMeanNothingAreRefused() {
    func failure(_ operations: [Operation]) -> QueueOperationsError? {
      do throws(QueueOperationsError) {
        _ = try QueueOperations(ordering: operations, values: 2)
        return nil
      } catch {
        return error
      }
    }
    #expect(failure([publish(0, 0, 1), publish(0, 2, 3)]) == .publishedTwice(place: 1))
    #expect(failure([publish(0, 0, 1), publish(2, 2, 3)]) == .value(place: 1))
    #expect(failure([Operation(.publish, from: 0, to: 1)]) == .value(place: 0))
    #expect(failure([Operation(.dequeue, value: 0, from: 0)]) == .value(place: 0))
    #expect(failure([take(0, 2, 1)]) == .returnsEarly(place: 0))
    #expect(failure([take(0, 0, 1, isNext: true)]) == .batch(place: 0))
    #expect(failure([take(0, 0, 1), take(1, 0, 2, isNext: true)]) == .batch(place: 1))
    #expect(failure([publish(0, 0, 1), take(0, 0, 1, isNext: true)]) == .batch(place: 1))
  }
}
