import Environment
import Testing

@testable import Checkers
@testable import Linearizability

/// The pass over queues against the general search.
@Suite struct GeneralAgreementTests {
  /// The general search knows nothing of queues but the model, the pass nothing of searching.
  @Test func theSearchAgreesWithThePassAboutQueues() throws {
    var (good, bad) = (0, 0)
    for seed in 0..<600 as Range<UInt64> {
      let (operations, values) = RandomQueueOperations.any(
        .init(operations: 20, clients: 3, crashes: 8, changes: 4), seed: seed)
      let calls = operations.enumerated().map { place, operation in
        let isReturned = operation.to != QueueOperation.never
        let value = operation.value < 0 ? nil : Int64(operation.value)
        let action: FIFO.Operation =
          if let value, operation.action == .publish {
            .enqueue(value)
          } else {
            isReturned ? .dequeue(value) : .lostDequeue
          }
        return ConcurrentOperation(
          number: place, action, from: operation.from, to: isReturned ? operation.to : nil)
      }
      let violation = LinearizableFIFO.firstViolation(
        in: try QueueOperations(ordering: operations, values: values))
      var looks = 0
      switch LinearizabilityCheck(FIFO(), maximumBytes: 1 << 26).verdict(
        on: calls,
        isOver: {
          looks += 1
          return looks > 20
        })
      {
      case .linearizable:
        good += 1
        try #require(violation == nil, "seed \(seed): \(operations)")
      case .notLinearizable:
        bad += 1
        try #require(violation != nil, "seed \(seed): \(operations)")
      case .unknown: continue
      }
    }
    #expect(good > 150 && bad > 150, "\(good) \(bad)")
  }
}
