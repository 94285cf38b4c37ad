import Environment
import Relays
import Testing

private func at(_ milliseconds: Int64) -> Instant {
  Instant(nanoseconds: milliseconds * 1_000_000)
}

@Suite struct ChunkScheduleTests {
  private func schedule(_ shape: LinkShape, seed: UInt64 = 1, opening: Instant = .zero)
    -> ChunkSchedule
  {
    ChunkSchedule(shape, generator: SeededGenerator(seed: seed), opening: opening)
  }

  @Test func aChunkIsDueAfterTheDelayAndNotBefore() throws {
    var wire = WireClock(bytesPerSecond: nil)
    var chunks = schedule(try LinkShape(delay: .milliseconds(100)))
    chunks.enter(10, at: at(5), over: &wire)
    chunks.enter(20, at: at(6), over: &wire)
    #expect(chunks.nextDue == at(105))
    #expect(chunks.ready(at: Instant(nanoseconds: at(105).nanoseconds - 1), limit: 99) == 0)
    #expect(chunks.ready(at: at(105), limit: 99) == 10)
    #expect(chunks.ready(at: at(106), limit: 99) == 30)
    #expect(chunks.ready(at: at(106), limit: 12) == 12)
    #expect(chunks.dueOfEnd(at: at(7)) == at(107))
  }

  @Test func whatLeavesIsCountedByChunksAndBytes() throws {
    var wire = WireClock(bytesPerSecond: nil)
    var chunks = schedule(try LinkShape(delay: .milliseconds(10)))
    chunks.enter(10, at: at(0), over: &wire)
    chunks.enter(10, at: at(5), over: &wire)
    var tally = chunks.leave(4, at: at(12))
    #expect(tally.bytes == 4 && tally.chunks == 0 && tally.times == nil)
    tally.add(chunks.leave(7, at: at(17)))
    #expect(tally.bytes == 11 && tally.chunks == 1)
    #expect(tally.times == .milliseconds(17) ... .milliseconds(17))
    tally.add(chunks.leave(9, at: at(35)))
    #expect(tally.bytes == 20 && tally.chunks == 2)
    #expect(tally.times == .milliseconds(17) ... .milliseconds(30))
    #expect(chunks.nextDue == nil)
  }

  /// When 500 chunks that enter `apart` milliseconds from each other are due.
  private func dues(apart: Int64, seed: UInt64) throws -> [Instant] {
    let shape = try LinkShape(delay: .milliseconds(10), jitter: .milliseconds(40))
    var wire = WireClock(bytesPerSecond: nil)
    var chunks = schedule(shape, seed: seed)
    for index in 0..<500 { chunks.enter(1, at: at(Int64(index) * apart), over: &wire) }
    return (0..<500).map { _ in
      let due = chunks.nextDue ?? .zero
      _ = chunks.leave(1, at: due)
      return due
    }
  }

  @Test(arguments: [1, 100]) func jitterKeepsTheOrderAndFollowsItsSeed(apart: Int64) throws {
    let dues = try dues(apart: apart, seed: 3)
    #expect(dues == dues.sorted() && Set(dues).count > 10)
    for (index, due) in dues.enumerated() {
      let entered = at(Int64(index) * apart)
      #expect(due >= entered + .milliseconds(10) && due <= entered + .milliseconds(50))
    }
    #expect(try dues == self.dues(apart: apart, seed: 3))
    #expect(try dues != self.dues(apart: apart, seed: 4))
  }

  @Test func jitterIsDrawnFromItsWholeWidth() throws {
    let extra = try dues(apart: 100, seed: 7).enumerated().map {
      $0.element - at(Int64($0.offset) * 100)
    }
    for least in [10, 20, 30, 40] {
      let part = extra.filter { $0 >= .milliseconds(least) && $0 < .milliseconds(least + 10) }
      #expect(part.count > 80)
    }
  }

