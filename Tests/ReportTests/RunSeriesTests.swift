import Environment
import Harness
import Operations
import Testing

@testable import Report

struct RunSeriesTests {
  /// Counts a queue's bin from the whole list of events, in the simplest way.
  private struct Naive {
    var offered = 0
    var confirmed = 0
    var delivered = 0
    var latencies: [Duration] = []
  }

  private static func naive(_ events: [TimedEvent], queue: QueueID, width: Duration) -> [Naive] {
    var bins = Array(repeating: Naive(), count: RunSeries.binLimit)
    var invoked: [OperationID: (at: Instant, queue: QueueID, isPublish: Bool)] = [:]
    let place = { (at: Instant) in Int(at.nanoseconds / width.nanoseconds) }
    for event in events {
      switch event.event {
      case .invoked(let invocation):
        var isPublish = false
        if case .publish = invocation.action { isPublish = true }
        invoked[invocation.operation] = (event.at, invocation.queue, isPublish)
        if isPublish, invocation.queue == queue { bins[place(event.at)].offered += 1 }
      case .completed(let operation, let outcome):
        guard let begin = invoked[operation], begin.queue == queue else { continue }
        if outcome == .ok(.confirmed) {
          bins[place(event.at)].confirmed += 1
          bins[place(begin.at)].latencies.append(event.at - begin.at)
        } else if case .ok(.message) = outcome {
          bins[place(event.at)].delivered += 1
        }
      case .delivered(let delivery) where delivery.queue == queue:
        bins[place(event.at)].delivered += 1
      default: break
      }
    }
    return bins
  }

  private static func series(_ history: History) -> RunSeries {
    var series = RunSeries(queues: history.header.queues)
    for event in history.events { series.observe(event) }
    return series
  }

  @Test func itIsWhatANaiveCountOverTheHistoryGives() throws {
    let history = SyntheticRun(publishes: 1_800).history
    let series = Self.series(history)
    #expect(series.binWidth == .milliseconds(500))
    #expect(series.end == SampleResult.at(72))
    for queue in series.queues {
      let naive = Self.naive(history.events, queue: queue.queue, width: series.binWidth)
      for (place, expected) in naive.enumerated() {
        let bin = place < queue.bins.count ? queue.bins[place] : SeriesBin()
        #expect(bin.offered == expected.offered)
        #expect(bin.confirmed == expected.confirmed)
        #expect(bin.delivered == expected.delivered)
        #expect(bin.latency.count == expected.latencies.count)
        #expect(bin.latency.longest == expected.latencies.max() ?? .zero)
      }
      #expect(queue.latency.count == naive.reduce(0) { $0 + $1.latencies.count })
    }
  }

  @Test func getsCountAsDeliveriesAndFailuresAsNothing() {
    let queue = QueueDescription(id: QueueID(4), name: "q", kind: .quorum)
    var series = RunSeries(queues: [queue])
    let invoke = { (id: UInt32, action: Action) in
      Event.invoked(
        Invocation(operation: OperationID(id), client: ClientID(0), queue: queue.id, action: action)
      )
    }
    let message = MessageID(client: ClientID(0), sequence: 0)
    let receipt = Receipt(session: SessionID(0), tag: 1, message: message, redelivered: false)
    let events: [Event] = [
      invoke(0, .get), .completed(OperationID(0), .ok(.message(receipt))),
      invoke(1, .get), .completed(OperationID(1), .ok(.empty)),
      invoke(2, .publish(message)), .completed(OperationID(2), .fail(.notWritten)),
      invoke(3, .publish(message)), .completed(OperationID(3), .info(.nacked)),
      .completed(OperationID(9), .ok(.confirmed)),
      .delivered(Delivery(queue: QueueID(7), receipt: receipt)),
    ]
    for event in events { series.observe(TimedEvent(at: .zero, event)) }
    let bin = series.queues[0].bins[0]
    #expect([bin.offered, bin.confirmed, bin.delivered, bin.latency.count] == [2, 0, 1, 0])
  }

  @Test(arguments: [Int64(1), 1_000_000_000, 3_600_000_000_000, 30 * 86_400_000_000_000, .max])
  func binsAreBoundedWhateverTheLengthOfTheRun(end: Int64) throws {
    let queue = QueueDescription(id: QueueID(0), name: "q", kind: .plain)
    var series = RunSeries(queues: [queue])
    let count: Int64 = 2_000
    for step in 0...count {
      let at = Instant(nanoseconds: step == count ? end : end / count * step)
      let operation = OperationID(UInt32(step))
      let message = MessageID(client: ClientID(0), sequence: UInt32(step))
      let invocation = Invocation(
        operation: operation, client: ClientID(0), queue: queue.id, action: .publish(message))
      series.observe(TimedEvent(at: at, .invoked(invocation)))
      series.observe(TimedEvent(at: at, .completed(operation, .ok(.confirmed))))
    }
    let bins = series.queues[0].bins
    #expect(bins.count <= RunSeries.binLimit)
    #expect(bins.map(\.offered).reduce(0, +) == Int(count) + 1)
    #expect(bins.map(\.confirmed).reduce(0, +) == Int(count) + 1)
    #expect(bins.map(\.latency.count).reduce(0, +) == Int(count) + 1)
    #expect(end / series.binWidth.nanoseconds < RunSeries.binLimit)
    let isWidestNeeded =
      series.binWidth == RunSeries.firstBinWidth
      || end / (series.binWidth.nanoseconds / 2) >= RunSeries.binLimit
    #expect(isWidestNeeded)
  }

  @Test func latencyCountsFromTheIntendedTime() {
    let queue = QueueDescription(id: QueueID(0), name: "q", kind: .plain)
    var series = RunSeries(queues: [queue])
    // Message 3 was due at 1.3 s, the client was held up until 2 s and confirmed at 2.25 s.
    let message = MessageID(client: ClientID(0), sequence: 3)
    let invocation = Invocation(
      operation: OperationID(0), client: ClientID(0), queue: queue.id, action: .publish(message),
      late: .milliseconds(700))
    series.observe(TimedEvent(at: SampleResult.at(2), .invoked(invocation)))
    series.observe(
      TimedEvent(at: SampleResult.at(2.25), .completed(OperationID(0), .ok(.confirmed))))
    #expect(series.queues[0].latency.longest == .milliseconds(950))
    let sent = Int(Duration.milliseconds(1300).nanoseconds / series.binWidth.nanoseconds)
    #expect(series.queues[0].bins[sent].latency.count == 1)
  }

  @Test func instantsBeforeTheOriginAndBackwardsDoNoHarm() {
    let queue = QueueDescription(id: QueueID(0), name: "q", kind: .plain)
    var series = RunSeries(queues: [queue])
    let message = MessageID(client: ClientID(0), sequence: 0)
    let invocation = Invocation(
      operation: OperationID(0), client: ClientID(0), queue: queue.id, action: .publish(message))
    series.observe(TimedEvent(at: Instant(nanoseconds: .min), .invoked(invocation)))
    series.observe(TimedEvent(at: Instant(nanoseconds: .max), .phase(.done)))
    series.observe(TimedEvent(at: .zero, .completed(OperationID(0), .ok(.confirmed))))
    #expect(series.queues[0].bins.count == 1)
    #expect(series.queues[0].latency.longest == .nanoseconds(Int64.max))
  }
}
