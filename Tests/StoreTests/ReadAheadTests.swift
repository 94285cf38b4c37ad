import Operations
import Testing

@testable import Store

@Suite struct ReadAheadTests {
  private struct Enough: Error {}
  private struct Broken: Error {}

  /// Reads numbered events and ends in order.
  private static func reading(_ count: Int, brokenAfter: Int = .max) -> ReadAhead.Reading {
    { take in
      var batch = EventBatch()
      for (place, event) in Numbered.events(count).enumerated() {
        if place == brokenAfter {
          try batch.hand(to: take)
          throw Broken()
        }
        batch.append(event)
        if batch.isFull { try batch.hand(to: take) }
      }
      try batch.hand(to: take)
      return HistoryEnding(isComplete: true, lastWholeBlock: 0, events: count)
    }
  }

  /// What comes through, in the order in which it came.
  private func received(_ reading: @escaping ReadAhead.Reading) -> (
    events: [TimedEvent], ending: Result<HistoryEnding, any Error>
  ) {
    var events: [TimedEvent] = []
    let ending = Result {
      try ReadAhead.forEachBatch(reading) { batch in
        let count = batch.count
        #expect(count > 0)
        for place in batch.indices { events.append(batch[place]) }
      }
    }
    return (events, ending)
  }

  @Test(arguments: [0, 1, EventBatch.size, EventBatch.size + 1, 20 * EventBatch.size + 7])
  func everythingComesInOrder(count: Int) throws {
    let (events, ending) = received(Self.reading(count))
    #expect(events == Numbered.events(count))
    #expect(try ending.get().events == count)
  }

  @Test(arguments: [0, 1, 12 * EventBatch.size + 3])
  func damageComesAfterAllBeforeIt(place: Int) {
    let (events, ending) = received(Self.reading(30 * EventBatch.size, brokenAfter: place))
    #expect(events == Numbered.events(place))
    #expect(throws: Broken.self) { try ending.get() }
  }

  /// The reading thread is let go, whether it waits for room, is about to or has ended.
  @Test(arguments: [1, 2, 9, 10, 40]) func whoHasEnoughStopsTheReading(batches: Int) {
    for _ in 0..<20 {
      var seen = 0
      #expect(throws: Enough.self) {
        try ReadAhead.forEachBatch(Self.reading(batches * EventBatch.size)) { _ in
          seen += 1
          if seen == (batches + 1) / 2 { throw Enough() }
        }
      }
      #expect(seen == (batches + 1) / 2)
    }
  }
}