  @Test func theEndNeverOvertakesTheBytes() throws {
    var wire = WireClock(bytesPerSecond: 1000)
    var chunks = schedule(try LinkShape(jitter: .milliseconds(50), bytesPerSecond: 1000))
    for index in 0..<100 {
      chunks.enter(10, at: at(Int64(index)), over: &wire)
      #expect(chunks.dueOfEnd(at: at(Int64(index))) >= at(Int64(index + 1) * 10))
    }
  }

  @Test func aLimitOfBytesPacesReadingAndDelivery() throws {
    let shape = try LinkShape(delay: .seconds(1), bytesPerSecond: 100_000)
    var wire = WireClock(bytesPerSecond: 100_000)
    var chunks = schedule(shape)
    #expect(chunks.chunkLimit == 2000)
    chunks.enter(2000, at: at(0), over: &wire)
    #expect(chunks.readableAt == at(0) && chunks.nextDue == at(1020))
    chunks.enter(2000, at: at(0), over: &wire)
    #expect(chunks.readableAt == at(20))
    #expect(chunks.ready(at: at(1039), limit: 9999) == 2000)
    #expect(chunks.ready(at: at(1040), limit: 9999) == 4000)
  }

  @Test func flowsOfADirectionTakeTurnsOnItsWire() throws {
    let shape = try LinkShape(bytesPerSecond: 100_000)
    var wire = WireClock(bytesPerSecond: 100_000)
    var flows = [schedule(shape), schedule(shape), schedule(shape)]
    for flow in flows.indices { flows[flow].enter(1000, at: at(0), over: &wire) }
    #expect(flows.map(\.nextDue) == [at(10), at(20), at(30)])
    flows[0].enter(1000, at: at(100), over: &wire)
    #expect(flows[0].dueOfEnd(at: at(100)) == at(110))
  }

  @Test func nothingEntersBeforeTheOpening() throws {
    let chunks = schedule(try LinkShape(delay: .milliseconds(1)), opening: at(70))
    #expect(chunks.readableAt == at(70))
  }

  @Test func anotherShapeLeavesChunksOnTheirWayAndDoesNotCountThem() throws {
    var wire = WireClock(bytesPerSecond: nil)
    var chunks = schedule(try LinkShape(delay: .milliseconds(100)))
    chunks.enter(10, at: at(0), over: &wire)
    chunks.reshape(try LinkShape(delay: .milliseconds(1)), generator: SeededGenerator(seed: 1))
    chunks.enter(10, at: at(5), over: &wire)
    #expect(chunks.ready(at: at(99), limit: 99) == 0)
    #expect(chunks.ready(at: at(100), limit: 99) == 20)
    let tally = chunks.leave(20, at: at(100))
    #expect(tally.bytes == 10 && tally.chunks == 1 && tally.times?.lowerBound == .milliseconds(95))
  }

  @Test func whatWasHeldBeforeIsDueAtOnceAndNotCounted() throws {
    var chunks = ChunkSchedule(
      try LinkShape(delay: .seconds(1)), generator: SeededGenerator(seed: 1), held: 7)
    #expect(chunks.ready(at: .zero, limit: 99) == 7)
    #expect(chunks.leave(7, at: .zero) == HoldTally())
  }

  @Test func chunksAreBounded() throws {
    var wire = WireClock(bytesPerSecond: nil)
    var chunks = schedule(try LinkShape(delay: .seconds(60)))
    var entered = 0
    while !chunks.isFull && entered < 100_000 {
      chunks.enter(1, at: at(0), over: &wire)
      entered += 1
    }
    #expect(entered == ChunkSchedule.mostChunks)
    _ = chunks.leave(1, at: at(0))
    #expect(!chunks.isFull)
  }

  @Test func manyChunksComeOutAsTheyWentIn() throws {
    var generator = SeededGenerator(seed: 11)
    var wire = WireClock(bytesPerSecond: 1_000_000)
    var chunks = schedule(
      try LinkShape(jitter: .milliseconds(9), bytesPerSecond: 1_000_000), seed: 5)
    var (entered, left, now) = (0, 0, Instant.zero)
    var tally = HoldTally()
    for _ in 0..<20_000 {
      now = now + .microseconds(generator.draw(in: 0...3000))
      if !chunks.isFull {
        let size = Int(generator.draw(in: 1...3000))
        chunks.enter(size, at: now, over: &wire)
        entered += size
      }
      let ready = chunks.ready(at: now, limit: Int(generator.draw(in: 1...5000)))
      tally.add(chunks.leave(ready, at: now))
      left += ready
      #expect(left <= entered && UInt64(left) == tally.bytes)
      #expect(Int64(left) * 1000 <= now.nanoseconds + 1000)
    }
    #expect(tally.chunks > 1000)
  }
}

@Suite struct StallCycleTests {
  @Test func stallsBeginAndEndOnTime() {
    var cycle = StallCycle(every: .seconds(10), length: .seconds(2), from: at(500))
    #expect(cycle.nextChange == at(10_500))
    cycle.advance(to: at(10_499))
    #expect(!cycle.isStanding && cycle.done == 0)
    cycle.advance(to: at(10_500))
    #expect(cycle.isStanding && cycle.done == 0 && cycle.nextChange == at(12_500))
    cycle.advance(to: at(12_499))
    #expect(cycle.isStanding)
    cycle.advance(to: at(12_500))
    #expect(!cycle.isStanding && cycle.done == 1 && cycle.total == .seconds(2))
    #expect(cycle.nextChange == at(20_500))
  }

  @Test func aLateLoopMakesStallsLongerAndLeavesMissedOnesOut() {
    var cycle = StallCycle(every: .seconds(10), length: .seconds(2), from: .zero)
    cycle.advance(to: at(11_500))
    #expect(cycle.isStanding && cycle.nextChange == at(13_500))
    cycle.advance(to: at(45_000))
    #expect(cycle.done == 1 && cycle.total == at(45_000) - at(11_500))
    #expect(cycle.nextChange == at(50_000))
  }
}

@Suite struct DueQueueTests {
  @Test func tokensComeOutInOrderAndOnce() {
    var queue = DueQueue()
    for (token, milliseconds) in [(1, 30), (2, 10), (3, 20), (4, 40)] as [(UInt64, Int64)] {
      queue.set(token, at: at(milliseconds))
    }
    queue.set(4, at: at(5))
    queue.set(2, at: at(50))
    queue.set(3, at: nil)
    queue.set(9, at: nil)
    #expect(queue.next == at(5) && queue.count == 3)
    #expect(queue.popDue(at: at(4)).isEmpty)
    #expect(queue.popDue(at: at(30)) == [4, 1])
    #expect(queue.next == at(50))
    #expect(queue.popDue(at: at(90)) == [2] && queue.next == nil)
  }

  @Test func itAgreesWithATable() {
    var generator = SeededGenerator(seed: 2)
    var queue = DueQueue()
    var table: [UInt64: Instant] = [:]
    for step in 0..<20_000 {
      let token = generator.draw(below: 60)
      if generator.draw(below: 4) == 0 {
        queue.set(token, at: nil)
        table[token] = nil
      } else {
        let instant = at(Int64(step / 10) + generator.draw(in: 0...500))
        queue.set(token, at: instant)
        table[token] = instant
      }
      if step % 50 == 0 {
        let now = at(Int64(step / 10))
        let due = table.filter { $0.value <= now }
        let popped = queue.popDue(at: now)
        #expect(popped.sorted() == due.keys.sorted())
        #expect(popped.compactMap { due[$0] } == due.values.sorted())
        for token in popped { table[token] = nil }
      }
      #expect(queue.count == table.count && queue.next == table.values.min())
    }
  }
}
